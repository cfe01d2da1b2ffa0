"""Confidence: how likely a quotation's speaker is right, calibrated on articles kept apart in training."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from .attribution import Attribution
from .entities import Entity
from .layout import Layout
from .mentions import Mention
from .speakers import Resolved
from .trees import Trees

# Which features can only raise (1) the confidence, or either (0): confidence_rows' order.
MONOTONE = (1, 1, 1, 1, 0, 0, 0, 0, 0, 0)


def judge_speakers(
    layout: Layout,
    mentions: Sequence[Mention],
    entities: Sequence[Entity],
    attributions: Iterable[Attribution],
    resolved: Sequence[Resolved],
    judge: Trees,
) -> list[float]:
    """Return the probability that each stretch's speaker is right."""
    rows = confidence_rows(layout, mentions, entities, attributions, resolved)
    chances: list[float] = judge.probabilities_of(rows).tolist()
    return chances


def confidence_rows(
    layout: Layout,
    mentions: Sequence[Mention],
    entities: Sequence[Entity],
    attributions: Iterable[Attribution],
    resolved: Sequence[Resolved],
) -> Iterator[list[float]]:
    """Yield a row of features for each stretch; see MONOTONE."""
    for stretch, attribution, answer in zip(layout.stretches, attributions, resolved, strict=True):
        mention = mentions[attribution.mention] if attribution.mention is not None else None
        entity = entities[answer.entity] if answer.entity is not None else None
        distance = mention.first - stretch.first if mention else 0
        yield [
            attribution.chance,
            attribution.lead,
            answer.chance,
            answer.lead,
            float(mention.kind) if mention else -1.0,
            float(entity.kind) if entity else -1.0,
            float(min(len(entity.fullest.key), 4)) if entity else 0.0,
            float(min(len(entity.names), 6)) if entity else 0.0,
            attribution.clause.chance,
            float(max(-99, min(99, distance))),
        ]
