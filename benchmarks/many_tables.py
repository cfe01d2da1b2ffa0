"""What was measured of many articles, and what it means for very many."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from .articles import KILLS, SPARK
from .tables import table

ARTICLES = 100_000_000
PRICE = 0.05  # US dollars an hour and core: assumed
_CORES = (64, 256, 1024)
_TASK = 2000  # articles
_SPARE = 1.25  # for stragglers, tasks done again and reading and writing


def kills() -> str:
    """Return what became of the articles of a run that was killed again and again."""
    record = _read(KILLS)
    chunks = ", ".join(f"{parts:,}" for parts in record["parts"])
    return (
        f"Killed {record['kills']} times over {record['articles']:,} articles, with {chunks} parts done: "
        f"{record['missing']} articles missing, {record['doubled']} doubled, {record['redone']} parts written twice, "
        f"the order {'kept' if record['in_order'] else '**lost**'}."
    )


def spark() -> str:
    """Return how fast the job was, and whether its answers were the service's."""
    record = _read(SPARK)
    rows = [
        [str(run["cores"]), f"{run['articles']:,}", f"{run['seconds']:,.0f}", f"{run['rate']:.1f}",
         f"{run['processor_seconds']:,.0f}", f"{1000 * run['processor_seconds'] / run['articles']:.1f}",
         f"{run['cores'] * run['articles'] / run['processor_seconds']:.1f}"]
        for run in record["runs"]
    ]  # fmt: skip
    headers = [
        "cores", "articles", "seconds", "articles/s", "processor seconds", "processor ms an article",
        "articles/s of cores of its own",
    ]  # fmt: skip
    told = f"Answers that are not the service's: {record['differing']} of {record['runs'][0]['articles']:,}."
    return f"{table(headers, rows)}\n\n{told}"


def plan() -> str:
    """Return cores, hours and cost of very many articles."""
    last = _read(SPARK)["runs"][-1]
    each = last["processor_seconds"] / last["articles"]
    hours = ARTICLES * each * _SPARE / 3600
    rows = [[f"{cores:,}", f"{hours / cores:,.1f}", f"{hours * PRICE:,.0f}"] for cores in _CORES]
    told = (
        f"{ARTICLES:,} articles × {1000 * each:.1f} ms × {_SPARE} = {hours:,.0f} core hours; the price is an "
        f"assumption, {PRICE:.2f} US dollars a core and hour. {ARTICLES // _TASK:,} tasks of {_TASK:,} articles, of "
        f"{_TASK * each:,.0f} seconds each."
    )
    return f"{told}\n\n{table(['cores', 'hours', 'US dollars'], rows)}"


def _read(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf8"))
