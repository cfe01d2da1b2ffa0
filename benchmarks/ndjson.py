"""Send articles without end through one connection: see whether the worker grows, and how fast it is.

examples:
  python -m benchmarks.ndjson --requests 100000 --save
  python -m benchmarks.ndjson --requests 20000 --articles news.jsonl.gz

It starts the service itself, with one worker, and sends it the articles in turn as NDJSON, reading
while it sends. After every 1,000 answers it reads what the worker holds, and has the engine read a
hundred of the articles in a process of its own: a worker is one core and so is that process, and what
else the machine does slows both alike. It ends with exit code 1 when the worker holds over 5 % more at
the end than after the first tenth, or when an article was not answered.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from http.client import HTTPConnection, HTTPResponse
from itertools import cycle, islice
from multiprocessing import get_context
from pathlib import Path
from typing import Any, NamedTuple, Self

from service.cli import Parser

from .articles import NDJSON, save, texts
from .engine import ONE_THREAD, load_engine
from .running import Memory, Service, memory, running
from .service_tables import ndjson

_ASIDE = 10  # one article of so many goes to the engine as well
_WARM_UP = 50
_PATIENCE = 600  # seconds; the connection is silent while the engine is measured
_TICKS = os.sysconf("SC_CLK_TCK")


class Cost(NamedTuple):
    """What some articles cost, in seconds by the clock and of the processor."""

    articles: int
    seconds: float
    processor: float


class Round(NamedTuple):
    """What articles cost the worker and the engine alone, and what the worker held then."""

    worker: Cost
    engine: Cost
    held: Memory


def main(words: Sequence[str] | None = None) -> None:
    """Run, print the table, and fail if the service did."""
    given = _parser().parse_args(words)
    articles = texts(given.articles)
    os.environ |= ONE_THREAD
    settings = {"WORKERS": 1, "LOG_LEVEL": "error", "READ_SECONDS": _PATIENCE, "DEADLINE_SECONDS": _PATIENCE}
    apart = ProcessPoolExecutor(1, mp_context=get_context("spawn"))
    with apart, running(**settings) as service, Stream(service) as stream:
        rounds = list(run(stream, apart, articles, given))
    record = as_record(rounds, stream)
    print(ndjson(record))
    if given.save:
        save(NDJSON, record)
    if faults := list(wrong(record, given.growth)):
        sys.exit("ndjson: " + "; ".join(faults))


class Stream:
    """One call of the service that goes on and on."""

    def __init__(self, service: Service) -> None:
        [self.worker] = service.workers()
        self.sent = self.received = 0  # bytes
        self.failed = 0
        self._number = 0
        self._sender = ThreadPoolExecutor(1)
        self._response: HTTPResponse | None = None
        self._connection = HTTPConnection("127.0.0.1", service.port, timeout=_PATIENCE)

    def __enter__(self) -> Self:
        self._connection.putrequest("POST", "/v1/quotations/batch")
        self._connection.putheader("Content-Type", "application/x-ndjson")
        self._connection.putheader("Transfer-Encoding", "chunked")
        self._connection.endheaders()
        # http.client lets go of its socket once it knows that the answer ends the connection.
        self._socket = self._connection.sock.dup()
        return self

    def __exit__(self, *_: object) -> None:
        self._socket.sendall(b"0\r\n\r\n")
        if self._response and self._response.read():
            sys.exit("ndjson: there were more answers than articles")
        self._connection.close()
        self._socket.close()
        self._sender.shutdown()

    def exchange(self, articles: Sequence[str]) -> Cost:
        """Send the articles and read their answers meanwhile."""
        lines = [json.dumps({"text": text, "id": str(self._number + n)}) for n, text in enumerate(articles)]
        began, processor = time.monotonic(), _processor_seconds(self.worker)
        sending = self._sender.submit(self._send, lines)
        for _ in articles:
            self._receive()
        sending.result()
        return Cost(len(articles), time.monotonic() - began, _processor_seconds(self.worker) - processor)

    def _send(self, lines: Sequence[str]) -> None:
        for line in lines:
            data = f"{line}\n".encode()
            self.sent += len(data)
            self._socket.sendall(b"%x\r\n%s\r\n" % (len(data), data))

    def _receive(self) -> None:
        self._response = self._response or self._connection.getresponse()
        line = self._response.readline()
        self.received += len(line)
        result = json.loads(line)
        self.failed += "status" in result or result["id"] != str(self._number)
        self._number += 1


def run(stream: Stream, apart: Executor, articles: Sequence[str], given: argparse.Namespace) -> Iterator[Round]:
    """Send the articles, some at a time, and look at the worker and the engine in between."""
    queue, aside = cycle(articles), cycle(articles)
    apart.submit(_engine_alone, articles[:_WARM_UP]).result()
    stream.exchange(articles[:_WARM_UP])
    for done in range(0, given.requests, given.every):
        batch = list(islice(queue, min(given.every, given.requests - done)))
        worker = stream.exchange(batch)
        sample = list(islice(aside, max(len(batch) // _ASIDE, 1)))
        engine = apart.submit(_engine_alone, sample).result()
        held = memory(stream.worker)
        print(f"{done + len(batch):,} articles", _rate(worker), _rate(engine), held, file=sys.stderr, flush=True)
        yield Round(worker, engine, held)


def _rate(cost: Cost) -> str:
    return f"{cost.articles / cost.seconds:.1f}/s"


def _engine_alone(articles: Sequence[str]) -> Cost:
    """Let the engine read the articles; in a process of its own, which keeps it."""
    global _read  # noqa: PLW0603 - the process has no other place for it
    if _read is None:
        _read = load_engine()
        gc.collect()
        gc.freeze()  # as the service does
    began, processor = time.monotonic(), time.process_time()
    for text in articles:
        _read(text)
    return Cost(len(articles), time.monotonic() - began, time.process_time() - processor)


_read: Any = None


def _processor_seconds(pid: int) -> float:
    user, system = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()[11:13]
    return (int(user) + int(system)) / _TICKS


def as_record(rounds: Sequence[Round], stream: Stream) -> dict[str, Any]:
    """Return the findings as JSON values."""
    samples, done = [], 0
    for own in rounds:
        done += own.worker.articles
        costs = {"worker": own.worker._asdict(), "engine": own.engine._asdict()}
        samples.append({"articles": done, **costs, "held": own.held._asdict()})
    return {
        "articles": done,
        "failed": stream.failed,
        "sent": stream.sent,
        "received": stream.received,
        "ratio": _ratio(rounds, "seconds"),
        "processor_ratio": _ratio(rounds, "processor"),
        "samples": samples,
    }


def _ratio(rounds: Sequence[Round], key: str) -> float:
    """Return how fast the worker was, in articles, compared with the engine."""
    rates = [
        sum(cost.articles for cost in costs) / sum(getattr(cost, key) for cost in costs)
        for costs in ([own.worker for own in rounds], [own.engine for own in rounds])
    ]
    return float(rates[0] / rates[1])


def wrong(record: dict[str, Any], growth: float) -> Iterator[str]:
    """Yield what must not be."""
    held = [sample["held"]["rss"] for sample in record["samples"]]
    first, last = held[max(len(held) // 10 - 1, 0)], held[-1]
    if last > first * (1 + growth / 100):
        yield f"the worker grew from {first:,} to {last:,} kB"
    if record["failed"]:
        yield f"{record['failed']:,} articles had another answer, or none"


def _parser() -> Parser:
    parser = Parser(prog="python -m benchmarks.ndjson", description=__doc__)
    add = parser.add_argument
    add("--requests", type=int, default=100_000, metavar="N", help="how many articles to send [100000]")
    add("--every", type=int, default=1_000, metavar="N", help="look at the worker after so many [1000]")
    add("--articles", type=Path, metavar="FILE", help="JSON lines, gzipped or not, with a field text [seeds/]")
    add("--growth", type=float, default=5, metavar="PERCENT", help="the most that the worker may grow [5]")
    add("--save", action="store_true", help="write the figures to benchmarks/ndjson.json; `make docs` shows them")
    return parser


if __name__ == "__main__":
    main()
