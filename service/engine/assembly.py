"""Assembly: the findings of all stages put together as the answer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from heapq import merge
from itertools import islice

from .answer import (
    Answer,
    Location,
    NestedQuotation,
    Quotation,
    QuotationKind,
    Span,
    Speaker,
    SpeakerKind,
    Warning,  # noqa: A004 - the wire format's own word
)
from .attribution import Attribution
from .deadline import Deadline
from .entities import Entity
from .layout import OUTSIDE, Layout
from .lexicons import Lexicons
from .marks import Stretch as Marked
from .mentions import Mention, MentionKind
from .nested import Nested
from .speakers import Resolved
from .tagset import FINITE, NOUN_KINDS

_PERSON, _ORGANIZATION = NOUN_KINDS.index("person"), NOUN_KINDS.index("organization")
_LONGEST_CLAUSE = 25
_LIKELY_CUE = 0.2
_LONGEST_TAIL, _MOST_IN_TAIL = 12, 5
_MOST_WARNINGS = 100
_HANGING = frozenset("of for in".split())
_JOINING = frozenset("of for the a an".split())


@dataclass(frozen=True, slots=True)
class Findings:
    """What the stages found; the sequences run parallel to the stretches of ``layout``."""

    layout: Layout
    mentions: Sequence[Mention]
    entities: Sequence[Entity]
    attributions: Sequence[Attribution]
    resolved: Sequence[Resolved]
    joint: Sequence[Sequence[int]]
    roles: Mapping[int, Span]
    locations: Sequence[Location | None]
    nested: Sequence[Nested]
    nested_entities: Sequence[int | None]
    confidence: Sequence[float]
    lexicons: Lexicons


def assemble(findings: Findings, deadline: Deadline = Deadline()) -> Answer:
    """Return the answer, quotations and speakers numbered in the order of the text."""
    ids = _speaker_ids(findings)
    nested = _nested(findings, ids)
    quotations = tuple(
        _quotation(findings, ids, number, tuple(nested.get(number, ())))
        for number in deadline.watch(range(len(findings.layout.stretches)))
    )
    return Answer(quotations, _speakers(findings, deadline.watch(ids.items()), quotations))


def warnings(marked: Sequence[Marked], strays: Sequence[int]) -> tuple[Warning, ...]:
    """Return a warning for each mark without its partner, in the order of the text; of very many the first ones.

    A text of nothing but stray marks would otherwise get an answer fifty times as long as itself.
    """
    stray = (Warning("stray_mark", "a mark without a partner was left aside", Span(at, at + 1)) for at in strays)
    unclosed = (
        Warning("unclosed_quotation", "the closing mark is missing: the end of the paragraph was taken for it", m.span)
        for m in marked
        if not m.closed
    )
    found = merge(stray, unclosed, key=lambda warning: warning.span)
    first = tuple(islice(found, _MOST_WARNINGS))
    more = (Warning("more_warnings", "from here on, oddities are not listed", w.span) for w in islice(found, 1))
    return (*first, *more)


def _speaker_ids(findings: Findings) -> dict[int, str]:
    """Return the ids of the entities that speak: the quotations' speakers first, then those of nested ones."""
    speaking = [
        entity
        for resolved, others in zip(findings.resolved, findings.joint, strict=True)
        for entity in (resolved.entity, *others)
    ]
    order = dict.fromkeys(entity for entity in (*speaking, *findings.nested_entities) if entity is not None)
    return {entity: f"s{number}" for number, entity in enumerate(order, 1)}


def _quotation(
    findings: Findings, ids: Mapping[int, str], number: int, nested: tuple[NestedQuotation, ...]
) -> Quotation:
    layout, attribution, resolved = findings.layout, findings.attributions[number], findings.resolved[number]
    entity = resolved.entity
    tokens, clause = layout.tokens, attribution.clause
    mention = findings.mentions[attribution.mention] if attribution.mention is not None else None
    return Quotation(
        id=f"q{number + 1}",
        span=layout.stretches[number].span,
        kind=_kind(layout, number),
        confidence=round(findings.confidence[number], 4),
        continues=f"q{number}" if _continues(findings, number) else None,
        speaker=ids[entity] if entity is not None else None,
        mention=mention.span(tokens) if mention and entity is not None else None,
        co_speakers=tuple(ids[other] for other in findings.joint[number] if other != entity),
        role=_role(findings, entity) if entity is not None else None,
        location=findings.locations[number],
        cue=tokens.span(clause.cue, clause.cue + 1) if clause.chance >= _LIKELY_CUE else None,
        nested=nested,
    )


def _nested(findings: Findings, ids: Mapping[int, str]) -> dict[int, list[NestedQuotation]]:
    """Return the quotations inside each quotation, by its number."""
    found: dict[int, list[NestedQuotation]] = {}
    tokens = findings.layout.tokens
    for inner, entity in zip(findings.nested, findings.nested_entities, strict=True):
        if entity is None or inner.mention is None:
            nested = NestedQuotation(inner.span)
        else:
            nested = NestedQuotation(inner.span, ids[entity], findings.mentions[inner.mention].span(tokens))
        found.setdefault(inner.outer, []).append(nested)
    return found


def _kind(layout: Layout, number: int) -> QuotationKind:
    """Tell a statement, which has a capital, a finite verb and an end, from a fragment."""
    stretch, tokens = layout.stretches[number], layout.tokens
    words = tokens.words[stretch.first : stretch.stop]
    finite = any(tag in FINITE for tag in layout.tags.pos[stretch.first : stretch.stop])
    capital = next((word[0] for word in words if word[0].isalpha()), "a").isupper()
    ended = words[-1][-1] in ".?!…," or len(set(tokens.sentence[stretch.first : stretch.stop])) > 1
    return QuotationKind.STATEMENT if capital and ended and (finite or words[-1] in "?!") else QuotationKind.FRAGMENT


