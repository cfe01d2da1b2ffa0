"""Speakers: the mention of each quotation resolved to an entity of the article.

A name stands for its own entity; pronouns and nominals ("the mayor") are resolved in the
order of the text by a learned ranker over the entities, named and unnamed, each decision
a feature of the next. A nominal may stand for itself: "a senior official".
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from .arrays import softmax
from .attribution import lead_of_best
from .deadline import Deadline
from .entities import Entity, Name, group_names, group_nominals
from .gender import BY_PRONOUN, find_genders, leaning
from .layout import OUTSIDE, Layout
from .lexicons import Lexicons
from .mentions import SPEAKING_NOUNS, Mention, MentionKind
from .salience import apposition, is_subject, phrase_stop
from .tagset import NOUN_KINDS, POS
from .trees import Trees

_MOST_NAMED, _MOST_UNNAMED, _MOST_AFTER = 14, 8, 4
_OFTEN = 16  # mentions resolved between two looks at the deadline
_REACH = 120  # names looked back over
_PRONOUN_CLASS = {"he": 1, "him": 1, "his": 1, "she": 2, "her": 2, "they": 3, "them": 3, "their": 3}
_PRONOUN_CLASS |= {"it": 4, "its": 4, "which": 4, "who": 5, "i": 6, "we": 7, "you": 8}
_PLURAL = POS.index("NNS")
_ENTITY_KINDS = (MentionKind.PERSON, MentionKind.ORGANIZATION, MentionKind.PLACE, MentionKind.NOMINAL)
_PREPOSITION, _PROPER = POS.index("IN"), POS.index("NNP")
_LIKELY_SOURCE = 0.4
_NEAR_BEFORE, _NEAR_AFTER = 7, 12  # tokens beside a name
_MOST_LOOKED_AT = 8  # of an entity's names
_MOST_IN_PHRASE = 4
_PERSON = NOUN_KINDS.index("person")
_NO_PERSON = frozenset(range(len(NOUN_KINDS))) - {_PERSON, NOUN_KINDS.index("other")}
_POSSESSIVES = (("'s",), ("’s",))
_THINGS = frozenset(("it", "its", "which"))
_OWNERS = frozenset(("his", "her", "its", "their"))
_UNKNOWN = (-1.0, -1.0)
_INTRODUCING = frozenset("a an one another some several many few others".split())


@dataclass(frozen=True, slots=True)
class Resolved:
    """The number of the entity that a mention stands for, or None; chance and lead as in an Attribution."""

    entity: int | None
    chance: float
    lead: float


def find_entities(
    layout: Layout, mentions: Sequence[Mention], lexicons: Lexicons, deadline: Deadline = Deadline()
) -> tuple[Entity, ...]:
    """Return the entities of an article, the named ones first."""
    tokens = layout.tokens
    return group_names(tokens, mentions, lexicons, deadline) + group_nominals(tokens, mentions, lexicons, deadline)


def _salience(layout: Layout, name: Name) -> float:
    if layout.inside[name.first] != OUTSIDE:
        return 0.0
    source = max(layout.tags.source[name.first : name.stop])
    return max(2.0 * (source > _LIKELY_SOURCE), is_subject(layout, name.first, name.stop))


def _thingness(layout: Layout, mentions: Sequence[Mention], entity: Entity, lexicons: Lexicons) -> tuple[float, ...]:
    """Tell how often an entity is "the …", how often it was taken for a person, and whether it ends as a paper's."""
    words, names = layout.tokens.lowered, entity.names[:_MOST_LOOKED_AT]
    articles = sum("the" in words[max(name.first - 1, 0) : name.first + 1] for name in names)
    persons = sum(mentions[name.mention].kind == MentionKind.PERSON for name in names)
    last = entity.fullest.key[-1]
    organization = last in lexicons.organization_words or last in lexicons.media_words
    return articles / len(names), persons / len(names), float(organization)


@dataclass(slots=True)
class Turns:
    """The entities that spoke so far, in order, and the gender of the pronoun that each was last called by."""

    speakers: list[int] = field(default_factory=list)
    genders: dict[int, str] = field(default_factory=dict)

    def add(self, entity: int, word: str) -> None:
        """Add a turn of an entity, credited by a mention with the head ``word``."""
        self.speakers.append(entity)
        if word in BY_PRONOUN:
            self.genders[entity] = BY_PRONOUN[word]


