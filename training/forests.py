"""Train a forest for each decision; for the confidence, on answers of forests that had not seen the article."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

from service.engine.confidence import MONOTONE as SPEAKERS_MONOTONE
from service.engine.lexicons import Lexicons
from service.engine.location import MONOTONE as PLACES_MONOTONE
from service.engine.trees import Trees
from service.engine.weights import Arrays

from . import rows, trees
from .lessons import FOLDS, Lessons
from .rows import Rows

_THREADS = 2  # articles of two folds fit into the memory
_log = logging.getLogger(__name__)


class Recipe(NamedTuple):
    """How many trees a forest has, LightGBM's settings for it, and whether it ranks the rows of a group."""

    rounds: int
    settings: Mapping[str, object]
    ranks: bool = False


_SMALL = {"num_leaves": 12, "max_depth": 6, "min_data_in_leaf": 20}
_SOURCE = {"num_leaves": 16, "max_depth": 6, "learning_rate": 0.07}
_CAUTIOUS = {"learning_rate": 0.04, "feature_fraction": 0.3}
_SCENE = {
    "num_leaves": 10,
    "max_depth": 5,
    "min_data_in_leaf": 30,
    "learning_rate": 0.02,
    "bagging_fraction": 0.5,
    "feature_fraction": 0.4,
    "monotone_constraints": list(PLACES_MONOTONE),
}
_CALIBRATION = {
    "num_leaves": 6,
    "max_depth": 3,
    "min_data_in_leaf": 60,
    "learning_rate": 0.05,
    "monotone_constraints": list(SPEAKERS_MONOTONE),
}
RECIPES = {
    "quotation": Recipe(300, {"num_leaves": 16, "learning_rate": 0.05, "feature_fraction": 0.4}),
    "attribution": Recipe(150, _SOURCE, ranks=True),
    "coreference": Recipe(180, {**_SMALL, "learning_rate": 0.1, "feature_fraction": 0.3}, ranks=True),
    "role": Recipe(200, {**_SMALL, **_CAUTIOUS, "bagging_fraction": 0.5, "objective": "cross_entropy"}),
    "location": Recipe(500, _SCENE),
}
_CONFIDENCE = Recipe(80, _CALIBRATION)
_JUDGED = ("quotation", "attribution", "coreference")  # what the confidence is in


def train_forests(lessons: Lessons) -> dict[str, Arrays]:
    """Train all the forests on all the articles."""

    def judged(fold: int) -> Rows:
        return judged_rows(lessons, fold, fold_forests(lessons, fold, _JUDGED))

    with ThreadPoolExecutor(_THREADS) as pool:  # LightGBM does not hold the interpreter up
        confidence = fit_confidence(list(pool.map(judged, range(FOLDS))))
    return {**fold_forests(lessons, None), "confidence": confidence}


def fold_forests(lessons: Lessons, fold: int | None, decisions: Iterable[str] = RECIPES) -> dict[str, Arrays]:
    """Train the forests of some decisions on all articles but those of a fold."""
    return {name: _fit(name, lessons.rows(name, without=fold), RECIPES[name]) for name in decisions}


def judged_rows(lessons: Lessons, fold: int, forests: Mapping[str, Arrays]) -> Rows:
    """Return rows for the confidence in what ``forests`` say of the articles of a fold, which they have not seen."""
    judged = [Trees(forests[name]) for name in _JUDGED]
    lexicons = Lexicons.load()
    return Rows.joined(rows.confidence_rows(own.article, lexicons, judged, own.weight) for own in lessons.apart(fold))


def fit_confidence(judged: Sequence[Rows]) -> Arrays:
    """Train the forest of the confidence."""
    return _fit("confidence", judged, _CONFIDENCE)


def _fit(name: str, sets: Sequence[Rows], recipe: Recipe) -> Arrays:
    taught = Rows.joined(sets)
    _log.info("%s: %d rows in %d groups", name, len(taught.labels), len(taught.groups))
    fit = trees.fit_ranker if recipe.ranks else trees.fit
    return fit(taught, recipe.rounds, recipe.settings)
