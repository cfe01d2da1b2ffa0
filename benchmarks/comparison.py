"""Let other open systems read the articles that this project is measured on, and compare what they find and need.

examples:
  python -m benchmarks.comparison
  python -m benchmarks.comparison news-dev.jsonl polnear-dev.jsonl --corenlp DIR --compromise DIR --save

The sample articles in seeds/ are always read; docs/comparison.md tells how to get the other
systems. Each runs by itself on one core. Times are of the processor and not of the clock, so that
other work on the machine disturbs them little. The start-up lasts until a first short text is answered.
"""

from __future__ import annotations

import argparse
import json
import re
import statistics
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any, NamedTuple

from service.cli import Parser
from training.corpora import Json, jsonl

from .articles import COMPARISON, save, seeds
from .comparison_tables import comparison
from .documents import rewrite
from .peers.systems import Running, System, compromise, corenlp, on_one_core, own_systems
from .scoring import figures, pair_up, read_wire, verdicts

_FIRST = "“We will rebuild,” said Ann Example."

Sets = Mapping[str, Sequence[Json]]


class Reading(NamedTuple):
    """What a system made of an article, and the processor time that it took."""

    article: Json
    quotations: list[Json]
    seconds: float


def main(words: Sequence[str] | None = None) -> None:
    """Let each system read every article; print the tables, and write down what is asked for."""
    given = _parser().parse_args(words)
    try:
        sets = {"seeds": list(seeds())} | {path.stem: list(jsonl(path)) for path in given.gold}
        systems = [*own_systems(), *(at(folder) for at, folder in _others(given))]
    except (OSError, ValueError, KeyError) as error:
        sys.exit(f"comparison: cannot read the articles or find a system: {error}")
    record = {
        "sets": {name: _about(articles) for name, articles in sets.items()},
        "systems": {system.name: measure(system, sets, given.answers) for system in systems},
    }
    print(comparison(record))
    if given.save:
        save(COMPARISON, record)
        rewrite()


def measure(system: System, sets: Sets, answers: Path | None) -> dict[str, Any]:
    """Start a system and let it read the samples to warm up and then every set."""
    print(f"{system.name} …", file=sys.stderr)
    with ExitStack() as stack:
        with on_one_core():
            running = stack.enter_context(system.start())
        running.ask(_FIRST)
        started = running.seconds()
        list(_readings(running, sets["seeds"]))
        readings = {name: list(_readings(running, articles)) for name, articles in sets.items()}
        peak = running.peak()
    if answers:
        _keep(answers, system, readings)
    return {
        "version": system.version,
        "sets": {name: _scores(system, own) for name, own in readings.items()},
        "start_seconds": round(started, 2),
        "peak_mb": round(peak / 1000),
        "installed_mb": round(system.installed / 1e6, 3),
        **_speed([reading for own in readings.values() for reading in own]),
    }


def _readings(running: Running, articles: Sequence[Json]) -> Iterator[Reading]:
    for article in articles:
        before = running.seconds()
        quotations = running.ask(article["text"])
        yield Reading(article, quotations, running.seconds() - before)


def _scores(system: System, readings: Sequence[Reading]) -> dict[str, dict[str, float]]:
    """Return the figures of the fields that the system has a notion of."""
    found = [
        verdict
        for article, quotations, _ in readings
        for verdict in verdicts(article, pair_up(article, read_wire(article["text"], quotations)))
    ]
    return {field: value for field, value in figures(found).items() if field in system.fields}


def _speed(readings: Sequence[Reading]) -> dict[str, float]:
    seconds = [reading.seconds for reading in readings]
    words = sum(len(reading.article["text"].split()) for reading in readings)
    return {
        "median_ms": round(1000 * statistics.median(seconds), 2),
        "longest_ms": round(1000 * max(seconds), 1),
        "words_per_second": round(words / sum(seconds)),
    }


def _about(articles: Sequence[Json]) -> dict[str, int]:
    return {
        "articles": len(articles),
        "words": sum(len(article["text"].split()) for article in articles),
        "quotations": sum(len(article["quotations"]) for article in articles),
    }


def _keep(folder: Path, system: System, readings: Mapping[str, Sequence[Reading]]) -> None:
    """Write what a system answered, a file a set."""
    folder.mkdir(parents=True, exist_ok=True)
    name = re.sub(r"\W+", "-", system.name).lower()
    for gold, own in readings.items():
        lines = (json.dumps({"id": article["id"], "quotations": quotations}) for article, quotations, _ in own)
        (folder / f"{name}.{gold}.jsonl").write_text("\n".join(lines) + "\n", encoding="utf8")


def _others(given: argparse.Namespace) -> Iterator[tuple[Callable[[Path], System], Path]]:
    return ((at, folder) for at, folder in ((corenlp, given.corenlp), (compromise, given.compromise)) if folder)


def _parser() -> Parser:
    parser = Parser(prog="python -m benchmarks.comparison", description=__doc__)
    add = parser.add_argument
    add("gold", nargs="*", type=Path, metavar="GOLD", help="annotated articles, a JSON object a line")
    add("--corenlp", type=Path, metavar="DIR", help="the folder that has the jars of Stanford CoreNLP")
    add("--compromise", type=Path, metavar="DIR", help="the folder whose node_modules has compromise")
    add("--answers", type=Path, metavar="DIR", help="write there what each system answered, in the service's form")
    add("--save", action="store_true", help="write the figures to benchmarks/comparison.json and docs/comparison.md")
    return parser


if __name__ == "__main__":
    main()
