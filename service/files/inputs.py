"""From files to records, one after the other; none is held longer than it takes to pass it on."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Protocol

from service.records import Columns, Fields, read_json, read_row, read_text
from service.settings import Settings

from . import BatchError
from .formats import LINE_ENDINGS, PARQUET, TEXT, arrow, open_lines

KNOWN = (*LINE_ENDINGS, PARQUET, TEXT)
_AT_ONCE = 64  # rows of Parquet


class Record(Protocol):
    """One article, as it stands in a file."""

    def place(self) -> Fields:
        """Tell where it stands."""

    def size(self) -> int:
        """Return about how many bytes it takes."""

    def values(self, columns: Columns, settings: Settings) -> Any:
        """Return the article's fields, or raise the Problem."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line of JSON; of one that is too long, only so much that this can be seen."""

    file: str
    number: int
    content: bytes

    def place(self) -> Fields:
        """Tell file and line."""
        return {"input": self.file, "line": self.number}

    def size(self) -> int:
        """Return its length."""
        return len(self.content)

    def values(self, columns: Columns, settings: Settings) -> Any:
        """Read the JSON."""
        return columns.article(read_json(self.content, settings))


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table; its strings are bytes."""

    file: str
    number: int
    fields: Fields

    def place(self) -> Fields:
        """Tell file and row."""
        return {"input": self.file, "row": self.number}

    def size(self) -> int:
        """Return the length of its strings."""
        return sum(len(value) for value in self.fields.values() if isinstance(value, bytes))

    def values(self, columns: Columns, _: Settings) -> Any:
        """Read the strings."""
        return columns.article(read_row(self.fields))


@dataclass(frozen=True, slots=True)
class Text:
    """A file that is one article."""

    file: str
    name: str
    content: bytes

    def place(self) -> Fields:
        """Tell the file."""
        return {"input": self.file}

    def size(self) -> int:
        """Return its length."""
        return len(self.content)

    def values(self, columns: Columns, settings: Settings) -> Any:
        """Read the text; the file's name is the article's id."""
        return {**columns.options, "id": self.name, "text": read_text(self.content, settings)}


Step = tuple[Record, int]  # a record, and how many bytes of its file have been read with it


def find(names: Iterable[str]) -> list[Path]:
    """Return the files that ``names`` are or, as folders, hold."""
    return [path for name in names for path in _files(Path(name))]


def _files(path: Path) -> Sequence[Path]:
    try:
        if not path.is_dir():
            path.stat()
            found = [path]
        else:
            found = sorted(inner for inner in path.iterdir() if inner.name.endswith(KNOWN) and inner.is_file())
    except OSError as error:
        raise BatchError(f"{path}: {error.strerror}") from error
    if not found:
        raise BatchError(f"{path}: the folder holds no file that ends in {', '.join(KNOWN)}")
    if not path.name.endswith(KNOWN) and found == [path]:
        raise BatchError(f"{path}: the end of the name must tell the format: {', '.join(KNOWN)}")
    return found


def read(path: Path, columns: Columns, settings: Settings) -> Iterator[Step]:
    """Yield the records of a file."""
    try:
        if path.name.endswith(PARQUET):
            yield from _rows(path, columns)
        elif path.name.endswith(TEXT):
            yield _text(path, settings)
        else:
            yield from _lines(path, settings)
    except (OSError, EOFError, ValueError, zlib.error) as error:  # Arrow's own are ValueErrors or OSErrors
        why = getattr(error, "strerror", None) or f"it is damaged or cut off: {str(error).splitlines()[0]}"
        raise BatchError(f"{path}: {why}") from error


def _text(path: Path, settings: Settings) -> Step:
    with path.open("rb") as file:
        content = file.read(settings.max_body_bytes + 1)
    return Text(str(path), path.name, content), path.stat().st_size


def _lines(path: Path, settings: Settings) -> Iterator[Step]:
    with path.open("rb") as raw, open_lines(path, raw) as file:
        for number, content in enumerate(_cut(file, settings.max_body_bytes + 1), 1):
            if content.strip():
                yield Line(str(path), number, content), raw.tell()


def _cut(file: IO[bytes], longest: int) -> Iterator[bytes]:
    """Yield the lines, of each no more than ``longest`` bytes."""
    while line := file.readline(longest):
        rest = line
        while rest and not rest.endswith(b"\n"):
            rest = file.readline(longest)
        yield line.rstrip(b"\r\n")


def _rows(path: Path, columns: Columns) -> Iterator[Step]:
    parquet, rows = arrow("pyarrow.parquet", path.name), arrow("service.columns", path.name).rows
    with parquet.ParquetFile(path) as file:
        there = set(file.schema_arrow.names)
        if columns.text not in there:
            raise BatchError(f"{path}: there is no column {columns.text}; --text names the one that holds the articles")
        size, number = path.stat().st_size, 0
        for batch in file.iter_batches(_AT_ONCE, columns=sorted(there & set(columns.names.values()))):
            for fields in rows(batch, columns.names.values()):
                number += 1
                yield Row(str(path), number, fields), size * number // file.metadata.num_rows
