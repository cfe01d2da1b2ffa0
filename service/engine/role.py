"""Roles: what the article says a speaker is, chosen among the phrases beside the speaker's names."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from .answer import Span
from .deadline import Deadline
from .entities import Entity
from .layout import Layout
from .lexicons import Lexicons, plain
from .role_candidates import (
    DETERMINERS,
    POSSESSIVES,
    PREPOSITIONS,
    Form,
    RoleCandidate,
    RoleFinder,
    word_set,
)
from .tagset import ENTITY, ENTITY_TYPES, FINITE, NOUN_KINDS, NOUNS, POS, tag_numbers
from .trees import Trees

_LIKELY = 0.36
_SPEAKERS = 64  # at a time
_WORTH_OF_WORD, _MANY_WORDS = 0.008, 8
_LONGER_THAN_TITLES = 6  # words
_PERSON, _PLURAL = NOUN_KINDS.index("person"), POS.index("NNS")
_PREMODIFIER = NOUNS | tag_numbers("JJ", "VBN", "VBG", "CD", "POS", "PRP$")
_HEAD_ENDS = PREPOSITIONS | word_set(", who whose which that ( where when while after as")
_STATES = word_set("former ex then acting retired senior deputy late outgoing incoming")
_ANYBODY = word_set("man men woman women person people boy boys girl girls guy child children one adult")
_AGENT_ENDINGS = ("er", "or", "ist", "man", "woman", "person", "ian", "ant", "ent", "ee")
_AFTER = {",": 1, ".": 2, "who": 3, "of": 4, "for": 4, "at": 5, "in": 5, "with": 5, "and": 6}
_ENTITY_TYPE = tuple(1 + ENTITY_TYPES.index(label[2:]) if label != "O" else 0 for label in ENTITY)


def find_speaker_roles(
    finder: RoleFinder,
    entities: Sequence[Entity],
    spoken: Mapping[int, Sequence[int]],
    chooser: Trees,
    deadline: Deadline = Deadline(),
) -> dict[int, Span]:
    """Return the role of each entity that has one; ``spoken`` holds the mentions by which each one spoke."""
    layout, lexicons = finder.layout, finder.lexicons
    roles = {}
    for block in deadline.blocks(spoken.items(), _SPEAKERS):
        found = [(number, finder.find(entities[number], own)) for number, own in block]
        rows = (row for number, own in found for row in role_features(layout, entities[number], own, lexicons))
        chances, at = chooser.probabilities_of(rows, deadline).tolist(), 0
        for number, own in found:
            chosen = _best(own, chances[at : at + len(own)])
            if chosen is not None:
                roles[number] = layout.tokens.span(chosen.first, chosen.stop)
            at += len(own)
    return roles


def _best(candidates: Sequence[RoleCandidate], chances: Sequence[float]) -> RoleCandidate | None:
    """Return the likeliest candidate, the longer of two that are about as likely, or None if none is likely enough."""
    if max(chances, default=0.0) < _LIKELY:
        return None
    worths = [
        chance + _WORTH_OF_WORD * min(candidate.stop - candidate.first, _MANY_WORDS)
        for candidate, chance in zip(candidates, chances, strict=True)
    ]
    return candidates[worths.index(max(worths))]


def role_features(
    layout: Layout, entity: Entity, candidates: Sequence[RoleCandidate], lexicons: Lexicons
) -> list[list[float]]:
    """Return a row of features for each candidate of one speaker."""
    heads = [_head(layout, candidate, lexicons) for candidate in candidates]
    words = [layout.tokens.lowered[head] for head in heads]
    places = {name.first: (rank, name) for rank, name in enumerate(entity.names)}
    shared = Counter(word for word, _ in {(word, c.name) for word, c in zip(words, candidates, strict=True)})
    longest: Counter[tuple[int, Form]] = Counter()
    for c in candidates:
        longest[c.name, c.form] = max(longest[c.name, c.form], c.stop - c.first)
    known = [word in lexicons.role_nouns for word in words]
    rows = []
    for candidate, head, word in zip(candidates, heads, words, strict=True):
        rank, name = places.get(candidate.name, (-1, entity.fullest))
        rows.append(
            [
                *_word_features(layout, candidate, head, lexicons),
                *_phrase_features(layout, candidate, head),
                *_border_features(layout, candidate),
                float(entity.kind),
                float(rank),
                float(len(entity.names)),
                float(name.stop - name.first),
                float(name.key == entity.fullest.key),
                float(min(layout.tokens.sentence[candidate.first], 40)),
                float(len(candidates)),
                float(shared[word]),
                float(longest[candidate.name, candidate.form]),
                float(sum(known)),
                float(candidate.name == entity.names[0].first),
                float(max(-9, min(60, candidate.first - candidate.name))),
            ]
        )
    return rows


def _head(layout: Layout, candidate: RoleCandidate, lexicons: Lexicons) -> int:
    """Return the token that carries the meaning: the last of the noun phrase that begins the candidate."""
    lowered, pos = layout.tokens.lowered, layout.tags.pos
    begin = candidate.first + (lowered[candidate.first] in _HEAD_ENDS)
    stop = candidate.stop
    for at in range(begin + 1, candidate.stop):
        word = lowered[at]
        if word in _HEAD_ENDS or (word == "and" and lowered[at - 1] in lexicons.role_nouns):
            stop = at
            break
    return next((i for i in range(stop - 1, candidate.first - 1, -1) if pos[i] in NOUNS), stop - 1)


def _word_features(layout: Layout, candidate: RoleCandidate, head: int, lexicons: Lexicons) -> list[float]:
    """Return what the word lists say of the candidate's words."""
    words = layout.tokens.lowered[candidate.first : candidate.stop]
    head_word = words[head - candidate.first]
    title = lexicons.titles.get(plain(" ".join(words))) if len(words) < _LONGER_THAN_TITLES else None
    return [
        float(head_word in lexicons.role_nouns),
        float(sum(word in lexicons.role_nouns for word in words)),
        float(title is not None) + float(title is not None and title.courtesy),
        float(plain(head_word) in lexicons.titles),
        float(head_word.endswith(_AGENT_ENDINGS)),
        float(head_word in lexicons.organization_words),
        float(words.count(",")),
        float(sum(word in PREPOSITIONS for word in words)),
        float("and" in words),
        float(words[0] in PREPOSITIONS),
        float(any(word.isdigit() for word in words)),
        float(words[0] in _STATES),
        float(head_word in _ANYBODY),
    ]


