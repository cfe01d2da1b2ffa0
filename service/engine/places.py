"""Places: where the article names them, and what the words around each name say of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from functools import cache

from . import tables
from .gazetteer import Gazetteer, Place
from .layout import OUTSIDE, Layout
from .lexicons import Lexicons
from .mentions import Mention, MentionKind
from .tagset import NOUN_KINDS, POS

_MOST_PLACES, _MOST_SITES = 16, 8
_WINDOW, _AFTER = 12, 8
_FADE = 0.12  # how much of a word's say is lost with each word between it and the place
_DATELINE_PARAGRAPHS = 5
_DASHES = frozenset(("-", "–", "—", "--", "―"))
_HERE = frozenset("in at outside inside near from on before aboard".split())
_ELSEWHERE = frozenset("to of than between against with toward towards across for by about".split())
_REACHING = frozenset("visited visiting toured touring addressed addressing told entered attended attending".split())
_GOING = frozenset("flew flown traveled travelled traveling travelling went visit trip return returned came headed".split())
_INSIDE_NAME = frozenset("the a an city town village of capital central downtown nearby state northern southern".split())
_MODIFIERS = frozenset(POS.index(tag) for tag in ("DT", "PRP$", "JJ", "CD", "VBN", "NN", "NNS", "NNP", "POS", "RB"))
_BREAKS = frozenset("that after when while because if ; : ( ) — –".split())
_PASSED = frozenset("on the a an this morning afternoon evening night , today yesterday his her their".split())
_POSSESSIVES = frozenset(("'s", "’s"))
_AFTER_STATIC = 0.4
_ADJECTIVE = POS.index("JJ")
_STAYING = frozenset((NOUN_KINDS.index("person"), NOUN_KINDS.index("organization")))  # "the [mayor] in Leeds"
_NOUNS = frozenset(POS.index(tag) for tag in ("NN", "NNS", "NNP"))

KINDS = ("speech", "saying", "event", "happened", "static", "planned", "past", "remote", "sitting")
"""What scene_words.txt says that a word near a place may tell."""
_SPEECH, _SAYING, _EVENT, _HAPPENED, _STATIC, _PLANNED, _PAST, _REMOTE, _SITTING = range(len(KINDS))


@dataclass(frozen=True, slots=True)
class Evidence:
    """How one sentence speaks of a place, each from 0 to 1.

    ``told``: somebody spoke there; ``happened``: something took place there; ``static``: it is only
    spoken of; ``planned`` and ``past``: what took place there did so at another time; ``remote``: the words
    came by a medium; ``sitting``: it is a court's or parliament's.
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
    dateline: bool
    paragraph: int


@dataclass(frozen=True, slots=True)
class Site:
    """One place where a name stands: tokens ``first`` to ``stop``."""

    first: int
    stop: int
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class PlaceCandidate:
    """A place with all its sites in the article; ``known`` is what the gazetteer says of it."""

    sites: tuple[Site, ...]
    known: Place | None


@cache
def scene_words() -> Mapping[str, tuple[int, ...]]:
    """Return for each word of the list the numbers of its KINDS."""
    rows = tables.pairs("scene_words.txt")
    return {word: tuple(KINDS.index(kind) for kind in kinds.split()) for word, kinds in rows}


@cache
def venue_words() -> Set[str]:
    """Return the words that make a name a venue's."""
    return frozenset(tables.lines("venue_words.txt"))


def find_places(
    layout: Layout, mentions: Sequence[Mention], gazetteer: Gazetteer, lexicons: Lexicons
) -> list[PlaceCandidate]:
    """Return the places named outside of quotations, by name: "Novi, Michigan" is one."""
    by_name: dict[str, list[Site]] = {}
    for first, stop in _spans(layout, mentions, gazetteer, lexicons):
        sites = by_name.setdefault(_key(layout, first, stop), [])
        if len(sites) < _MOST_SITES:
            sites.append(Site(first, stop, _evidence(layout, first, stop, lexicons)))
    found = list(by_name.values())[:_MOST_PLACES]
    return [PlaceCandidate(tuple(sites), gazetteer.lookup(name_parts(layout, sites[0])[0])) for sites in found]


def _key(layout: Layout, first: int, stop: int) -> str:
    """Return what the sites of a place share: its name without case, "the" and what contains it."""
    name = " ".join(layout.tokens.words[first:stop]).lower()
    return name.partition(" , ")[0].removeprefix("the ")


