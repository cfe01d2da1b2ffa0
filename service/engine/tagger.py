"""A small convolutional tagger: parts of speech, entities, sources and cues, kinds of nouns, relations.

Each word is embedded by its hashed form, prefix, suffix, shape and the word lists that
hold it, mixed by one layer. Three convolutions over three tokens, the last reaching farther than
the others (Strubell et al. 2017, "Fast and accurate entity recognition with iterated
dilated convolutions"), let its neighbours speak; before the last one, each word also hears
what the article's other uses of the same word have gathered. One linear layer answers all tasks.
Plain NumPy, float32. Trained by ``training.tagger``.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain
from typing import TypeAlias
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from .arrays import compact
from .deadline import Deadline
from .gazetteer import Gazetteer
from .lexicons import Lexicons, plain
from .tagset import ENTITY, NOUN_KINDS, POS, SOURCE
from .text import Tokens

Floats: TypeAlias = NDArray[np.float32]

ROWS = {"word": 1 << 15, "prefix": 1 << 12, "suffix": 1 << 13, "shape": 1 << 9, "lists": 1 << 10}
REACH = (1, 1, 3)  # how far away the outer tokens of each convolution stand
_SEEN = sum(REACH)  # how far away the farthest token stands that a token's tags depend on
_BLOCK = 2048  # tokens at a time
_SOURCE_START, _CUE_START = SOURCE.index("B-SOURCE"), SOURCE.index("B-CUE")
_REPEATS = re.compile(r"(.)\1{2,}")
_LONGEST_WORD = 40  # what lies beyond tells nothing about a word, and hostile words are long
_SHAPE = {ord(c): "x" for c in "abcdefghijklmnopqrstuvwxyz"} | {ord(c): "d" for c in "0123456789"}
_SHAPE |= {ord(c): "X" for c in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"}


@dataclass(frozen=True, slots=True)
class Tags:
    """What the tagger says of each token: labels as numbers, sources and cues as probabilities.

    ``source`` and ``cue`` tell how likely a token is part of one, ``source_start`` that one begins there.
    """

    pos: array[int]
    entity: array[int]
    noun: array[int]
    relation: array[int]
    source: array[float]
    source_start: array[float]
    cue: array[float]


def shape(word: str) -> str:
    """Return the shape of a word: "McKay-12" is "XxXxx-dd", runs cut to two."""
    if word.isascii():
        kinds = word.translate(_SHAPE)
    else:
        kinds = "".join("X" if c.isupper() else "x" if c.isalpha() else "d" if c.isdigit() else c for c in word)
    return _REPEATS.sub(r"\1\1", kinds)


@lru_cache(maxsize=1 << 16)
def word_rows(word: str) -> tuple[int, int, int, int, int]:
    """Return the embedding rows of a word: hashed form, prefix, suffix, shape and word lists."""
    word = word[:_LONGEST_WORD].replace("’", "'")
    lower = word.lower()
    return (
        _row("word", lower),
        _row("prefix", word[:3]),
        _row("suffix", lower[-3:]),
        _row("shape", shape(word)),
        _lists(word),
    )


def _lists(word: str) -> int:
    """Return which word lists hold a word, a bit each."""
    lexicons, gazetteer = Lexicons.load(), Gazetteer.load()
    key = plain(word)
    upper = word[0].isupper()
    place = gazetteer.lookup(word) if upper else None
    title = lexicons.titles.get(key)
    forename = upper and key in lexicons.forenames
    members = (
        True,  # row 0 is kept for the space between paragraphs
        forename,
        title is not None and not title.courtesy,
        title is not None and title.courtesy,
        key in lexicons.role_nouns,
        key in lexicons.reporting_verbs,
        key in lexicons.organization_words,
        key in lexicons.media_words or key in lexicons.weekdays or key in lexicons.months,
        place is not None and not place.weak,
        upper and gazetteer.nationality(word) is not None,
    )
    return sum(1 << bit for bit, held in enumerate(members) if held)


def _row(table: str, key: str) -> int:
    """Hash ``key`` to a row; row 0 is kept for the space between paragraphs, row 1 for the unknown."""
    return 2 + crc32(key.encode("utf8", "surrogatepass")) % (ROWS[table] - 2)


class Tagger:
    """The trained network; holds arrays only and never changes them."""

    def __init__(self, weights: Mapping[str, NDArray[np.generic]]) -> None:
        self._embeddings = [
            weights[f"{name}_codes"].astype(np.float32) * weights[f"{name}_scale"].astype(np.float32) for name in ROWS
        ]
        self._mix = weights["mix"].astype(np.float32)
        self._mix_bias = weights["mix_bias"].astype(np.float32)
        self._layers = [
            (weights[f"conv{i}"].astype(np.float32), weights[f"conv{i}_bias"].astype(np.float32))
            for i in range(len(REACH))
        ]
        self._echo = weights["echo"].astype(np.float32), weights["echo_bias"].astype(np.float32)
        self._head = weights["head"].astype(np.float32)
        self._head_bias = weights["head_bias"].astype(np.float32)

    def tag(self, tokens: Tokens, deadline: Deadline = Deadline()) -> Tags:
        """Return the tags of all tokens of an article, read in blocks so that memory stays flat."""
        columns: list[list[NDArray[np.generic]]] = [[] for _ in range(7)]
        for first in range(0, max(len(tokens), 1), _BLOCK):
            deadline.check()
            for column, own in zip(columns, _columns(self._scores(tokens, first, first + _BLOCK)), strict=True):
                column.append(own)
        entity, *others = map(np.concatenate, columns)
        pos, noun, relation, source, source_start, cue = map(compact, others)
        return Tags(pos, _entities(entity.astype(np.float32, copy=False)), noun, relation, source, source_start, cue)

    def _scores(self, tokens: Tokens, first: int, stop: int) -> Floats:
        """Return (tokens, labels of all tasks) for the tokens from ``first`` to ``stop``."""
        begin, end = max(first - _SEEN, 0), stop + _SEEN
        words = [word[:_LONGEST_WORD] for word in tokens.words[begin:end]]  # what is cached is short
        types: dict[str, int] = {word: number for number, word in enumerate(dict.fromkeys(words))}
        vectors, forms = self._word_vectors(list(types))
        index = np.fromiter(map(types.__getitem__, words), np.intp, len(words))
        # One empty place between paragraphs, and enough at both ends, keeps neighbours apart.
        paragraph = np.asarray(tokens.paragraph[begin:end], np.intp)
        places = np.arange(len(words)) + paragraph - paragraph[:1] + REACH[-1]
        sequence = np.zeros((int(places.max(initial=0)) + REACH[-1] + 1, vectors.shape[1]), np.float32)
        sequence[places] = vectors[index]
        form = np.zeros(len(sequence), np.intp)
        form[places] = forms[index]
        gaps = form == 0
        for (weight, bias), reach in zip(self._layers, REACH, strict=True):
            if reach == REACH[-1]:
                sequence += self._heard(sequence, form)
                sequence[gaps] = 0.0
            sequence += _rectified(_windows(sequence, reach), weight, bias)
            sequence[gaps] = 0.0
        scores: Floats = sequence[places[first - begin : stop - begin]] @ self._head + self._head_bias
        return scores

    def _word_vectors(self, words: list[str]) -> tuple[Floats, NDArray[np.intp]]:
        """Return a vector a word, and the same number, 1 or more, for words that differ in capitals only."""
        numbers = chain.from_iterable(map(word_rows, words))
        rows = np.fromiter(numbers, np.intp, len(words) * len(ROWS)).reshape(-1, len(ROWS))
        parts = [table[rows[:, i]] for i, table in enumerate(self._embeddings)]
        vectors = _rectified(np.concatenate(parts, axis=1), self._mix, self._mix_bias)
        return vectors, np.unique(rows[:, 0], return_inverse=True)[1] + 1

    def _heard(self, vectors: Floats, form: NDArray[np.intp]) -> Floats:
        """Return what each token gains from the mean of the other tokens of the same form."""
        order = np.argsort(form, kind="stable")
        begins = np.flatnonzero(np.diff(form[order], prepend=-1))
        counts = np.diff(begins, append=len(form))
        total, others = np.empty_like(vectors), np.empty((len(form), 1), np.float32)
        total[order] = np.repeat(np.add.reduceat(vectors[order], begins), counts, axis=0)
        others[order, 0] = np.repeat(np.maximum(counts - 1, 1), counts)
        return _rectified(np.concatenate((vectors, (total - vectors) / others), axis=1), *self._echo)


def _windows(sequence: Floats, reach: int) -> Floats:
    """Return the vectors of each place beside those ``reach`` places before and after it."""
    width = sequence.shape[1]
    windows = np.zeros((len(sequence), 3 * width), np.float32)
    windows[reach:, :width] = sequence[:-reach]
    windows[:, width : 2 * width] = sequence
    windows[:-reach, 2 * width :] = sequence[reach:]
    return windows


def _rectified(values: Floats, weight: Floats, bias: Floats) -> Floats:
    """Return a layer of the network, ``values @ weight + bias``, without what is below zero."""
    mixed = values @ weight
    mixed += bias
    result: Floats = np.maximum(mixed, np.float32(0.0), out=mixed)
    return result


def _columns(scores: Floats) -> tuple[NDArray[np.generic], ...]:
    """Return what Tags holds of some tokens; of their entities, which come first, the scores."""
    sizes = np.cumsum([len(labels) for labels in (POS, ENTITY, SOURCE, NOUN_KINDS)])
    pos, entity, source, noun, relation = np.split(scores, sizes, axis=1)
    chances = softmax(source)
    return (
        entity,
        _labels(pos),
        _labels(noun),
        _labels(relation),
        chances[:, _SOURCE_START] + chances[:, _SOURCE_START + 1],
        chances[:, _SOURCE_START].copy(),
        chances[:, _CUE_START] + chances[:, _CUE_START + 1],
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


def softmax(scores: Floats) -> Floats:
    """Return the probabilities of scores, row by row."""
    powers = np.exp(scores - scores.max(axis=1, keepdims=True, initial=-1e30))
    result: Floats = powers / powers.sum(axis=1, keepdims=True)
    return result
