"""Records by the chunk: so many that a process has half a second's work or so."""

from __future__ import annotations

import pickle
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from itertools import count
from pathlib import Path

from service.records import Columns
from service.settings import Settings

from .inputs import Record, read

RECORDS, _BYTES = 32, 4_000_000


@dataclass(frozen=True, slots=True)
class Chunk:
    """Some records in a row; ``name`` says which they are and how they are to be answered."""

    name: str
    packed: bytes
    progress: int  # bytes of the input that it stands for

    @property
    def number(self) -> int:
        """Which in the row it is."""
        return int(self.name.partition("-")[0])

    def records(self) -> list[Record]:
        """Unpack the records."""
        records: list[Record] = pickle.loads(self.packed)  # noqa: S301 - packed by this run
        return records


def chunks(paths: Iterable[Path], columns: Columns, settings: Settings, purpose: bytes) -> Iterator[Chunk]:
    """Yield the records of all the files; ``purpose`` is all else that the answers depend on."""
    numbers = count(1)
    records: list[Record] = []
    size = progress = 0
    for record, read_since in _steps(paths, columns, settings):
        records.append(record)
        size += record.size()
        progress += read_since
        if len(records) == RECORDS or size >= _BYTES:
            yield _chunk(next(numbers), records, progress, purpose)
            records, size, progress = [], 0, 0
    if records:
        yield _chunk(next(numbers), records, progress, purpose)


def _steps(paths: Iterable[Path], columns: Columns, settings: Settings) -> Iterator[tuple[Record, int]]:
    """Yield the records, each with the bytes that were read since the one before."""
    for path in paths:
        before = 0
        for record, position in read(path, columns, settings):
            yield record, position - before
            before = position


def _chunk(number: int, records: list[Record], progress: int, purpose: bytes) -> Chunk:
    packed = pickle.dumps(records)
    return Chunk(f"{number:08}-{sha256(purpose + packed).hexdigest()[:32]}", packed, progress)
