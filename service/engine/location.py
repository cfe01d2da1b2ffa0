"""Location: where the words were spoken, chosen among the places that the article names.

A forest looks at each place from each quotation: what its reporting clause, the sentences that
name its speaker, the lead and the rest of the article say to have been told or to have happened
there. The quotations of one article often share their place, so each chance is drawn to the mean of theirs.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import TypeAlias

from .answer import Basis, Location
from .attribution import Attribution
from .deadline import Deadline
from .entities import Entity
from .gazetteer import Gazetteer
from .layout import Layout
from .lexicons import Lexicons
from .mentions import Mention, MentionKind
from .places import PLACE_ROW, PlaceCandidate, Site, find_places, name_parts
from .scenes import EVENT, PAST, REMOTE, SITTING, SPEECH, told_by
from .speakers import Resolved
from .trees import Floats, Trees

Row: TypeAlias = list[float]

_LIKELY = 0.22
_ARTICLES_SHARE = 0.2
_CLAUSE = 14
_CLOSE = 2  # sentences before the quotation's own
_MANNER = (0, 3, 4, 5)  # columns of a clause's row: by a medium, in a speech, at an event, in a sitting
_RIVALRY = (0, 2, 3, 5, 9)  # columns of a place's row that count against the other places

# Which features can only speak for a place (1), only against it (-1), or either (0): place_rows' order.
MONOTONE = (
    *(-1, 0, 0, -1, -1, -1, 0, 0, 0, 0),  # the utterance's own
    *(-1, 0, 0, 0),  # what the clauses of all its speaker's utterances say
    *(-1, -1),
    *(1, 1, 1, 1, 1, 1, 1, 1, 0),  # what the sites near the quotation and its speaker say
    *PLACE_ROW.values(),
    *(-1, -1, -1, -1, -1, 0, 0, 0),  # the site that says most
    *(-1,) * len(_RIVALRY),
)


@dataclass(frozen=True, slots=True)
class Said:
    """Who said a stretch, as far as earlier stages know: its cue, the source's mention, the speaker's entity."""

    cue: int
    mention: int | None
    entity: int | None


@dataclass(frozen=True, slots=True)
class Utterance:
    """What the choice of a place looks at: the stretch, its clause, and the sentences that tell of speakers."""

    stretch: int
    clause: tuple[int, int]
    """The sentences of the cue and of the source's mention."""
    own: AbstractSet[int]
    anyones: AbstractSet[int]
    row: tuple[float, ...]

    def tells_of_speaker(self, site: Site) -> bool:
        """Whether the site's sentence names this speaker or is the stretch's clause."""
        return site.sentence in self.own or site.sentence in self.clause

    def tells_of_others(self, site: Site) -> bool:
        """Whether the site's sentence names only other speakers."""
        return site.sentence in self.anyones and not self.tells_of_speaker(site)


@dataclass(frozen=True, slots=True)
class Locator:
    """Finds where words were spoken; immutable and shared."""

    gazetteer: Gazetteer
    lexicons: Lexicons
    chooser: Trees

    def locate(
        self,
        layout: Layout,
        mentions: Sequence[Mention],
        entities: Sequence[Entity],
        attributions: Sequence[Attribution],
        resolved: Sequence[Resolved],
        deadline: Deadline = Deadline(),
    ) -> list[Location | None]:
        """Return where the words of each stretch were spoken, as far as the article tells."""
        places = find_places(layout, mentions, self.gazetteer, self.lexicons, deadline)
        if not places:
            return [None] * len(layout.stretches)
        said = [Said(a.clause.cue, a.mention, r.entity) for a, r in zip(attributions, resolved, strict=True)]
        spoken = utterances(layout, mentions, entities, said, self.lexicons)
        deadline.check()
        rows = (row for one in spoken for row in place_rows(layout, one, places))
        chances = self.chooser.probabilities_of(rows, deadline).reshape(-1, len(places))
        chances = share(chances)
        weighed = deadline.watch(zip(spoken, chances, strict=True))
        return [self._location(layout, one, places, own) for one, own in weighed]

    def _location(
        self, layout: Layout, one: Utterance, places: Sequence[PlaceCandidate], chances: Floats
    ) -> Location | None:
        """Return the likeliest place, or None when none is likely enough."""
        best = int(chances.argmax())
        if chances[best] < _LIKELY:
            return None
        site = _best_site(one, places[best])
        parts = name_parts(layout, site)
        country = self.gazetteer.country_of(parts[0], parts[1] if len(parts) > 1 else None)
        return Location(layout.tokens.span(site.first, site.stop), _basis(one, site), country)


def share(chances: Floats) -> Floats:
    """Draw each quotation's chances (quotations, places) to their mean over the article."""
    shared: Floats = (1.0 - _ARTICLES_SHARE) * chances + _ARTICLES_SHARE * chances.mean(axis=0)
    return shared


