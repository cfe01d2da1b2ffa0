"""Build the model: the tagger first, then a forest for each decision, from the corpora."""

from __future__ import annotations

import hashlib
import json
import logging
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from service.engine.confidence import MONOTONE as SPEAKERS_MONOTONE
from service.engine.gazetteer import Gazetteer
from service.engine.lexicons import Lexicons
from service.engine.location import MONOTONE as PLACES_MONOTONE
from service.engine.tagger import Tagger
from service.engine.trees import Trees
from service.engine.weights import Arrays, pack

from . import augmentation, coreference, corpora, gold, rows, tagger, trees

_log = logging.getLogger(__name__)

VERSION = "2026.11"
EPOCHS = 8
FOLDS = 5
TOLD_SHARE = 3  # of the copies of our own texts, one in so many teaches roles and who "the mayor" is
GUM_WEIGHT = 0.04  # of an anaphor in GUM, where nobody is quoted, beside one in the news
WRITTEN_COPIES = 6  # they are few, and each stands for a form of its own
SNIPPETS = 4  # one paragraph in so many is also learned from on its own


@dataclass(frozen=True, slots=True)
class Sources:
    """Where the corpora are; ``measured`` holds the sets that nothing may be learned from."""

    polnear: Path
    gum: Path
    worldwide: Path
    news: Path
    names: Path
    measured: tuple[Path, ...] = ()

    @classmethod
    def below(cls, folder: Path) -> Sources:
        """Return the usual places of the corpora below one folder."""
        return cls(
            folder / "corpora" / "polnear",
            folder / "corpora" / "gum",
            folder / "corpora" / "worldwide-newswire",
            folder / "eval" / "news-train.jsonl",
            folder / "lexicons",
            (folder / "eval" / "news-dev.jsonl",),
        )

    def paths(self) -> tuple[Path, ...]:
        """Return everything that must be there."""
        return (self.polnear, self.gum, self.worldwide, self.news, self.names, *self.measured)


def build(sources: Sources) -> dict[str, Arrays]:
    """Train every part of the model and return its arrays."""
    parts = {"tagger": tagger.train(tagged_texts(sources), EPOCHS)}
    return parts | train_forests(sources, Tagger(parts["tagger"]))


def tagged_texts(sources: Sources) -> list[corpora.Labelled]:
    """Return the tagger's articles in a fixed, mixed order.

    The gold POS of GUM count twice; people are renamed in a second copy of the newswire and
    of every other PolNeAR article, so that the shape of a name counts more than its being known.
    """
    held_out = {record["id"] for path in sources.measured for record in corpora.jsonl(path)}
    names = frozenset(name.removeprefix("worldwide-") for name in held_out)
    politics = list(corpora.polnear(sources.polnear / "train"))
    newswire = list(corpora.worldwide(sources.worldwide, names))
    countries = augmentation.names_by_country(sources.names)
    texts = [*corpora.gum(sources.gum)] * 2 + politics + newswire
    texts += augmentation.renamed(newswire, countries, 1)
    texts += augmentation.renamed(politics[::2], countries, 2)
    _log.info("tagger: %d articles", len(texts))
    return [texts[i] for i in np.random.default_rng(1).permutation(len(texts))]


@dataclass(frozen=True, slots=True)
class _Prepared:
    """The annotated articles as the stages before the forests see them."""

    politics: list[rows.Prepared]
    news: list[rows.Prepared]
    snippets: list[rows.Prepared]