def _phrase_features(layout: Layout, candidate: RoleCandidate, head: int) -> list[float]:
    """Return the shape of the candidate, and what the tagger makes of it."""
    words, tags, first, stop = layout.tokens.words, layout.tags, candidate.first, candidate.stop
    entities, pos = tags.entity[first:stop], tags.pos[first:stop]
    return [
        *(float(candidate.form == form) for form in Form),
        float(candidate.part),
        float(stop - first),
        float(head - first),
        float(stop - head),
        float(tags.noun[head]),
        float(tags.noun[head] == _PERSON),
        float(tags.pos[head] == _PLURAL),
        float(tags.pos[head] in NOUNS),
        float(words[head][0].isupper()),
        float(words[first][0].isupper()),
        float(pos[0]),
        float(pos[-1]),
        float(_ENTITY_TYPE[tags.entity[head]]),
        float(_ENTITY_TYPE[entities[0]]),
        float(_ENTITY_TYPE[entities[-1]]),
        sum(label > 0 for label in entities) / len(entities),
        sum(tag in NOUNS for tag in pos) / len(pos),
        float(sum(tag in FINITE for tag in pos)),
    ]


def _border_features(layout: Layout, candidate: RoleCandidate) -> list[float]:
    """Return what stands on both sides of the candidate."""
    tokens, pos = layout.tokens, layout.tags.pos
    first, stop = candidate.first, candidate.stop
    before = tokens.lowered[first - 1] if first else ""
    after = tokens.lowered[stop] if stop < len(tokens) else ""
    finite = stop < len(tokens) and pos[stop] in FINITE
    return [
        float(before in DETERMINERS) + 2.0 * (before in POSSESSIVES) + 3.0 * (before == ","),
        float(before in ("a", "an")) + 2.0 * (before == "the") + 3.0 * (before in ("his", "her", "their", "its")),
        float(_AFTER.get(after, 0)) + 7.0 * finite,
        float(stop < len(tokens) and pos[stop] in NOUNS and stop != candidate.name),
        float(first > 0 and pos[first - 1] in _PREMODIFIER),
        float(_ENTITY_TYPE[layout.tags.entity[stop]] if stop < len(tokens) and stop != candidate.name else 0),
        float(first == 0 or tokens.sentence[first - 1] != tokens.sentence[first]),
    ]
