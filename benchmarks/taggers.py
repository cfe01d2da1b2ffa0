"""Compare the engine's tagger with a CRF and an averaged perceptron that learn from the same texts.

All of them read the same word lists, prefixes, suffixes and shapes. Entities are compared on the newswire
articles that are kept out of training; parts of speech on the development split of PolNeAR, with its
automatic tags, since all that is tagged by hand is learned from.

Needs the corpora of `make train`, and python-crfsuite, which is no part of the project:
`pip install python-crfsuite` puts it into the environment that this runs in. The CRF takes some ten
minutes to learn from all the texts; half of them are the default. Writes benchmarks/taggers.json.
"""

from __future__ import annotations

import time
import zlib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache
from importlib.resources import files
from importlib.util import find_spec
from itertools import groupby
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple, TypeAlias

from service.engine import Engine
from service.engine.tagset import ENTITY, ENTITY_TYPES, POS
from service.engine.text import Tokens
from service.engine.weights import pack, unpack
from service.engine.words import word_rows
from training import corpora
from training.commands import CorporaParser
from training.corpora import Labelled
from training.tagged import held_out_newswire, tagged_texts

from .articles import TAGGERS, save
from .documents import rewrite

NETWORK, CRF, PERCEPTRON = "recurrent network", "CRF", "averaged perceptron"
_ALGORITHMS: dict[str, tuple[str, dict[str, float]]] = {
    CRF: ("lbfgs", {"c1": 0.1, "c2": 0.01, "max_iterations": 60, "feature.minfreq": 2}),
    PERCEPTRON: ("ap", {"max_iterations": 10}),
}
_TASKS = {"entity": ENTITY, "pos": POS}
_NEIGHBOURS = (-2, -1, 0, 1, 2)
_WARM_UP = 5  # articles

Answer: TypeAlias = tuple[Sequence[int], Sequence[int]]  # entities and parts of speech, a number a token
Reader: TypeAlias = Callable[[Tokens], Answer]


class Trained(NamedTuple):
    """A tagger ready to read, its size in bytes as it would ship, and how long it took to train."""

    read: Reader
    size: int
    seconds: float | None


def main(words: Sequence[str] | None = None) -> None:
    """Train the others, measure all, and write what was found."""
    parser = CorporaParser("python -m benchmarks.taggers", __doc__)
    parser.add_argument(
        "--every", type=int, default=2, metavar="N", help="let the others learn from one text in N (default: 2)"
    )
    parser.add_argument("--no-write", action="store_true", help="print the figures and leave the files as they are")
    arguments = parser.parse_args(words)
    if find_spec("pycrfsuite") is None:
        parser.error("`pip install python-crfsuite` puts what is missing into this environment")
    sources = parser.sources(arguments)
    engine = Engine.load()
    taught = tagged_texts(sources)[:: arguments.every]
    newswire, politics = held_out_newswire(sources), list(corpora.polnear(sources.polnear / "dev"))
    measured = {}
    with TemporaryDirectory() as folder:
        for name, trained in _trained(engine, taught, Path(folder)):
            measured[name] = _measure(trained, newswire, politics)
            print(f"{name}: {measured[name]}", flush=True)
    if not arguments.no_write:
        record = {"model": engine.model_checksum, "texts": len(taught), "every": arguments.every, "taggers": measured}
        save(TAGGERS, record)
        rewrite()


def _trained(engine: Engine, taught: Sequence[Labelled], folder: Path) -> Iterator[tuple[str, Trained]]:
    yield NETWORK, _network(engine)
    for name, (algorithm, settings) in _ALGORITHMS.items():
        yield name, _crfsuite(algorithm, settings, taught, folder)


def _network(engine: Engine) -> Trained:
    def read(tokens: Tokens) -> Answer:
        tags = engine.model.tagger.tag(tokens)
        return tags.entity, tags.pos

    archive = (files("service.engine") / "weights" / "model.npz").read_bytes()
    return Trained(read, len(pack({"tagger": unpack(archive)["tagger"]})), None)


def _crfsuite(algorithm: str, settings: Mapping[str, float], taught: Sequence[Labelled], folder: Path) -> Trained:
    import pycrfsuite  # type: ignore[import-not-found] # noqa: PLC0415 - no part of the project

    began = time.process_time()
    taggers, size = {}, 0
    for task, labels in _TASKS.items():
        trainer = pycrfsuite.Trainer(algorithm, verbose=False)
        trainer.set_params(settings)
        for features, numbers in _sequences(taught, task):
            trainer.append(features, [labels[number] for number in numbers])
        path = folder / f"{algorithm}-{task}"
        trainer.train(str(path))
        size += len(zlib.compress(path.read_bytes()))
        taggers[task] = pycrfsuite.Tagger()
        taggers[task].open(str(path))
    seconds = time.process_time() - began

    def read(tokens: Tokens) -> Answer:
        found: tuple[list[int], list[int]] = ([], [])
        for first, stop in _sentences(tokens):
            features = _features(tokens.words[first:stop])
            for numbers, (task, labels) in zip(found, _TASKS.items(), strict=True):
                numbers.extend(labels.index(label) for label in taggers[task].tag(features))
        return found

    return Trained(read, size, seconds)


