"""Reading the tables of words and places that ship with the engine."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.resources import files


def lines(table: str) -> Iterator[str]:
    """Yield the entries of a table in ``data``, its header left out."""
    text = (files("service.engine") / "data" / table).read_text(encoding="utf-8")
    for line in text.splitlines():
        if not line.startswith("#"):
            yield line


def pairs(table: str) -> Iterator[tuple[str, str]]:
    """Yield each entry as its first column and the rest."""
    for line in lines(table):
        key, _, rest = line.partition("\t")
        yield key, rest