def _continues(findings: Findings, number: int) -> bool:
    """Whether a stretch goes on where the one before it was broken off: "I hope," he said, "they succeed"."""
    if number == 0:
        return False
    layout, own, before = findings.layout, findings.attributions[number], findings.attributions[number - 1]
    stretch, earlier = layout.stretches[number], layout.stretches[number - 1]
    words = layout.tokens.words
    if own.mention is None or own.mention != before.mention:
        return False
    if findings.resolved[number].entity != findings.resolved[number - 1].entity:  # one of them is too doubtful to tell
        return False
    head = findings.mentions[own.mention].head
    between = layout.outside_between(earlier.stop, stretch.first)
    if not (earlier.stop < head < stretch.first and between <= _LONGEST_CLAUSE):
        return False
    if layout.tokens.paragraph[earlier.first] != layout.tokens.paragraph[stretch.first]:
        return False
    return words[stretch.first - 2] in (",", "–", "—", "-") or words[stretch.first][0].islower()


def _speakers(
    findings: Findings, ids: Iterable[tuple[int, str]], quotations: Sequence[Quotation]
) -> tuple[Speaker, ...]:
    by_speaker: dict[str, list[str]] = {}
    for quotation in quotations:
        for speaker in (quotation.speaker, *quotation.co_speakers):
            if speaker is not None:
                by_speaker.setdefault(speaker, []).append(quotation.id)
    spoken = spoken_mentions(findings.attributions, findings.resolved)
    return tuple(
        Speaker(
            id=identity,
            name=speaker_name(findings.layout, findings.mentions, findings.entities[entity]),
            kind=_speaker_kind(findings, entity),
            role=_role(findings, entity),
            mentions=_mentions(findings, entity, spoken.get(entity, ())),
            quotations=tuple(by_speaker.get(identity, ())),
        )
        for entity, identity in ids
    )


def spoken_mentions(attributions: Sequence[Attribution], resolved: Sequence[Resolved]) -> dict[int, list[int]]:
    """Return, for each entity that speaks, the mentions by which it does."""
    found: dict[int, dict[int, None]] = {}
    for attribution, answer in zip(attributions, resolved, strict=True):
        if answer.entity is not None and attribution.mention is not None:
            found.setdefault(answer.entity, {})[attribution.mention] = None
    return {entity: list(own) for entity, own in found.items()}


def speaker_name(layout: Layout, mentions: Sequence[Mention], entity: Entity) -> Span:
    """Return the fullest name; a nominal's words with what hangs on it: "a spokesman for the ministry"."""
    name = entity.fullest
    stop = name.stop
    if entity.kind == MentionKind.NOMINAL:
        stop = _phrase_end(layout, mentions, name.mention)
    return layout.tokens.span(name.first, stop)


def _phrase_end(layout: Layout, mentions: Sequence[Mention], number: int) -> int:
    """Return where the phrase of a nominal ends, an "of", "for" or "in" and its noun included."""
    first, words = mentions[number].stop, layout.tokens.words
    limit = min(first + _LONGEST_TAIL, layout.tokens.sentences[layout.tokens.sentence[first - 1] + 1])
    ends = [first]
    for mention in mentions[number + 1 : number + 1 + _MOST_IN_TAIL]:
        if first <= mention.first < ends[-1]:  # "one of [the report]", "one of [the report's authors]"
            ends[-1] = max(ends[-1], min(mention.stop, limit))
        elif mention.first >= ends[-1]:
            hanging = layout.tokens.lowered[ends[-1] : mention.first]
            if not hanging or hanging[0] not in _HANGING or any(w not in _JOINING for w in hanging[1:]):
                break
            if layout.inside[mention.head] != OUTSIDE or mention.stop > limit:
                break
            ends.append(mention.stop)
    while len(ends) > 1 and words[ends[-1] : ends[-1] + 1] in (("'s",), ("’s",)):
        ends.pop()
    return ends[-1]


def _speaker_kind(findings: Findings, number: int) -> SpeakerKind:
    entity = findings.entities[number]
    if entity.kind == MentionKind.PERSON:
        return SpeakerKind.PERSON
    if entity.kind != MentionKind.NOMINAL:
        return SpeakerKind.ORGANIZATION if entity.kind != MentionKind.OTHER_NAME else SpeakerKind.PERSON
    head = findings.mentions[entity.fullest.mention].head
    noun, word = findings.layout.tags.noun[head], findings.layout.tokens.lowered[head]
    if noun == _PERSON and word not in findings.lexicons.media_words:
        return SpeakerKind.UNNAMED
    return SpeakerKind.ORGANIZATION if noun == _ORGANIZATION else SpeakerKind.DOCUMENT


def _role(findings: Findings, number: int) -> Span | None:
    """Return the role of a speaker; a document has none: "the [report] said"."""
    return None if _speaker_kind(findings, number) == SpeakerKind.DOCUMENT else findings.roles.get(number)


def _mentions(findings: Findings, number: int, spoken: Sequence[int]) -> tuple[Span, ...]:
    tokens, entity = findings.layout.tokens, findings.entities[number]
    spans = {tokens.span(name.first, name.stop) for name in entity.names}
    spans |= {findings.mentions[i].span(tokens) for i in spoken if findings.mentions[i].kind > MentionKind.OTHER_NAME}
    return tuple(sorted(spans))
