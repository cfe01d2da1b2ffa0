"""The formats of files, by the ends of their names: how to open them, and how to write answers."""

from __future__ import annotations

import gzip
import importlib
import io
import json
import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO, Any, BinaryIO

from service.records import Fields

from . import BatchError

LINES = (".jsonl", ".ndjson")
COMPRESSED = (".gz", ".zst")
LINE_ENDINGS = tuple(lines + packed for lines in LINES for packed in ("", *COMPRESSED))
TEXT, PARQUET = ".txt", ".parquet"
ROW_GROUP = 4096  # rows; small parts make bad Parquet


def arrow(name: str, why: str) -> Any:
    """Return the module ``name``, which the extra brings, or raise the BatchError that says how to get it."""
    try:
        return importlib.import_module(name)
    except ImportError as error:
        raise BatchError(f"{why} needs the extra 'batch' ({error}); in a checkout, `make batch` sets it up") from error


def open_lines(path: Path, raw: BinaryIO) -> IO[bytes]:
    """Return the lines of ``path``, which is open as ``raw``."""
    if path.suffix == ".gz":
        return gzip.open(raw)  # type: ignore[return-value] # it reads bytes
    if path.suffix == ".zst":
        return io.BufferedReader(arrow("pyarrow", path.name).CompressedInputStream(raw, "zstd"))
    return raw


class Output:
    """Writes answers to parts, and joins the parts."""

    def __init__(self, path: Path) -> None:
        """Choose by the end of the file's name."""
        self.path = path
        self.parquet = path.name.endswith(PARQUET)
        if not self.parquet and not path.name.endswith(LINE_ENDINGS):
            known = ", ".join((*LINE_ENDINGS, PARQUET))
            raise BatchError(f"{path}: the end of the name must tell the format: {known}")
        if path.is_dir():
            raise BatchError(f"{path}: is a folder")
        if not path.parent.is_dir():
            raise BatchError(f"{path.parent}: there is no such folder")
        if self.parquet or path.suffix == ".zst":
            arrow("pyarrow.parquet", path.name)

    def encode(self, answers: list[Fields]) -> bytes:
        """Return ``answers`` as a file."""
        if self.parquet:
            return _parquet(answers)
        lines = "".join(json.dumps(answer, ensure_ascii=False, separators=(",", ":")) + "\n" for answer in answers)
        if self.path.suffix == ".gz":
            return gzip.compress(lines.encode(), compresslevel=6, mtime=0)
        if self.path.suffix == ".zst":
            packed: bytes = arrow("pyarrow", self.path.name).compress(lines.encode(), "zstd", asbytes=True)
            return packed
        return lines.encode()

    def join(self, parts: Iterable[Path], target: BinaryIO) -> None:
        """Write ``parts`` one after the other: what is compressed may be joined as it is."""
        if self.parquet:
            _join_parquet(parts, target)
            return
        target.write(self.encode([]))  # no part at all is no file of gzip yet
        for part in parts:
            with part.open("rb") as source:
                shutil.copyfileobj(source, target)


def _parquet(answers: list[Fields]) -> bytes:
    import pyarrow as pa  # noqa: PLC0415 - an extra
    import pyarrow.parquet as pq  # noqa: PLC0415 - an extra

    from service.columns import ANSWER  # noqa: PLC0415 - needs the extra

    sink = io.BytesIO()
    pq.write_table(pa.Table.from_pylist(answers, ANSWER), sink)
    return sink.getvalue()


def _join_parquet(parts: Iterable[Path], target: BinaryIO) -> None:
    import pyarrow as pa  # noqa: PLC0415 - an extra
    import pyarrow.parquet as pq  # noqa: PLC0415 - an extra

    from service.columns import ANSWER  # noqa: PLC0415 - needs the extra

    with pq.ParquetWriter(target, ANSWER, compression="zstd") as writer:
        for tables in _grouped(map(pq.read_table, parts)):
            writer.write_table(pa.concat_tables(tables))


def _grouped(tables: Iterable[Any]) -> Iterator[list[Any]]:
    """Gather tables until they make a row group."""
    group: list[Any] = []
    for table in tables:
        group.append(table)
        if sum(map(len, group)) >= ROW_GROUP:
            yield group
            group = []
    if group:
        yield group
