"""Location: where the words were spoken, chosen among the places that the article names."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from .answer import Basis, Location
from .attribution import Attribution
from .gazetteer import Gazetteer
from .layout import OUTSIDE, Layout
from .mentions import Mention, MentionKind
from .trees import Floats, Trees

_MOST_PLACES = 60
LIKELY = 0.35
_IN = {w: i for i, w in enumerate(("in", "at", "outside", "near", "from", "to", "of", "on", "inside", "across", "around"), 1)}
_EVENTS = frozenset(
    """speaking spoke told address addressed addressing speech rally conference meeting summit press briefing interview
    court trial hearing reporters journalists crowd audience visit visited visiting gathered ceremony event launch
    service vigil protest march convention session debate forum attended attending ahead during after""".split()
)
_SPEECH = frozenset("speaking spoke told addressed addressing said".split())
_KINDS = {"country": 1, "region": 2, "city": 3, "landmark": 4}


@dataclass(frozen=True, slots=True)
class PlaceCandidate:
    """A place that the article names: tokens ``first`` to ``stop``; ``dateline`` where it only opens the text."""

    first: int
    stop: int
    dateline: bool


def find_places(layout: Layout, mentions: Sequence[Mention]) -> list[PlaceCandidate]:
    """Return the places named outside of quotations, containers joined on: "Novi, Michigan"."""
    words, inside = layout.tokens.words, layout.inside
    found: list[PlaceCandidate] = []
    for mention in mentions:
        if mention.kind != MentionKind.PLACE or inside[mention.head] != OUTSIDE:
            continue
        if found and found[-1].stop == mention.first - 1 and words[mention.first - 1] == ",":
            found[-1] = PlaceCandidate(found[-1].first, mention.stop, found[-1].dateline)
        else:
            found.append(PlaceCandidate(mention.first, mention.stop, _is_dateline(layout, mention)))
    return found[:_MOST_PLACES]


def _is_dateline(layout: Layout, mention: Mention) -> bool:
    """Whether the place opens its paragraph as in "NAIROBI (Reuters) –", near the article's top."""
    paragraph = layout.tokens.paragraph[mention.first]
    start = layout.paragraph_range(paragraph).start
    if paragraph > 3 or mention.first - start > 4:
        return False
    window = layout.tokens.words[mention.stop : mention.stop + 12]
    return any(mark in window for mark in ("-", "–", "—", "--", "―"))


def locate(
    layout: Layout,
    mentions: Sequence[Mention],
    attributions: Sequence[Attribution],
    gazetteer: Gazetteer,
    chooser: Trees,
) -> list[Location | None]:
    """Return where the words of each stretch were spoken, as far as the article tells."""
    places = find_places(layout, mentions)
    if not places:
        return [None] * len(layout.stretches)
    describer = PlaceDescriber.of(layout, mentions, places, gazetteer)
    rows = [row for i, a in enumerate(attributions) for row in describer.rows(i, a.mention, a.clause.cue)]
    chances = chooser.probabilities(np.array(rows, np.float32)).reshape(-1, len(places))
    return [describer.location(i, a, own) for i, (a, own) in enumerate(zip(attributions, chances, strict=True))]


