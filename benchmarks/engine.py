"""Measure how fast the engine is on one core, how much memory it takes, and whether long or odd texts slow it down.

examples:
  python -m benchmarks.engine
  python -m benchmarks.engine --articles news.jsonl.gz --first 300 --with-spacy
  python -m benchmarks.engine --lengths

Times are of the processor and not of the clock, so that other work on the machine disturbs them
little. Each engine is measured in a process of its own. --with-spacy also measures a spaCy
pipeline (tok2vec, tagger, parser, entities) on the same articles. spaCy is no part of the
project: `pip install spacy` puts it into the environment that this runs in.
"""

from __future__ import annotations

import gc
import os
import resource
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from importlib.util import find_spec
from multiprocessing import get_context
from pathlib import Path
from typing import NamedTuple, ParamSpec, TypeVar

from service.cli import Parser

from .articles import SPEED, save, texts
from .lengths import report_lengths

_WORDS = 600  # of an article of the usual length
_LEAST = 50  # words: what is shorter tells little about an article
_WARM_UP = 3
_ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "BLIS_NUM_THREADS"), "1")

P = ParamSpec("P")
T = TypeVar("T")
Reader = Callable[[str], object]


class Speed(NamedTuple):
    """What one engine needs for the articles."""

    words_per_second: float
    median_ms: float
    p95_ms: float
    peak_mb: float
    load_seconds: float


def main(words: Sequence[str] | None = None) -> None:
    """Print what was asked for."""
    arguments = _parser().parse_args(words)
    if arguments.with_spacy and find_spec("spacy") is None:
        sys.exit("engine: spaCy is not here; `pip install spacy` puts it into this environment")
    os.environ |= _ONE_THREAD  # for the processes that measure
    if arguments.lengths:
        _apart(report_lengths)
        return
    try:
        articles = texts(arguments.articles, arguments.first) * arguments.repeat
    except (OSError, ValueError, KeyError) as error:
        sys.exit(f"engine: cannot read the articles: {error!r}")
    loaders = {"engine": load_engine} | ({"spaCy": load_spacy} if arguments.with_spacy else {})
    measured = {name: _apart(measure, loader, articles) for name, loader in loaders.items()}
    count = sum(len(text.split()) for text in articles)
    print(f"{len(articles)} articles, {count:,} words")
    _report(measured)
    if arguments.save:
        speeds = {name: speed._asdict() for name, speed in measured.items()}
        record = {"articles": len(articles), "words": count, "speeds": speeds}
        save(SPEED, record)


def load_engine() -> Reader:
    """Return the engine's way to read an article."""
    from service.engine import Engine  # noqa: PLC0415 - importing is part of what is measured

    return Engine.load().extract


def load_spacy() -> Reader:
    """Return the way of a spaCy pipeline."""
    from .spacy_pipeline import load  # noqa: PLC0415 - spaCy may be missing

    return load()


def _apart(task: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Do ``task`` in a fresh process, so that its peak of memory is its own."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as process:
        return process.submit(task, *args, **kwargs).result()


def measure(loader: Callable[[], Reader], articles: list[str]) -> Speed:
    """Load an engine, let it read ``articles`` on one core, and return how that went."""
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    began = time.process_time()
    read = loader()
    loaded = time.process_time() - began
    for article in articles[:_WARM_UP]:
        read(article)
    gc.collect()
    gc.freeze()  # as the service does: what is loaded is no garbage
    seconds = [_seconds(read, article) for article in articles]
    counts = [len(article.split()) for article in articles]
    per_article = sorted(
        1000 * _WORDS * took / count for took, count in zip(seconds, counts, strict=True) if count >= _LEAST
    )
    p95 = statistics.quantiles(per_article, n=20, method="inclusive")[-1]
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return Speed(sum(counts) / sum(seconds), statistics.median(per_article), p95, peak, loaded)


def _seconds(read: Reader, article: str) -> float:
    began = time.process_time()
    read(article)
    return time.process_time() - began


def _report(measured: dict[str, Speed]) -> None:
    print(f"{'':10}{'words/s':>10}{f'ms per {_WORDS} words':>18}{'p95':>8}{'peak MB':>10}{'load s':>8}")
    for name, speed in measured.items():
        rate, median, p95, peak, load = speed
        print(f"{name:10}{rate:10,.0f}{median:18.1f}{p95:8.1f}{peak:10.0f}{load:8.2f}")
    if "spaCy" in measured:
        ratio = measured["engine"].words_per_second / measured["spaCy"].words_per_second
        print(f"the engine reads {ratio:.1f} times as fast as spaCy")


def _parser() -> Parser:
    parser = Parser(prog="python -m benchmarks.engine", description=__doc__)
    add = parser.add_argument
    add("--articles", type=Path, metavar="FILE", help="JSON lines, gzipped or not, with a field text [seeds/]")
    add("--first", type=int, metavar="N", help="read the first N articles only")
    add("--repeat", type=int, default=1, metavar="N", help="read the articles N times over [1]")
    add("--with-spacy", action="store_true", help="measure spaCy too, and print the ratio")
    add("--lengths", action="store_true", help="show how time grows with the length of texts")
    add("--save", action="store_true", help="write the figures to benchmarks/speed.json; `make docs` shows them")
    return parser


if __name__ == "__main__":
    main()
