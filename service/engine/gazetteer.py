"""Names of places and nationalities, and the countries they belong to.

>>> gazetteer = Gazetteer.load()
>>> gazetteer.country_of("London", "Ontario")
'CA'
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Literal, cast

from . import tables

Kind = Literal["country", "region", "city", "landmark"]

# No place of the table is longer, so that a long stretch of text costs nothing.
_LONGEST = 80
_UNDECIDED = "?"
_DASHES_TO_SPACES_AND_MARKS_DROPPED = {
    **dict.fromkeys(map(ord, "-‐‑–"), " "),
    **dict.fromkeys(map(ord, ".,'’‘ʻʼ`´"), None),
    **{ord(letter): plain for letter, plain in zip("øØłŁđĐıæÆœŒ", "oOlLdDiaAoO", strict=True)},
}
_ABBREVIATED = {"st": "saint", "ste": "sainte", "ft": "fort", "mt": "mount"}
_POSSESSIVE_ENDINGS = ("'s", "’s")


@dataclass(frozen=True, slots=True)
class Place:
    """What a name may stand for.

    ``country`` is ISO 3166-1 alpha-2, or None where the name alone does not
    tell; ``countries`` are all those that have a place of the name. ``weak``
    marks names that are also words or people's names: believe them only in
    the company of a preposition, a container or a dateline.
    """

    kind: Kind
    country: str | None
    countries: tuple[str, ...]
    weak: bool


@dataclass(frozen=True, slots=True)
class Gazetteer:
    """Tables of places, of nationalities and of the words around a place's name; immutable and shared."""

    places: Mapping[str, str]
    nationalities: Mapping[str, str]
    surroundings: Mapping[str, str]

    @classmethod
    def load(cls) -> Gazetteer:
        """Return the tables that ship with the package, read once."""
        return _load()

    def lookup(self, name: str) -> Place | None:
        """Return the place that ``name`` stands for; "NAIROBI" is a name, a lower-case word is none."""
        bare = _bare(name)
        if bare is None:
            return None
        folded = fold(bare)
        row = self.places.get(bare) or self.places.get(folded)
        return _place(row) if row else self._portion(folded)

    def country_of(self, name: str, container: str | None = None) -> str | None:
        """Return the country of ``name``, told apart by the place that contains it where the article names one."""
        place = self.lookup(name)
        around = self._container(container) if container else None
        if place is None or around is None:
            return (around or place or _NOWHERE).country
        shared = [country for country in place.countries if country in around.countries]
        if len(shared) == 1:
            return shared[0]
        return place.country if place.country in shared else around.country

    def nationality(self, word: str) -> str | None:
        """Return the country of an adjective or demonym such as "Kenyan" or "U.S."."""
        bare = _bare(word)
        if bare is None:
            return None
        return self.nationalities.get(bare) or self.nationalities.get(fold(bare))

    def _container(self, container: str) -> Place | None:
        return self.lookup(container) or self.lookup(container.rpartition(",")[2])

    def _portion(self, folded: str) -> Place | None:
        """Read "Garissa County", "northern Syria" or "city of Lviv" by the name inside, where the whole is unknown."""
        row = self.places.get(self._inner(folded.split()))
        if row is None:
            return None
        place = _place(row)
        return Place("region", place.country, place.countries, place.weak)

    def _inner(self, words: list[str]) -> str:
        """Return what is left of a folded name without the word for which part or what sort of place it is."""
        first, last = (self.surroundings.get(words[end]) if words else None for end in (0, -1))
        if first in {"division", "settlement"} and words[1:2] == ["of"]:
            return " ".join(words[2:])
        if first == "part":
            return " ".join(words[1:])
        return " ".join(words[:-1]) if last == "division" else ""


_NOWHERE = Place("region", None, (), weak=True)


def fold(name: str) -> str:
    """Return ``name`` as the tables spell it: lower case, no diacritics, no points, "the" or hyphens."""
    if not name.isascii():
        name = "".join(c for c in unicodedata.normalize("NFKD", name) if not unicodedata.combining(c))
    words = name.translate(_DASHES_TO_SPACES_AND_MARKS_DROPPED).casefold().split()
    if words[:1] == ["the"] and len(words) > 1:
        del words[0]
    if len(words) > 1:
        words[0] = _ABBREVIATED.get(words[0], words[0])
    return " ".join(words)


def _bare(name: str) -> str | None:
    """Strip what surrounds a name; None for what cannot be one."""
    if len(name) > _LONGEST or name == name.lower():
        return None
    bare = name.strip().removeprefix("the ").removeprefix("The ")
    return bare[:-2] if bare.endswith(_POSSESSIVE_ENDINGS) else bare


def _place(row: str) -> Place:
    kind, countries, *flags = row.split("\t")
    undecided = countries.startswith(_UNDECIDED)
    codes = tuple(code for code in countries.removeprefix(_UNDECIDED).split(",") if code)
    country = None if undecided or not codes else codes[0]
    return Place(cast("Kind", kind), country, codes, weak=flags == ["weak"])


@cache
def _load() -> Gazetteer:
    return Gazetteer(*(dict(tables.pairs(table)) for table in ("places.tsv", "demonyms.tsv", "place_words.txt")))
