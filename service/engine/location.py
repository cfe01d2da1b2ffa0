"""Location: where the words were spoken, chosen among the places that the article names."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from .answer import Basis, Location
from .attribution import Attribution
from .entities import Entity
from .gazetteer import Gazetteer, Place
from .layout import OUTSIDE, Layout
from .lexicons import Lexicons
from .mentions import Mention, MentionKind
from .speakers import Resolved
from .trees import Floats, Trees

Row: TypeAlias = list[float]

_MOST_PLACES, _MOST_SITES = 24, 8
_WINDOW = 9
_DATELINE_PARAGRAPHS = 5
_DASHES = frozenset(("-", "–", "—", "--", "―"))
_LIKELY = 0.25
_SHARED = 0.4  # an article mostly has one scene: how much its quotations speak for each other
_HERE = frozenset("in at outside inside near from on before".split())
_VENUE = frozenset("at in outside inside".split())
_SPEAKING = frozenset(
    """speaking spoke told tells telling addressed addressing said saying reporters journalists crowd audience rallygoers
    speech briefing rally interview remarks comments press conference testified interviewed implored announced""".split()
)
_EVENTS = frozenset(
    """speech address rally conference meeting meet met summit press briefing interview court trial hearing ceremony event
    launch service vigil protest march convention session debate forum floor news gathering gathered celebration
    visit visited visiting held attended attending held sentenced festival workshop""".split()
)
_ELSEWHERE = frozenset("to of than between against with toward towards across".split())
_KINDS = {"country": 1.0, "region": 2.0, "city": 3.0, "landmark": 4.0}


@dataclass(frozen=True, slots=True)
class Site:
    """One place where a name stands: tokens ``first`` to ``stop``; ``row`` is how its sentence speaks of it."""

    first: int
    stop: int
    dateline: bool
    row: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class PlaceCandidate:
    """A place with all its sites in the article; ``known`` is what the gazetteer says of it."""

    sites: tuple[Site, ...]
    known: Place | None


@dataclass(frozen=True, slots=True)
class Utterance:
    """What the choice of a place looks at: the stretch, its cue, and the sentences that name its speaker."""

    stretch: int
    cue: int
    said: int
    speaker_sentences: frozenset[int]


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
    utterances = [
        utterance(layout, mentions, number, a.clause.cue, a.mention, entities[r.entity] if r.entity is not None else None)
        for number, (a, r) in enumerate(zip(attributions, resolved, strict=True))
    ]
    rows = [row for one in utterances for row in place_rows(layout, one, places)]
    chances = chooser.probabilities(np.array(rows, np.float32)).reshape(-1, len(places))
    chances = (1 - _SHARED) * chances + _SHARED * chances.mean(axis=0)
    return [_location(layout, one, places, own, gazetteer) for one, own in zip(utterances, chances, strict=True)]


def utterance(
    layout: Layout, mentions: Sequence[Mention], number: int, cue: int, mention: int | None, speaker: Entity | None
) -> Utterance:
    """Describe stretch ``number``, said by ``speaker`` in the words of ``mention``."""
    sentence = layout.tokens.sentence
    said = mentions[mention].head if mention is not None else layout.stretches[number].first
    named = {sentence[name.first] for name in speaker.names} if speaker else set()
    return Utterance(number, cue, said, frozenset(named | {sentence[said]}))


def find_places(
    layout: Layout, mentions: Sequence[Mention], gazetteer: Gazetteer, lexicons: Lexicons
) -> list[PlaceCandidate]:
    """Return the places named outside of quotations, by name: "Novi, Michigan" is one."""
    words, inside = layout.tokens.words, layout.inside
    spans = _dateline_spans(layout)
    for mention in mentions:
        if inside[mention.head] != OUTSIDE or not _may_be_place(layout, mention):
            continue
        if spans and spans[-1][1] == mention.first - 1 and words[mention.first - 1] == ",":
            spans[-1] = (spans[-1][0], mention.stop)
        elif not spans or spans[-1][1] <= mention.first:
            spans.append((mention.first, mention.stop))
    by_name: dict[str, list[Site]] = {}
    for first, stop in spans:
        name = words[first].lower() + " " + words[stop - 1].lower()
        sites = by_name.setdefault(name, [])
        if len(sites) < _MOST_SITES:
            sites.append(_site(layout, first, stop, lexicons))
    found = list(by_name.values())[:_MOST_PLACES]
    return [PlaceCandidate(tuple(sites), gazetteer.lookup(_name(layout, sites[0]).split(" , ")[0])) for sites in found]


def _may_be_place(layout: Layout, mention: Mention) -> bool:
    """Places, and organisations where the words say that something happens at them: "at the [High Court]"."""
    if mention.kind != MentionKind.ORGANIZATION:
        return mention.kind == MentionKind.PLACE
    before = [word.lower() for word in layout.tokens.words[max(0, mention.first - 2) : mention.first]]
    return before[-1:] != ["the"] and before[-1:] != [] and before[-1] in _VENUE or (
        before[-1:] == ["the"] and before[0] in _VENUE
    )


def _site(layout: Layout, first: int, stop: int, lexicons: Lexicons) -> Site:
    tokens = layout.tokens
    sentence = tokens.sentence[first]
    begin, end = tokens.sentences[sentence], tokens.sentences[sentence + 1]
    before = [word.lower() for word in tokens.words[max(begin, first - _WINDOW) : first]]
    after = [word.lower() for word in tokens.words[stop : min(end, stop + 6)]]
    here = _stands_here(before)
    spoken = sum(word in _SPEAKING for word in before)
    events = sum(word in _EVENTS for word in before)
    cue = max(layout.cue[max(begin, first - _WINDOW) : first], default=0.0)
    day = any(word in lexicons.weekdays for word in (*before[-4:], *after[:4]))
    paragraph = tokens.paragraph[first]
    row = (
        float(_is_dateline(layout, first, stop)),
        here,
        here * min(spoken, 2),
        here * min(events, 2),
        max(here, 0.0) * cue,
        max(here, 0.0) * day,
        max(here, 0.0) * (paragraph < 3),
        float(min(sum(word in _EVENTS for word in after), 2)),
        float(after[:1] in (["'s"], ["’s"])),
        float(min(paragraph, 12)),
        float("," in tokens.words[first:stop]),
    )
    return Site(first, stop, bool(row[0]), row)


def _stands_here(before: Sequence[str]) -> float:
    """Whether the words before a place say "here" (1), "elsewhere" (-1) or neither (0)."""
    for word in reversed(before[-4:]):
        if word in _HERE:
            return 1.0
        if word in _ELSEWHERE:
            return -1.0
    return 0.0


def _dateline_spans(layout: Layout) -> list[tuple[int, int]]:
    """Return the capitals that open one of the first paragraphs as in "NEW DELHI (Reuters) –"."""
    words = layout.tokens.words
    for paragraph in range(min(_DATELINE_PARAGRAPHS, len(layout.tokens.paragraphs))):
        first = stop = layout.paragraph_range(paragraph).start
        while stop < len(words) and stop - first < 4 and words[stop].isupper() and words[stop][0].isalpha():
            stop += 1
        if stop > first and len(words[first]) > 2 and _is_dateline(layout, first, stop):
            return [(first, stop)]
    return []


def _is_dateline(layout: Layout, first: int, stop: int) -> bool:
    """Whether the place opens its paragraph as in "NAIROBI (Reuters) –", near the article's top."""
    paragraph = layout.tokens.paragraph[first]
    own = layout.paragraph_range(paragraph)
    if paragraph >= _DATELINE_PARAGRAPHS or first - own.start > 5:
        return False
    window = layout.tokens.words[stop : min(stop + 12, own.stop)]
    return any(mark in _DASHES for mark in window) or window[:1] == (":",)


