"""What the service answers when it cannot do what was asked (RFC 9457)."""

from __future__ import annotations

from marshmallow import fields

from .growing import GrowingSchema


class FieldErrorSchema(GrowingSchema):
    """What is wrong with one part of the request."""

    pointer = fields.String(
        metadata={"description": "JSON Pointer (RFC 6901) to the field of the body, or in a batch of the article."}
    )
    parameter = fields.String(metadata={"description": "The parameter of the address, where the error is there."})
    detail = fields.String(required=True, metadata={"description": "What to change."})


class ProblemTypeSchema(GrowingSchema):
    """A kind of problem."""

    type = fields.String(
        required=True,
        metadata={
            "format": "uri-reference",
            "description": "The kind of problem, for programs: stable, and an address that describes it.",
        },
    )
    title = fields.String(required=True, metadata={"description": "The kind of problem, for people."})
    status = fields.Integer(required=True, metadata={"description": "The HTTP status."})
    description = fields.String(required=True, metadata={"description": "When it happens and what to do."})


class ProblemSchema(GrowingSchema):
    """One occurrence of a problem."""

    type = fields.String(
        required=True,
        metadata={
            "format": "uri-reference",
            "description": "The kind of problem, for programs: stable, and an address that describes it.",
        },
    )
    title = fields.String(required=True, metadata={"description": "The kind of problem, for people."})
    status = fields.Integer(required=True, metadata={"description": "The HTTP status."})
    detail = fields.String(required=True, metadata={"description": "What is wrong with this request."})
    instance = fields.String(
        required=True,
        metadata={
            "format": "uri-reference",
            "description": "This occurrence: the path asked for and, after `#`, the request's id as in the logs.",
        },
    )
    errors = fields.List(
        fields.Nested(FieldErrorSchema),
        metadata={"description": "What is wrong, field by field; with status 422 only."},
    )
