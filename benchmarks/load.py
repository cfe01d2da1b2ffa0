"""Offer the service more articles than it can carry, and see what becomes of them and of the health probes.

example:
  go install github.com/tsenart/vegeta/v12@v12.13.0
  python -m benchmarks.load --vegeta ~/go/bin/vegeta --save

It starts the service itself, with two workers, and posts the sample articles in turn. vegeta keeps
the rate whatever the service does, so that a slow answer does not spare it the next requests. First
a few articles a second, which tells the latency without load; then the most that it carries, with no
refusal and half of the articles answered in at most twice that time; then four times as much, while
/healthz and /readyz are asked every 50 ms.
"""

from __future__ import annotations

import json
import math
import os
import shutil
import sys
from base64 import b64encode
from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

import numpy as np

from service.cli import Parser

from .articles import LOAD, save, texts
from .attack import Attack, Hit, Probes, attack
from .running import Service, running
from .service_tables import load

_WORKERS = 2
_FEW = 5  # a second
_CLIENTS = 4
_STEPS = (0.95, 0.9, 0.85, 0.8, 0.7, 0.6, 0.5)  # of what a closed loop gets through
_TIMES = 4
_SECONDS_BEFORE = 10  # what is measured begins
_SLOWER = 2  # times the median without load is the most that still counts as carried
_MOST_MS = 50  # to refuse, and to answer a probe


class Row(NamedTuple):
    """How long the answers of one status took, under one load."""

    load: str
    offered: float
    what: str
    answers: int
    rate: float
    p50: float
    p95: float
    p99: float
    most: float


def main(words: Sequence[str] | None = None) -> None:
    """Measure and print, and write down what is asked for."""
    given = _parser().parse_args(words)
    if given.vegeta is None or not shutil.which(given.vegeta):
        sys.exit("load: vegeta is not here; --help tells how to get it")
    with TemporaryDirectory() as folder, running(WORKERS=_WORKERS, LOG_LEVEL="error") as service:
        vegeta = Attack(given.vegeta, _targets(service, Path(folder)), Path(folder) / "results")
        record = measure(service, vegeta, given.seconds)
    print(load(record))
    if given.save:
        save(LOAD, record)


def measure(service: Service, vegeta: Attack, seconds: int) -> dict[str, Any]:
    """Return the figures without load, with the most that is carried, and with four times that."""
    attack(vegeta, _FEW, _SECONDS_BEFORE)  # the first articles fill what is kept in mind
    few = list(rows_of("few", _FEW, attack(vegeta, _FEW, seconds), seconds))
    carried, hits = _carried(vegeta, _SLOWER * few[0].p50, seconds)
    most = list(rows_of("the most that it carries", carried, hits, seconds))
    with Probes(service) as probes:
        over = list(rows_of("four times that", _TIMES * carried, attack(vegeta, _TIMES * carried, seconds), seconds))
    health = list(rows_of("four times that", 0, probes.hits, seconds))
    return {
        "workers": _WORKERS,
        "cores": len(os.sched_getaffinity(0)),
        "seconds": seconds,
        "carried": carried,
        "rows": [row._asdict() for row in (*few, *most, *over, *health)],
        "promises": list(promises(few, over, health)),
    }


def _carried(vegeta: Attack, most_ms: float, seconds: int) -> tuple[float, list[Hit]]:
    """Try rates below what a closed loop gets through; return the first with no refusal and no queue, and its hits."""
    closed = attack(vegeta, 0, _SECONDS_BEFORE, clients=_CLIENTS)
    highest = sum(hit.status == "200" for hit in closed) / _SECONDS_BEFORE
    for step in _STEPS:
        hits = attack(vegeta, highest * step, seconds)
        if {hit.status for hit in hits} == {"200"} and np.median([hit.ms for hit in hits]) <= most_ms:
            break
    return highest * step, hits


def rows_of(name: str, offered: float, hits: Sequence[Hit], seconds: int) -> Iterator[Row]:
    """Yield a row for each status."""
    for status in sorted({hit.status for hit in hits}):
        took = [hit.ms for hit in hits if hit.status == status]
        middle, p95, p99 = np.percentile(took, (50, 95, 99)).tolist()
        yield Row(name, offered, status, len(took), len(took) / seconds, middle, p95, p99, max(took))


def promises(few: Sequence[Row], over: Sequence[Row], health: Sequence[Row]) -> Iterator[tuple[str, str, bool]]:
    """Yield what is promised, what was measured, and whether it was kept."""
    calm, accepted, refused = _p99(few, "200"), _p99(over, "200"), _p99(over, "503")
    slowest = max(row.p99 for row in health)
    told = ("200", "503", "/healthz: 200", "/readyz: 200")
    others = sum(row.answers for row in (*over, *health) if row.what not in told)
    yield "p99 of the accepted under twice that without load", f"{accepted / calm:.1f} times", accepted < 2 * calm
    yield f"99 of 100 refused within {_MOST_MS} ms", f"{refused:.1f} ms", refused <= _MOST_MS
    yield f"99 of 100 probes answered within {_MOST_MS} ms", f"{slowest:.1f} ms", slowest <= _MOST_MS
    yield "every article answered or refused, every probe answered", f"{others} not", others == 0


def _p99(rows: Sequence[Row], status: str) -> float:
    return next((row.p99 for row in rows if row.what == status), math.nan)


def _targets(service: Service, folder: Path) -> Path:
    """Write the articles as vegeta reads them."""
    url, header = f"{service.address}/v1/quotations", {"Content-Type": ["text/plain"]}
    lines = [
        json.dumps({"method": "POST", "url": url, "header": header, "body": b64encode(text.encode()).decode()})
        for text in texts(None)
    ]
    path = folder / "targets"
    path.write_text("\n".join(lines) + "\n", encoding="ascii")
    return path


def _parser() -> Parser:
    parser = Parser(prog="python -m benchmarks.load", description=__doc__)
    add = parser.add_argument
    add(
        "--vegeta",
        default=shutil.which("vegeta"),
        metavar="PATH",
        help="the load generator, where it is not on the path",
    )
    add("--seconds", type=int, default=60, metavar="N", help="how long each load is kept up [60]")
    add("--save", action="store_true", help="write the figures to benchmarks/load.json; `make docs` shows them")
    return parser


if __name__ == "__main__":
    main()
