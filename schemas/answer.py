"""What the service found in an article."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields, validate

from .growing import GrowingSchema
from .request import OffsetUnit


def _text(description: str, **kwargs: Any) -> fields.String:
    return fields.String(required=True, metadata={"description": description}, **kwargs)


def _choice(description: str, *values: str) -> fields.String:
    return _text(description, validate=validate.OneOf(values))


def _offset(description: str) -> fields.Integer:
    return fields.Integer(required=True, validate=validate.Range(min=0), metadata={"description": description})


def _ids(description: str) -> fields.List[str]:
    return fields.List(fields.String(), required=True, metadata={"description": description})


def _list(schema: type[Schema], description: str) -> fields.List[Any]:
    return fields.List(fields.Nested(schema), required=True, metadata={"description": description})


def _maybe(schema: type[Schema], description: str) -> fields.Nested:
    return fields.Nested(schema, required=True, allow_none=True, metadata={"description": description})


SPEAKER_KINDS = ("person", "organization", "document", "unnamed")
QUOTATION_KINDS = ("statement", "fragment")
BASES = ("stated", "scene", "dateline")


class SpanSchema(GrowingSchema):
    """A stretch of the article."""

    text = _text("The article's own words between `start` and `end`.")
    start = _offset("Where the stretch begins, in the unit asked for.")
    end = _offset("Where it ends; the character at `end` is no longer part of it.")


class LocationSchema(SpanSchema):
    """The place where the words were spoken."""

    basis = _choice(
        "How the article tells the place: in the reporting clause or the speech event it names (`stated`), "
        "through the scene it sets (`scene`), or only through its dateline (`dateline`).",
        *BASES,
    )
    country = _text("ISO 3166-1 alpha-2 code of the place's country, null where not known.", allow_none=True)


class SpeakerSchema(GrowingSchema):
    """The source of a quotation, resolved over the whole article."""

    id = _text("The speaker's id in `speakers`.")
    name = _text("The fullest form of the name that the article gives, without titles.")
    kind = _choice("What sort of source it is.", *SPEAKER_KINDS)
    mention = _maybe(
        SpanSchema, "How the reporting clause calls the speaker ('she', 'the mayor'); null where there is no clause."
    )


class NestedQuotationSchema(SpanSchema):
    """A quotation inside a quotation."""

    speaker = _text("The id in `speakers` of who said the inner words; null where the text does not tell.")
    speaker.allow_none = True
    mention = _maybe(SpanSchema, "How the text calls that speaker.")


class QuotationSchema(SpanSchema):
    """One marked stretch of words that somebody is reported to have said or written."""

    id = _text("The quotation's id in this answer.")
    kind = _choice("A `statement` holds at least one whole sentence; anything less is a `fragment`.", *QUOTATION_KINDS)
    continues = _text(
        "The id of the quotation that this one goes on with, after a reporting clause in the middle.", allow_none=True
    )
    speaker = _maybe(SpeakerSchema, "Who said it; null where the article does not tell.")
    co_speakers = _ids("The ids of the others, where several are reported to have said it together.")
    role = _maybe(SpanSchema, "The speaker's office, job, position or relation to the story, in the article's words.")
    location = _maybe(LocationSchema, "Where the words were spoken; null where the article does not tell.")
    cue = _maybe(SpanSchema, "The word that reports the speech, such as 'said'.")
    confidence = fields.Float(
        required=True,
        validate=validate.Range(0, 1),
        metadata={
            "description": "The probability that the speaker is right: of the answers given 0.9, nine in ten are."
        },
    )
    nested = _list(NestedQuotationSchema, "The quotations inside this one.")


class SourceSchema(GrowingSchema):
    """A speaker with everything that the article shows of it."""

    id = _text("The speaker's id in this answer.")
    name = _text("The fullest form of the name that the article gives, without titles.")
    kind = _choice("What sort of source it is.", *SPEAKER_KINDS)
    role = _maybe(SpanSchema, "The speaker's office, job, position or relation to the story.")
    mentions = _list(SpanSchema, "Where the article names or means the speaker.")
    quotations = _ids("The ids of the speaker's quotations.")


class WarningSchema(GrowingSchema):
    """An oddity of the text that did not stop the extraction."""

    code = _text("What sort of oddity it is; stable, for programs.")
    detail = _text("What was found, for people.")
    start = _offset("Where the oddity begins.")
    end = _offset("Where it ends.")


class AnswerSchema(GrowingSchema):
    """Every quotation of an article, in the order of the text."""

    id = _text("The request's `id`, or null.", allow_none=True)
    offsets = _choice("The unit that every offset of this answer counts in.", *OffsetUnit)
    text = fields.String(
        metadata={
            "description": "The article's text, where a page was sent (`text/html`): what every offset points into. "
            "Otherwise the text is the one that was sent, and this field is left out."
        }
    )
    quotations = _list(QuotationSchema, "The quotations, in the order of the text.")
    speakers = _list(SourceSchema, "The sources of the quotations.")
    warnings = _list(
        WarningSchema, "Oddities of the text, such as a quotation mark that is never closed; the first hundred."
    )
