"""Training rows for each forest, made by the running engine's own stages from annotated articles."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from service.engine.assembly import speaker_name
from service.engine.attribution import attribute, find_candidates
from service.engine.confidence import Claims
from service.engine.confidence import confidence_rows as confidence_features
from service.engine.deadline import Deadline
from service.engine.entities import Entity
from service.engine.gazetteer import Gazetteer
from service.engine.layout import Layout, find_clause, lay_out
from service.engine.lexicons import Lexicons
from service.engine.location import Said, place_rows, utterances
from service.engine.marks import APOSTROPHE, SINGLE, pair_marks
from service.engine.marks import Stretch as Marked
from service.engine.mentions import Mention, MentionKind, covered_names, find_mentions
from service.engine.places import find_places
from service.engine.quotations import lay_out_quotations, quotation_features
from service.engine.role import role_features
from service.engine.role_candidates import RoleFinder
from service.engine.speakers import Resolver, Turns, find_entities
from service.engine.tagger import Tagger
from service.engine.text import Tokens, tokenize
from service.engine.trees import Trees

from .gold import GoldArticle, GoldQuotation
from .names import is_same_name, is_same_place, word_f1

_OTHER_NAME_WORTH = 0.3
AFTER_HEAD = frozenset(", . ; : of for at in from who with ( — – - on that which said says to".split())


@dataclass(slots=True)
class Rows:
    """Features and labels; ``groups`` says how many rows belong together, in order."""

    features: list[list[float]]
    labels: list[float]
    weights: list[float]
    groups: list[int]

    @classmethod
    def empty(cls) -> Rows:
        """Return rows to be added to."""
        return cls([], [], [], [])

    @classmethod
    def joined(cls, parts: Iterable[Rows]) -> Rows:
        """Return the rows of all of ``parts``."""
        whole = cls.empty()
        for part in parts:
            whole.features.extend(part.features)
            whole.labels.extend(part.labels)
            whole.weights.extend(part.weights)
            whole.groups.extend(part.groups)
        return whole

    def add(self, features: Sequence[list[float]], labels: Sequence[float], weight: float = 1.0) -> None:
        """Add one group of rows."""
        if features:
            self.features.extend(features)
            self.labels.extend(labels)
            self.weights.extend([weight] * len(features))
            self.groups.append(len(features))


@dataclass(frozen=True, slots=True)
class Prepared:
    """An annotated article as the engine's stages see it.

    ``marked`` holds all that stands in marks; ``gold`` runs parallel to the layout's stretches.
    """

    article: GoldArticle
    tokens: Tokens
    marked: tuple[Marked, ...]
    layout: Layout
    mentions: tuple[Mention, ...]
    entities: tuple[Entity, ...]
    gold: tuple[GoldQuotation, ...]

    def gold_mention(self, quotation: GoldQuotation) -> int | None:
        """Return the number of the mention that heads the words which the annotators named.

        "Putin's adviser [Sergei Ushakov]", "[Jane Roe], a professor at X", "a White House [official]".
        """
        if quotation.mention is None:
            return None
        covered = covered_names(self.mentions)
        fits = [
            i
            for i, m in enumerate(self.mentions)
            if i not in covered and m.span(self.tokens).overlaps(quotation.mention)
        ]
        people = [i for i in fits if self.mentions[i].kind == MentionKind.PERSON and not self._is_possessive(i)]
        if people:
            return people[0]
        words = self.tokens.words
        end = next(
            (i for i in range(self.mentions[fits[0]].stop, len(words)) if words[i].lower() in AFTER_HEAD), len(words)
        ) if fits else 0  # fmt: skip
        return max((i for i in fits if self.mentions[i].head < end), default=None)

    def apposed_nominal(self, quotation: GoldQuotation) -> int | None:
        """Return the nominal that begins the words which the annotators named, and owns nothing, or follows a comma."""
        if quotation.mention is None:
            return None
        words = self.tokens.words
        for i, mention in enumerate(self.mentions):
            span = mention.span(self.tokens)
            if mention.kind == MentionKind.NOMINAL and quotation.mention.covers(span):
                begins = span.start == quotation.mention.start and not self._is_possessive(i)
                return i if begins or words[mention.first - 1] == "," else None
        return None

    def _is_possessive(self, number: int) -> bool:
        stop = self.mentions[number].stop
        return stop < len(self.tokens) and self.tokens.words[stop] in ("'s", "’s")

    def right_entities(self, quotation: GoldQuotation, among: Iterable[int] | None = None) -> list[int]:
        """Return the entities that are the speaker: by the name given first, else by another; named ones, if any."""
        if quotation.speaker is None:
            return []
        numbers = range(len(self.entities)) if among is None else among
        accepted = [i for i in numbers if self.is_right(self.entities[i], quotation.speaker)]
        right = [i for i in accepted if self.is_right(self.entities[i], quotation.speaker[:1])] or accepted
        named = [i for i in right if self.entities[i].kind != MentionKind.NOMINAL]
        return named or right

    def worth(self, entity: int, right: Sequence[int], quotation: GoldQuotation) -> float:
        """How good an answer an entity is: 1 for the fullest name, less for another accepted one."""
        if entity in right:
            return 1.0
        return _OTHER_NAME_WORTH * (
            quotation.speaker is not None and self.is_right(self.entities[entity], quotation.speaker)
        )

    def is_right(self, entity: Entity, accepted: Sequence[str]) -> bool:
        """Whether the annotators accept the entity, by its fullest or its first name."""
        text = self.article.text
        fullest = speaker_name(self.layout, self.mentions, entity).of(text)
        first = self.tokens.span(entity.names[0].first, entity.names[0].stop).of(text)
        return is_same_name(fullest, accepted) or is_same_name(first, accepted)


def prepare(articles: Iterable[GoldArticle], tagger: Tagger, lexicons: Lexicons) -> Iterator[Prepared]:
    """Yield each article run through the engine's stages, with its quotations as annotated."""
    for article in articles:
        tokens = tokenize(article.text)
        tags = tagger.tag(tokens)
        paired, _ = pair_marks(article.text, tokens.paragraphs, Deadline())
        marked = tuple(stretch for stretch in paired if tokens.within(stretch.span))
        matched = []
        for stretch in marked:
            gold = article.quotation_at(stretch.span)
            if gold is not None:
                matched.append((stretch.span, gold))
        layout = lay_out(tokens, tags, [span for span, _ in matched])
        mentions = find_mentions(tokens, tags, lexicons)
        entities = find_entities(layout, mentions, lexicons)
        yield Prepared(article, tokens, marked, layout, mentions, entities, tuple(gold for _, gold in matched))


