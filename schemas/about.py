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

    max_body_bytes = fields.Integer(
        required=True, metadata={"description": "The largest body read, and the longest line of NDJSON, in bytes."}
    )
    max_characters = fields.Integer(required=True, metadata={"description": "The longest article, in code points."})
    max_batch_articles = fields.Integer(
        required=True, metadata={"description": "The most articles of a batch in JSON; NDJSON has no such limit."}
    )
    max_nesting = fields.Integer(required=True, metadata={"description": "The deepest nesting of a JSON body."})
    max_request_line_bytes = fields.Integer(required=True, metadata={"description": "The longest request line."})
    max_headers = fields.Integer(required=True, metadata={"description": "The most header fields of a request."})
    max_header_bytes = fields.Integer(
        required=True, metadata={"description": "The most bytes of all the header fields of a request."}
    )
    deadline_seconds = fields.Float(
        required=True,
        metadata={
            "description": "The longest that an article may take, from the moment when its request has arrived; in a "
            "batch from the moment when the one before it is answered."
        },
    )
    read_seconds = fields.Float(
        required=True,
        metadata={"description": "How long a request may take to arrive, from its first byte on; in NDJSON each line."},
    )
    write_seconds = fields.Float(
        required=True,
        metadata={"description": "How long a caller may take to take in an answer; in NDJSON each line."},
    )
    idle_seconds = fields.Float(
        required=True, metadata={"description": "How long a connection stays open without a request."}
    )
    queue_seconds = fields.Float(
        required=True, metadata={"description": "How long an article may wait for its turn before it is told 503."}
    )
    overload_queue_seconds = fields.Float(
        required=True, metadata={"description": "The same while more comes than can be done."}
    )
    threads = fields.Integer(required=True, metadata={"description": "Articles in hand at once in a process."})
    queue = fields.Integer(required=True, metadata={"description": "Articles that may wait in a process."})
    max_batches = fields.Integer(
        required=True, metadata={"description": "Batch calls in hand at once in a process; the next is told 503."}
    )
    max_connections = fields.Integer(required=True, metadata={"description": "Connections that a process holds open."})
    max_arriving_bytes = fields.Integer(
        required=True, metadata={"description": "Bytes that a process holds of requests that are not yet whole."}
    )


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
    request_types = fields.List(
        fields.String(),
        required=True,
        metadata={"description": "The media types that an article is read in; `text/html` needs an extra."},
    )


class ProbeSchema(GrowingSchema):
    """A probe's answer."""

    status = fields.String(required=True, metadata={"description": "In short how the service is."})
