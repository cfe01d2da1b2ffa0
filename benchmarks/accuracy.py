"""Measure how right the engine is on annotated articles; write benchmarks/accuracy.json and the tables made of it.

examples:
  python -m benchmarks.accuracy
  python -m benchmarks.accuracy news-dev.jsonl polnear-dev.jsonl

The sample articles in seeds/ and those of benchmarks/written.txt are always measured.
benchmarks/scoring.py tells the form of a gold file and what counts as right.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from service.cli import Parser
from service.engine import Answer, Engine
from training.corpora import Json, jsonl

from .articles import ACCURACY, save, seeds
from .calibration import calibration, claims
from .documents import rewrite
from .kinds import figures_by_kind
from .scoring import figures, match, verdicts
from .written import written


def main(words: Sequence[str] | None = None) -> None:
    """Measure every set and write what was found."""
    arguments = _parser().parse_args(words)
    engine = Engine.load()
    try:
        sets = {"seeds": measure(engine, seeds()), "written": measure(engine, written())}
        sets |= {path.stem: measure(engine, jsonl(path)) for path in arguments.gold}
    except (OSError, ValueError, KeyError) as error:
        sys.exit(f"accuracy: cannot read the gold articles: {error!r}")
    model = {"version": engine.model_version, "sha256": engine.model_checksum}
    if not arguments.no_write:
        save(ACCURACY, {"model": model, "sets": sets})
        rewrite()
    for name, measured in sets.items():
        print(f"{name}: {line(measured)}")


def measure(engine: Engine, articles: Iterable[Json]) -> dict[str, Any]:
    """Return every figure of the engine on ``articles``."""
    return compare((article, engine.extract(article["text"])) for article in articles)


def compare(answered: Iterable[tuple[Json, Answer]]) -> dict[str, Any]:
    """Return every figure of some answers to annotated articles."""
    matched = [(article, match(article, answer)) for article, answer in answered]
    found = [verdict for article, pairs in matched for verdict in verdicts(article, pairs)]
    made = [claim for _, pairs in matched for claim in claims(pairs)]
    return {
        "articles": len(matched),
        "fields": figures(found),
        "kinds": figures_by_kind(matched),
        "calibration": calibration(made),
    }


def line(measured: dict[str, Any]) -> str:
    """Return the figures at a glance."""
    shown = [f"{field} {value['f1']:.4f}" for field, value in measured["fields"].items()]
    return "  ".join([*shown, f"calibration error {measured['calibration']['error']:.4f}"])


def _parser() -> Parser:
    parser = Parser(prog="python -m benchmarks.accuracy", description=__doc__)
    parser.add_argument("gold", nargs="*", type=Path, metavar="GOLD", help="annotated articles, a JSON object a line")
    parser.add_argument("--no-write", action="store_true", help="print the figures and leave the files as they are")
    return parser


if __name__ == "__main__":
    main()
