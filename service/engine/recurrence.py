"""Running sums over the words of each paragraph, in both directions, that gates let grow or fade.

Each number of a state is ``h[t] = keep[t] * h[t - 1] + (1 - keep[t]) * value[t]``, where ``keep`` and
``value`` depend on the word at ``t`` alone: so the heavy part is one product for all words, and only the
sum goes word by word, in all paragraphs at once. (Bradbury et al. 2017, "Quasi-recurrent neural
networks"; Lei et al. 2018, "Simple recurrent units for highly parallelizable recurrence".)
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Floats: TypeAlias = NDArray[np.float32]
Integers: TypeAlias = NDArray[np.intp]

_STEEPEST = np.float32(30.0)  # where a gate is open or shut for good


@dataclass(frozen=True, slots=True)
class Runs:
    """The places of some paragraphs, those with the same number in their paragraph side by side.

    ``places`` (2, count) holds them counted from the beginning and from the end; numbers
    ``bounds[i]`` to ``bounds[i + 1]`` are the places ``i``, the longest paragraph first.
    """

    places: Integers
    bounds: Sequence[int]

    @classmethod
    def of(cls, inside: NDArray[np.bool_]) -> Runs:
        """Find the paragraphs: the places of each are side by side, with an empty one between two."""
        edges = np.flatnonzero(np.diff(np.concatenate(([False], inside, [False]))))
        starts, stops = edges[::2], edges[1::2]
        longest_first = np.argsort(starts - stops, kind="stable")
        starts, stops = starts[longest_first], stops[longest_first]
        lengths = stops - starts
        number = np.arange(lengths.sum()) - np.repeat(np.cumsum(lengths) - lengths, lengths)
        order = np.argsort(number, kind="stable")
        places = np.stack((np.repeat(starts, lengths) + number, np.repeat(stops, lengths) - 1 - number))
        return cls(places[:, order], [0, *np.cumsum(np.bincount(number)).tolist()])


class Recurrence:
    """A layer of such sums: ``gates`` (2, width, 2 * sums) from states, ``out`` (2, sums, width) back to them."""

    def __init__(self, gates: Floats, gates_bias: Floats, out: Floats, out_bias: Floats) -> None:
        self._gates, self._gates_bias = gates, gates_bias[:, None]
        self._out, self._out_bias = out, out_bias

    def gained(self, states: Floats, runs: Runs) -> Floats:
        """Return what each place gains from its paragraph, (places, width); an empty one's is of no use."""
        sums = self._sums(states, runs)
        mixed = np.zeros_like(states)
        for places, own, weight in zip(runs.places, sums, self._out, strict=True):
            mixed[places] += own @ weight
        mixed += self._out_bias
        return np.maximum(mixed, np.float32(0.0), out=mixed)

    def _sums(self, states: Floats, runs: Runs) -> Floats:
        """Return (2, count, sums) in the order of ``runs``."""
        scores = states[runs.places] @ self._gates
        scores += self._gates_bias
        value, keep = np.split(scores, 2, axis=2)
        keep = np.float32(1.0) / (np.float32(1.0) + np.exp(np.minimum(-keep, _STEEPEST)))
        sums: Floats = value * (np.float32(1.0) - keep)
        for before, (first, stop) in zip(runs.bounds[:-2], pairwise(runs.bounds[1:]), strict=True):
            sums[:, first:stop] += keep[:, first:stop] * sums[:, before : before + stop - first]
        return sums
