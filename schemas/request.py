"""What a caller sends."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import Any

from marshmallow import RAISE, Schema, ValidationError, fields, validate, validates

MAX_ID_LENGTH = 200
_SOMETHING = re.compile(r"[^\s\uFEFF]")
TEXT_LIMITS = {"minLength": 1, "pattern": _SOMETHING.pattern}


class OffsetUnit(StrEnum):
    """What the offsets of an answer count."""

    CODE_POINT = "code_point"
    UTF16 = "utf16"
    UTF8 = "utf8"


class WellFormedString(fields.String):
    """A string that can be written as UTF-8: no half of a surrogate pair."""

    default_error_messages = {
        "invalid": "This must be a string.",
        "null": "This must be a string, not null.",
        "surrogate": "A lone surrogate \\u{code:04x} stands at character {at}: it is half a character. "
        "Send both halves of the pair, or U+FFFD in its place.",
    }

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        text = super()._deserialize(value, attr, data, **kwargs)
        try:
            text.encode()
        except UnicodeEncodeError as error:
            raise self.make_error("surrogate", code=ord(text[error.start]), at=error.start) from error
        return text


class Number(fields.Float):
    """A JSON number; unlike a plain float field it refuses a string of digits."""

    default_error_messages = {"invalid": "This must be a number."}

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> float:
        if isinstance(value, str):
            raise self.make_error("invalid")
        return super()._deserialize(value, attr, data, **kwargs)


_UNITS = [str(unit) for unit in OffsetUnit]
_PROBABILITY = validate.Range(0, 1, error="This must lie between 0 and 1.")
_SHORT = validate.Length(max=MAX_ID_LENGTH, error=f"This must have at most {MAX_ID_LENGTH} characters.")
_ABOUT_ID = {"description": "Your own name for the article; the answer repeats it."}
_ABOUT_CONFIDENCE = {"description": "Leave out the quotations whose `confidence` is lower."}


class OptionsSchema(Schema):
    """How to answer, as parameters of the address: for articles sent as plain text."""

    class Meta:
        """Refuse what is not known."""

        unknown = RAISE

    error_messages = {"unknown": "There is no such parameter; leave it out."}

    id = WellFormedString(validate=_SHORT, metadata=_ABOUT_ID)
    offsets = fields.String(
        load_default=OffsetUnit.CODE_POINT.value,
        validate=validate.OneOf(_UNITS, error=f"This must be one of {', '.join(_UNITS)}."),
        error_messages={"invalid": "This must be a string."},
        metadata={
            "description": "What `start` and `end` count: Unicode code points (Python), UTF-16 code units "
            "(JavaScript, Java, C#) or UTF-8 bytes (Go, Rust)."
        },
    )
    min_confidence = fields.Float(
        load_default=0.0,
        validate=_PROBABILITY,
        error_messages={"invalid": "This must be a number."},
        metadata=_ABOUT_CONFIDENCE,
    )


class ArticleSchema(OptionsSchema):
    """One article, and how to answer."""

    error_messages = {
        "unknown": "There is no such field; leave it out.",
        "type": "The body must be a JSON object with the article in its field `text`.",
    }

    text = WellFormedString(
        required=True,
        metadata={
            "description": "The article, as it is. It is never changed: every offset of the answer points into it. "
            "A byte order mark and NUL count as characters like any other.",
            **TEXT_LIMITS,
        },
        error_messages={"required": "The article's text is missing; give it as a string."},
    )
    id = WellFormedString(allow_none=True, load_default=None, validate=_SHORT, metadata=_ABOUT_ID)
    min_confidence = Number(load_default=0.0, validate=_PROBABILITY, metadata=_ABOUT_CONFIDENCE)

    @validates("text")
    def _has_words(self, value: str, **_: Any) -> None:
        if not _SOMETHING.search(value):
            raise ValidationError("The text is empty; send the words of the article.")
