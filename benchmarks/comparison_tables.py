"""The tables of how other systems compare, made of what was measured last."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from .articles import COMPARISON
from .tables import HEADERS, RATES, SETS, share, table


def comparison_block() -> str:
    """Return the tables for the page."""
    return comparison(json.loads(COMPARISON.read_text(encoding="utf8"))) if COMPARISON.exists() else "Not measured yet."


def comparison(record: dict[str, Any]) -> str:
    """Return what each system found in each set of articles, and what it needs."""
    return "\n\n".join([*_found(record), _needs(record)])


def _found(record: dict[str, Any]) -> Iterator[str]:
    """Yield a line and a table for each set; a field that a system does not know is left open."""
    headers = [name if field in RATES else f"{name} F1" for field, name in HEADERS.items()]
    for name, about in record["sets"].items():
        yield f"**{SETS.get(name, name)}**, {about['articles']} articles, {about['quotations']} quotations:"
        rows = [[_name(system, own), *_shares(own["sets"][name])] for system, own in record["systems"].items()]
        yield table(["", "quotations: precision", "recall", *headers], rows)


def _shares(fields: dict[str, dict[str, float]]) -> Iterator[str]:
    quotation = fields["quotation"]
    yield from (share(quotation[key]) for key in ("precision", "recall"))
    kinds = {field: "recall" if field in RATES else "f1" for field in HEADERS}
    yield from (share(fields.get(field, {}).get(kind)) for field, kind in kinds.items())


def _needs(record: dict[str, Any]) -> str:
    rows = [
        [_name(system, own), f"{own['start_seconds']:.1f}", f"{own['median_ms']:,.1f}", f"{own['longest_ms']:,.0f}",
         f"{own['words_per_second']:,}", f"{own['peak_mb']:,}", f"{own['installed_mb']:,.1f}"]
        for system, own in record["systems"].items()
    ]  # fmt: skip
    articles, words = (sum(about[key] for about in record["sets"].values()) for key in ("articles", "words"))
    headers = ["", "start, s", "ms an article: median", "longest", "words/s", "peak MB", "installed MB"]
    about = f"**What they need**, on one core, for these {articles} articles of {words:,} words:"
    return f"{about}\n\n{table(headers, rows)}"


def _name(system: str, own: dict[str, Any]) -> str:
    return f"{system} {own['version']}".strip()
