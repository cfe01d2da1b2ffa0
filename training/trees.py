"""Fit boosted trees with LightGBM and flatten them for ``service.engine.trees``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

import lightgbm
import numpy as np
from numpy.typing import NDArray

from .rows import Rows

Arrays: TypeAlias = dict[str, NDArray[np.generic]]

_SETTINGS = {
    "objective": "binary", "learning_rate": 0.06, "num_leaves": 24, "max_depth": 7, "min_data_in_leaf": 25,
    "feature_fraction": 0.6, "bagging_fraction": 0.8, "bagging_freq": 1, "lambda_l2": 5.0,
    "seed": 1, "deterministic": True, "force_row_wise": True, "num_threads": 1, "verbosity": -1,
}  # fmt: skip


def fit(rows: Rows, rounds: int, settings: Mapping[str, object]) -> Arrays:
    """Fit ``rounds`` trees to rows whose labels lie between 0 and 1; return them as flat arrays."""
    data = lightgbm.Dataset(np.asarray(rows.features, np.float32), np.asarray(rows.labels), weight=rows.weights)
    model = lightgbm.train({**_SETTINGS, **settings}, data, rounds)
    return flatten(model.dump_model()["tree_info"])


def fit_ranker(rows: Rows, rounds: int, settings: Mapping[str, object]) -> Arrays:
    """Fit ``rounds`` trees that put the row with the largest label first in each group; see :func:`fit`."""
    worths, grades = np.unique(rows.labels, return_inverse=True)
    data = lightgbm.Dataset(np.asarray(rows.features, np.float32), grades, weight=rows.weights, group=rows.groups)
    ranking = {"objective": "lambdarank", "lambdarank_truncation_level": 1, "label_gain": worths.tolist()}
    model = lightgbm.train({**_SETTINGS, **ranking, **settings}, data, rounds)
    return flatten(model.dump_model()["tree_info"])


def flatten(trees: Sequence[dict[str, Any]]) -> Arrays:
    """Return LightGBM's trees as parallel arrays of nodes; leaves point to themselves."""
    feature: list[int] = []
    threshold: list[float] = []
    left: list[int] = []
    right: list[int] = []
    value: list[float] = []
    deepest = 0

    def add(node: dict[str, Any], depth: int) -> int:
        nonlocal deepest
        deepest = max(deepest, depth)
        at = len(feature)
        feature.append(node.get("split_feature", 0))
        threshold.append(node.get("threshold", 0.0))
        value.append(0.0 if "split_feature" in node else node["leaf_value"])
        left.append(at)
        right.append(at)
        if "split_feature" in node:
            left[at] = add(node["left_child"], depth + 1)
            right[at] = add(node["right_child"], depth + 1)
        return at

    roots = [add(tree["tree_structure"], 0) for tree in trees]
    return {
        "feature": np.array(feature, np.int16),
        "threshold": np.array(threshold, np.float32),
        "left": np.array(left, np.int32),
        "right": np.array(right, np.int32),
        "value": np.array(value, np.float32),
        "roots": np.array(roots, np.int32),
        "depth": np.array(deepest, np.int32),
    }
