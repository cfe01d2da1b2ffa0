"""Scenes: what the words around a place's name say of it, such as that somebody spoke there.

The words and what they tell are in ``scene_words.txt``, ``scene_grammar.txt`` and ``venue_words.txt``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import cache

from . import tables
from .layout import OUTSIDE, Layout
from .lexicons import Lexicons
from .tagset import NOUN_KINDS, NOUNS, POS, tag_numbers

KINDS = ("speech", "saying", "event", "happened", "static", "planned", "past", "remote", "sitting")
"""What scene_words.txt says that a word near a place may tell."""
SPEECH, SAYING, EVENT, HAPPENED, STATIC, PLANNED, PAST, REMOTE, SITTING = range(len(KINDS))

_WINDOW, _AFTER = 12, 8
_FADE = 0.12  # how much of a word's say is lost with each word between it and the place
_AFTER_STATIC = 0.4  # what is left of it beyond a word that stays: "speech by the mayor of the [town] in"
_UNSETTLED = 0.8
_POSSESSIVES = frozenset(("'s", "’s"))
_NO_KINDS: AbstractSet[str] = frozenset()
_MODIFIERS = NOUNS | tag_numbers("DT", "PRP$", "JJ", "CD", "VBN", "POS", "RB")
_ADJECTIVE = POS.index("JJ")
_STAYING = frozenset((NOUN_KINDS.index("person"), NOUN_KINDS.index("organization")))  # "the [mayor] in Leeds"


@dataclass(frozen=True, slots=True)
class Evidence:
    """How one sentence speaks of a place, each from 0 to 1.

    ``here``: the name stands for where something is (1), for something else (-1), or neither (0);
    ``told``: somebody spoke there; ``happened``: something took place there; ``static``: it is only
    spoken of; ``planned`` and ``past``: what took place there did so at another time; ``remote``: the
    words came by a medium; ``sitting``: it is a court's or parliament's; ``attributive``: it only
    describes a noun, as in "Leeds residents".
    """

    here: float
    told: float
    happened: float
    static: float
    planned: float
    past: float
    remote: float
    sitting: float
    day: bool
    attributive: bool


@cache
def scene_words() -> Mapping[str, tuple[int, ...]]:
    """Return for each word of the list the numbers of its KINDS."""
    rows = tables.pairs("scene_words.txt")
    return {word: tuple(KINDS.index(kind) for kind in kinds.split()) for word, kinds in rows}


@cache
def _grammar() -> Mapping[str, AbstractSet[str]]:
    """Return for each small word of the list what it does."""
    return {word: frozenset(kinds.split()) for word, kinds in tables.pairs("scene_grammar.txt")}


@cache
def venue_words() -> AbstractSet[str]:
    """Return the words that make a name a venue's."""
    return frozenset(tables.lines("venue_words.txt"))


def evidence(layout: Layout, first: int, stop: int, lexicons: Lexicons) -> Evidence:
    """Read the sentence around the place that tokens ``first`` to ``stop`` name."""
    tokens = layout.tokens
    sentence = tokens.sentence[first]
    begin, end = tokens.sentences[sentence], tokens.sentences[sentence + 1]
    here, gap = preposition(layout, first)
    before = _governing(layout, first - 1 - gap, max(begin, first - gap - _WINDOW), lexicons)
    after = told_by(layout, range(stop, min(end, stop + _AFTER)))
    around = [*range(first - 1, max(begin, first - 8) - 1, -1), *range(stop, min(end, stop + 5))]
    wide = told_by(layout, around)
    fronted = 0.8 * (here > 0 and first - begin - gap <= 2)  # "In Leeds, the mayor said"
    head = _head(layout, stop, end)
    named = here >= 0 and head is not None and _names_event(tokens.lowered[head])
    settled = 1.0 - _UNSETTLED * before[PLANNED]
    told = max(before[SPEECH], 0.8 * before[SAYING], fronted * max(after[SPEECH], after[SAYING]))
    happened = max(before[EVENT], before[HAPPENED], 0.9 * named, fronted * max(after[EVENT], after[HAPPENED]))
    return Evidence(
        here=1.0 if named else here,
        told=told * settled,
        happened=happened * settled,
        static=before[STATIC],
        planned=wide[PLANNED],
        past=wide[PAST],
        remote=wide[REMOTE],
        sitting=max(before[SITTING], told_by(layout, range(first, min(end, stop + 3)))[SITTING]),
        day=not lexicons.weekdays.isdisjoint(tokens.lowered[max(begin, first - _WINDOW) : min(end, stop + _WINDOW)]),
        attributive=head is not None and not named,
    )


