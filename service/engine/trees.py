"""Gradient-boosted trees as flat arrays, evaluated with NumPy."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from .deadline import Deadline

Floats: TypeAlias = NDArray[np.float32]

_BLOCK = 256  # rows at a time: memory stays flat however many quotations an article has


class Trees:
    """A ranker by the sum of many trees' leaves; through a sigmoid, a binary classifier.

    ``feature``, ``threshold``, ``left``, ``right`` and ``value`` describe the nodes of all
    trees; a leaf points to itself. ``roots`` holds the first node of each tree.
    Here the nodes are put into an order in which a node's right child follows its left one.
    """

    def __init__(self, weights: Mapping[str, NDArray[np.generic]]) -> None:
        order, self._left = _siblings_together(*(weights[name].tolist() for name in ("roots", "left", "right")))
        self._feature = weights["feature"][order].astype(np.intp)
        inner = self._left != np.arange(len(order))
        self._threshold = np.where(inner, weights["threshold"][order], np.inf).astype(np.float32)
        self._value = weights["value"][order].astype(np.float32)
        self._roots = len(weights["roots"])
        self._depth = int(weights["depth"])

    def scores(self, rows: Floats) -> Floats:
        """Return the score of each of ``rows`` (count, features); a classifier's are log-odds."""
        blocks = [self._block(rows[at : at + _BLOCK]) for at in range(0, len(rows), _BLOCK)]
        return np.concatenate(blocks) if blocks else np.zeros(0, np.float32)

    def _block(self, rows: Floats) -> Floats:
        """Walk all trees at once, a level a step, for a bounded number of rows.

        ``take`` on flat arrays is twice as fast as indexing with arrays of two dimensions.
        """
        count = len(rows)
        columns = np.ascontiguousarray(rows.T)
        flat = columns.ravel()
        column = self._feature * count
        row = np.arange(count, dtype=np.intp)[None, :]
        first = slice(self._roots)
        node = self._left[first, None] + (columns[self._feature[first]] > self._threshold[first, None])
        for _ in range(self._depth - 1):
            where = column.take(node)
            where += row
            right = flat.take(where) > self._threshold.take(node)
            node = self._left.take(node)
            node += right
        total: Floats = self._value.take(node).sum(axis=0, dtype=np.float32)
        return total

    def probabilities_of(self, rows: Iterable[Sequence[float]], deadline: Deadline = Deadline()) -> Floats:
        """Return the probability of each of ``rows``, which are made and read a block at a time."""
        blocks = (np.array(block, np.float32) for block in deadline.blocks(rows))
        return np.concatenate([np.zeros(0, np.float32), *map(self.probabilities, blocks)])

    def probabilities(self, rows: Floats) -> Floats:
        """Return the probability of each of ``rows`` (count, features)."""
        odds = np.clip(self.scores(rows), -30.0, 30.0)
        result: Floats = (1.0 / (1.0 + np.exp(-odds))).astype(np.float32)
        return result


def _siblings_together(roots: list[int], left: list[int], right: list[int]) -> tuple[list[int], NDArray[np.intp]]:
    """Return the nodes in an order with the roots first and siblings side by side, and each one's left child in it."""
    order = list(roots)
    first = []
    for place, node in enumerate(order):  # grows as it goes
        is_leaf = left[node] == node
        first.append(place if is_leaf else len(order))
        if not is_leaf:
            order += (left[node], right[node])
    return order, np.array(first, np.intp)
