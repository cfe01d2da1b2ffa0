"""Places: where the article names them outside of quotations."""

from __future__ import annotations

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from .deadline import Deadline
from .gazetteer import Gazetteer, Place
from .layout import OUTSIDE, Layout
from .lexicons import Lexicons
from .mentions import Mention, MentionKind
from .scenes import Evidence, evidence, preposition, venue_words

_MOST_PLACES, _MOST_SITES = 16, 8
_LEAD = 3
_DATELINE_PARAGRAPHS = 5
_PLACE_KINDS = {"country": 1.0, "region": 2.0, "city": 3.0, "landmark": 4.0}
_UNKNOWN = 2.5
_LONGEST_ACRONYM = 5
_DASHES = frozenset(("-", "–", "—", "--", "―"))


@dataclass(frozen=True, slots=True)
class Site:
    """One place where a name stands: tokens ``first`` to ``stop``, and how its sentence speaks of it.

    ``here``: something is said to be there; ``told``: how plainly somebody is said to have spoken
    there; ``event``: how plainly something is said to have taken place there, speech or not.
    """

    first: int
    stop: int
    sentence: int
    lead: bool
    dateline: bool
    evidence: Evidence
    here: float
    told: float
    event: float


@dataclass(frozen=True, slots=True)
class PlaceCandidate:
    """A place with all its sites in the article; ``known`` is what the gazetteer says of it.

    ``row`` is what the article says of it, whoever is quoted: PLACE_ROW.
    """

    sites: tuple[Site, ...]
    known: Place | None
    row: tuple[float, ...]


PLACE_ROW = {
    "event": 1, "event in the lead": 1, "here in the lead": 1, "dateline": 1, "event by day": 1, "sitting": 1,
    "sites": 0, "weak": -1, "kind": 0,
}  # fmt: skip
"""What each number of a place's row is, and whether it can only speak for the place (1) or against it (-1)."""


def find_places(
    layout: Layout,
    mentions: Sequence[Mention],
    gazetteer: Gazetteer,
    lexicons: Lexicons,
    deadline: Deadline = Deadline(),
) -> list[PlaceCandidate]:
    """Return the places named outside of quotations, by name: "Novi, Michigan" is one.

    Of very many, those stay that most is said to happen at.
    """
    by_name: dict[str, list[Site]] = {}
    for first, stop in deadline.watch(_spans(layout, mentions, gazetteer, lexicons, deadline)):
        sites = by_name.setdefault(_key(layout, first, stop), [])
        if len(sites) < _MOST_SITES:
            sites.append(_site(layout, first, stop, lexicons))
    best = sorted(by_name.values(), key=lambda sites: -max(_promise(site) for site in sites))[:_MOST_PLACES]
    found = sorted(best, key=lambda sites: sites[0].first)
    return [_candidate(sites, gazetteer.lookup(name_parts(layout, sites[0])[0])) for sites in found]


def _candidate(sites: Sequence[Site], known: Place | None) -> PlaceCandidate:
    row = (
        max(site.event for site in sites),
        max(site.event * site.lead for site in sites),
        max(site.here * site.lead for site in sites),
        float(any(site.dateline for site in sites)),
        max(site.event * site.evidence.day for site in sites),
        max(site.here * site.evidence.sitting for site in sites),
        float(min(len(sites), 4)),
        float(known is not None and known.weak),
        _PLACE_KINDS[known.kind] if known else _UNKNOWN,
    )
    return PlaceCandidate(tuple(sites), known, row)


def name_parts(layout: Layout, site: Site) -> list[str]:
    """Return the parts of a place's name: "Novi", "Michigan"."""
    return _text(layout, site.first, site.stop).split(" , ")


def _site(layout: Layout, first: int, stop: int, lexicons: Lexicons) -> Site:
    tokens, e = layout.tokens, evidence(layout, first, stop, lexicons)
    here = max(e.here, 0.0)
    return Site(
        first=first,
        stop=stop,
        sentence=tokens.sentence[first],
        lead=tokens.paragraph[first] < _LEAD,
        dateline=_is_dateline(layout, first, stop),
        evidence=e,
        here=here,
        told=here * e.told,
        event=here * max(e.happened, 0.9 * e.told) * (1.0 - 0.5 * e.planned),
    )


