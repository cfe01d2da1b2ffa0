"""Confidence: how likely a quotation's speaker is right, calibrated on articles kept apart in training."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from .attribution import Attribution
from .deadline import Deadline
from .entities import Entity
from .layout import Layout
from .mentions import Mention, MentionKind
from .speakers import Resolved
from .trees import Trees

# Which features can only raise (1) the confidence, or either (0): the order of confidence_rows.
MONOTONE = (1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)

_LEAST = 0.1  # below it, nine in ten names are wrong: a careful reader would give none


@dataclass(frozen=True, slots=True)
class Claims:
    """Who is said to have spoken, in sequences parallel to the stretches of ``layout``.

    ``quoting`` tells how likely each stretch is a quotation at all.
    """

    layout: Layout
    mentions: Sequence[Mention]
    entities: Sequence[Entity]
    attributions: Sequence[Attribution]
    resolved: Sequence[Resolved]
    quoting: Sequence[float]


def judge_speakers(claims: Claims, judge: Trees, deadline: Deadline = Deadline()) -> list[float]:
    """Return the probability that each stretch's speaker is right."""
    chances: list[float] = judge.probabilities_of(confidence_rows(claims), deadline).tolist()
    return chances


def abstain(resolved: Sequence[Resolved], confidence: Sequence[float]) -> list[Resolved]:
    """Return what the mentions stand for, nobody where that is too unlikely."""
    return [
        answer if sure >= _LEAST else Resolved(None, 0.0, 0.0)
        for answer, sure in zip(resolved, confidence, strict=True)
    ]


def confidence_rows(claims: Claims) -> Iterator[list[float]]:
    """Yield a row of features for each stretch; see MONOTONE."""
    speakers = [answer.entity for answer in claims.resolved]
    named = Counter(
        answer.entity
        for attribution, answer in zip(claims.attributions, claims.resolved, strict=True)
        if attribution.mention is not None and claims.mentions[attribution.mention].kind <= MentionKind.OTHER_NAME
    )
    paragraph = claims.layout.tokens.paragraph
    for number, stretch in enumerate(claims.layout.stretches):
        attribution, answer = claims.attributions[number], claims.resolved[number]
        mention = claims.mentions[attribution.mention] if attribution.mention is not None else None
        entity = claims.entities[answer.entity] if answer.entity is not None else None
        yield [
            attribution.chance,
            attribution.lead,
            answer.chance,
            answer.lead,
            claims.quoting[number],
            attribution.clause.chance,
            *(_naming(claims.layout, mention, stretch.first) if mention else (-1.0, 0.0, 0.0, 0.0)),
            *_bearer(entity),
            float(min(named[answer.entity], 4)),
            float(speakers[max(0, number - 2) : number + 3].count(answer.entity)),
            float(paragraph[mention.first] - paragraph[stretch.first]) if mention else 9.0,
        ]


def _naming(layout: Layout, mention: Mention, stretch: int) -> tuple[float, float, float, float]:
    """Describe the words that a stretch is credited to."""
    tags = layout.tags
    distance = float(max(-99, min(99, mention.first - stretch)))
    return float(mention.kind), distance, tags.source[mention.head], float(tags.noun[mention.head])


def _bearer(entity: Entity | None) -> tuple[float, float, float]:
    """Describe who is said to have spoken."""
    if entity is None:
        return -1.0, 0.0, 0.0
    return float(entity.kind), float(min(len(entity.fullest.key), 4)), float(min(len(entity.names), 6))