def place_rows(layout: Layout, one: Utterance, places: Sequence[PlaceCandidate]) -> list[Row]:
    """Return a row of features for each place, as seen from one quotation; see MONOTONE."""
    dateline = float(any(site.dateline for place in places for site in place.sites))
    shared = [dateline, float(min(len(places), 12))]
    return [[*shared, float(min(number, 8)), *_features(layout, one, place)] for number, place in enumerate(places)]


# Which features can only speak for a place (1), only against it (-1), or either (0): place_rows' order.
MONOTONE = (0, -1, 0) + 2 * (1, 1, 1, 1, 1, 1, 1, 1, -1, 0, 1) + (1, 1, -1, -1, 1, 1, 0, -1)


def _features(layout: Layout, one: Utterance, place: PlaceCandidate) -> Row:
    site = _nearest(layout, one, place)
    tokens, stretch = layout.tokens, layout.stretches[one.stretch]
    sentence, paragraph = tokens.sentence, tokens.paragraph
    columns = list(zip(*(s.row for s in place.sites), strict=True))
    clause = {sentence[one.cue], sentence[one.said]}
    near = [s for s in place.sites if sentence[s.first] in clause]
    spoken_of = [s for s in place.sites if sentence[s.first] in one.speaker_sentences]
    distance = min(abs(sentence[s.first] - sentence[one.said]) for s in place.sites)
    return [
        *site.row,
        *(max(column) for column in columns),
        max((1.0 + s.row[1] + (s.row[1] > 0) * (s.first > one.cue) for s in near), default=0.0),
        max((1.0 + s.row[1] + s.row[2] + s.row[3] for s in spoken_of), default=0.0),
        float(min(distance, 12)),
        float(min(abs(paragraph[stretch.first] - paragraph[site.first]), 8)),
        float(min(len(place.sites), 4)),
        _KINDS.get(place.known.kind, 0.0) if place.known else 2.5,
        float(min(len(layout.stretches), 20)),
        float(place.known.weak) if place.known else 0.0,
    ]


def _nearest(layout: Layout, one: Utterance, place: PlaceCandidate) -> Site:
    """Return the site that speaks most of an utterance here, else the one nearest to the quotation."""
    sentence = layout.tokens.sentence

    def worth(site: Site) -> tuple[float, int]:
        own = sentence[site.first] in one.speaker_sentences
        return (own + site.row[1] + site.row[2] + site.row[3], -abs(site.first - one.said))

    return max(place.sites, key=worth)


def _location(
    layout: Layout, one: Utterance, places: Sequence[PlaceCandidate], chances: Floats, gazetteer: Gazetteer
) -> Location | None:
    """Return the likeliest place, or None when none is likely enough."""
    best = int(chances.argmax())
    if chances[best] < _LIKELY:
        return None
    site = _nearest(layout, one, places[best])
    parts = _name(layout, site).split(" , ")
    country = gazetteer.country_of(parts[0], parts[1] if len(parts) > 1 else None)
    return Location(layout.tokens.span(site.first, site.stop), _basis(layout, one, site), country)


def _basis(layout: Layout, one: Utterance, site: Site) -> Basis:
    if site.dateline:
        return Basis.DATELINE
    sentence = layout.tokens.sentence
    clause = {sentence[one.cue], sentence[one.said]}
    return Basis.STATED if sentence[site.first] in clause or site.row[2] > 0 else Basis.SCENE


def _name(layout: Layout, site: Site) -> str:
    return " ".join(layout.tokens.words[site.first : site.stop])
