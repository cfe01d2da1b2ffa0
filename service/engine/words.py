"""What the tagger knows of each word by itself: its forms and lists, hashed, and what its first layers make of them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache, lru_cache
from itertools import chain
from typing import TypeAlias
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from .gazetteer import Gazetteer
from .lexicons import Lexicons, plain

Floats: TypeAlias = NDArray[np.float32]
Integers: TypeAlias = NDArray[np.intp]

ROWS = {"word": 1 << 15, "prefix": 1 << 12, "suffix": 1 << 13, "shape": 1 << 9, "lists": 1 << 10}
LONGEST_WORD = 40  # what lies beyond tells nothing about a word, and hostile words are long
_FORENAME, _PLACE, _NATIONALITY = 1 << 1, 1 << 8, 1 << 9  # bits of the lists that want a capital letter
_REPEATS = re.compile(r"(.)\1{2,}")
_SHAPE = {ord(c): "x" for c in "abcdefghijklmnopqrstuvwxyz"} | {ord(c): "d" for c in "0123456789"}
_SHAPE |= {ord(c): "X" for c in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"}


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
    word = word[:LONGEST_WORD].replace("’", "'")
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


def packed(words: Iterable[str]) -> NDArray[np.uint8]:
    """Return words as an array that the weights can hold."""
    return np.frombuffer("\n".join(words).encode(), np.uint8)


def unpacked(array: NDArray[np.generic]) -> list[str]:
    """Return the words of :func:`packed`."""
    return array.tobytes().decode().split("\n")


class Words:
    """The layers that read each word by itself; what they make of the commonest words is worked out at the start."""

    def __init__(self, weights: Mapping[str, NDArray[np.generic]]) -> None:
        embeddings = [
            weights[f"{name}_codes"].astype(np.float32) * weights[f"{name}_scale"].astype(np.float32) for name in ROWS
        ]
        mixes = np.split(weights["mix"].astype(np.float32), np.cumsum([table.shape[1] for table in embeddings])[:-1])
        self._tables = [table @ mix for table, mix in zip(embeddings, mixes, strict=True)]  # mixed once for all
        self._bias = weights["mix_bias"].astype(np.float32)
        self._convolution = np.concatenate(np.split(weights["near"].astype(np.float32), 3), axis=1)
        common = unpacked(weights["common"])
        self._places = {word: place for place, word in enumerate(common)}
        self._vectors, self._forms = self._read(common)

    def described(self, words: Sequence[str]) -> tuple[Floats, Integers]:
        """Return a row of vectors for each word, after one of zeros, and a number that words of one form share.

        The row holds the word's own vector and what it adds to the convolution of the place after
        it, of its own and of the place before it.
        """
        places = np.fromiter((self._places.get(word, -1) for word in words), np.intp, len(words))
        common, rare = np.flatnonzero(places >= 0), np.flatnonzero(places < 0)
        vectors = np.empty((len(words) + 1, self._vectors.shape[1]), np.float32)
        forms = np.zeros(len(words) + 1, np.intp)
        vectors[0] = 0.0
        vectors[common + 1], forms[common + 1] = self._vectors[places[common]], self._forms[places[common]]
        vectors[rare + 1], forms[rare + 1] = self._read([words[at] for at in rare.tolist()])
        forms[1:] = np.unique(forms[1:], return_inverse=True)[1] + 1
        return vectors, forms

    def _read(self, words: Sequence[str]) -> tuple[Floats, Integers]:
        """Return the vectors of words, and the row of the hashed form of each."""
        numbers = chain.from_iterable(map(word_rows, words))
        rows = np.fromiter(numbers, np.intp, len(words) * len(ROWS)).reshape(-1, len(ROWS))
        own = np.tile(self._bias, (len(words), 1))
        for table, column in zip(self._tables, rows.T, strict=True):
            own += table[column]
        np.maximum(own, 0.0, out=own)
        return np.concatenate((own, own @ self._convolution), axis=1), rows[:, 0]
