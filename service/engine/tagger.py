"""A small recurrent tagger: parts of speech, entities, sources and cues, kinds of nouns, relations, speakers.

Each word is embedded by its hashed form, prefix, suffix, shape and the word lists that
hold it, mixed by one layer. Two convolutions over three tokens let its neighbours speak; then it
hears what the article's other uses of the same word have gathered, and a recurrence tells it of all
its paragraph. One linear layer answers all tasks. Plain NumPy, float32. Trained by ``training.tagger``.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from .arrays import compact, softmax
from .deadline import Deadline
from .recurrence import Recurrence, Runs
from .tagset import ENTITY, NOUN_KINDS, POS, RELATION, SOURCE
from .text import Tokens
from .words import LONGEST_WORD, Words

Floats: TypeAlias = NDArray[np.float32]

_BLOCK = 2048  # tokens at a time, at most; those of one block do not hear of the next
_SOURCE_START, _CUE_START = SOURCE.index("B-SOURCE"), SOURCE.index("B-CUE")


@dataclass(frozen=True, slots=True)
class Tags:
    """What the tagger says of each token: labels as numbers, the rest as probabilities.

    ``source`` and ``cue`` tell how likely a token is part of one, ``source_start`` that one begins there;
    ``speaker`` that it names who is quoted directly.
    """

    pos: array[int]
    entity: array[int]
    noun: array[int]
    relation: array[int]
    source: array[float]
    source_start: array[float]
    cue: array[float]
    speaker: array[float]


class Tagger:
    """The trained network; holds arrays only and never changes them."""

    def __init__(self, weights: Mapping[str, NDArray[np.generic]]) -> None:
        self._words = Words(weights)
        self._near_bias = weights["near_bias"].astype(np.float32)
        self._second, self._second_bias = _layer(weights, "second")
        self._echo, self._echo_bias = _layer(weights, "echo")
        self._recurrence = Recurrence(*_layer(weights, "gates"), *_layer(weights, "gained"))
        self._head, self._head_bias = _layer(weights, "head")

    def tag(self, tokens: Tokens, deadline: Deadline = Deadline()) -> Tags:
        """Return the tags of all tokens of an article, read in blocks so that memory stays flat."""
        columns: list[list[NDArray[np.generic]]] = [[] for _ in range(8)]
        for block in _blocks(tokens):
            deadline.check()
            for column, own in zip(columns, _columns(self._scores(tokens, block)), strict=True):
                column.append(own)
        entity, *others = map(np.concatenate, columns)
        pos, *rest = map(compact, others)
        return Tags(pos, _entities(entity.astype(np.float32, copy=False)), *rest)

    def _scores(self, tokens: Tokens, block: slice) -> Floats:
        """Return (tokens, labels of all tasks) for the tokens of a block."""
        words = [word[:LONGEST_WORD] for word in tokens.words[block]]  # what is cached is short
        types: dict[str, int] = {word: number for number, word in enumerate(dict.fromkeys(words), 1)}
        # One empty place before each paragraph and one at the end keep neighbours apart; it is of type 0.
        paragraph = np.asarray(tokens.paragraph[block], np.intp)
        places = np.arange(1, len(words) + 1) + paragraph - paragraph[:1]
        sequence = np.zeros(int(places.max(initial=0)) + 2, np.intp)
        sequence[places] = np.fromiter(map(types.__getitem__, words), np.intp, len(words))
        states = self._read(sequence, *self._words.described(list(types)))
        scores: Floats = states[places] @ self._head + self._head_bias
        return scores

    def _read(self, sequence: NDArray[np.intp], vectors: Floats, forms: NDArray[np.intp]) -> Floats:
        """Return the states of a sequence of types of words after all layers; type 0 is the empty place."""
        own, *neighbours = np.split(vectors, 4, axis=1)
        empty = sequence == 0
        states = own[sequence]
        states += _rectified(_convolved_types(sequence, *neighbours), self._near_bias)
        states[empty] = 0.0
        states += _rectified(_convolved(states, self._second), self._second_bias)
        states += self._heard(states, forms[sequence])
        states += self._recurrence.gained(states, Runs.of(~empty))
        return states

    def _heard(self, states: Floats, form: NDArray[np.intp]) -> Floats:
        """Return what each token gains from its own state and the mean of the other tokens of the same form."""
        of_own, of_others = np.split(self._echo, 2)
        gained: Floats = states @ of_own
        counts = np.bincount(form)
        repeated = np.flatnonzero((counts[form] > 1) & (form > 0))
        if len(repeated):
            order = repeated[np.argsort(form[repeated], kind="stable")]
            begins = np.flatnonzero(np.diff(form[order], prepend=0))
            many = counts[form[order]][:, None]
            means = np.repeat(np.add.reduceat(states[order], begins), many[begins, 0], axis=0)
            means -= states[order]
            means /= many - np.float32(1.0)
            gained[order] += means @ of_others
        return _rectified(gained, self._echo_bias)


def _layer(weights: Mapping[str, NDArray[np.generic]], name: str) -> tuple[Floats, Floats]:
    return weights[name].astype(np.float32), weights[f"{name}_bias"].astype(np.float32)


def _blocks(tokens: Tokens) -> Iterator[slice]:
    """Yield the tokens in blocks that end with a paragraph where one does, so that memory stays flat."""
    first = 0
    while first < len(tokens) or not first:  # a text without a word is one empty block
        stop = first + _BLOCK
        if stop < len(tokens):
            begin = bisect_left(tokens.paragraph, tokens.paragraph[stop], first, stop)
            stop = begin if begin > first else stop
        yield slice(first, stop)
        first = stop


def _convolved(states: Floats, weight: Floats) -> Floats:
    """Return what each place and its two neighbours add up to."""
    before, own, after = np.split(weight, 3)
    mixed: Floats = states @ own
    mixed[1:] += states[:-1] @ before
    mixed[:-1] += states[1:] @ after
    return mixed


def _convolved_types(sequence: NDArray[np.intp], before: Floats, own: Floats, after: Floats) -> Floats:
    """Return the same, where ``before`` and so on hold the products for each type of word."""
    mixed: Floats = own[sequence]
    mixed[1:] += before[sequence[:-1]]
    mixed[:-1] += after[sequence[1:]]
    return mixed


def _rectified(mixed: Floats, bias: Floats) -> Floats:
    """Return what of ``mixed``, which is overwritten, and the bias is above zero."""
    mixed += bias
    result: Floats = np.maximum(mixed, np.float32(0.0), out=mixed)
    return result


def _columns(scores: Floats) -> tuple[NDArray[np.generic], ...]:
    """Return what Tags holds of some tokens; of their entities, which come first, the scores."""
    sizes = np.cumsum([len(labels) for labels in (POS, ENTITY, SOURCE, NOUN_KINDS, RELATION)])
    pos, entity, source, noun, relation, speaker = np.split(scores, sizes, axis=1)
    chances = softmax(source)
    return (
        entity.copy(),  # a view would keep all scores alive
        _labels(pos),
        _labels(noun),
        _labels(relation),
        chances[:, _SOURCE_START] + chances[:, _SOURCE_START + 1],
        chances[:, _SOURCE_START].copy(),
        chances[:, _CUE_START] + chances[:, _CUE_START + 1],
        np.float32(1.0) - softmax(speaker)[:, 0],
    )


def _labels(scores: Floats) -> NDArray[np.uint8]:
    """Return the best label of each token."""
    labels: NDArray[np.uint8] = scores.argmax(axis=1).astype(np.uint8)
    return labels


def _entities(scores: Floats) -> array[int]:
    """Return entity labels that fit together: one type from the beginning of a run to its end."""
    labels = compact(_labels(scores))
    at, count = 0, len(labels)
    while at < count:
        if not labels[at]:
            at += 1
            continue
        stop = at + 1
        while stop < count and labels[stop] and labels[stop] % 2 == 0:  # I- labels go on with the run
            stop += 1
        if len({(label - 1) // 2 for label in labels[at:stop]}) > 1 or labels[at] % 2 == 0:
            own = scores[at:stop, 1:].reshape(stop - at, -1, 2).max(axis=2).sum(axis=0)
            kind = int(own.argmax())
            labels[at:stop] = array("B", [1 + 2 * kind] + [2 + 2 * kind] * (stop - at - 1))
        at = stop
    return labels