@dataclass(frozen=True, slots=True)
class Resolver:
    """Resolves mentions of one article; ``places[e]`` holds the tokens where entity ``e`` is named."""

    layout: Layout
    mentions: Sequence[Mention]
    entities: Sequence[Entity]
    lexicons: Lexicons
    places: tuple[tuple[int, ...], ...]
    by_mention: dict[int, int]
    order: tuple[tuple[int, int], ...]  # (token, entity) of all names, in the order of the text
    genders: tuple[str, ...]
    leanings: tuple[float, ...]  # of each entity, by its forename
    thingness: tuple[tuple[float, ...], ...]  # by entity
    subjects: Mapping[int, float]  # how much of a subject each name is, by its first token
    starts: tuple[int, ...]  # the first token of each stretch

    @classmethod
    def of(
        cls,
        layout: Layout,
        mentions: Sequence[Mention],
        entities: Sequence[Entity],
        lexicons: Lexicons,
        deadline: Deadline = Deadline(),
    ) -> Resolver:
        """Index the entities of an article."""
        places = tuple(tuple(name.first for name in entity.names) for entity in entities)
        by_mention = {name.mention: number for number, entity in enumerate(entities) for name in entity.names}
        order = tuple(sorted((at, number) for number, own in enumerate(places) for at in own))
        genders = find_genders(layout, entities, deadline)
        leanings = tuple(leaning(entity, lexicons.forename_endings) for entity in entities)
        names = (name for entity in entities for name in entity.names)
        subjects = {name.first: _salience(layout, name) for name in deadline.watch(names)}
        starts = tuple(stretch.first for stretch in layout.stretches)
        things = tuple(_thingness(layout, mentions, entity, lexicons) for entity in entities)
        return cls(
            layout, mentions, entities, lexicons, places, by_mention, order, genders, leanings, things, subjects, starts
        )

    def resolve(self, wanted: Iterable[int | None], ranker: Trees, deadline: Deadline = Deadline()) -> list[Resolved]:
        """Return what each mention stands for; ``wanted`` holds one per quotation, in their order."""
        turns, lowered = Turns(), self.layout.tokens.lowered
        known: dict[int, Resolved] = {}
        answers = []
        for mention in deadline.watch(wanted, _OFTEN):
            if mention is None:
                answers.append(Resolved(None, 0.0, 0.0))
                continue
            if mention not in known:
                known[mention] = self._resolve(mention, turns, ranker)
            answers.append(known[mention])
            if (entity := known[mention].entity) is not None:
                turns.add(entity, lowered[self.mentions[mention].head])
        return answers

    def _resolve(self, number: int, turns: Turns, ranker: Trees) -> Resolved:
        named = self.named(number)
        if named is not None:
            return Resolved(self.by_mention[named], 1.0, 1.0)
        candidates = self.candidates(number)
        if not candidates:
            return Resolved(None, 0.0, 0.0)
        chances = softmax(ranker.scores(np.array(self.rows(number, candidates, turns), np.float32)))
        best = int(chances.argmax())
        return Resolved(candidates[best], float(chances[best]), lead_of_best(chances))

    def named(self, number: int) -> int | None:
        """Return the name that a mention is, or whose words it tells of: "[Ann Example]'s statement"."""
        mention = self.mentions[number]
        if mention.kind <= MentionKind.OTHER_NAME:
            return number
        if not self._is_speech(mention):
            return None
        inner = range(max(0, number - 1), min(number + 1 + _MOST_IN_PHRASE, len(self.mentions)))
        return next((i for i in inner if self._owns(self.mentions[i], mention)), None)

    def _owns(self, name: Mention, speech: Mention) -> bool:
        after = self.layout.tokens.lowered[name.stop : name.stop + 1]
        inside = speech.first <= name.first and name.stop < speech.stop
        return name.kind <= MentionKind.OTHER_NAME and inside and after in _POSSESSIVES

    def _is_speech(self, mention: Mention) -> bool:
        """Whether a mention is no speaker itself: "the statement", but not "the mayor" or "the office"."""
        word, noun = self.layout.tokens.lowered[mention.head], self.layout.tags.noun[mention.head]
        speaks = word in self.lexicons.role_nouns or word in self.lexicons.organization_words
        return mention.kind == MentionKind.NOMINAL and noun not in SPEAKING_NOUNS and not speaks

    def _anaphor(self, number: int) -> Mention:
        """Return what there is to resolve: of "[their] statement" the owner, since the words are theirs."""
        mention, at = self.mentions[number], self.mentions[number].first
        if at < mention.head and self.layout.tokens.lowered[at] in _OWNERS and self._is_speech(mention):
            return replace(mention, stop=at + 1, head=at, kind=MentionKind.PRONOUN)
        return mention

    def candidates(self, number: int) -> list[int]:
        """Return the entities that a mention may stand for: those named last before it, and next after."""
        mention = self._anaphor(number)
        own = [self.by_mention[number]] if number in self.by_mention and mention.kind == MentionKind.NOMINAL else []
        middle = bisect_left(self.order, (mention.first, -1))
        if own and self._is_new(mention):
            beside = {entity: None for _, entity in self.order[max(0, middle - 2) : middle + 4]}
            return [*own, *(entity for entity in beside if self._is_apposed(mention, entity))]
        inner = self._inner(mention)
        before = dict.fromkeys(entity for _, entity in reversed(self.order[max(0, middle - _REACH) : middle]))
        after = dict.fromkeys(entity for _, entity in self.order[middle : middle + 2 * _MOST_AFTER])
        fitting = [e for e in before if e not in inner and self._may_be(e, mention)]
        named = [e for e in fitting if self.entities[e].kind != MentionKind.NOMINAL][:_MOST_NAMED]
        unnamed = [e for e in fitting if self.entities[e].kind == MentionKind.NOMINAL][:_MOST_UNNAMED]
        later = [e for e in after if e not in before and e not in inner and self._may_be(e, mention)][:_MOST_AFTER]
        return list(dict.fromkeys((*own, *named, *unnamed, *later)))

    def _inner(self, mention: Mention) -> frozenset[int]:
        """Return whom a nominal's phrase names besides it: "the [Novi] bishop", "the head of [Riverside Bank]"."""
        if mention.kind != MentionKind.NOMINAL or self._is_speech(mention):
            return frozenset()
        begin = bisect_left(self.order, (mention.first, -1))
        stop = bisect_left(self.order, (phrase_stop(self.layout, mention), -1))
        return frozenset(
            entity for at, entity in self.order[begin:stop] if at < mention.head or self._is_governed(at, entity)
        )

    def _is_governed(self, at: int, entity: int) -> bool:
        """Whether a name hangs on the words before it: "the head of [Riverside Bank]", but "of the bank [Ann Roe]"."""
        if self.entities[entity].kind != MentionKind.PERSON:
            return True
        pos = self.layout.tags.pos
        while pos[at - 1] == _PROPER:
            at -= 1
        return pos[at - 1] == _PREPOSITION

    def _is_apposed(self, mention: Mention, entity: int) -> bool:
        middle = bisect_left(self.places[entity], mention.first)
        return self.entities[entity].kind == MentionKind.PERSON and 1 <= self._apposition(mention, entity, middle) <= 3

    def _is_new(self, mention: Mention) -> bool:
        """Whether a nominal brings in somebody new: "a spokesman", "one of them"."""
        return self.layout.tokens.lowered[mention.first] in _INTRODUCING

    def _may_be(self, entity: int, mention: Mention) -> bool:
        """He and she are people; "it" and "the company" are not; a name of unclear kind may be either."""
        word = self.layout.tokens.lowered[mention.head]
        kind = self.entities[entity].kind
        noun = self.layout.tags.noun[mention.head]
        if word in BY_PRONOUN:
            return self._is_person(entity)
        many = self.layout.tags.pos[mention.head] == _PLURAL
        nobody = word in _THINGS or (mention.kind == MentionKind.NOMINAL and (noun in _NO_PERSON or many))
        return kind != MentionKind.PERSON or not nobody

    def _is_person(self, entity: int) -> bool:
        if self.entities[entity].kind != MentionKind.NOMINAL:
            return self.entities[entity].kind in (MentionKind.PERSON, MentionKind.OTHER_NAME)
        head = self.mentions[self.entities[entity].fullest.mention].head
        body = self.layout.tokens.lowered[head] in self.lexicons.organization_words
        return not body and self.layout.tags.pos[head] != _PLURAL and self.layout.tags.noun[head] not in _NO_PERSON

    def rows(self, number: int, candidates: Sequence[int], turns: Turns) -> list[list[float]]:
        """Return a row of features for each candidate entity, given the ``turns`` so far."""
        mention, own = self._anaphor(number), self.by_mention.get(number, -1)
        ranks: dict[MentionKind, int] = {}
        sources = self._recent_sources(mention)
        salient = self._recently_salient(mention)
        speakers, counts = turns.speakers, Counter(turns.speakers)
        gender, of_mention = self._gender(mention), self._mention_features(mention)
        rows = []
        for place, entity in enumerate(candidates):
            kind = self.entities[entity].kind
            ranks[kind] = ranks.get(kind, -1) + 1
            rows.append(
                [
                    *of_mention,
                    *self._entity_features(mention, entity),
                    float(place),
                    float(entity == own),
                    float(ranks[kind]),
                    float(len(candidates)),
                    float(bool(speakers) and speakers[-1] == entity),
                    float(len(speakers) > 1 and speakers[-2] == entity),
                    float(counts[entity]),
                    float(sources.get(entity, _REACH)),
                    float(salient.get(entity, _REACH)),
                    float(len(speakers)),
                    _agreement(gender, self.genders[entity]),
                    _agreement(gender, turns.genders.get(entity, "")),
                    self.leanings[entity] * (float(gender == "f") - float(gender == "m")),
                ]
            )
        return rows

    def _recent_sources(self, mention: Mention) -> dict[int, int]:
        """Rank the entities that were likely sources before a mention, the last one first: 0, 1, 2."""
        middle = bisect_left(self.order, (mention.first, -1))
        source = self.layout.tags.source
        recent = (
            entity
            for at, entity in reversed(self.order[max(0, middle - _REACH) : middle])
            if source[at] > _LIKELY_SOURCE
        )
        return {entity: rank for rank, entity in enumerate(dict.fromkeys(recent))}

    def _recently_salient(self, mention: Mention) -> dict[int, int]:
        """Rank the entities that were subjects or sources before a mention, the last one first: 0, 1, 2."""
        middle = bisect_left(self.order, (mention.first, -1))
        recent = (
            entity for at, entity in reversed(self.order[max(0, middle - _REACH) : middle]) if self.subjects[at] >= 0.5
        )
        return {entity: rank for rank, entity in enumerate(dict.fromkeys(recent))}

    def _mention_features(self, mention: Mention) -> list[float]:
        tokens, tags = self.layout.tokens, self.layout.tags
        head, first = tokens.lowered[mention.head], tokens.lowered[mention.first]
        noun = self.lexicons.role_nouns.get(head)
        return [
            float(mention.kind == MentionKind.PRONOUN),
            float(_PRONOUN_CLASS.get(head, 0)),
            float(first == "the") + 2.0 * (first in ("a", "an")) + 3.0 * (first in ("his", "her", "their", "its")),
            float(tags.pos[mention.head] == _PLURAL),
            float(tags.noun[mention.head] == _PERSON),
            float(tags.noun[mention.head]),
            float(self._is_speech(mention)),
            float(head in self.lexicons.organization_words),
            float(noun is not None),
            *self.lexicons.nominals.get(head, _UNKNOWN),
            float(mention.stop - mention.first),
            float(mention.first - tokens.sentences[tokens.sentence[mention.first]]),
        ]

    def _entity_features(self, mention: Mention, number: int) -> list[float]:
        layout, entity, places = self.layout, self.entities[number], self.places[number]
        tokens, fullest = layout.tokens, self.mentions[entity.fullest.mention]
        middle = bisect_left(places, mention.first)
        last = places[middle - 1] if middle else None
        following = places[middle] if middle < len(places) else None
        sentence, paragraph = tokens.sentence, tokens.paragraph
        begin = tokens.sentences[sentence[last]] if last is not None else 0
        return [
            *(float(entity.kind == kind) for kind in _ENTITY_KINDS),
            float(layout.tags.pos[fullest.head] == _PLURAL),
            float(layout.tags.noun[fullest.head]) if entity.kind == MentionKind.NOMINAL else -1.0,
            float(bool(entity.gender)),
            float(bool(self.genders[number])),
            float(len(entity.fullest.key)),
            float(layout.outside_between(last, mention.first)) if last is not None else 999.0,
            float(sentence[mention.first] - sentence[last]) if last is not None else 99.0,
            float(paragraph[mention.first] - paragraph[last]) if last is not None else 99.0,
            float(sentence[following] - sentence[mention.first]) if following is not None else 99.0,
            float(middle),
            float(len(places)),
            float(last - begin) if last is not None else -1.0,
            float(layout.inside[last] != OUTSIDE) if last is not None else -1.0,
            layout.tags.source_start[last] if last is not None else -1.0,
            layout.tags.speaker[last] if last is not None else -1.0,
            float(last > begin and layout.tags.pos[last - 1] == _PREPOSITION) if last is not None else -1.0,
            self.subjects[last] if last is not None else -1.0,
            float(bisect_left(self.starts, mention.first) - bisect_left(self.starts, last))
            if last is not None
            else 99.0,
            self._apposition(mention, number, middle),
            float(tokens.words[last + 1] in ("'s", "’s")) if last is not None and last + 1 < len(tokens) else -1.0,
            self._shares_head(mention, number),
            *self.thingness[number],
        ]

    def _apposition(self, mention: Mention, number: int, middle: int) -> float:
        """Tell how a nominal stands beside an entity's names: 1 to 3 in apposition, 4 with the name inside it."""
        if mention.kind == MentionKind.PRONOUN:
            return 0.0
        names = self.entities[number].names[max(0, middle - 1) : middle + 2]
        if any(mention.first <= name.first < mention.stop for name in names):
            return 4.0
        return max((apposition(self.layout, mention, name.first, name.stop) for name in names), default=0.0)

    def _gender(self, mention: Mention) -> str:
        """Return the gender of a pronoun or of a noun such as "actress"."""
        word = self.layout.tokens.lowered[mention.head]
        noun = self.lexicons.role_nouns.get(word)
        return BY_PRONOUN.get(word, (noun.gender or "") if noun else "")

    def _shares_head(self, mention: Mention, number: int) -> float:
        """Tell how well a nominal's noun fits an entity's names and the words beside them.

        4: "Mayor Ann Example … the mayor"; 3: "Riverside University … the university"; 2: "Ann Example, mayor of Novi";
        1: a word that begins alike, "minister" and "ministry"; else 0. "The mayor's lawyer, Bo Lind" is no mayor.
        """
        if mention.kind == MentionKind.PRONOUN:
            return -1.0
        entity, tokens = self.entities[number], self.layout.tokens
        head = tokens.lowered[mention.head].rstrip("s")
        if any(word.rstrip("s") == head for word in entity.fullest.key):
            return 3.0
        best = 0.0
        for name in entity.names[:_MOST_LOOKED_AT]:
            begin = max(tokens.sentences[tokens.sentence[name.first]], name.first - _NEAR_BEFORE)
            stop = min(name.stop + _NEAR_AFTER, len(tokens))
            if f" {head[:5]}" not in f" {' '.join(tokens.lowered[begin:stop])}":  # quick, and nearly always so
                continue
            titles = range(min(self.mentions[name.mention].first, name.first - 1), name.first)
            for at in (*range(begin, name.first), *range(name.stop, stop)):
                word = tokens.lowered[at].rstrip("s")
                if word == head and tokens.lowered[at + 1 : at + 2] not in _POSSESSIVES:
                    best = max(best, 4.0 if at in titles else 2.0)
                elif len(head) > 4 and word[:5] == head[:5]:
                    best = max(best, 1.0)
        return best


def _agreement(gender: str, own: str) -> float:
    """Return 1 where two genders are the same, -1 where they differ, 0 where one is not known."""
    return 0.0 if not gender or not own else 1.0 if gender == own else -1.0
