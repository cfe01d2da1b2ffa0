"""Roles: what the article says a speaker is, chosen among the phrases beside the speaker's names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum

import numpy as np

from .answer import Span
from .entities import Entity, Name
from .layout import OUTSIDE, Layout
from .lexicons import Lexicons, plain
from .mentions import Mention, MentionKind
from .tagset import NOUN_KINDS, POS
from .trees import Trees

_LONGEST_BEFORE, _LONGEST_AFTER = 14, 24
_LIKELY = 0.4
_MOST_NAMES = 12  # names of one speaker that are looked at; the first ones tell the role

_NOUN_TAGS = frozenset(POS.index(tag) for tag in ("NN", "NNS", "NNP"))
_PREMODIFIER = _NOUN_TAGS | {POS.index(tag) for tag in ("JJ", "VBN", "VBG", "CD", "POS", "PRP$")}
_FINITE = frozenset(POS.index(tag) for tag in ("VBD", "VBZ", "VBP", "MD"))
_DETERMINERS = frozenset("the a an".split())
_INSIDE_TITLE = frozenset("of for and & - – / 's ’s in to on".split())
_STOPS = frozenset(", . ; : ( ) — – -- ? ! “ ” \"".split())
_BE = frozenset("is was are were became becomes remains".split())
_PERSON = NOUN_KINDS.index("person")


class Form(IntEnum):
    """How the article puts the role: each has its own reliability."""

    BEFORE = 0  # "U.K. Prime Minister Keir Starmer"
    APPOSITION = 1  # "Ann Example, a lawyer,"
    RELATIVE = 2  # "Ann Example, who is a lawyer"
    COPULA = 3  # "Example is a lawyer"
    AFFILIATION = 4  # "Ann Example of the Riverside Trust"
    NOMINAL = 5  # "the mayor", said of Ann Example
    INVERTED = 6  # "the mayor of Exampleton, Ann Example,"


@dataclass(frozen=True, slots=True)
class RoleCandidate:
    """Tokens ``first`` to ``stop`` as a role, found beside the name that begins at ``name``."""

    first: int
    stop: int
    form: Form
    name: int


def find_speaker_roles(
    layout: Layout,
    mentions: Sequence[Mention],
    entities: Sequence[Entity],
    spoken: Mapping[int, Sequence[int]],
    lexicons: Lexicons,
    chooser: Trees,
) -> dict[int, Span]:
    """Return the role of each entity that has one; ``spoken`` holds the mentions by which each one spoke."""
    found: dict[int, Span] = {}
    for number, own in spoken.items():
        entity = entities[number]
        if entity.kind == MentionKind.NOMINAL:
            role = _own_role(layout, mentions[entity.fullest.mention])
        else:
            nominals = [mentions[i] for i in own if mentions[i].kind == MentionKind.NOMINAL]
            role = _choose(layout, find_roles(layout, entity, nominals), lexicons, chooser)
        if role is not None:
            found[number] = role
    return found


def _own_role(layout: Layout, mention: Mention) -> Span | None:
    """The words for an unnamed person are its role: "a [senior official]"."""
    if layout.tags.noun[mention.head] != _PERSON:
        return None
    return layout.tokens.span(_without_determiner(layout, mention.first, mention.stop), mention.stop)


def _choose(
    layout: Layout, candidates: Sequence[RoleCandidate], lexicons: Lexicons, chooser: Trees
) -> Span | None:
    """Return the best role, or None when none is likely enough."""
    if not candidates:
        return None
    rows = np.array(role_features(layout, candidates, lexicons), np.float32)
    chances = chooser.probabilities(rows)
    best = int(chances.argmax())
    chosen = candidates[best]
    return layout.tokens.span(chosen.first, chosen.stop) if chances[best] >= _LIKELY else None


def find_roles(layout: Layout, entity: Entity, nominals: Sequence[Mention]) -> list[RoleCandidate]:
    """Return the phrases that may say what ``entity`` is; ``nominals`` are those that stand for it."""
    found: dict[tuple[int, int], RoleCandidate] = {}
    for name in entity.names[:_MOST_NAMES]:
        if layout.inside[name.first] != OUTSIDE:
            continue
        for candidate in (*_before(layout, name), *_after(layout, name)):
            found.setdefault((candidate.first, candidate.stop), candidate)
    for mention in nominals:
        first = _without_determiner(layout, mention.first, mention.stop)
        found.setdefault((first, mention.stop), RoleCandidate(first, mention.stop, Form.NOMINAL, mention.head))
    return list(found.values())


def _before(layout: Layout, name: Name) -> Iterator[RoleCandidate]:
    """Yield the phrases that end at the name: "[former [U.K. [Prime Minister]]] Keir Starmer"."""
    words, tags = layout.tokens.words, layout.tags
    begin = max(layout.tokens.sentences[layout.tokens.sentence[name.first]], name.first - _LONGEST_BEFORE)
    stop, form = name.first, Form.BEFORE
    if stop - 1 > begin and words[stop - 1] == ",":
        stop, form = stop - 1, Form.INVERTED
    first = stop
    while first > begin and layout.inside[first - 1] == OUTSIDE:
        word, tag = words[first - 1].lower(), tags.pos[first - 1]
        if tag not in _PREMODIFIER and word not in _INSIDE_TITLE and word not in _DETERMINERS:
            break
        first -= 1
    starts = [
        at
        for at in range(first, stop)
        if tags.pos[at] in _PREMODIFIER
        and words[at].lower() not in ("'s", "’s")
        and (at == first or words[at - 1].lower() in _DETERMINERS | {"'s", "’s", "and", ","} or tags.pos[at - 1] in _PREMODIFIER)
    ]
    for at in starts[:8]:
        yield RoleCandidate(at, stop, form, name.first)


def _after(layout: Layout, name: Name) -> Iterator[RoleCandidate]:
    """Yield the phrases that follow the name, with or without a comma, "who" or "is"."""
    words = layout.tokens.words
    end = min(layout.tokens.sentences[layout.tokens.sentence[name.first] + 1], name.stop + _LONGEST_AFTER)
    at, form = name.stop, Form.AFFILIATION
    if at < end and words[at] in (",", "(", "—", "–", "-"):
        at, form = at + 1, Form.APPOSITION
        if at + 1 < end and words[at].isdigit() and words[at + 1] in (",", ")"):
            at += 2
    if at < end and words[at].lower() == "who":
        at, form = at + 1, Form.RELATIVE
    if at < end and words[at].lower() in _BE:
        at, form = at + 1, Form.RELATIVE if form == Form.RELATIVE else Form.COPULA
    elif form == Form.AFFILIATION and not (at < end and words[at].lower() in ("of", "from", "with", "at", "the", "a", "an")):
        return
    first = _without_determiner(layout, at, end)
    stops = list(_phrase_stops(layout, first, end))
    for stop in stops[:6]:
        if stop > first:
            yield RoleCandidate(first, stop, form, name.first)


def _phrase_stops(layout: Layout, first: int, end: int) -> Iterator[int]:
    """Yield where a noun phrase from ``first`` on may stop, the short readings first."""
    words, tags = layout.tokens.words, layout.tags
    for at in range(first, end):
        word = words[at].lower()
        if layout.inside[at] != OUTSIDE or word in (".", ";", ":", "?", "!", "(", ")", "“", "”", '"', "—", "–"):
            yield at
            return
        if at > first and (word in (",", "who", "whose", "which", "that", "of", "for", "and", "at", "in", "with", "on", "from") or tags.pos[at] in _FINITE):
            if tags.pos[at - 1] in _NOUN_TAGS:
                yield at
            if tags.pos[at] in _FINITE:
                return
    yield end


def _without_determiner(layout: Layout, first: int, stop: int) -> int:
    return first + (stop - first > 1 and layout.tokens.words[first].lower() in _DETERMINERS)


def role_features(
    layout: Layout, candidates: Sequence[RoleCandidate], lexicons: Lexicons
) -> list[list[float]]:
    """Return a row of features for each candidate."""
    longest = max((c.stop - c.first for c in candidates), default=0)
    names = sorted({c.name for c in candidates})
    return [_features(layout, c, lexicons) + [float(longest), float(names.index(c.name)), float(len(names))] for c in candidates]


def _features(layout: Layout, candidate: RoleCandidate, lexicons: Lexicons) -> list[float]:
    tokens, tags = layout.tokens, layout.tags
    first, stop = candidate.first, candidate.stop
    words = [word.lower() for word in tokens.words[first:stop]]
    head = next((i for i, w in enumerate(words) if w in ("of", "for", "at", "in", "with", "on", "from", ",", "who")), len(words)) - 1
    head_word = words[max(head, 0)]
    before = tokens.words[first - 1].lower() if first else ""
    after = tokens.words[stop].lower() if stop < len(tokens) else ""
    span = range(first, stop)
    return [
        *(float(candidate.form == form) for form in Form),
        float(stop - first),
        float(head),
        float(head_word in lexicons.role_nouns),
        float(any(w in lexicons.role_nouns for w in words)),
        float((title := lexicons.titles.get(plain(" ".join(words)))) is not None and title.courtesy),
        float(tags.noun[min(first + max(head, 0), stop - 1)] == _PERSON),
        float(tags.pos[first]),
        float(tags.pos[stop - 1]),
        float(tags.entity[first] > 0),
        float(tags.entity[stop - 1] > 0),
        sum(tags.entity[i] > 0 for i in span) / (stop - first),
        sum(tags.pos[i] in _NOUN_TAGS for i in span) / (stop - first),
        float(any(w == "," for w in words)),
        float(sum(w in ("of", "for", "at", "in", "with") for w in words)),
        float(words[0] in ("of", "from", "with", "at")),
        float(before in _DETERMINERS) + 2.0 * (before in ("'s", "’s")) + 3.0 * (before == ","),
        float(_AFTER.get(after, 0)) + 7.0 * (stop < len(tokens) and tags.pos[stop] in _FINITE),
        float(stop < len(tokens) and tags.pos[stop] in _NOUN_TAGS and stop != candidate.name),
        float(first > 0 and tags.pos[first - 1] in _PREMODIFIER),
        float(tokens.sentence[first]),
        float(any(w.isdigit() for w in words)),
        float(words[0] in ("former", "ex", "then", "acting", "retired", "senior", "deputy")),
    ]


_AFTER = {",": 1, ".": 2, "who": 3, "of": 4, "for": 4, "at": 5, "in": 5, "with": 5, "and": 6}
