"""Measure the whole pipeline on annotated articles that it also learns from, by cross-validation.

The articles of an outlet are all in one of five folds. Five times, every forest is trained without one
fold, and the engine with these forests reads the articles of that fold. The confidence of a fold is
learned from the other four. The tagger is that of the weights in use: it has learned names from some
of the texts, but nothing of what was annotated for the engine.

Needs the environment and the corpora of `make train`. Writes benchmarks/crossvalidation.json.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from functools import partial
from typing import NamedTuple

from service.engine import Answer, Engine
from service.engine.trees import Trees
from service.engine.weights import Arrays, Model
from training.commands import CorporaParser
from training.corpora import Json, jsonl
from training.forests import fit_confidence, fold_forests, judged_rows
from training.lessons import FOLDS, Lessons, Teacher, fold_of
from training.rows import Rows

from .accuracy import compare, line
from .articles import CROSSVALIDATION, save
from .documents import rewrite


class Learned(NamedTuple):
    """What was learned without one fold, and how it judges that fold."""

    forests: Mapping[str, Arrays]
    judged: Rows


def main(words: Sequence[str] | None = None) -> None:
    """Cross-validate and write what was found."""
    parser = CorporaParser("python -m benchmarks.crossvalidation", __doc__)
    parser.add_argument(
        "--jobs", type=int, default=2, metavar="N", help="processes, of one thread each (default: %(default)s)"
    )
    parser.add_argument("--no-write", action="store_true", help="print the figures and leave the files as they are")
    arguments = parser.parse_args(words)
    sources = parser.sources(arguments)
    engine = Engine.load()
    lessons = Teacher(engine.model.tagger, engine.lexicons, engine.gazetteer).lessons(sources)
    measured = compare(cross_validated(engine, lessons, jsonl(sources.news), arguments.jobs))
    model = {"version": engine.model_version, "sha256": engine.model_checksum}
    if not arguments.no_write:
        record = {"model": model, "sets": {sources.news.stem: measured}}
        save(CROSSVALIDATION, record)
        rewrite()
    print(f"{sources.news.stem}: {line(measured)}")


def cross_validated(
    engine: Engine, lessons: Lessons, articles: Sequence[Json], jobs: int
) -> Iterator[tuple[Json, Answer]]:
    """Yield each article with the answer of the engine that has not learned from its fold."""
    with ProcessPoolExecutor(jobs) as processes:
        learned = list(processes.map(partial(_learn_without, lessons), range(FOLDS)))
    for fold, own in enumerate(learned):
        confidence = fit_confidence([other.judged for other in learned if other is not own])
        reader = _with_forests(engine, {**own.forests, "confidence": confidence})
        for article in articles:
            if fold_of(article["id"]) == fold:
                yield article, reader.extract(article["text"])


def _learn_without(lessons: Lessons, fold: int) -> Learned:
    forests = fold_forests(lessons, fold)
    return Learned(forests, judged_rows(lessons, fold, forests))


def _with_forests(engine: Engine, forests: Mapping[str, Arrays]) -> Engine:
    trees = {name: Trees(arrays) for name, arrays in forests.items()}
    return replace(engine, model=Model(version="", checksum="", tagger=engine.model.tagger, **trees))


if __name__ == "__main__":
    main()
