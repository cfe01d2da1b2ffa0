"""Role candidates: the phrases of an article that may say what a speaker is.

They stand beside the speaker's names ("Mayor Ann Example", "Ann Example, a nurse at
the clinic,", "the mayor, Ann Example"), or are the nominals by which it speaks.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import IntEnum
from functools import cache

from . import tables
from .entities import Entity, Name
from .layout import OUTSIDE, Layout
from .lexicons import Lexicons, plain
from .mentions import Mention, MentionKind
from .tagset import FINITE, NOUNS, POS, tag_numbers

_LONGEST_BEFORE, _LONGEST_AFTER, _LONGEST_PHRASE = 16, 40, 22
_MOST_NAMES = 12  # names of one speaker that are looked at; the first ones tell the role
_MOST_STARTS, _MOST_STOPS, _MOST_PARTS, _MOST_JOINED = 6, 6, 3, 5
_LONGEST_BRACKET = 5
_ANAPHORA_REACH, _MOST_ANAPHORA = 60, 3


def word_set(words: str) -> frozenset[str]:
    """Return the words that ``words`` lists."""
    return frozenset(words.split())


_GERUND = POS.index("VBG")
DETERMINERS = word_set("the a an this that his her its their our my your one another some many several")
POSSESSIVES = frozenset(("'s", "’s", "‘s", "'", "’"))
PREPOSITIONS = word_set("of for at in with on from to by under within")
_PREMODIFIERS = NOUNS | tag_numbers("JJ", "VBN", "VBG", "CD", "POS", "PRP$", "X")
_ADVERB, _PLURAL = POS.index("RB"), POS.index("NNS")
_PHRASE_ENDS = NOUNS | tag_numbers("JJ", "CD", "VBN", "X")
_INSIDE_TITLE = word_set("of for and & - – / in to on at") | POSSESSIVES
_OPENERS = word_set(", ( — – - --")
_HARD_STOPS = word_set('. ; : ( ) — – -- ? ! “ ” " …')
_SOFT_STOPS = PREPOSITIONS | word_set(", who whose which that and where when while after as")
_BE = word_set("is was are were am be been became becomes becoming remains remained")
_ANYBODY = word_set("man woman person boy girl adult")
_NAMING = word_set("named called surnamed nicknamed")
_NO_END = PREPOSITIONS | DETERMINERS | word_set("and or , as than but")
_NO_START = word_set("including like such so-called ( ) ,")
_LINKS = _BE | word_set(
    "has had have served serves serving works working worked as elected named appointed sworn also now currently still "
    "once then himself herself previously formerly ’s 's"
)
_AFFILIATING = word_set("of from with at for")
_JOINTS = word_set(", and & or")


class Form(IntEnum):
    """How the article puts the role: each has its own reliability."""

    BEFORE = 0  # "U.K. Prime Minister Keir Starmer"
    APPOSITION = 1  # "Ann Example, a lawyer,"
    RELATIVE = 2  # "Ann Example, who is a lawyer"
    COPULA = 3  # "Example is a lawyer"
    AFFILIATION = 4  # "Ann Example of the Riverside Trust"
    NOMINAL = 5  # "the mayor", said of Ann Example
    INVERTED = 6  # "the mayor of Exampleton, Ann Example,"
    VERBAL = 7  # "Ann Example, who heads the trust"


@dataclass(frozen=True, slots=True)
class RoleCandidate:
    """Tokens ``first`` to ``stop`` as a role, found beside the name that begins at ``name``.

    ``part`` counts the phrases between the name and this one: "Example, [34], [of Leeds], [a nurse]".
    """

    first: int
    stop: int
    form: Form
    name: int
    part: int = 0


@cache
def _role_verbs() -> frozenset[str]:
    return frozenset(tables.lines("role_verbs.txt"))


def _anaphora(layout: Layout, mentions: Sequence[Mention], lexicons: Lexicons) -> dict[int, list[Mention]]:
    """Return, for each name, the words after it that may stand for its bearer: "the founder of the trust", "she is"."""
    words, lowered = layout.tokens.words, layout.tokens.lowered
    found: dict[int, list[Mention]] = {}
    bearers = _bearers(words, mentions)
    last = -1
    for number, mention in enumerate(mentions):
        if layout.inside[mention.first] != OUTSIDE:
            continue
        if mention.kind in (MentionKind.PERSON, MentionKind.OTHER_NAME):
            last = number
        elif last >= 0 and mention.first - mentions[last].stop <= _ANAPHORA_REACH:
            word = lowered[mention.first]
            noun = lexicons.role_nouns.get(lowered[mention.head])
            definite = word == "the" and noun is not None and not noun.plural and noun.lemma not in _ANYBODY
            known = bearers.get(lowered[mention.head])
            definite = definite and (known is None or words[mentions[last].stop - 1] in known)
            links = word in ("he", "she") and mention.stop < len(words) and lowered[mention.stop] in _BE
            if definite or links:
                found.setdefault(last, []).append(mention)
    return found


def _bearers(words: Sequence[str], mentions: Sequence[Mention]) -> dict[str, set[str]]:
    """Return the last names of those whom the article names with a word before the name: "President Ann [Example]"."""
    found: dict[str, set[str]] = {}
    for mention in mentions:
        if mention.kind == MentionKind.PERSON:
            for word in words[max(mention.first - 1, 0) : mention.stop - 1]:
                found.setdefault(word.lower(), set()).add(words[mention.stop - 1])
    return found


@dataclass(frozen=True, slots=True)
class RoleFinder:
    """Finds role candidates in one article; the names of people are known by their last and first tokens."""

    layout: Layout
    mentions: Sequence[Mention]
    lexicons: Lexicons
    ending: Mapping[int, Mention]
    beginning: Mapping[int, Mention]
    anaphora: Mapping[int, Sequence[Mention]]  # by the number of the name mention last before them

    @classmethod
    def of(cls, layout: Layout, mentions: Sequence[Mention], lexicons: Lexicons) -> RoleFinder:
        """Index the names of an article."""
        names = [m for m in mentions if m.kind in (MentionKind.PERSON, MentionKind.OTHER_NAME)]
        anaphora = _anaphora(layout, mentions, lexicons)
        return cls(layout, mentions, lexicons, {m.stop: m for m in names}, {m.first: m for m in names}, anaphora)

    def find(self, entity: Entity, spoken: Sequence[int]) -> list[RoleCandidate]:
        """Return the phrases that may say what ``entity`` is; ``spoken`` are the mentions by which it spoke."""
        found: dict[tuple[int, int], RoleCandidate] = {}
        nominals = [i for i in spoken if self.mentions[i].kind == MentionKind.NOMINAL]
        if entity.kind == MentionKind.NOMINAL:
            nominals = list(dict.fromkeys((entity.fullest.mention, *nominals)))
        else:
            for name in entity.names[:_MOST_NAMES]:
                if self.layout.inside[name.first] == OUTSIDE:
                    for candidate in (*self._before(name), *self._within(name), *self._after(name), *self._later(name)):
                        found.setdefault((candidate.first, candidate.stop), candidate)
        for number in nominals[:_MOST_NAMES]:
            for candidate in self._nominal(self.mentions[number]):
                found.setdefault((candidate.first, candidate.stop), candidate)
        return [candidate for candidate in found.values() if self._may_be_role(candidate)]

    def _may_be_role(self, candidate: RoleCandidate) -> bool:
        """Leave out courtesy alone ("Mrs") and what somebody does while speaking ("speaking by telephone")."""
        tokens, own = self.layout.tokens, slice(candidate.first, candidate.stop)
        words, lowered = tokens.words[own], tokens.lowered[own]
        title = self.lexicons.titles.get(plain(" ".join(words)))
        speaking = self.layout.tags.pos[candidate.first] == _GERUND and lowered[0] in self.lexicons.reporting_verbs
        return not (speaking or (title is not None and title.courtesy))

    def _before(self, name: Name) -> Iterator[RoleCandidate]:
        """Yield the phrases that end at the name: "[former [U.K. [Prime Minister]]] Keir Starmer"."""
        tokens = self.layout.tokens
        limit = max(tokens.sentences[tokens.sentence[name.first]], name.first - _LONGEST_BEFORE)
        stop, joined = self._skip_joined(name.first, limit)
        stop = self._skip_titles(stop, limit, courtesies=True)
        yield from self._ending_at(stop, limit, name, joined)
        titled = self._skip_titles(stop, limit, courtesies=False)
        if titled - 1 > limit and titled < stop and tokens.lowered[titled - 1] in _OPENERS | _NAMING:
            yield from self._ending_at(titled, limit, name, joined)

    def _ending_at(self, stop: int, limit: int, name: Name, joined: int) -> Iterator[RoleCandidate]:
        """Yield the phrases that end at ``stop``, what opens a name and a short bracket left out."""
        words, form = self.layout.tokens.words, Form.BEFORE
        lowered = self.layout.tokens.lowered
        if stop - 1 > limit and lowered[stop - 1] in _OPENERS | _NAMING:
            stop, form = stop - 1, Form.INVERTED
            if stop - 1 > limit and words[stop - 1] == ",":
                stop -= 1
        if stop > limit and words[stop - 1] == ")":
            stop = self._bracket_start(stop, limit)
        if stop > limit and lowered[stop - 1] not in _NO_END:
            for first in self._starts(stop, limit):
                yield RoleCandidate(first, stop, form, name.first, joined)

    def _skip_titles(self, stop: int, limit: int, *, courtesies: bool) -> int:
        """Step back over titles, "the head, [Rear Admiral] Ann", or courtesies alone, "Mayor [Sir] Ian"."""
        words, titles = self.layout.tokens.words, self.lexicons.titles
        while stop > limit and (title := titles.get(plain(words[stop - 1]))) and (title.courtesy or not courtesies):
            stop -= 1
        return stop

    def _skip_joined(self, stop: int, limit: int) -> tuple[int, int]:
        """Step back over the names that share a title: "Senators Ann Example and [Bea Sample]"."""
        words, joined = self.layout.tokens.words, 0
        lowered = self.layout.tokens.lowered
        at = stop
        while joined < _MOST_JOINED:
            before = at - 1
            while before > limit and words[before - 1] in _JOINTS:
                before -= 1
            if before < limit or words[before] not in _JOINTS or before not in self.ending:
                break
            at, joined = self.ending[before].first, joined + 1
        if not joined or at <= limit:
            return stop, 0
        plural = self.layout.tags.pos[at - 1] == _PLURAL or lowered[at - 1].rstrip(".").endswith("s")
        return (at, joined) if plural else (stop, 0)

    def _bracket_start(self, stop: int, limit: int) -> int:
        """Return where a short bracket that ends at ``stop`` begins: "Member of Parliament [(MP)]"."""
        for at in range(stop - 2, max(limit, stop - _LONGEST_BRACKET), -1):
            if self.layout.tokens.words[at] == "(":
                return at
        return stop

    def _starts(self, stop: int, limit: int) -> list[int]:
        """Return where a noun phrase that ends at ``stop`` may begin, the long readings first."""
        lowered, tags = self.layout.tokens.lowered, self.layout.tags
        first, joined = stop, False
        while first > limit and self.layout.inside[first - 1] == OUTSIDE:
            word = lowered[first - 1]
            if word == ")" and (opening := self._bracket_start(first, limit)) < first:
                first = opening
                continue
            tag = tags.pos[first - 1]
            adverb = tag == _ADVERB and first < stop and tags.pos[first] in _PREMODIFIERS
            known = word in _INSIDE_TITLE or word in DETERMINERS or word in self.lexicons.titles
            if not (tag in _PREMODIFIERS or known or adverb or (word == "," and joined)):
                break
            joined = joined or word in ("and", "&")
            first -= 1
        starts = [at for at in range(first, stop) if self._can_begin(at, first)]
        return starts if len(starts) <= _MOST_STARTS else [*starts[:2], *starts[2 - _MOST_STARTS :]]

    def _can_begin(self, at: int, first: int) -> bool:
        lowered, tags = self.layout.tokens.lowered, self.layout.tags
        word = lowered[at]
        if word in DETERMINERS or word in _INSIDE_TITLE or word in PREPOSITIONS or word in _NO_START:
            return False
        if at == first:
            return True
        before = lowered[at - 1]
        if before in _INSIDE_TITLE or before in DETERMINERS or before in (")", ","):
            return True
        cut = tags.pos[at] in _PREMODIFIERS and tags.entity[at] != tags.entity[at - 1]
        return cut or word in self.lexicons.titles

    def _within(self, name: Name) -> Iterator[RoleCandidate]:
        """Yield a role that was taken for a part of the name: "[Nobel Laureate] Ann Example"."""
        lowered = self.layout.tokens.lowered
        for stop in range(name.first + 1, name.stop):
            if lowered[stop - 1] in self.lexicons.role_nouns:
                yield RoleCandidate(name.first, stop, Form.BEFORE, name.first)

    def _after(self, name: Name) -> Iterator[RoleCandidate]:
        """Yield the phrases that follow the name, with or without a comma, "who" or "is"."""
        tokens = self.layout.tokens
        words = tokens.words
        end = min(tokens.sentences[tokens.sentence[name.first] + 1], name.stop + _LONGEST_AFTER)
        at = name.stop
        for _ in range(_MOST_JOINED):
            joint = at
            while joint < end and words[joint] in _JOINTS:
                joint += 1
            if joint == at or joint not in self.beginning:
                break
            at = self.beginning[joint].stop
        for start in dict.fromkeys((name.stop, at)):
            yield from self._parts(start, end, name.first)

    def _later(self, name: Name) -> Iterator[RoleCandidate]:
        """Yield what stands for the name further on: "The founder of the trust said", "She is a nurse"."""
        tokens = self.layout.tokens
        for mention in self.anaphora.get(name.mention, ())[:_MOST_ANAPHORA]:
            end = tokens.sentences[tokens.sentence[mention.head] + 1]
            if mention.kind == MentionKind.NOMINAL:
                if mention.stop not in self.beginning:
                    yield from (replace(c, name=name.first, part=c.part + 2) for c in self._nominal(mention))
            else:
                yield from self._predicate(mention.stop, end, name.first)
        end = min(tokens.sentences[tokens.sentence[name.first] + 1], name.stop + _LONGEST_AFTER)
        for at in range(name.stop, end - 2):
            if tokens.words[at] == "and" and tokens.words[at + 1] in _BE:
                yield from self._predicate(at + 1, end, name.first)

    def _predicate(self, at: int, end: int, name: int) -> Iterator[RoleCandidate]:
        first, form = self._opening(at, end, opened=False)
        if form == Form.COPULA and first < end:
            for stop in self._stops(first, end)[:3]:
                if any(word.lower() in self.lexicons.role_nouns for word in self.layout.tokens.words[first:stop]):
                    yield RoleCandidate(first, stop, form, name, 3)

    def _parts(self, at: int, end: int, name: int) -> Iterator[RoleCandidate]:
        """Yield the phrases of each part of an apposition: "Example, [34], [of Leeds], [a nurse], …"."""
        words = self.layout.tokens.words
        for part in range(_MOST_PARTS):
            opened = at < end and words[at] in _OPENERS
            at += opened
            if at >= end or (part and not opened):
                return
            if words[at].isdigit() or words[at] == "aged":
                at = next((i for i in range(at, min(at + 3, end)) if words[i] in (",", ")")), end)
                at += at < end and words[at] == ")"
                continue
            first, form = self._opening(at, end, opened)
            if form is not None and first < end:
                for stop in self._stops(first, end):
                    yield RoleCandidate(first, stop, form, name, part)
            at = next((i for i in range(at, end) if words[i] in (",", ")") or words[i] in _HARD_STOPS), end)
            at += at < end and words[at] == ")"

    def _opening(self, at: int, end: int, opened: bool) -> tuple[int, Form | None]:
        """Return where the phrase proper begins that stands after a name, and its form."""
        lowered, tags = self.layout.tokens.lowered, self.layout.tags
        form = Form.APPOSITION if opened else None
        if lowered[at] == "who":
            at, form = at + 1, Form.RELATIVE
        verb = next((i for i in range(at, min(at + 2, end)) if lowered[i] in _role_verbs()), None)
        if form != Form.APPOSITION and verb is not None and verb + 1 < end and lowered[verb + 1] != "as":
            return verb, Form.VERBAL
        first = at
        while first < end and lowered[first] in _LINKS:
            first += 1
        if form != Form.RELATIVE and any(lowered[i] in _BE or lowered[i] == "as" for i in range(at, first)):
            form = Form.COPULA
        elif form == Form.RELATIVE and first == at:
            form = None
        elif form is None and lowered[at] in _AFFILIATING | DETERMINERS:
            form = Form.AFFILIATION
        if form == Form.APPOSITION and tags.pos[first] in FINITE:
            form = None
        return self._without_determiner(first, end), form

    def _stops(self, first: int, end: int) -> list[int]:
        """Return where a phrase from ``first`` on may stop, the short readings first."""
        words, tags, inside = self.layout.tokens.words, self.layout.tags, self.layout.inside
        lowered = self.layout.tokens.lowered
        end = min(end, first + _LONGEST_PHRASE)
        found: list[int] = []
        bracket = first
        for at in range(first, end):
            word = lowered[at]
            hard = inside[at] != OUTSIDE or word in _HARD_STOPS or (at > first and tags.pos[at] in FINITE)
            hard = (
                hard or word in self.lexicons.weekdays or (at > first and words[at - 1] == "," and word in PREPOSITIONS)
            )
            ended = tags.pos[at - 1] in _PHRASE_ENDS or tags.entity[at - 1] > 0 or words[at - 1] == ")"
            if at > first and at + 1 > bracket and ended and (hard or word in _SOFT_STOPS or tags.pos[at] == _ADVERB):
                found.append(at)
            if word == "(" and at + 2 < end and words[at + 2] == ")":
                bracket = at + 3
            if (hard and at >= bracket) or len(found) == _MOST_STOPS:
                return found
        return [*found, end] if end > first else found

    def _nominal(self, mention: Mention) -> Iterator[RoleCandidate]:
        """Yield a nominal with and without what hangs on it: "the [mayor [of Exampleton]]"."""
        tokens = self.layout.tokens
        first = self._without_determiner(mention.first, mention.stop)
        end = tokens.sentences[tokens.sentence[mention.head] + 1]
        yield RoleCandidate(first, mention.stop, Form.NOMINAL, mention.first)
        if mention.stop < end and tokens.lowered[mention.stop] in PREPOSITIONS:
            for stop in self._stops(mention.stop + 1, end)[:3]:
                yield RoleCandidate(first, stop, Form.NOMINAL, mention.first, 1)

    def _without_determiner(self, first: int, stop: int) -> int:
        lowered = self.layout.tokens.lowered
        while stop - first > 1 and lowered[first] in DETERMINERS:
            first += 1
        return first
