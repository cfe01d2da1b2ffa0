"""From the engine's answer to the wire format."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from schemas import AnswerSchema, OffsetUnit
from service import engine

from .offsets import positions

Fields = dict[str, Any]
_ANSWER = AnswerSchema()  # to make one costs more than to use it


def render(
    text: str, answer: engine.Answer, *, unit: OffsetUnit, article_id: str | None = None, with_text: bool = False
) -> Fields:
    """Return ``answer`` as JSON values whose offsets count in ``unit``, with the text itself if asked for."""
    speakers = {speaker.id: speaker for speaker in answer.speakers}
    writer = _Writer(text, positions(text, unit), speakers)
    shown = {"text": text} if with_text else {}
    wire: Fields = _ANSWER.dump(
        shown
        | {
            "id": article_id,
            "offsets": unit,
            "quotations": [writer.quotation(q) for q in answer.quotations],
            "speakers": [writer.source(s) for s in answer.speakers],
            "warnings": [writer.warning(w) for w in answer.warnings],
        }
    )
    return wire


@dataclass(frozen=True, slots=True)
class _Writer:
    """Writes the parts of one answer; ``positions`` translates its offsets."""

    text: str
    positions: Sequence[int]
    speakers: Mapping[str, engine.Speaker]

    def quotation(self, quotation: engine.Quotation) -> Fields:
        return self.span(quotation.span) | {
            "id": quotation.id,
            "kind": quotation.kind,
            "continues": quotation.continues,
            "speaker": self.speaker(quotation),
            "co_speakers": quotation.co_speakers,
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
            "quotations": speaker.quotations,
        }

    def named(self, speaker: engine.Speaker) -> Fields:
        # A name may run over a line break of the article; as a name it does not.
        return {"id": speaker.id, "name": " ".join(speaker.name.of(self.text).split()), "kind": speaker.kind}

    def location(self, location: engine.Location | None) -> Fields | None:
        if location is None:
            return None
        return self.span(location.span) | {"basis": location.basis, "country": location.country}

    def nested(self, nested: engine.NestedQuotation) -> Fields:
        return self.span(nested.span) | {"speaker": nested.speaker, "mention": self.maybe(nested.mention)}

    def warning(self, warning: engine.Warning) -> Fields:
        return self.bounds(warning.span) | {"code": warning.code, "detail": warning.detail}

    def maybe(self, span: engine.Span | None) -> Fields | None:
        return None if span is None else self.span(span)

    def span(self, span: engine.Span) -> Fields:
        return {"text": span.of(self.text)} | self.bounds(span)

    def bounds(self, span: engine.Span) -> Fields:
        return {"start": self.positions[span.start], "end": self.positions[span.end]}