def _promise(site: Site) -> float:
    return site.told + site.event + site.here + site.lead + 2 * site.dateline


def _key(layout: Layout, first: int, stop: int) -> str:
    """Return what the sites of a place share: its name without case, "the" and what contains it."""
    return _text(layout, first, stop).lower().partition(" , ")[0].removeprefix("the ")


def _text(layout: Layout, first: int, stop: int) -> str:
    return " ".join(layout.tokens.words[first:stop])


def _spans(
    layout: Layout, mentions: Sequence[Mention], gazetteer: Gazetteer, lexicons: Lexicons, deadline: Deadline
) -> list[tuple[int, int]]:
    """Return where places are named: a dateline's first, those that follow a comma joined to the one before."""
    words, inside = layout.tokens.words, layout.inside
    lowered = layout.tokens.lowered
    spans = _dateline_spans(layout, gazetteer)
    others = {lowered[at] for m in mentions if m.kind == MentionKind.PERSON for at in range(m.first, m.stop)}
    others |= lexicons.media_words
    for mention in deadline.watch(mentions):
        if inside[mention.head] != OUTSIDE or not _may_be_place(layout, mention, others, gazetteer):
            continue
        if spans and spans[-1][1] == mention.first - 1 and words[mention.first - 1] == ",":
            spans[-1] = (spans[-1][0], mention.stop)
        elif not spans or spans[-1][1] <= mention.first:
            spans.append((mention.first, mention.stop))
    return spans


def _may_be_place(layout: Layout, mention: Mention, others: AbstractSet[str], gazetteer: Gazetteer) -> bool:
    """Whether a name is a place's: tagged so and none of ``others``, or a venue or town by the words before it."""
    if mention.kind not in (MentionKind.PLACE, MentionKind.ORGANIZATION, MentionKind.OTHER_NAME):
        return False
    own, name = layout.tokens.lowered[mention.first : mention.stop], _text(layout, mention.first, mention.stop)
    if mention.kind == MentionKind.PLACE:
        sure = others.isdisjoint(own) and not _is_acronym(name)
        return sure or gazetteer.lookup(name) is not None
    if preposition(layout, mention.first)[0] <= 0:
        return False
    known = gazetteer.lookup(name)
    return _is_venue(own) or (known is not None and not known.weak)


def _is_acronym(name: str) -> bool:
    """Whether a name is short and all in capitals, as of an organisation, where nobody knows such a place: "GOP"."""
    return len(name) <= _LONGEST_ACRONYM and name.isupper()


def _is_venue(name: Sequence[str]) -> bool:
    """Whether the noun that carries a name is a venue's: "High [Court]", "[University] of Leeds"."""
    head = next((at for at, word in enumerate(name) if word in ("of", "in", "for", "at")), len(name)) - 1
    return name[head] in venue_words()


def _dateline_spans(layout: Layout, gazetteer: Gazetteer) -> list[tuple[int, int]]:
    """Return the place that opens one of the first paragraphs as in "NEW DELHI (Reuters) –"."""
    words = layout.tokens.words
    for paragraph in range(min(_DATELINE_PARAGRAPHS, len(layout.tokens.paragraphs))):
        first = stop = layout.paragraph_range(paragraph).start
        while stop < len(words) and stop - first < 4 and (words[stop][0].isupper() or words[stop] == "."):
            stop += 1
        known = stop > first and gazetteer.lookup(_text(layout, first, stop)) is not None
        if known and _is_dateline(layout, first, stop):
            return [(first, stop)]
    return []


def _is_dateline(layout: Layout, first: int, stop: int) -> bool:
    """Whether the place opens its paragraph as in "NAIROBI (Reuters) –", near the article's top."""
    words, paragraph = layout.tokens.words, layout.tokens.paragraph[first]
    own = layout.paragraph_range(paragraph)
    if paragraph >= _DATELINE_PARAGRAPHS or first - own.start > 5 or any(w.islower() for w in words[own.start : first]):
        return False
    following = words[stop : min(stop + 12, own.stop)]
    dash = next((at for at, word in enumerate(following) if word in _DASHES), None)
    return following[:1] == (":",) or (dash is not None and not any(word.islower() for word in following[:dash]))