def name_parts(layout: Layout, site: Site) -> list[str]:
    """Return the parts of a place's name: "Novi", "Michigan"."""
    return " ".join(layout.tokens.words[site.first : site.stop]).split(" , ")


def _spans(
    layout: Layout, mentions: Sequence[Mention], gazetteer: Gazetteer, lexicons: Lexicons
) -> list[tuple[int, int]]:
    """Return where places are named: a dateline's first, those that follow a comma joined to the one before."""
    words, inside = layout.tokens.words, layout.inside
    spans = _dateline_spans(layout, gazetteer)
    others = {words[i].lower() for m in mentions if m.kind == MentionKind.PERSON for i in range(m.first, m.stop)}
    others |= lexicons.media_words
    for mention in mentions:
        if inside[mention.head] != OUTSIDE or not _may_be_place(layout, mention, others, gazetteer):
            continue
        if spans and spans[-1][1] == mention.first - 1 and words[mention.first - 1] == ",":
            spans[-1] = (spans[-1][0], mention.stop)
        elif not spans or spans[-1][1] <= mention.first:
            spans.append((mention.first, mention.stop))
    return spans


def _may_be_place(layout: Layout, mention: Mention, others: Set[str], gazetteer: Gazetteer) -> bool:
    """Whether a name is a place's: known as one, or a venue, or tagged as one and no person's or medium's."""
    if mention.kind not in (MentionKind.PLACE, MentionKind.ORGANIZATION, MentionKind.OTHER_NAME):
        return False
    own = [word.lower() for word in layout.tokens.words[mention.first : mention.stop]]
    if mention.kind == MentionKind.PLACE:
        return others.isdisjoint(own) or gazetteer.lookup(_text(layout, mention.first, mention.stop)) is not None
    here, _ = _preposition(layout, mention.first)
    known = gazetteer.lookup(_text(layout, mention.first, mention.stop))
    return here > 0 and (_is_venue(own) or (known is not None and not known.weak))


def _is_venue(name: Sequence[str]) -> bool:
    """Whether the noun that carries a name is a venue's: "High [Court]", "[University] of Leeds"."""
    head = next((at for at, word in enumerate(name) if word in ("of", "in", "for", "at")), len(name)) - 1
    return name[head] in venue_words()


def _dateline_spans(layout: Layout, gazetteer: Gazetteer) -> list[tuple[int, int]]:
    """Return the capitals that open one of the first paragraphs as in "NEW DELHI (Reuters) –"."""
    words = layout.tokens.words
    for paragraph in range(min(_DATELINE_PARAGRAPHS, len(layout.tokens.paragraphs))):
        first = stop = layout.paragraph_range(paragraph).start
        while stop < len(words) and stop - first < 4 and (words[stop][0].isupper() or words[stop] == "."):
            stop += 1
        known = stop > first and gazetteer.lookup(_text(layout, first, stop)) is not None
        if known and _is_dateline(layout, first, stop):
            return [(first, stop)]
    return []


def _text(layout: Layout, first: int, stop: int) -> str:
    return " ".join(layout.tokens.words[first:stop])


def _is_dateline(layout: Layout, first: int, stop: int) -> bool:
    """Whether the place opens its paragraph as in "NAIROBI (Reuters) –", near the article's top."""
    paragraph = layout.tokens.paragraph[first]
    own = layout.paragraph_range(paragraph)
    if paragraph >= _DATELINE_PARAGRAPHS or first - own.start > 5:
        return False
    window = layout.tokens.words[stop : min(stop + 12, own.stop)]
    lower = any(word.islower() for word in layout.tokens.words[own.start:first])
    return not lower and (_opens(window) or window[:1] == (":",))


def _opens(window: Sequence[str]) -> bool:
    """Whether a dash follows with nothing before it but names, dates and brackets."""
    dash = next((at for at, word in enumerate(window) if word in _DASHES), None)
    return dash is not None and not any(word.islower() for word in window[:dash])


