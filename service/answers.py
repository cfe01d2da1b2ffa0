"""From the engine's answer to the wire format.

The values are those that ``schemas.AnswerSchema`` dumps, in its order, as a test holds them to. Marshmallow
itself takes longer over an answer than all the rest of a request but the engine.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from schemas import OffsetUnit
from service import engine

from .offsets import positions

Fields = dict[str, Any]


def render(
    text: str, answer: engine.Answer, *, unit: OffsetUnit, article_id: str | None = None, with_text: bool = False
) -> Fields:
    """Return ``answer`` as JSON values whose offsets count in ``unit``, with the text itself if asked for."""
    speakers = {speaker.id: speaker for speaker in answer.speakers}
    writer = _Writer(text, positions(text, unit), speakers)
    shown = {"text": text} if with_text else {}
    return {
        "id": article_id,
        "offsets": unit.value,
        **shown,
        "quotations": [writer.quotation(q) for q in answer.quotations],
        "speakers": [writer.source(s) for s in answer.speakers],
        "warnings": [writer.warning(w) for w in answer.warnings],
    }


@dataclass(frozen=True, slots=True)
class _Writer:
    """Writes the parts of one answer; ``positions`` translates its offsets."""

    text: str
    positions: Sequence[int]
    speakers: Mapping[str, engine.Speaker]

    def quotation(self, quotation: engine.Quotation) -> Fields:
        return self.span(quotation.span) | {
            "id": quotation.id,
            "kind": quotation.kind.value,
            "continues": quotation.continues,
            "speaker": self.speaker(quotation),
            "co_speakers": list(quotation.co_speakers),
            "role": self.maybe(quotation.role),
            "location": self.location(quotation.location),
            "cue": self.maybe(quotation.cue),
            "confidence": round(quotation.confidence, 4),
            "nested": [self.nested(n) for n in quotation.nested],
        }

    def speaker(self, quotation: engine.Quotation) -> Fields | None:
        if quotation.speaker is None:
            return None
        return self.named(self.speakers[quotation.speaker]) | {"mention": self.maybe(quotation.mention)}

    def source(self, speaker: engine.Speaker) -> Fields:
        return self.named(speaker) | {
            "role": self.maybe(speaker.role),
            "mentions": [self.span(mention) for mention in speaker.mentions],
            "quotations": list(speaker.quotations),
        }

    def named(self, speaker: engine.Speaker) -> Fields:
        # A name may run over a line break of the article; as a name it does not.
        return {"id": speaker.id, "name": " ".join(speaker.name.of(self.text).split()), "kind": speaker.kind.value}

    def location(self, location: engine.Location | None) -> Fields | None:
        if location is None:
            return None
        return self.span(location.span) | {"basis": location.basis.value, "country": location.country}

    def nested(self, nested: engine.NestedQuotation) -> Fields:
        return self.span(nested.span) | {"speaker": nested.speaker, "mention": self.maybe(nested.mention)}

    def warning(self, warning: engine.Warning) -> Fields:
        return {"code": warning.code, "detail": warning.detail} | self.bounds(warning.span)

    def maybe(self, span: engine.Span | None) -> Fields | None:
        return None if span is None else self.span(span)

    def span(self, span: engine.Span) -> Fields:
        return {"text": span.of(self.text)} | self.bounds(span)

    def bounds(self, span: engine.Span) -> Fields:
        return {"start": self.positions[span.start], "end": self.positions[span.end]}
