"""The parts of README.md and docs/ that are made from code and figures: ``make docs`` rewrites them.

Each stands between ``<!-- name:begin -->`` and ``<!-- name:end -->``, where ``name`` is a key of BLOCKS.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from schemas import OffsetUnit
from service import metrics
from service.answers import render
from service.engine import Engine
from service.problems import CATALOGUE
from service.settings import Settings

from . import comparison_tables, many_tables, reference, service_tables, tables
from .articles import ROOT, SEEDS
from .mistakes import Example, mistakes
from .plot import calibration_plot
from .tables import table

PAGES = (ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md")))
PICTURES: dict[Path, Callable[[], str]] = {ROOT / "docs" / "calibration.svg": calibration_plot}
EXAMPLE_SEED = "06-town-council"
EXAMPLE_WORDS = "If one of those limbs"
_TUTORIAL_ARTICLE = re.compile(r"article\.txt <<'END'\n(.*?)END\n", re.DOTALL)
_BLOCK = re.compile(r"(<!-- (\w+):begin -->\n).*?(<!-- \2:end -->)", re.DOTALL)


def rewrite() -> None:
    """Bring the generated parts of every page up to date, and the pictures."""
    for page in PAGES:
        page.write_text(fill(page.read_text(encoding="utf8")), encoding="utf8")
    for path, picture in PICTURES.items():
        path.write_text(picture(), encoding="utf8")


def fill(page: str) -> str:
    """Return ``page`` with its generated parts made anew."""
    return _BLOCK.sub(lambda found: f"{found[1]}{BLOCKS[found[2]]()}\n{found[3]}", page)


def _settings() -> str:
    return table(
        ["variable", "default", "what it does"],
        [[f"`{name}`", f"`{default}`", description] for name, default, description in Settings.describe()],
    )


def _errors() -> str:
    rows = [[str(int(kind.status)), f"`{kind.name}`", kind.description] for kind in CATALOGUE.values()]
    return table(["status", "`type`: `/problems/…`", "when, and what to do"], rows)


def _metrics() -> str:
    rows = [
        [f"`{name}`", kind, ", ".join(f"`{label}`" for label in labels) or "–", description]
        for name, kind, labels, description in metrics.describe()
    ]
    return table(["metric", "type", "labels", "what it tells"], rows)


def example() -> dict[str, Any]:
    """Return the README's answer: all of the service's but the quotations and speakers that it leaves out."""
    text = (SEEDS / f"{EXAMPLE_SEED}.txt").read_bytes().decode()
    wire = render(text, Engine.load().extract(text), unit=OffsetUnit.CODE_POINT)
    shown = next(quotation for quotation in wire["quotations"] if quotation["text"].startswith(EXAMPLE_WORDS))
    speakers = [speaker for speaker in wire["speakers"] if shown["speaker"] and speaker["id"] == shown["speaker"]["id"]]
    return wire | {"quotations": [shown], "speakers": speakers}


def _example() -> str:
    return f"```json\n{_compact(example())}\n```"


def _tutorial() -> str:
    """Return the first quotation of the article that the tutorial writes."""
    text = _TUTORIAL_ARTICLE.search((ROOT / "docs" / "tutorial.md").read_text(encoding="utf8"))
    assert text  # noqa: S101 - the tutorial would have lost its article
    wire = render(text[1], Engine.load().extract(text[1]), unit=OffsetUnit.CODE_POINT)
    return f"```json\n{_compact(wire['quotations'][0])}\n```"


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


def _mistakes() -> str:
    rows = [
        [example.hard, _marked(example), *(_answer(example, answer) for answer in (example.right, answer))]
        for example, answer in mistakes(Engine.load())
    ]
    return table(["what is hard", "text, the first words of the quotation in **bold**", "a reader", "the engine"], rows)


def _marked(example: Example) -> str:
    """Return the text of an example on one line, with the words in question in bold."""
    line = " ¶ ".join(example.text.split("\n\n"))
    return line.replace(example.words, f"**{example.words}**", 1)


def _answer(example: Example, answer: str) -> str:
    kind = "quotation" if example.field == "quotation" else f"{example.field}: {answer}"
    return kind if answer else f"no {example.field}"


BLOCKS = {
    "accuracy": tables.accuracy,
    "calls": reference.calls,
    "commands": reference.commands,
    "comparison": comparison_tables.comparison_block,
    "confidence": tables.confidence,
    "contract_fields": reference.fields,
    "errors": _errors,
    "example": _example,
    "fields": tables.fields,
    "kills": many_tables.kills,
    "kinds": tables.kinds,
    "limits": reference.limits,
    "load": service_tables.load_block,
    "metrics": _metrics,
    "mistakes": _mistakes,
    "model": tables.model,
    "ndjson": service_tables.ndjson_block,
    "plan": many_tables.plan,
    "settings": _settings,
    "soak": service_tables.soak_block,
    "spark": many_tables.spark,
    "speed": tables.speed,
    "taggers": tables.taggers,
    "tutorial": _tutorial,
}

if __name__ == "__main__":
    rewrite()
