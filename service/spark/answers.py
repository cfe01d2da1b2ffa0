"""From a table of articles to a table of answers. Each Python worker loads the model once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache, partial
from typing import Any

import pyarrow as pa
from pyspark.sql import DataFrame
from pyspark.sql.pandas.types import from_arrow_schema

from service.columns import ANSWER, PROBLEM, rows
from service.engine import Engine
from service.records import Columns, Fields, outcome, read_json, read_row
from service.settings import Settings

FILE, LINE = "_file", "_line_of_json"  # where a record comes from, and a record that is yet to be read
SCHEMA = ANSWER.append(PROBLEM)


def answers(articles: DataFrame, columns: Columns = Columns(), settings: Settings = Settings()) -> DataFrame:
    """Return the service's answer to each of ``articles``, and in the column ``problem`` why there is none."""
    needed = [name for name in (LINE, FILE, *columns.names.values()) if name in articles.columns]
    held = articles.select(*(f"`{name}`" for name in needed))  # what no one reads goes to no worker
    return held.mapInArrow(_Mapper(columns, settings), from_arrow_schema(SCHEMA))


@dataclass(frozen=True)
class _Mapper:
    """Answers batches of rows; it is sent to the workers, so it holds no engine."""

    columns: Columns
    settings: Settings

    def __call__(self, batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            found = [self._row(row) for row in rows(batch, (LINE, FILE, *self.columns.names.values()))]
            yield pa.RecordBatch.from_pylist(found, SCHEMA)

    def _row(self, row: Fields) -> Fields:
        instance = row.pop(FILE, b"").decode(errors="replace")
        name, answer, problem = outcome(partial(self._article, row), instance, self.settings, _engine())
        return {**(answer or {"id": name}), "problem": problem}

    def _article(self, row: Fields) -> Any:
        record = read_json(row[LINE], self.settings) if LINE in row else read_row(row)
        return self.columns.article(record)


@cache
def _engine() -> Engine:
    return Engine.load()