@dataclass(frozen=True, slots=True)
class PlaceDescriber:
    """The places of one article, what is known of each, and how each looks from a quotation."""

    layout: Layout
    mentions: Sequence[Mention]
    places: Sequence[PlaceCandidate]
    fixed: Sequence[list[float]]
    gazetteer: Gazetteer

    @classmethod
    def of(
        cls, layout: Layout, mentions: Sequence[Mention], places: Sequence[PlaceCandidate], gazetteer: Gazetteer
    ) -> PlaceDescriber:
        """Describe the places of an article once, for all of its quotations."""
        names = Counter(_name(layout, place) for place in places)
        fixed = [
            [*_place_features(layout, place, gazetteer), float(i), float(names[_name(layout, place)]), float(len(places))]
            for i, place in enumerate(places)
        ]
        dateline = float(any(place.dateline for place in places))
        return cls(layout, mentions, places, [[*row, dateline] for row in fixed], gazetteer)

    def rows(self, number: int, mention: int | None, cue: int) -> list[list[float]]:
        """Return a row of features for each place, as seen from stretch ``number``."""
        layout, stretch = self.layout, self.layout.stretches[number]
        sentence, paragraph = layout.tokens.sentence, layout.tokens.paragraph
        said = self.mentions[mention].head if mention is not None else stretch.first
        kind = float(self.mentions[mention].kind) if mention is not None else -1.0
        return [
            [
                *fixed,
                float(paragraph[stretch.first] - paragraph[place.first]),
                float(sentence[stretch.first] - sentence[place.first]),
                float(abs(sentence[said] - sentence[place.first])),
                float(max(-60, min(60, place.first - stretch.first))),
                float(max(-60, min(60, place.first - said))),
                float(max(-60, min(60, place.first - cue))),
                kind,
                float(len(layout.stretches)),
            ]
            for place, fixed in zip(self.places, self.fixed, strict=True)
        ]

    def location(self, number: int, attribution: Attribution, chances: Floats) -> Location | None:
        """Return the likeliest place of stretch ``number``, or None when none is likely enough."""
        best = int(chances.argmax())
        if chances[best] < LIKELY:
            return None
        place, words = self.places[best], self.layout.tokens.words
        parts = " ".join(words[place.first : place.stop]).split(" , ")
        country = self.gazetteer.country_of(parts[0], parts[1] if len(parts) > 1 else None)
        return Location(self.layout.tokens.span(place.first, place.stop), self._basis(number, place, attribution), country)

    def _basis(self, number: int, place: PlaceCandidate, attribution: Attribution) -> Basis:
        if place.dateline:
            return Basis.DATELINE
        tokens, stretch = self.layout.tokens, self.layout.stretches[number]
        sentence = tokens.sentence[place.first]
        own = {tokens.sentence[stretch.first], tokens.sentence[stretch.stop - 1], tokens.sentence[attribution.clause.cue]}
        return Basis.STATED if sentence in own or self._speech_near(place) else Basis.SCENE

    def _speech_near(self, place: PlaceCandidate) -> bool:
        """Whether the words just before the place name a speech: "speaking in Norway"."""
        return any(word.lower() in _SPEECH for word in self.layout.tokens.words[max(0, place.first - 4) : place.first])


def _name(layout: Layout, place: PlaceCandidate) -> str:
    return " ".join(layout.tokens.words[place.first : place.stop])


def _place_features(layout: Layout, place: PlaceCandidate, gazetteer: Gazetteer) -> list[float]:
    """What a place is and how its own sentence speaks of it, whichever quotation asks."""
    tokens = layout.tokens
    name = _name(layout, place)
    sentence = tokens.sentence[place.first]
    begin, end = tokens.sentences[sentence], tokens.sentences[sentence + 1]
    known = gazetteer.lookup(name.split(" , ")[0])
    before = [word.lower() for word in tokens.words[max(begin, place.first - 10) : place.first]]
    after = tokens.words[place.stop].lower() if place.stop < end else ""
    return [
        float(place.dateline),
        float(tokens.paragraph[place.first]),
        float(_IN.get(before[-1], 0)) if before else -1.0,
        float(_IN.get(before[-2], 0)) if len(before) > 1 else -1.0,
        float(after in ("'s", "’s")),
        float(after in (",", ".", "on", "for", "to")),
        float(_KINDS.get(known.kind, 0) if known else 0),
        float(known.weak if known else 0),
        float("," in name),
        float(place.stop - place.first),
        float(sum(word in _EVENTS for word in before)),
        float(sum(word.lower() in _EVENTS for word in tokens.words[begin:end])),
        max(layout.cue[max(begin, place.first - 8) : place.first], default=0.0),
        max(layout.cue[place.stop : min(end, place.stop + 8)], default=0.0),
        float(place.first - begin),
        float(layout.outside_between(begin, end)),
    ]
