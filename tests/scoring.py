"""When an answer counts as right: the comparisons that the accuracy tests share."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence

TITLE_WORDS = (
    "mr mrs ms miss mx dr prof professor sir dame lord lady rev father sister president minister prime "
    "secretary senator governor mayor councillor councilman councilwoman judge justice king queen prince "
    "princess capt captain cmdr commander col colonel gen general lt lieutenant maj major sgt sergeant "
    "detective inspector sheriff chief chairman chairwoman commissioner "
)
TITLES = frozenset(TITLE_WORDS.split())
ARTICLES = frozenset(("the", "a", "an"))
LINKING_WORDS = ARTICLES | {"of", "for", "and", "in", "at", "outside", "near"}
ROLE_AGREEMENT = 0.5


def words(text: str) -> list[str]:
    """Return the words of ``text`` for comparing: no case, accents or possessive."""
    folded = unicodedata.normalize("NFKD", text.replace("’", "'").casefold())
    plain = "".join(c for c in folded if not unicodedata.combining(c))
    return [w.removesuffix("'s") for w in re.findall(r"\w+(?:['-]\w+)*", plain)]


def bare_name(name: str) -> list[str]:
    """Return the words of a name without titles and articles, unless there is nothing else."""
    every = words(name)
    return [w for w in every if w not in TITLES | ARTICLES] or every


def same_name(answer: str, accepted: Sequence[str]) -> bool:
    """Whether ``answer`` is one of the ``accepted`` names, or the first and fullest of them with more to it."""
    got = bare_name(answer)
    fullest, *_ = every = [bare_name(name) for name in accepted]
    return got in every or (set(fullest) <= set(got) and got[-1] == fullest[-1])


def same_role(answer: str, accepted: Iterable[str]) -> bool:
    """Whether ``answer`` shares enough words with one of the ``accepted`` wordings of a role."""
    return any(token_f1(answer, role) >= ROLE_AGREEMENT for role in accepted)


def same_place(answer: str, accepted: Iterable[str]) -> bool:
    """Whether ``answer`` and one of ``accepted`` name the same place, one perhaps more fully."""
    got = _content(answer)
    return any(_contains(got, want) or _contains(want, got) for want in map(_content, accepted))


def token_f1(answer: str, wanted: str) -> float:
    """Return the harmonic mean of precision and recall over content words."""
    got, want = Counter(_content(answer)), Counter(_content(wanted))
    total = got.total() + want.total()
    return 2 * (got & want).total() / total if total else 0.0


def _content(text: str) -> list[str]:
    every = words(text)
    return [w for w in every if w not in LINKING_WORDS] or every


def _contains(outer: list[str], inner: list[str]) -> bool:
    width = len(inner)
    return width > 0 and any(outer[i : i + width] == inner for i in range(len(outer) - width + 1))
