"""The tables of what the service showed under load, made of what was measured last."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, TypeVar

from .articles import LOAD, NDJSON, SOAK
from .tables import table

_NOT_YET = "Not measured yet."
T = TypeVar("T")
_ROWS = 12  # of samples; the first and the last among them


def load_block() -> str:
    """Return the tables of the load test for its page."""
    return _block(LOAD, load)


def soak_block() -> str:
    """Return the tables of the soak for its page."""
    return _block(SOAK, soak)


def ndjson_block() -> str:
    """Return the table of the stream for its page."""
    return _block(NDJSON, ndjson)


def _block(path: Path, tables: Any) -> str:
    return tables(json.loads(path.read_text(encoding="utf8"))) if path.exists() else _NOT_YET


def load(record: dict[str, Any]) -> str:
    """Return what each load showed, and which promises were kept."""
    rows = [
        [row["load"], f"{row['offered']:,.0f}", row["what"], f"{row['answers']:,}", f"{row['rate']:,.1f}",
         *(f"{row[key]:,.1f}" for key in ("p50", "p95", "p99", "most"))]
        for row in record["rows"]
    ]  # fmt: skip
    headers = ["load", "offered/s", "answer", "count", "per second", "p50 ms", "p95 ms", "p99 ms", "longest ms"]
    promises = [[name, text, "yes" if kept else "**no**"] for name, text, kept in record["promises"]]
    about = (
        f"{record['workers']} workers on {record['cores']} cores, which the generator and the probes share; "
        f"{record['seconds']} seconds for each load. The service carries {record['carried']:,.0f} articles a second."
    )
    return "\n\n".join([about, table(headers, rows), table(["promise", "measured", "kept"], promises)])


def ndjson(record: dict[str, Any]) -> str:
    """Return how fast a stream was beside the engine alone, and what the worker held in the course of it."""
    samples = record["samples"]
    rows = [
        [f"{sample['articles']:,}", _held(sample["held"]), *(_rate(sample[who]) for who in ("worker", "engine"))]
        for sample in _some(samples)
    ]
    headers = ["after articles", "RSS, PSS, USS in MB", "articles a second", "engine alone"]
    about = (
        f"{record['articles']:,} articles through one connection to one worker: {record['sent'] / 1e6:,.1f} MB sent, "
        f"{record['received'] / 1e6:,.1f} MB received, {record['failed']:,} without their answer. Its rate is "
        f"{record['ratio']:.0%} of the engine's alone by the clock, {record['processor_ratio']:.0%} by processor time."
    )
    return "\n\n".join([about, table(headers, rows)])


def _rate(cost: dict[str, float]) -> str:
    return f"{cost['articles'] / cost['seconds']:.1f}"


def _some(samples: Sequence[T]) -> list[T]:
    """Return so many of the samples that a table shows them, the first and the last among them."""
    numbers = range(len(samples))
    return [samples[number] for number in sorted({0, *numbers[:: max(len(numbers) // _ROWS, 1)], *numbers[-1:]})]


def soak(record: dict[str, Any]) -> str:
    """Return what came back, and what the workers held in the course of it."""
    outcomes = [
        [name, ", ".join(f"{outcome}: {count:,}" for outcome, count in own.items())]
        for name, own in record["outcomes"].items()
    ]
    samples = [
        [f"{min((number + 1) * record['every'], record['requests']):,}", *map(_held, sample)]
        for number, sample in _some(list(enumerate(record["samples"])))
    ]
    workers = [f"worker {number}: RSS, PSS, USS in MB" for number in range(1, len(record["samples"][0]) + 1)]
    about = f"{record['requests']:,} requests in {record['seconds'] / 60:.0f} minutes."
    memory = table(["after requests", *workers], samples)
    return "\n\n".join([about, memory, table(["what was sent", "what came back"], outcomes)])


def _held(own: dict[str, int]) -> str:
    return ", ".join(f"{own[key] / 1000:.1f}" for key in ("rss", "pss", "uss"))
