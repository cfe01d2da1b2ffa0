"""The tables of figures in the documentation, made of what was measured last."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from service.engine.tagset import ENTITY_TYPES

from .articles import ACCURACY, CROSSVALIDATION, SPEED, TAGGERS
from .kinds import KINDS, SHOWN

SETS = {
    "seeds": "`seeds/`: articles written for this project",
    "written": "`written`: 576 more, of all the world",
    "news-dev": "`news-dev`: news of many outlets and countries",
    "news-train": "`news-train`: more of these, by cross-validation",
    "polnear-dev": "`polnear-dev`: US politics (PolNeAR)",
}
HEADERS = {
    "quotation": "quotations", "exact": "exact bounds", "mention": "mention", "speaker": "speaker",
    "full_name": "full name", "role": "role", "location": "location",
}  # fmt: skip
RATES = ("exact", "mention", "full_name")  # a share of what was looked for, so that F1 would tell no more


def table(headers: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table in Markdown."""
    lines = [headers, ["---"] * len(headers), *rows]
    return "\n".join("| " + " | ".join(cells) + " |" for cells in lines)


@cache
def _read(path: Path) -> dict[str, Any]:
    """Return the figures of a file; none before the first measurement."""
    content: dict[str, Any] = json.loads(path.read_text(encoding="utf8")) if path.exists() else {}
    return content


def measured_sets() -> dict[str, Any]:
    """Return the figures of each set, cross-validated or kept apart, in the order of SETS."""
    found = {**_read(ACCURACY)["sets"], **_read(CROSSVALIDATION).get("sets", {})}
    return {name: found[name] for name in sorted(found, key=[*SETS, *found].index)}


def share(value: float | None) -> str:
    """Return a share with three places; a dash where there is none."""
    return "–" if value is None else f"{value:.3f}"


def model() -> str:
    """Return which model was measured."""
    own = _read(ACCURACY)["model"]
    return f"Measured with the model {own['version']}, SHA-256 `{own['sha256']}`."


def accuracy() -> str:
    """Return the figures of each set on a line."""
    rows = []
    for name, measured in measured_sets().items():
        fields = measured["fields"]
        rates = {field: value["recall" if field in RATES else "f1"] for field, value in fields.items()}
        counts = [str(measured["articles"]), str(fields["quotation"]["n"])]
        rows.append([SETS.get(name, f"`{name}`"), *counts, *(share(rates.get(field)) for field in HEADERS)])
    headers = [name if field in RATES else f"{name} F1" for field, name in HEADERS.items()]
    return table(["measured on", "articles", "quotations", *headers], rows)


def fields() -> str:
    """Return precision and recall of each field."""
    rows = [
        [f"`{name}`", HEADERS[field], *(share(value[key]) for key in ("precision", "recall", "f1")), str(value["n"])]
        for name, measured in measured_sets().items()
        for field, value in measured["fields"].items()
    ]
    return table(["measured on", "field", "precision", "recall", "F1", "of"], rows)


def kinds() -> str:
    """Return what was right of each kind of quotation."""
    sets = {name: measured.get("kinds", {}) for name, measured in measured_sets().items()}
    rows = [[label, *(_kind(own.get(kind)) for own in sets.values())] for kind, label in KINDS.items()]
    return table(["kind of quotation", *(f"`{name}`" for name in sets)], rows)


def _kind(shares: dict[str, float] | None) -> str:
    if shares is None:
        return "–"
    shown = (f"{shares[field]:.2f}" if field in shares else "–" for field in SHOWN)
    return f"{' · '.join(shown)} of {shares['n']}"


def confidence() -> str:
    """Return the calibration error, and what ``min_confidence`` would keep."""
    rows = []
    sets = measured_sets()
    for name, measured in sets.items():
        own = measured["calibration"]
        kept = [f"{share(value['precision'])} of {value['share']:.0%}" for value in own["kept"].values()]
        rows.append([f"`{name}`", share(own["error"]), *kept])
    limits = sets["seeds"]["calibration"]["kept"]
    return table(["measured on", "calibration error", *(f"from {limit}" for limit in limits)], rows)


def speed() -> str:
    """Return how fast the engine is, and what it was compared with."""
    measured = _read(SPEED)
    rows = [
        [name, f"{own['words_per_second']:,.0f}", *(f"{own[key]:.1f}" for key in ("median_ms", "p95_ms")),
         f"{own['peak_mb']:.0f}", f"{own['load_seconds']:.1f}"]
        for name, own in measured["speeds"].items()
    ]  # fmt: skip
    headers = ["", "words/s", "ms per 600 words: median", "95th percentile", "peak MB", "load s"]
    return f"On {measured['articles']} articles, {measured['words']:,} words:\n\n{table(headers, rows)}"


def taggers() -> str:
    """Return how the tagger compares with others."""
    measured = _read(TAGGERS)
    rows = [
        [name, *(share(own["entities"][kind]["f1"]) for kind in ("all", *ENTITY_TYPES)), share(own["pos"]),
         f"{own['tokens_per_second']:,}", f"{own['bytes'] / 1e6:.1f}"]
        for name, own in measured.get("taggers", {}).items()
    ]  # fmt: skip
    taught = f"The others learned from {_of_every(measured['every'])} of the texts.\n\n" if rows else ""
    return taught + table(["", "names F1", *ENTITY_TYPES, "parts of speech", "tokens/s", "MB"], rows)


def _of_every(step: int) -> str:
    return "all" if step == 1 else f"one in {step}"
