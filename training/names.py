"""Whether a name in an answer is one of the names that an annotator accepts."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

_REMEMBERED = 1 << 14  # phrases: the names of an article are compared with each other again and again
_TITLES = frozenset(
    """mr mrs ms miss dr prof professor sir dame lord lady rep reps sen sens gov president prime minister chancellor
    secretary king queen prince princess pope rev father sister judge justice capt captain col colonel gen general lt
    maj major sgt sheriff chief mayor the""".split()
)
_SMALL = frozenset("the a an of for and in at".split())


@lru_cache(_REMEMBERED)
def words(text: str) -> tuple[str, ...]:
    """Return the words of ``text`` without case, accents and possessive endings."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(c for c in plain if not unicodedata.combining(c)).replace("’", "'")
    return tuple(word.removesuffix("'s") for word in re.findall(r"\w+(?:['.-]\w+)*", plain))


@lru_cache(_REMEMBERED)
def without_titles(name: str) -> tuple[str, ...]:
    """Return the words of ``name`` but its titles, unless there are no others."""
    found = words(name)
    return tuple(word for word in found if word.rstrip(".") not in _TITLES) or found


def is_same_name(answer: str, accepted: Iterable[str]) -> bool:
    """Whether ``answer`` ends like an accepted name and one of the two holds the other's words."""
    got = without_titles(answer)
    wanted = (without_titles(name) for name in accepted)
    return any(
        got and want and got[-1] == want[-1] and (set(got) <= set(want) or set(want) <= set(got)) for want in wanted
    )


def word_f1(answer: str, wanted: str) -> float:
    """Return the F1 of the words that two phrases share, small words left aside."""
    a, b = _without_small(answer), _without_small(wanted)
    common = sum(min(a.count(word), b.count(word)) for word in set(a))
    return 2 * common / (len(a) + len(b)) if common else 0.0


def _without_small(phrase: str) -> tuple[str, ...]:
    found = words(phrase)
    return tuple(word for word in found if word not in _SMALL) or found


def is_same_place(answer: str, accepted: Iterable[str]) -> bool:
    """Whether one of two places is named inside the other, small words left aside."""
    got = _place_words(answer)
    wanted = (_place_words(place) for place in accepted)
    return any(got and want and (f" {want} " in f" {got} " or f" {got} " in f" {want} ") for want in wanted)


def _place_words(place: str) -> str:
    return " ".join(word for word in words(place) if word not in ("the", "outside", "near", "in", "at"))