def quotation_rows(articles: Iterable[Prepared], weight: float) -> Rows:
    """Rows for "quotation or not", one a marked stretch that the annotation decides."""
    rows = Rows.empty()
    for a in articles:
        layout = lay_out(a.tokens, a.layout.tags, [stretch.span for stretch in a.marked])
        for stretch, features in zip(a.marked, quotation_features(layout, a.marked), strict=True):
            yes = a.article.quotation_at(stretch.span) is not None
            if yes or a.article.is_distractor(stretch.span) or stretch.family in (SINGLE, APOSTROPHE):
                rows.add([features], [float(yes)], weight)
    return rows


def attribution_rows(articles: Iterable[Prepared], weight: float) -> Rows:
    """Rows for the source ranker, a group a quotation with an annotated mention."""
    rows = Rows.empty()
    for a in articles:
        clauses = [find_clause(a.layout, stretch) for stretch in a.layout.stretches]
        for candidates, gold in zip(find_candidates(a.layout, a.mentions, clauses), a.gold, strict=True):
            if gold.mention is not None:
                head = a.gold_mention(gold)
                rows.add(candidates.rows.tolist(), [float(i == head) for i in candidates.mentions], weight)
    return rows


def coreference_rows(articles: Iterable[Prepared], lexicons: Lexicons, weight: float = 1.0) -> Rows:
    """Rows for the resolver, a group a pronoun or nominal that the annotators resolved."""
    rows = Rows.empty()
    for a in articles:
        resolver = Resolver.of(a.layout, a.mentions, a.entities, lexicons)
        turns, lowered = Turns(), a.tokens.lowered
        seen: set[int] = set()
        for gold in a.gold:
            right, mention = a.right_entities(gold), a.gold_mention(gold)
            resolved = None if mention is not None and resolver.named(mention) is not None else mention
            for number in (resolved, a.apposed_nominal(gold)):
                if number is not None and number not in seen and right:
                    seen.add(number)
                    candidates = resolver.candidates(number)
                    best = a.right_entities(gold, candidates)
                    labels = [a.worth(entity, best, gold) for entity in candidates]
                    rows.add(resolver.rows(number, candidates, turns), labels, weight)
            for entity in right[:1]:
                turns.add(entity, "" if mention is None else lowered[a.mentions[mention].head])
    return rows