def train_forests(sources: Sources, tagging: Tagger) -> dict[str, Arrays]:
    """Train the trees of each decision on what ``tagging`` makes of the annotated articles."""
    lexicons, gazetteer = Lexicons.load(), Gazetteer.load()
    politics, news = list(gold.polnear(sources.polnear / "train")), gold.news(sources.news)
    snippets = [snippet for article in (*politics, *news) for snippet in gold.excerpts(article, SNIPPETS)]
    snippets += gold.snippets(gold.WRITTEN) * WRITTEN_COPIES
    ready = _Prepared(*(list(rows.prepare(articles, tagging, lexicons)) for articles in (politics, news, snippets)))
    told = [article for article in ready.snippets if any(q.role for q in article.gold)][::TOLD_SHARE]
    quotation = [rows.quotation_rows(articles, tagging) for articles in (politics, news, snippets)]
    chains = coreference.anaphora_rows(coreference.gum(sources.gum), tagging, lexicons, GUM_WEIGHT)
    return {
        "quotation": _fit("quotation", quotation, 150),
        "attribution": _fit_attribution([ready.politics, ready.news, ready.snippets]),
        "coreference": _fit_coreference(ready.news + told, chains, lexicons),
        "confidence": _fit("confidence", _confidence(ready, chains, tagging, lexicons), 80, **_CALIBRATION),
        "role": _fit("role", [rows.role_rows(articles, lexicons) for articles in (ready.news, told)], 150, **_ROLE),
        "location": _fit("location", [rows.location_rows(ready.news, gazetteer, lexicons)], 100, **_SCENE),
    }


def _fit_attribution(sets: list[list[rows.Prepared]]) -> Arrays:
    return _fit("attribution", [rows.attribution_rows(articles) for articles in sets], 250)


def _fit_coreference(news: list[rows.Prepared], chains: rows.Rows, lexicons: Lexicons) -> Arrays:
    settings = {**_SMALL, "objective": "cross_entropy"}
    return _fit("coreference", [rows.coreference_rows(news, lexicons), chains], 120, **settings)


def _confidence(ready: _Prepared, chains: rows.Rows, tagging: Tagger, lexicons: Lexicons) -> list[rows.Rows]:
    """Return rows for the confidence, of each fold of the news by forests that have not seen it."""
    politics = rows.quotation_rows([a.article for a in ready.politics], tagging)
    marked = [rows.quotation_rows([a.article], tagging) for a in ready.news]
    found = []
    for fold in range(FOLDS):
        apart = ready.news[fold::FOLDS]
        rest = [article for number, article in enumerate(ready.news) if number % FOLDS != fold]
        forests = (
            _fit("quotation", [politics, *(own for number, own in enumerate(marked) if number % FOLDS != fold)], 150),
            _fit_attribution([ready.politics, rest]),
            _fit_coreference(rest, chains, lexicons),
        )
        found.append(rows.confidence_rows(apart, lexicons, [Trees(forest) for forest in forests]))
    return found


_SMALL = {"num_leaves": 12, "max_depth": 6, "min_data_in_leaf": 20}
_ROLE = {**_SMALL, "objective": "cross_entropy", "bagging_fraction": 0.5}
_SCENE = {"num_leaves": 10, "max_depth": 4, "min_data_in_leaf": 30, "monotone_constraints": list(PLACES_MONOTONE)}
_CALIBRATION = {
    "num_leaves": 6,
    "max_depth": 3,
    "min_data_in_leaf": 60,
    "learning_rate": 0.05,
    "monotone_constraints": list(SPEAKERS_MONOTONE),
}


def _fit(name: str, sets: list[rows.Rows], rounds: int, **settings: object) -> Arrays:
    features = [row for one in sets for row in one.features]
    labels = [label for one in sets for label in one.labels]
    _log.info("%s: %d rows in %d groups", name, len(labels), sum(len(one.groups) for one in sets))
    weights = [weight for one in sets for weight in one.weights]
    return trees.fit(features, labels, rounds, weights=weights, **settings)


def save(parts: dict[str, Arrays], folder: Path) -> str:
    """Write the archive and its manifest; return the checksum."""
    archive = pack(parts)
    checksum = hashlib.sha256(archive).hexdigest()
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "model.npz").write_bytes(archive)
    manifest = {"version": VERSION, "sha256": checksum, "bytes": len(archive)}
    (folder / "manifest.json").write_text(json.dumps(manifest, indent=2) + "\n", encoding="utf8")
    return checksum