def utterances(
    layout: Layout, mentions: Sequence[Mention], entities: Sequence[Entity], said: Sequence[Said], lexicons: Lexicons
) -> list[Utterance]:
    """Describe each stretch, said as ``said`` tells."""
    sentence = layout.tokens.sentence
    heads = [
        mentions[one.mention].head if one.mention is not None else stretch.first
        for one, stretch in zip(said, layout.stretches, strict=True)
    ]
    told: dict[int, set[int]] = {}
    for one, head in zip(said, heads, strict=True):
        if one.entity is not None:
            if one.entity not in told:
                told[one.entity] = {sentence[name.first] for name in entities[one.entity].names}
            if one.mention is not None:
                told[one.entity].add(sentence[head])
    anyones: AbstractSet[int] = frozenset[int]().union(*told.values())
    counts = Counter(one.entity for one in said)
    clauses = [_clause(layout, one, lexicons) for one in said]
    manners = _manners(said, clauses)
    found = []
    for number, (one, head, clause) in enumerate(zip(said, heads, clauses, strict=True)):
        own: AbstractSet[int] = told[one.entity] if one.entity is not None else frozenset()
        speaks = counts[one.entity] / len(said) if one.entity is not None else 0.0
        row = (float(_is_no_person(entities, one)), speaks, float(one.mention is None), *clause, *manners[number])
        found.append(Utterance(number, (sentence[one.cue], sentence[head]), own, anyones, row))
    return found


def _manners(said: Sequence[Said], clauses: Sequence[Row]) -> list[Row]:
    """Return for each utterance what any clause of its speaker says: who is on air once, is so throughout."""
    own = [[clause[column] for column in _MANNER] for clause in clauses]
    told: dict[int, Row] = {}
    for one, manner in zip(said, own, strict=True):
        if one.entity is not None:
            told[one.entity] = list(map(max, manner, told.get(one.entity, manner)))
    return [manner if one.entity is None else told[one.entity] for one, manner in zip(said, own, strict=True)]


def _is_no_person(entities: Sequence[Entity], one: Said) -> bool:
    return one.entity is None or entities[one.entity].kind == MentionKind.ORGANIZATION


def _clause(layout: Layout, one: Said, lexicons: Lexicons) -> Row:
    """Return what the reporting clause says of how the words came: through what, when, to whom, on what occasion."""
    words, sentences, sentence = layout.tokens.words, layout.tokens.sentences, layout.tokens.sentence[one.cue]
    lowered = layout.tokens.lowered
    around = range(max(sentences[sentence], one.cue - _CLAUSE), min(sentences[sentence + 1], one.cue + _CLAUSE))
    told = told_by(layout, sorted(around, key=lambda at: abs(at - one.cue)))
    to_name = any(lowered[at] in ("told", "tells") and words[at + 1][0].isupper() for at in around[:-1])
    day = not lexicons.weekdays.isdisjoint(lowered[around.start : around.stop])
    return [told[REMOTE], told[PAST], float(to_name), told[SPEECH], told[EVENT], told[SITTING], float(day)]


def place_rows(layout: Layout, one: Utterance, places: Sequence[PlaceCandidate]) -> list[Row]:
    """Return a row of features for each place, as seen from one quotation; see MONOTONE."""
    own = [_features(layout, one, place) for place in places]
    best = [[*sorted((row[column] for row in own), reverse=True)[:2], 0.0] for column in _RIVALRY]
    rows = []
    for number, row in enumerate(own):
        rivals = [top[1] if row[column] == top[0] else top[0] for column, top in zip(_RIVALRY, best, strict=True)]
        rows.append([*one.row, float(min(len(places), 12)), float(min(number, 8)), *row, *rivals])
    return rows


def _features(layout: Layout, one: Utterance, place: PlaceCandidate) -> Row:
    """Return what the sites in the clause, with the speaker, just before and elsewhere say: the largest of each."""
    clause, speaker, before = [0.0, 0.0], [0.0, 0.0, 0.0], [0.0, 0.0]
    open_told = others_told = 0.0
    for s in place.sites:
        if s.here:
            if s.sentence in one.clause:
                clause = [max(clause[0], s.told), 1.0]
            if one.tells_of_speaker(s):
                speaker = [max(speaker[0], s.told), max(speaker[1], s.event), 1.0]
            if 0 <= one.clause[1] - s.sentence <= _CLOSE:
                before = [max(before[0], s.told), max(before[1], s.event)]
            if one.tells_of_others(s):
                others_told = max(others_told, s.told)
            else:
                open_told = max(open_told, s.told)
    return [*clause, *speaker, *before, open_told, others_told, *place.row, *_site_row(layout, one, place)]


def _site_row(layout: Layout, one: Utterance, place: PlaceCandidate) -> Row:
    """Return what the site says that says most."""
    site = _best_site(one, place)
    e = site.evidence
    distance = float(min(abs(site.sentence - one.clause[1]), 12))
    follows = float(site.first < layout.stretches[one.stretch].first)
    return [float(e.attributive), e.static, e.planned, e.past, e.remote, distance, e.here, follows]


def _best_site(one: Utterance, place: PlaceCandidate) -> Site:
    """Return the site that speaks most of an utterance here, else the one nearest to the quotation."""
    if len(place.sites) == 1:
        return place.sites[0]

    def worth(site: Site) -> tuple[float, int]:
        own = float(one.tells_of_speaker(site))
        return own + site.evidence.here + 2 * site.told + site.event, -abs(site.sentence - one.clause[1])

    return max(place.sites, key=worth)


def _basis(one: Utterance, site: Site) -> Basis:
    if site.dateline:
        return Basis.DATELINE
    speech = site.told > 0.5 and one.tells_of_speaker(site)  # where another spoke is but the scene
    return Basis.STATED if speech or site.sentence in one.clause else Basis.SCENE