def confidence_rows(a: Prepared, lexicons: Lexicons, forests: Sequence[Trees], weight: float = 1.0) -> Rows:
    """Rows for the confidence in speakers, a row a stretch that the engine takes for a quotation.

    The article must be new to ``forests``: those for quotations, their mentions and coreference. What is
    no quotation has no right speaker.
    """
    quoting, ranker, resolving = forests
    rows = Rows.empty()
    layout, quoted = lay_out_quotations(a.tokens, a.layout.tags, a.marked, quoting)
    attributions = attribute(layout, a.mentions, ranker)
    resolver = Resolver.of(layout, a.mentions, a.entities, lexicons)
    resolved = resolver.resolve([attribution.mention for attribution in attributions], resolving)
    claims = Claims(layout, a.mentions, a.entities, attributions, resolved, list(quoted.values()))
    for row, stretch, answer in zip(confidence_features(claims), quoted, resolved, strict=True):
        gold = a.article.quotation_at(stretch.span)
        if gold is not None and gold.speaker is not None:
            right = answer.entity is not None and a.is_right(a.entities[answer.entity], gold.speaker)
            rows.add([row], [float(right)], weight)
        elif gold is None and a.article.is_distractor(stretch.span):
            rows.add([row], [0.0], weight)
    return rows


def role_rows(articles: Iterable[Prepared], lexicons: Lexicons, weight: float = 1.0) -> Rows:
    """Rows for the choice of roles, a group a speaker."""
    rows = Rows.empty()
    for a in articles:
        finder = RoleFinder.of(a.layout, a.mentions, lexicons)
        for number, (gold, spoken) in _spoken(a).items():
            candidates = finder.find(a.entities[number], spoken)
            texts = [a.tokens.span(c.first, c.stop).of(a.article.text) for c in candidates]
            labels = [role_worth(text, gold.role) for text in texts]
            rows.add(role_features(a.layout, a.entities[number], candidates, lexicons), labels, weight)
    return rows


def role_worth(answer: str, accepted: Sequence[str] | None) -> float:
    """How good a wording of a role is, 0 to 1: right at all, and near to the most informative wording."""
    if not accepted:
        return 0.0
    best = max(word_f1(answer, wording) for wording in accepted)
    return 0.7 * (best >= 0.5) + 0.3 * word_f1(answer, accepted[0])


def _spoken(a: Prepared) -> dict[int, tuple[GoldQuotation, list[int]]]:
    """Return each entity that speaks with a quotation of it and the mentions by which it does."""
    found: dict[int, tuple[GoldQuotation, list[int]]] = {}
    for gold in a.gold:
        right = a.right_entities(gold)
        if not right:
            continue
        _, spoken = found.setdefault(right[0], (gold, []))
        mention = a.gold_mention(gold)
        if mention is not None and mention not in spoken:
            spoken.append(mention)
    return found


def location_rows(articles: Iterable[Prepared], gazetteer: Gazetteer, lexicons: Lexicons) -> Rows:
    """Rows for the choice of places, a group a quotation; an article counts once, however often it is quoted."""
    rows = Rows.empty()
    for a in articles:
        places = find_places(a.layout, a.mentions, gazetteer, lexicons)
        names = [[a.tokens.span(s.first, s.stop).of(a.article.text) for s in place.sites] for place in places]
        for one, gold in zip(utterances(a.layout, a.mentions, a.entities, _said(a), lexicons), a.gold, strict=True):
            accepted = gold.location or ()
            labels = [float(any(is_same_place(name, accepted) for name in own)) for own in names]
            rows.add(place_rows(a.layout, one, places), labels, 1.0 / len(a.gold) ** 0.5)
    return rows


def _said(a: Prepared) -> list[Said]:
    """Return who said each quotation as annotated, in the engine's terms."""
    clauses = [find_clause(a.layout, stretch) for stretch in a.layout.stretches]
    speakers = [next(iter(a.right_entities(gold)), None) for gold in a.gold]
    return [
        Said(clause.cue, a.gold_mention(gold), speaker)
        for clause, gold, speaker in zip(clauses, a.gold, speakers, strict=True)
    ]
