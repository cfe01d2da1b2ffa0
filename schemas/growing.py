"""The base of everything that the service answers."""

from __future__ import annotations

from marshmallow import EXCLUDE, Schema


class GrowingSchema(Schema):
    """An answer: later versions may add fields, so the contract does not close it."""

    class Meta:
        """Tell readers to ignore what they do not know."""

        unknown = EXCLUDE
