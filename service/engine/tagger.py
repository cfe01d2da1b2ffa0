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
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import chain
from typing import TypeAlias
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from .arrays import compact, softmax
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
_FORENAME, _PLACE, _NATIONALITY = 1 << 1, 1 << 8, 1 << 9  # bits of the lists that want a capital letter
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
    listed = 1 | _listed().get(plain(word), 0)  # row 0 is kept for the space between paragraphs
    if not word[0].isupper():
        return listed & ~_FORENAME
    gazetteer = Gazetteer.load()
    place = gazetteer.lookup(word)
    if place is not None and not place.weak:
        listed |= _PLACE
    return listed | _NATIONALITY if gazetteer.nationality(word) is not None else listed


@cache
def _listed() -> Mapping[str, int]:
    """Return a bit for each of the word lists that hold a word."""
    lexicons = Lexicons.load()
    courtesies = [key for key, title in lexicons.titles.items() if title.courtesy]
    lists: tuple[Iterable[str], ...] = (
        lexicons.forenames,
        lexicons.titles.keys() - courtesies,
        courtesies,
        lexicons.role_nouns,
        lexicons.reporting_verbs,
        lexicons.organization_words,
        lexicons.media_words | lexicons.weekdays | lexicons.months,
    )
    bits: dict[str, int] = {}
    for number, words in enumerate(lists):
        for word in words:
            bits[word] = bits.get(word, 0) | _FORENAME << number
    return bits


def _row(table: str, key: str) -> int:
    """Hash ``key`` to a row; row 0 is kept for the space between paragraphs, row 1 for the unknown."""
    return 2 + crc32(key.encode("utf8", "surrogatepass")) % (ROWS[table] - 2)


class Tagger:
    """The trained network; holds arrays only and never changes them."""

    def __init__(self, weights: Mapping[str, NDArray[np.generic]]) -> None:
        embeddings = [
            weights[f"{name}_codes"].astype(np.float32) * weights[f"{name}_scale"].astype(np.float32) for name in ROWS
        ]
        mixes = np.split(weights["mix"].astype(np.float32), np.cumsum([table.shape[1] for table in embeddings])[:-1])
        self._tables = [table @ mix for table, mix in zip(embeddings, mixes, strict=True)]  # mixed once for all
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
        types: dict[str, int] = {word: number for number, word in enumerate(dict.fromkeys(words), 1)}
        # One empty place between paragraphs, and enough at both ends, keeps neighbours apart; it is of type 0.
        paragraph = np.asarray(tokens.paragraph[begin:end], np.intp)
        places = np.arange(len(words)) + paragraph - paragraph[:1] + REACH[-1]
        sequence = np.zeros(int(places.max(initial=0)) + REACH[-1] + 1, np.intp)
        sequence[places] = np.fromiter(map(types.__getitem__, words), np.intp, len(words))
        states = self._read(sequence, *self._word_vectors(list(types)))
        scores: Floats = states[places[first - begin : stop - begin]] @ self._head + self._head_bias
        return scores

    def _word_vectors(self, words: list[str]) -> tuple[Floats, NDArray[np.intp]]:
        """Return the vector of each word, after one of zeros, and a number that words of one form share, after a 0."""
        numbers = chain.from_iterable(map(word_rows, words))
        rows = np.fromiter(numbers, np.intp, len(words) * len(ROWS)).reshape(-1, len(ROWS))
        vectors = np.zeros((len(words) + 1, len(self._mix_bias)), np.float32)
        vectors[1:] = self._mix_bias
        for table, own in zip(self._tables, rows.T, strict=True):
            vectors[1:] += table[own]
        forms = np.zeros(len(words) + 1, np.intp)
        forms[1:] = np.unique(rows[:, 0], return_inverse=True)[1] + 1
        return np.maximum(vectors, 0.0, out=vectors), forms

    def _read(self, sequence: NDArray[np.intp], vectors: Floats, forms: NDArray[np.intp]) -> Floats:
        """Return the states of a sequence of types of words after all layers; type 0 is the empty place."""
        states, empty = vectors[sequence], sequence == 0
        for number, ((weight, bias), reach) in enumerate(zip(self._layers, REACH, strict=True)):
            if reach == REACH[-1]:
                states += self._heard(states, forms[sequence])
                states[empty] = 0.0
            mixed = _convolved_types(sequence, vectors, weight) if number == 0 else _convolved(states, reach, weight)
            states += _rectified(mixed, bias)
            states[empty] = 0.0
        return states

    def _heard(self, states: Floats, form: NDArray[np.intp]) -> Floats:
        """Return what each token gains from its own state and the mean of the other tokens of the same form."""
        weight, bias = self._echo
        of_own, of_others = np.split(weight, 2)
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
        return _rectified(gained, bias)


def _convolved(states: Floats, reach: int, weight: Floats) -> Floats:
    """Return what each place, and those ``reach`` places before and after it, add up to."""
    before, own, after = np.split(weight, 3)
    mixed: Floats = states @ own
    mixed[reach:] += states[:-reach] @ before
    mixed[:-reach] += states[reach:] @ after
    return mixed


def _convolved_types(sequence: NDArray[np.intp], vectors: Floats, weight: Floats) -> Floats:
    """Return ``_convolved(vectors[sequence], 1, weight)``, worked out once a type: there are fewer of them."""
    before, own, after = (vectors @ part for part in np.split(weight, 3))
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
    sizes = np.cumsum([len(labels) for labels in (POS, ENTITY, SOURCE, NOUN_KINDS)])
    pos, entity, source, noun, relation = np.split(scores, sizes, axis=1)
    chances = softmax(source)
    return (
        entity.copy(),  # a view would keep all scores alive
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