def _sequences(articles: Sequence[Labelled], task: str) -> Iterator[tuple[list[list[str]], list[int]]]:
    """Yield the features and labels of each sentence; one is cut where the corpus does not tell the label."""
    for article in articles:
        numbers: list[int] = getattr(article, task)
        for first, stop in _sentences(article.tokens):
            features = _features(article.tokens.words[first:stop])
            runs = groupby(range(first, stop), key=lambda at: numbers[at] != corpora.UNKNOWN)
            for own in (list(run) for known, run in runs if known):
                yield [features[at - first] for at in own], [numbers[at] for at in own]


def _sentences(tokens: Tokens) -> Iterator[tuple[int, int]]:
    return zip(tokens.sentences, tokens.sentences[1:], strict=False)


def _features(words: Sequence[str]) -> list[list[str]]:
    """Return what is known of each word of a sentence and of the two words on either side."""
    around = ["", "", *words, "", ""]
    return [
        ["bias", *(feature for place in _NEIGHBOURS for feature in _of_word(around[at + 2 + place], place))]
        for at in range(len(words))
    ]


@lru_cache(maxsize=1 << 18)
def _of_word(word: str, place: int) -> tuple[str, ...]:
    if not word:
        return (f"{place} none",)
    _, _, _, shape, lists = word_rows(word)
    lower = word.lower()
    parts = {"w": lower, "p": word[:3], "s": lower[-3:], "f": shape, "l": lists}
    return tuple(f"{place}{key}={value}" for key, value in parts.items())


def _measure(trained: Trained, newswire: Sequence[Labelled], politics: Sequence[Labelled]) -> dict[str, Any]:
    for article in newswire[:_WARM_UP]:
        trained.read(article.tokens)
    began = time.process_time()
    on_newswire = [trained.read(article.tokens)[0] for article in newswire]
    on_politics = [trained.read(article.tokens)[1] for article in politics]
    seconds = time.process_time() - began
    count = sum(len(article.tokens) for article in (*newswire, *politics))
    return {
        "entities": _entity_scores([article.entity for article in newswire], on_newswire),
        "pos": _agreement([article.pos for article in politics], on_politics),
        "tokens_per_second": round(count / seconds),
        "bytes": trained.size,
        "training_seconds": trained.seconds,
    }


def _agreement(gold: Sequence[Sequence[int]], found: Sequence[Sequence[int]]) -> float:
    """Return the share of the known labels that was found."""
    pairs = [pair for rows in zip(gold, found, strict=True) for pair in zip(*rows, strict=True)]
    known = [wanted == given for wanted, given in pairs if wanted != corpora.UNKNOWN]
    return round(sum(known) / max(len(known), 1), 4)


def _entity_scores(gold: Sequence[Sequence[int]], found: Sequence[Sequence[int]]) -> dict[str, dict[str, float]]:
    """Return F1 of entities with the right first and last token and type, for each type and for all."""
    tallies: Counter[tuple[str, str]] = Counter()
    for wanted, given in zip(gold, found, strict=True):
        told = [label if mark != corpora.UNKNOWN else 0 for label, mark in zip(given, wanted, strict=True)]
        right, answered = set(_spans(wanted)), set(_spans(told))
        for name, spans in (("wanted", right), ("answered", answered), ("right", right & answered)):
            for _, _, kind in spans:
                tallies[kind, name] += 1
                tallies["all", name] += 1
    return {kind: _f1(tallies, kind) for kind in (*ENTITY_TYPES, "all")}


def _f1(tallies: Counter[tuple[str, str]], kind: str) -> dict[str, float]:
    right, answered, wanted = (tallies[kind, name] for name in ("right", "answered", "wanted"))
    return {"f1": round(2 * right / max(answered + wanted, 1), 4), "n": wanted}


def _spans(labels: Sequence[int]) -> Iterator[tuple[int, int, str]]:
    """Yield the entities of a sequence of labels as first token, last token and type."""
    first, kind = 0, ""
    for at, label in enumerate([*labels, 0]):
        prefix, _, own = ENTITY[max(label, 0)].partition("-")
        if kind and (prefix != "I" or own != kind):
            yield first, at - 1, kind
            kind = ""
        if own and not kind:
            first, kind = at, own


if __name__ == "__main__":
    main()
