"""Ask the service for hours, valid and invalid in turn, and see whether its workers grow or it ever fails.

examples:
  python -m benchmarks.soak --requests 300000 --save
  python -m benchmarks.soak --requests 20000 --every 2000

It starts the service itself, with two workers and a queue that is long and patient: a machine that stands
still for a moment is no fault of the service, and benchmarks.load tells whom it turns away. What each worker
holds is read after every 10,000 requests. It ends with exit code 1 when a worker holds over 5 % more at the
end than after the first 10,000, when a worker was lost, or when an answer had another status than the
request asks for: a 5xx is never one of those.
"""

from __future__ import annotations

import random
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

from service.cli import Parser

from .articles import SOAK, save
from .running import Memory, Service, memory, running
from .service_tables import soak
from .soak_requests import Client, Sort, sorts

_CLIENTS = 4
_PATIENT = {"QUEUE": 100, "QUEUE_SECONDS": 10}
_LIMITS = {"MAX_BODY_BYTES": 60_000, "MAX_CHARACTERS": 30_000}  # low, so that it costs little to be over them

Sample = dict[int, Memory]  # by the worker's id
Seen = Counter[tuple[str, str]]  # sorts of requests and what came back


class Findings(NamedTuple):
    """What a run showed."""

    seconds: float
    every: int
    samples: list[Sample]
    seen: Seen
    unexpected: Seen


def main(words: Sequence[str] | None = None) -> None:
    """Run, print the tables, and fail if the service did."""
    given = _parser().parse_args(words)
    if given.every > given.requests:
        sys.exit("soak: --every is more than --requests")
    with running(WORKERS=2, LOG_LEVEL="error", **_PATIENT, **_LIMITS) as service:
        findings = run(service, given.requests, given.every)
    record = as_record(findings)
    print(soak(record))
    if given.save:
        save(SOAK, record)
    if faults := list(wrong(findings, given.growth)):
        sys.exit("soak: " + "; ".join(faults))


def run(service: Service, requests: int, every: int) -> Findings:
    """Send the requests, ``every`` of them at a time, and look at the workers in between."""
    began = time.monotonic()
    samples: list[Sample] = []
    seen: Seen = Counter()
    unexpected: Seen = Counter()
    queue = _mixed(sorts(_LIMITS["MAX_BODY_BYTES"], _LIMITS["MAX_CHARACTERS"]))
    with Client(service, _CLIENTS) as client, ThreadPoolExecutor(_CLIENTS) as pool:
        for done in range(0, requests, every):
            batch = [next(queue) for _ in range(min(every, requests - done))]
            outcomes = pool.map(lambda sort: sort.send(client), batch)
            for number, (sort, outcome) in enumerate(zip(batch, outcomes, strict=True), done + 1):
                seen[sort.name, outcome] += 1
                if outcome not in sort.expected:
                    unexpected[sort.name, outcome] += 1
                    print(f"request {number:,}, {sort.name}: {outcome}", file=sys.stderr, flush=True)
            samples.append({pid: memory(pid) for pid in service.workers()})
            print(f"{done + len(batch):,} requests", *samples[-1].values(), file=sys.stderr, flush=True)
    return Findings(time.monotonic() - began, every, samples, seen, unexpected)


def _mixed(sorts: Sequence[Sort]) -> Iterator[Sort]:
    """Yield sorts of requests without end, in an order that is the same every time."""
    order = random.Random(1)  # noqa: S311 - nobody is to be surprised
    while True:
        yield from order.choices(sorts, weights=[sort.weight for sort in sorts], k=1000)


def wrong(findings: Findings, growth: float) -> Iterator[str]:
    """Yield what must not be."""
    first, last = findings.samples[0], findings.samples[-1]
    if set(first) != set(last):
        yield "a worker was lost"
    for pid in set(first) & set(last):
        if last[pid].rss > first[pid].rss * (1 + growth / 100):
            yield f"a worker grew from {first[pid].rss:,} to {last[pid].rss:,} kB"
    for (name, outcome), count in sorted(findings.unexpected.items()):
        yield f"{name}: {outcome}, {count} times"


def as_record(findings: Findings) -> dict[str, object]:
    """Return the findings as JSON values."""
    by_sort: dict[str, dict[str, int]] = {}
    for (name, outcome), count in sorted(findings.seen.items()):
        by_sort.setdefault(name, {})[outcome] = count
    return {
        "seconds": round(findings.seconds),
        "every": findings.every,
        "requests": findings.seen.total(),
        "outcomes": by_sort,
        "samples": [[own._asdict() for own in sample.values()] for sample in findings.samples],
    }


def _parser() -> Parser:
    parser = Parser(prog="python -m benchmarks.soak", description=__doc__)
    add = parser.add_argument
    add("--requests", type=int, default=300_000, metavar="N", help="how many to send [300000]")
    add("--every", type=int, default=10_000, metavar="N", help="look at the workers after so many [10000]")
    add("--growth", type=float, default=5, metavar="PERCENT", help="the most that a worker may grow [5]")
    add("--save", action="store_true", help="write the figures to benchmarks/soak.json; `make docs` shows them")
    return parser


if __name__ == "__main__":
    main()
