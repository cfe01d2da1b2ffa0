"""The words that the engine knows by heart: titles, roles, forenames, verbs of saying and the like.

All keys are lower case; see the header of each table in ``data`` for its
source and licence.

>>> Lexicons.load().role_nouns["spokeswomen"]
RoleNoun(lemma='spokeswoman', plural=True, gender='f')
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Literal, NamedTuple, cast

from . import tables

Gender = Literal["m", "f"]


@dataclass(frozen=True, slots=True)
class Title:
    """A title before a name; a courtesy ("Mrs", "Sir") says nothing of the person's role.

    Whoever has a regnal title ("King", "Pope") goes by a forename.
    """

    courtesy: bool
    regnal: bool
    gender: Gender | None


@dataclass(frozen=True, slots=True)
class RoleNoun:
    """One form of a noun that names a person's role, occupation or relation; "police" is plural only."""

    lemma: str
    plural: bool
    gender: Gender | None


class Nominal(NamedTuple):
    """What becomes of those who are mentioned by a noun: the share never named, and the share of named people."""

    unnamed: float
    person: float


@dataclass(frozen=True, slots=True)
class Lexicons:
    """Every word list; immutable and shared."""

    titles: Mapping[str, Title]
    """By :func:`plain` title, of one to five words: "det insp", "prime minister"."""
    title_beginnings: frozenset[str]
    """The first word of each title."""
    role_nouns: Mapping[str, RoleNoun]
    """By singular and plural form."""
    forenames: Mapping[str, Gender | None]
    """By name with or without its diacritics; None for either gender or one not known."""
    forename_endings: Mapping[str, float]
    """The share of women among those whose forename ends so; ^ stands for its beginning."""
    nominals: Mapping[str, Nominal]
    """By the noun that heads a mention, as it is written."""
    reporting_verbs: Mapping[str, str]
    """The lemma by each form."""
    organization_words: frozenset[str]
    media_words: frozenset[str]
    weekdays: frozenset[str]
    months: frozenset[str]

    @classmethod
    def load(cls) -> Lexicons:
        """Return the lists that ship with the package, read once."""
        return _load()


def plain(words: str) -> str:
    """Return ``words`` as the lists spell them: lower case, without points, with plain apostrophes.

    >>> plain("Lt. Gov.")
    'lt gov'
    """
    return words.lower().replace(".", "").replace("’", "'")


@cache
def _load() -> Lexicons:
    calendar = dict(tables.pairs("calendar.txt"))
    titles = dict(_titles())
    return Lexicons(
        titles=titles,
        title_beginnings=frozenset(title.partition(" ")[0] for title in titles),
        role_nouns=dict(_role_nouns()),
        forenames={name: _gender(gender) for name, gender in tables.pairs("forenames.tsv")},
        forename_endings={ending: float(share) for ending, share in tables.pairs("forename_endings.tsv")},
        nominals={noun: Nominal(*map(float, shares.split())) for noun, shares in tables.pairs("nominals.tsv")},
        reporting_verbs=dict(tables.pairs("reporting_verbs.txt")),
        organization_words=frozenset(tables.lines("organization_words.txt")),
        media_words=frozenset(tables.lines("media_words.txt")),
        weekdays=frozenset(word for word, kind in calendar.items() if kind == "weekday"),
        months=frozenset(word for word, kind in calendar.items() if kind == "month"),
    )


def _titles() -> Iterator[tuple[str, Title]]:
    for title, rest in tables.pairs("titles.txt"):
        kind, _, gender = rest.partition("\t")
        yield title, Title(kind == "courtesy", kind == "regnal", _gender(gender))


def _role_nouns() -> Iterator[tuple[str, RoleNoun]]:
    for singular, rest in tables.pairs("role_nouns.txt"):
        plural, _, gender = rest.partition("\t")
        if singular != plural:
            yield singular, RoleNoun(singular, plural=False, gender=_gender(gender))
        yield plural, RoleNoun(singular, plural=True, gender=_gender(gender))


def _gender(column: str) -> Gender | None:
    return cast("Gender", column) if column in {"m", "f"} else None
