"""What the service tells about itself."""

from __future__ import annotations

from marshmallow import fields, validate

from .growing import GrowingSchema
from .request import OffsetUnit


class ModelSchema(GrowingSchema):
    """The model in use."""

    version = fields.String(required=True, metadata={"description": "The version of the model."})
    checksum = fields.String(required=True, metadata={"description": "The SHA-256 of its weights."})


class LimitsSchema(GrowingSchema):
    """The limits in force."""

    max_body_bytes = fields.Integer(required=True, metadata={"description": "The largest body read, in bytes."})
    max_characters = fields.Integer(required=True, metadata={"description": "The longest article, in code points."})
    deadline_seconds = fields.Float(required=True, metadata={"description": "The longest that an article may take."})


class AboutSchema(GrowingSchema):
    """Versions, limits and units."""

    version = fields.String(required=True, metadata={"description": "The version of the service."})
    model = fields.Nested(ModelSchema, required=True, metadata={"description": "The model in use."})
    limits = fields.Nested(LimitsSchema, required=True, metadata={"description": "The limits in force."})
    offsets = fields.List(
        fields.String(validate=validate.OneOf([str(unit) for unit in OffsetUnit])),
        required=True,
        metadata={"description": "The units that a request may ask for in its field `offsets`."},
    )


class ProbeSchema(GrowingSchema):
    """A probe's answer."""

    status = fields.String(required=True, metadata={"description": "In short how the service is."})