def _evidence(layout: Layout, first: int, stop: int, lexicons: Lexicons) -> Evidence:
    tokens = layout.tokens
    words, sentence = tokens.words, tokens.sentence[first]
    begin, end = tokens.sentences[sentence], tokens.sentences[sentence + 1]
    here, gap = _preposition(layout, first)
    before = _governing(layout, first - 1 - gap, max(begin, first - gap - _WINDOW), lexicons)
    after = told_by(layout, range(stop, min(end, stop + _AFTER)))
    wide = told_by(layout, [*range(first - 1, max(begin, first - 8) - 1, -1), *range(stop, min(end, stop + 5))])
    fronted = 0.8 * (here > 0 and first - begin - gap <= 2)
    head = _head(layout, stop, end)
    named = here >= 0 and head is not None and _names_event(words[head].lower())
    here = 1.0 if named else here
    settled = 1.0 - 0.8 * before[_PLANNED]
    told = max(before[_SPEECH], 0.8 * before[_SAYING], fronted * max(after[_SPEECH], after[_SAYING]))
    happened = max(before[_EVENT], before[_HAPPENED], 0.9 * named, fronted * max(after[_EVENT], after[_HAPPENED]))
    return Evidence(
        here=here,
        told=told * settled,
        happened=happened * settled,
        static=before[_STATIC],
        planned=wide[_PLANNED],
        past=wide[_PAST],
        remote=wide[_REMOTE],
        sitting=max(before[_SITTING], told_by(layout, range(first, min(end, stop + 3)))[_SITTING]),
        day=any(words[i].lower() in lexicons.weekdays for i in (*range(max(begin, first - 6), first), *range(stop, min(end, stop + 3)))),
        attributive=head is not None and not named,
        dateline=_is_dateline(layout, first, stop),
        paragraph=tokens.paragraph[first],
    )


def _head(layout: Layout, stop: int, end: int) -> int | None:
    """Return the noun that a place's name stands before, if any: "White House briefing [room]"."""
    head = None
    for at in range(stop, min(end, stop + 5)):
        if layout.tags.pos[at] in _NOUNS:
            head = at
        elif layout.tags.pos[at] != _ADJECTIVE and layout.tokens.words[at] not in _POSSESSIVES:
            break
    return head


def _names_event(word: str) -> bool:
    """Whether a noun makes a place of what stands before it: "Ensenada [rally]", "county [court]"."""
    kinds = scene_words().get(word, ())
    return word in venue_words() or _EVENT in kinds or (_SPEECH in kinds and _REMOTE not in kinds)


def _preposition(layout: Layout, first: int) -> tuple[float, int]:
    """Whether the words before a place say "here" (1), "elsewhere" (-1) or neither (0); and how many they are."""
    tokens = layout.tokens
    begin = max(tokens.sentences[tokens.sentence[first]], first - _WINDOW)
    for at in range(first - 1, begin - 1, -1):
        word = tokens.words[at].lower()
        before = tokens.words[at - 1].lower() if at > begin else ""
        if word in _HERE or (word == "of" and before == "front"):
            return 1.0, first - at
        if word in _REACHING or (word == "to" and before in _GOING):
            return 1.0, first - at - 1
        if word in _ELSEWHERE and not (word == "of" and before in _INSIDE_NAME):
            return -1.0, first - at
        if layout.tags.pos[at] not in _MODIFIERS and word != "of":
            return 0.0, first - at - 1
    return 0.0, 0


def _governing(layout: Layout, last: int, begin: int, lexicons: Lexicons) -> tuple[float, ...]:
    """Return how near the words of each of KINDS are before token ``last``, in its own clause; dates are passed over."""
    words, known = layout.tokens.words, scene_words()
    told, weight = [0.0] * len(KINDS), 1.0
    for at in range(last, begin - 1, -1):
        word = words[at].lower()
        if layout.inside[at] != OUTSIDE or word in _BREAKS:
            break
        if word in lexicons.weekdays or word in lexicons.months or word in _PASSED:
            continue
        kinds = known.get(word, ())
        if not kinds and weight == 1.0 and layout.tags.noun[at] in _STAYING and layout.tags.pos[at] in _NOUNS:
            kinds = (_STATIC,)
        for kind in kinds:
            told[kind] = max(told[kind], weight)
        weight *= _AFTER_STATIC if _STATIC in kinds else 1.0 - _FADE
    return tuple(told)


def told_by(layout: Layout, tokens: Sequence[int]) -> tuple[float, ...]:
    """Return how near the words of each of KINDS are among ``tokens``, the nearest first; 0 for none."""
    told = [0.0] * len(KINDS)
    known = scene_words()
    for gap, at in enumerate(tokens):
        if layout.inside[at] == OUTSIDE:
            for kind in known.get(layout.tokens.words[at].lower(), ()):
                told[kind] = told[kind] or 1.0 / (1.0 + _FADE * gap)
    return tuple(told)