def preposition(layout: Layout, first: int) -> tuple[float, int]:
    """Whether the words before a place say "here" (1), "elsewhere" (-1) or neither (0); and how many they are."""
    tokens, grammar = layout.tokens, _grammar()
    begin = max(tokens.sentences[tokens.sentence[first]], first - _WINDOW)
    for at in range(first - 1, begin - 1, -1):
        word = tokens.lowered[at]
        before = tokens.lowered[at - 1] if at > begin else ""
        kinds, kinds_before = grammar.get(word, _NO_KINDS), grammar.get(before, _NO_KINDS)
        if "here" in kinds or (word == "of" and before == "front"):
            return 1.0, first - at
        if "reaching" in kinds or (word == "to" and "going" in kinds_before):
            return 1.0, first - at - 1
        if "elsewhere" in kinds and not (word == "of" and "inside" in kinds_before):
            return -1.0, first - at
        if layout.tags.pos[at] not in _MODIFIERS and word != "of":
            return 0.0, first - at - 1
    return 0.0, 0


def told_by(layout: Layout, tokens: Sequence[int]) -> tuple[float, ...]:
    """Return how near the words of each of KINDS are among ``tokens``, the nearest first; 0 for none."""
    told, known = [0.0] * len(KINDS), scene_words()
    for gap, at in enumerate(tokens):
        if layout.inside[at] == OUTSIDE:
            for kind in known.get(layout.tokens.lowered[at], ()):
                told[kind] = told[kind] or 1.0 / (1.0 + _FADE * gap)
    return tuple(told)


def _governing(layout: Layout, last: int, begin: int, lexicons: Lexicons) -> tuple[float, ...]:
    """Return how near the words of each of KINDS are before token ``last``, in its clause, dates passed over."""
    lowered, known, grammar = layout.tokens.lowered, scene_words(), _grammar()
    told, weight = [0.0] * len(KINDS), 1.0
    for at in range(last, begin - 1, -1):
        word = lowered[at]
        if layout.inside[at] != OUTSIDE or "break" in grammar.get(word, _NO_KINDS):
            break
        if word in lexicons.weekdays or word in lexicons.months or "passed" in grammar.get(word, _NO_KINDS):
            continue
        kinds = known.get(word, ())
        if not kinds and weight == 1.0 and _stays(layout, at, lexicons):
            kinds = (STATIC,)
        for kind in kinds:
            told[kind] = max(told[kind], weight)
        weight *= _AFTER_STATIC if STATIC in kinds else 1.0 - _FADE
    return tuple(told)


def _stays(layout: Layout, at: int, lexicons: Lexicons) -> bool:
    """Whether a word is a noun for somebody who is of the place, speaking there or not: "an [ecologist] at Leeds"."""
    known = layout.tokens.lowered[at] in lexicons.role_nouns
    return layout.tags.pos[at] in NOUNS and (known or layout.tags.noun[at] in _STAYING)


def _head(layout: Layout, stop: int, end: int) -> int | None:
    """Return the noun that a place's name stands before, if any: "White House briefing [room]"."""
    head = None
    for at in range(stop, min(end, stop + 5)):
        if layout.tags.pos[at] in NOUNS:
            head = at
        elif layout.tags.pos[at] != _ADJECTIVE and layout.tokens.words[at] not in _POSSESSIVES:
            break
    return head


def _names_event(word: str) -> bool:
    """Whether a noun makes a place of what stands before it: "Ensenada [rally]", "county [court]"."""
    kinds = scene_words().get(word, ())
    return word in venue_words() or EVENT in kinds or (SPEECH in kinds and REMOTE not in kinds)
