"""The wire format as columns of Arrow, for Parquet and Spark; needs pyarrow."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pyarrow as pa
from marshmallow import Schema, fields

from schemas import AnswerSchema, ProblemSchema

_PLAIN = {fields.String: pa.string(), fields.Integer: pa.int64(), fields.Float: pa.float64()}


def _columns(schema: Schema) -> list[pa.Field]:
    return [pa.field(name, _type(field)) for name, field in schema.fields.items()]


def _type(field: fields.Field[Any]) -> pa.DataType:
    if isinstance(field, fields.Nested):
        return pa.struct(_columns(field.schema))
    if isinstance(field, fields.List):
        return pa.list_(_type(field.inner))
    return _PLAIN[type(field)]


ANSWER = pa.schema(_columns(AnswerSchema(exclude=["text"])))  # records are no web pages
PROBLEM = pa.field("problem", pa.struct(_columns(ProblemSchema())))


def rows(batch: pa.RecordBatch, names: Iterable[str]) -> list[dict[str, Any]]:
    """Return the rows with those of the columns ``names`` that are there.

    Strings come as bytes: one that is not UTF-8 shall cost its own row alone.
    """
    columns = {name: _values(batch.column(name)) for name in names if name in batch.schema.names}
    return [dict(zip(columns, values, strict=True)) for values in zip(*columns.values(), strict=True)]


def _values(column: pa.Array) -> list[Any]:
    if pa.types.is_dictionary(column.type):
        column = column.dictionary_decode()
    if pa.types.is_string(column.type):
        column = column.cast(pa.binary())
    elif pa.types.is_large_string(column.type):
        column = column.cast(pa.large_binary())
    values: list[Any] = column.to_pylist()
    return values
