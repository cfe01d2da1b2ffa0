"""Location: where the words were spoken, chosen among the places that the article names."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from .answer import Basis, Location
from .attribution import Attribution
from .entities import Entity
from .gazetteer import Gazetteer
from .layout import Layout
from .lexicons import Lexicons
from .mentions import Mention, MentionKind
from .places import KINDS, Evidence, PlaceCandidate, Site, find_places, name_parts, told_by
from .speakers import Resolved
from .trees import Floats, Trees

Row: TypeAlias = list[float]

_LIKELY = 0.25
_SHARED = 0.4  # an article mostly has one scene: how much its quotations speak for each other
_CLAUSE = 14
_PLACE_KINDS = {"country": 1.0, "region": 2.0, "city": 3.0, "landmark": 4.0}
_SPEECH, _SAYING, _EVENT, _HAPPENED, _STATIC, _PLANNED, _PAST, _REMOTE, _SITTING = range(len(KINDS))


@dataclass(frozen=True, slots=True)
class Said:
    """Who said a stretch, as far as earlier stages know: its cue, the source's mention, the speaker's entity."""

    cue: int
    mention: int | None
    entity: int | None


@dataclass(frozen=True, slots=True)
class Utterance:
    """What the choice of a place looks at: the stretch, its clause, and the sentences that tell of its speaker."""

    stretch: int
    cue: int
    said: int
    speaker_sentences: frozenset[int]
    other_sentences: frozenset[int]
    row: tuple[float, ...]


def locate(
    layout: Layout,
    mentions: Sequence[Mention],
    entities: Sequence[Entity],
    attributions: Sequence[Attribution],
    resolved: Sequence[Resolved],
    gazetteer: Gazetteer,
    lexicons: Lexicons,
    chooser: Trees,
) -> list[Location | None]:
    """Return where the words of each stretch were spoken, as far as the article tells."""
    places = find_places(layout, mentions, gazetteer, lexicons)
    if not places:
        return [None] * len(layout.stretches)
    said = [Said(a.clause.cue, a.mention, r.entity) for a, r in zip(attributions, resolved, strict=True)]
    spoken = utterances(layout, mentions, entities, said)
    rows = [row for one in spoken for row in place_rows(layout, one, places)]
    chances = chooser.probabilities(np.array(rows, np.float32)).reshape(-1, len(places))
    chances = (1 - _SHARED) * chances + _SHARED * chances.mean(axis=0)
    return [_location(layout, one, places, own, gazetteer) for one, own in zip(spoken, chances, strict=True)]


def utterances(
    layout: Layout, mentions: Sequence[Mention], entities: Sequence[Entity], said: Sequence[Said]
) -> list[Utterance]:
    """Describe each stretch, said as ``said`` tells."""
    sentence = layout.tokens.sentence
    told: dict[int | None, set[int]] = {None: set()}
    for one in said:
        if one.entity is not None:
            own = told.setdefault(one.entity, {sentence[name.first] for name in entities[one.entity].names})
            if one.mention is not None:
                own.add(sentence[mentions[one.mention].head])
    counts = Counter(one.entity for one in said)
    found = []
    for number, one in enumerate(said):
        head = mentions[one.mention].head if one.mention is not None else layout.stretches[number].first
        speaker = entities[one.entity] if one.entity is not None else None
        row = (
            float(speaker is None or speaker.kind == MentionKind.ORGANIZATION),
            counts[one.entity] / len(said) if speaker else 0.0,
            float(one.mention is None),
            *_clause(layout, one),
        )
        own = frozenset(told[one.entity] | {sentence[head]})
        others = frozenset().union(*(at for entity, at in told.items() if entity != one.entity)) - own
        found.append(Utterance(number, one.cue, head, own, others, row))
    return found


def _clause(layout: Layout, one: Said) -> Row:
    """What the reporting clause says of how the words came: through what, when, to whom."""
    sentences, sentence = layout.tokens.sentences, layout.tokens.sentence[one.cue]
    around = range(max(sentences[sentence], one.cue - _CLAUSE), min(sentences[sentence + 1], one.cue + _CLAUSE))
    told = told_by(layout, sorted(around, key=lambda at: abs(at - one.cue)))
    words = layout.tokens.words
    to_medium = any(words[i].lower() in ("told", "tells") and words[i + 1][:1].isupper() for i in around if i + 1 < len(words))
    return [told[_REMOTE], told[_PAST], float(to_medium)]


_UTTERANCE_MONOTONE = (-1, 0, 0, -1, -1, -1)


def place_rows(layout: Layout, one: Utterance, places: Sequence[PlaceCandidate]) -> list[Row]:
    """Return a row of features for each place, as seen from one quotation; see MONOTONE."""
    own = [_features(layout, one, place) for place in places]
    rows = []
    for number, place in enumerate(own):
        others = [other for at, other in enumerate(own) if at != number]
        rivals = [max((other[column] for other in others), default=0.0) for column in _RIVAL_COLUMNS]
        rows.append([*one.row, float(min(len(places), 12)), float(min(number, 8)), *place, *rivals])
    return rows


_RIVAL_COLUMNS = (0, 2, 3, 5, 8)  # in a row of _features
_PLACE_MONOTONE = (1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 1, 1, -1, -1, -1, -1, -1, -1, 0, -1, 0, 1)
# Which features can only speak for a place (1), only against it (-1), or either (0): place_rows' order.
MONOTONE = (*_UTTERANCE_MONOTONE, -1, -1, *_PLACE_MONOTONE, -1, -1, -1, 0, 0)


def _features(layout: Layout, one: Utterance, place: PlaceCandidate) -> Row:
    site = _nearest(layout, one, place)
    e = site.evidence
    sentence, paragraph = layout.tokens.sentence, layout.tokens.paragraph
    clause = {sentence[one.cue], sentence[one.said]}
    in_clause = [s.evidence for s in place.sites if sentence[s.first] in clause]
    speakers = [s.evidence for s in place.sites if sentence[s.first] in one.speaker_sentences]
    before = [s.evidence for s in place.sites if 0 <= sentence[one.said] - sentence[s.first] <= 2]
    every = [s.evidence for s in place.sites]
    lead = [x for x in every if x.paragraph < 3]
    return [
        max(map(_told, in_clause), default=0.0),
        max((x.here for x in in_clause), default=0.0),
        max(map(_told, speakers), default=0.0),
        max(map(_event, speakers), default=0.0),
        max((x.here for x in speakers), default=0.0),
        max(map(_told, before), default=0.0),
        max(map(_event, before), default=0.0),
        max((_told(s.evidence) for s in place.sites if sentence[s.first] not in one.other_sentences), default=0.0),
        max(map(_event, every)),
        max(map(_event, lead), default=0.0),
        max((x.here for x in lead), default=0.0),
        max((_told(s.evidence) for s in place.sites if sentence[s.first] in one.other_sentences), default=0.0),
        float(any(x.dateline for x in every)),
        max((_event(x) * x.day for x in every)),
        max((x.sitting * (x.here > 0) for x in every)),
        float(e.attributive),
        e.static,
        e.planned,
        e.past,
        e.remote,
        float(min(abs(sentence[site.first] - sentence[one.said]), 12)),
        float(site.first < layout.stretches[one.stretch].first),
        float(place.known.weak) if place.known else 0.0,
        _PLACE_KINDS.get(place.known.kind, 0.0) if place.known else 2.5,
        float(min(len(place.sites), 4)),
    ]


def _told(e: Evidence) -> float:
    return e.told * (e.here > 0)


def _event(e: Evidence) -> float:
    return max(e.happened, 0.9 * e.told) * (e.here > 0) * (1 - 0.5 * e.planned)


def _nearest(layout: Layout, one: Utterance, place: PlaceCandidate) -> Site:
    """Return the site that speaks most of an utterance here, else the one nearest to the quotation."""
    sentence = layout.tokens.sentence

    def worth(site: Site) -> tuple[float, int]:
        own = sentence[site.first] in one.speaker_sentences
        return (own + site.evidence.here + 2 * _told(site.evidence) + _event(site.evidence), -abs(site.first - one.said))

    return max(place.sites, key=worth)


def _location(
    layout: Layout, one: Utterance, places: Sequence[PlaceCandidate], chances: Floats, gazetteer: Gazetteer
) -> Location | None:
    """Return the likeliest place, or None when none is likely enough."""
    best = int(chances.argmax())
    if chances[best] < _LIKELY:
        return None
    site = _nearest(layout, one, places[best])
    parts = name_parts(layout, site)
    country = gazetteer.country_of(parts[0], parts[1] if len(parts) > 1 else None)
    return Location(layout.tokens.span(site.first, site.stop), _basis(layout, one, site), country)


def _basis(layout: Layout, one: Utterance, site: Site) -> Basis:
    if site.evidence.dateline:
        return Basis.DATELINE
    sentence = layout.tokens.sentence
    clause = {sentence[one.cue], sentence[one.said]}
    return Basis.STATED if sentence[site.first] in clause or site.evidence.told > 0.5 else Basis.SCENE
