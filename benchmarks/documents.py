"""The parts of README.md and docs/ that are made from code and figures: ``make docs`` rewrites them.

Each stands between ``<!-- name:begin -->`` and ``<!-- name:end -->``, where ``name`` is a key of BLOCKS.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any

from schemas import OffsetUnit
from service.answers import render
from service.engine import Engine
from service.problems import CATALOGUE
from service.settings import Settings

from .articles import ACCURACY, ROOT, SEEDS, SPEED

PAGES = (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")))
SETS = {
    "seeds": "`seeds/`: articles written for this project",
    "news-dev": "`news-dev`: news of many outlets and countries",
    "polnear-dev": "`polnear-dev`: US politics (PolNeAR)",
}
EXAMPLE_SEED = "06-town-council"
EXAMPLE_WORDS = "If one of those limbs"
_BLOCK = re.compile(r"(<!-- (\w+):begin -->\n).*?(<!-- \2:end -->)", re.DOTALL)
_HEADERS = {
    "quotation": "quotations", "exact": "exact bounds", "mention": "mention", "speaker": "speaker",
    "full_name": "full name", "role": "role", "location": "location",
}  # fmt: skip
_RATES = ("exact", "mention", "full_name")  # a share of what was looked for, so that F1 would tell no more


def rewrite() -> None:
    """Bring the generated parts of every page up to date."""
    for page in PAGES:
        page.write_text(fill(page.read_text(encoding="utf8")), encoding="utf8")


def fill(page: str) -> str:
    """Return ``page`` with its generated parts made anew."""
    return _BLOCK.sub(lambda found: f"{found[1]}{BLOCKS[found[2]]()}\n{found[3]}", page)


def table(headers: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table in Markdown."""
    lines = [headers, ["---"] * len(headers), *rows]
    return "\n".join("| " + " | ".join(cells) + " |" for cells in lines)


@cache
def _measured() -> dict[str, Any]:
    content: dict[str, Any] = json.loads(ACCURACY.read_text(encoding="utf8"))
    return content


def _share(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"


def _accuracy() -> str:
    rows = []
    for name, measured in _measured()["sets"].items():
        fields = measured["fields"]
        rates = {field: value["recall" if field in _RATES else "f1"] for field, value in fields.items()}
        counts = [str(measured["articles"]), str(fields["quotation"]["n"])]
        rows.append([SETS.get(name, f"`{name}`"), *counts, *(_share(rates.get(field)) for field in _HEADERS)])
    return table(["measured on", "articles", "quotations", *_accuracy_headers()], rows)


def _accuracy_headers() -> list[str]:
    return [name if field in _RATES else f"{name} F1" for field, name in _HEADERS.items()]


def _fields() -> str:
    rows = [
        [f"`{name}`", _HEADERS[field], *(_share(value[key]) for key in ("precision", "recall", "f1")), str(value["n"])]
        for name, measured in _measured()["sets"].items()
        for field, value in measured["fields"].items()
    ]
    return table(["measured on", "field", "precision", "recall", "F1", "of"], rows)


def _confidence() -> str:
    rows = []
    sets = _measured()["sets"]
    for name, measured in sets.items():
        own = measured["calibration"]
        kept = [f"{_share(value['precision'])} of {value['share']:.0%}" for value in own["kept"].values()]
        rows.append([f"`{name}`", _share(own["error"]), *kept])
    limits = sets["seeds"]["calibration"]["kept"]
    return table(["measured on", "calibration error", *(f"from {limit}" for limit in limits)], rows)


def _model() -> str:
    model = _measured()["model"]
    return f"Measured with the model {model['version']}, SHA-256 `{model['sha256']}`."


def _speed() -> str:
    measured = json.loads(SPEED.read_text(encoding="utf8"))
    rows = [
        [name, f"{speed['words_per_second']:,.0f}", *(f"{speed[key]:.1f}" for key in ("median_ms", "p95_ms")),
         f"{speed['peak_mb']:.0f}", f"{speed['load_seconds']:.1f}"]
        for name, speed in measured["speeds"].items()
    ]  # fmt: skip
    headers = ["", "words/s", "ms per 600 words: median", "95th percentile", "peak MB", "load s"]
    return f"On {measured['articles']} articles, {measured['words']:,} words:\n\n{table(headers, rows)}"


def _settings() -> str:
    return table(
        ["variable", "default", "what it does"],
        [[f"`{name}`", f"`{default}`", description] for name, default, description in Settings.describe()],
    )


def _errors() -> str:
    rows = [[str(int(kind.status)), f"`{kind.name}`", kind.description] for kind in CATALOGUE.values()]
    return table(["status", "`type`: `/problems/…`", "when, and what to do"], rows)


def example() -> dict[str, Any]:
    """Return the README's answer: all of the service's but the quotations and speakers that it leaves out."""
    text = (SEEDS / f"{EXAMPLE_SEED}.txt").read_bytes().decode()
    wire = render(text, Engine.load().extract(text), unit=OffsetUnit.CODE_POINT)
    shown = next(quotation for quotation in wire["quotations"] if quotation["text"].startswith(EXAMPLE_WORDS))
    speakers = [speaker for speaker in wire["speakers"] if shown["speaker"] and speaker["id"] == shown["speaker"]["id"]]
    return wire | {"quotations": [shown], "speakers": speakers}


def _example() -> str:
    return f"```json\n{_compact(example())}\n```"


def _compact(value: Any, indent: str = "") -> str:
    """Return JSON that a reader takes in at a glance: what fits a line stays on it."""
    line = json.dumps(value, ensure_ascii=False)
    if len(indent) + len(line) <= 110 or not isinstance(value, dict | list):
        return line
    inner = indent + "  "
    if isinstance(value, list):
        return "[\n" + ",\n".join(inner + _compact(item, inner) for item in value) + f"\n{indent}]"
    items = (f"{inner}{json.dumps(key)}: {_compact(item, inner)}" for key, item in value.items())
    return "{\n" + ",\n".join(items) + f"\n{indent}}}"


BLOCKS = {
    "accuracy": _accuracy,
    "confidence": _confidence,
    "errors": _errors,
    "example": _example,
    "fields": _fields,
    "model": _model,
    "settings": _settings,
    "speed": _speed,
}

if __name__ == "__main__":
    rewrite()
