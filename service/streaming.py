"""Requests whose body is read while it arrives, since it may have no end."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from gunicorn.http.body import ChunkedReader
from gunicorn.http.errors import NoMoreData


class LiveBody:
    """The body of a stream; gunicorn's own reader finds its chunks and its end."""

    failed = True  # whatever becomes of it: nobody looks for where another request would begin

    def __init__(self, request: Any, tell_to_go_on: Callable[[], None] | None) -> None:
        self._tell_to_go_on = tell_to_go_on
        reader = request.body.reader
        self._pieces = _chunks(reader) if isinstance(reader, ChunkedReader) else _stretch(reader)

    def read1(self, _: int = -1) -> bytes:
        """Return what has come, or what comes next: nothing at the end; raise ParseException where it is malformed."""
        if self._tell_to_go_on:
            self._tell_to_go_on()
            self._tell_to_go_on = None
        return next(self._pieces, b"")


def _chunks(reader: Any) -> Iterator[bytes]:
    # Not by its read(), which would wait until as much has come as it is asked for.
    return (piece for piece in reader.parser if piece)


def _stretch(reader: Any) -> Iterator[bytes]:
    while reader.length:
        # What has been read already may go on behind the body.
        piece = reader.unreader.read(None, read_ahead=reader.length)[: reader.length]
        if not piece:
            raise NoMoreData
        reader.length -= len(piece)
        yield piece
