"""Quotations inside quotations, and who said them where the outer one tells."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from .answer import Span
from .attribution import attribute
from .deadline import Deadline
from .layout import lay_out
from .marks import Stretch
from .mentions import Mention
from .quotations import are_quotations
from .tagger import Tags
from .text import Tokens
from .weights import Model

_LIKELY = 0.5


@dataclass(frozen=True, slots=True)
class Nested:
    """A quotation inside quotation number ``outer``, and the mention inside it that is credited, if any."""

    outer: int
    span: Span
    mention: int | None


def find_nested(
    tokens: Tokens,
    tags: Tags,
    mentions: Sequence[Mention],
    quoted: Sequence[Stretch],
    model: Model,
    deadline: Deadline = Deadline(),
) -> list[Nested]:
    """Return the quotations nested in each of ``quoted``, credited to mentions of the outer one only."""
    inner = [
        (outer, Stretch(span, stretch.family, True))
        for outer, stretch in enumerate(quoted)
        for span in sorted(stretch.nested)
        if tokens.within(span)
    ]
    if not inner:
        return []
    layout = lay_out(tokens, tags, [stretch.span for _, stretch in inner])
    accepted = are_quotations(layout, [stretch for _, stretch in inner], model.quotation, deadline)
    attributions = attribute(layout, mentions, model.attribution, deadline)
    found = []
    for (outer, stretch), yes, attribution in zip(inner, accepted, attributions, strict=True):
        if not yes:
            continue
        number = attribution.mention if attribution.chance >= _LIKELY else None
        if number is not None and not quoted[outer].span.covers(mentions[number].span(tokens)):
            number = None
        found.append(Nested(outer, stretch.span, number))
    return found
