"""A request while it arrives: what has come of it, and whether it is whole.

The worker's own loop collects requests and gives a thread only those that are whole, so that a slow
sender holds a connection but never a thread. gunicorn's parser reads the head; nothing is read twice
in two ways, which is what request smuggling lives on.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from gunicorn.http.body import ChunkedReader
from gunicorn.http.errors import (
    ChunkMissingTerminator,
    InvalidChunkSize,
    LimitRequestHeaders,
    LimitRequestLine,
    ParseException,
)
from gunicorn.http.message import Request
from gunicorn.http.unreader import Unreader

from . import problems
from .problems import Problem
from .settings import Settings

CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"
_PIECE = 8192
LARGEST_READ = 65_536
_FRAMING = 65_536  # the most bytes of a body's chunk sizes: chunks of one byte are an attack
_CHUNK_SIZE = re.compile(rb"([0-9a-fA-F]{1,15})[ \t]*(?:;[^\r\n]*)?")
_LONGEST_SIZE_LINE = 1024
_LONGEST_TRAILERS = 8192


class Refused(ParseException):  # type: ignore[misc] # gunicorn ships no types
    """A request that is given up before it is whole."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.detail)
        self.problem = problem


class Arrival:
    """What has come of one request; ``at_once`` tells of those whose body is not to be waited for."""

    def __init__(
        self, cfg: Any, settings: Settings, address: Any, at_once: Callable[[Request], bool], data: bytes = b""
    ) -> None:
        self._cfg = cfg
        self._settings = settings
        self._address = address
        self._at_once = at_once
        self._data = bytearray(data)
        self._chunks: Chunks | None = None
        self._body_start = 0
        self._body_end: int | None = None  # where it is known
        self.request: Request | None = None

    def __len__(self) -> int:
        return len(self._data)

    @property
    def next(self) -> Arrival:
        """The next request, with what has come of it behind this one."""
        data = bytes(self._data[self._body_end :]) if self.whole else b""
        return Arrival(self._cfg, self._settings, self._address, self._at_once, data)

    @property
    def whole(self) -> bool:
        """Whether the request is there to its last byte."""
        return self._body_end is not None and len(self._data) >= self._body_end

    @property
    def too_large(self) -> bool:
        """Whether the body is, or will be, over the limit: there is no need to wait for its end."""
        if self._chunks:
            return self._chunks.arrived(self._data) > self._settings.max_body_bytes
        return (self._body_end or 0) - self._body_start > self._settings.max_body_bytes

    @property
    def waits_for_continue(self) -> bool:
        """Whether the client wants to be told to send the body."""
        return self.request is not None and self.request._expected_100_continue  # noqa: SLF001 - gunicorn's own name

    def feed(self, data: bytes) -> bool:
        """Take in bytes; return whether there is a request to answer, or raise ParseException."""
        self._data += data
        if self.request is None:
            if not self._read_head():
                return False
            if self._at_once(self.request):
                return True
        if self._chunks and self._body_end is None:
            self._body_end = self._chunks.end(self._data)
        return self.whole or self.too_large

    def _read_head(self) -> bool:
        end = self._data.find(b"\r\n\r\n", max(0, self._body_start - 3))
        self._body_start = len(self._data) if end < 0 else end + 4
        self._hold_to_limits()
        if end < 0:
            return False
        self.request = Request(self._cfg, Pieces(self._data), self._address)
        reader = self.request.body.reader
        if isinstance(reader, ChunkedReader):
            self._chunks = Chunks(self._body_start)
        else:
            self._body_end = self._body_start + reader.length
        return True

    def _hold_to_limits(self) -> None:
        line, limit = self._data.find(b"\r\n", 2), self._settings.max_request_line_bytes
        length = self._body_start if line < 0 else line
        if length > limit + 2:  # an empty line may stand before it
            raise LimitRequestLine(length, limit)
        if self._body_start - length > self._settings.max_header_bytes:
            raise LimitRequestHeaders("the header fields are too many bytes")

    def give_out(self) -> Request:
        """Return the request for a thread to answer."""
        request: Any = self.request
        request._expected_100_continue = False  # noqa: SLF001 - it has been told, or will not be
        if not self.whole:
            request.force_close()
        return request


def _nothing(_: int) -> bytes:
    return b""


class Pieces(Unreader):  # type: ignore[misc] # gunicorn ships no types
    """Gives gunicorn's parser what has arrived, and then its end; it never touches the socket.

    For a stream, ``more`` takes the place of the end.
    """

    def __init__(self, data: bytearray) -> None:
        super().__init__()
        self._data = data
        self._taken = 0
        self.more: Callable[[int], bytes] = _nothing

    def chunk(self, size_hint: int | None = None) -> bytes:
        """Return the next bytes: a small piece, for the parser copies all of it for each chunk of a body."""
        size = max(_PIECE, min(size_hint or 0, LARGEST_READ))
        piece = bytes(self._data[self._taken : self._taken + size])
        self._taken += len(piece)
        return piece or self.more(size)


class Chunks:
    """Follows a chunked body to its end, as strictly as gunicorn's parser, which will read it."""

    def __init__(self, start: int) -> None:
        self._start = start
        self._next = start  # where a chunk's size is due
        self.bytes = 0  # of the chunks whose sizes have come

    def arrived(self, data: bytearray) -> int:
        """Return how many bytes of the body itself have come."""
        return self.bytes - max(0, self._next - 2 - len(data))

    def end(self, data: bytearray) -> int | None:
        """Return where the body ends, or None if that has not come; raise ParseException where it is malformed."""
        while (line := data.find(b"\r\n", self._next)) >= 0:
            self._check_last(data)
            size = self._size(data, line)
            if size == 0:
                return self._trailers_end(data, line)
            self.bytes += size
            self._next = line + 2 + size + 2
            if self._next - self._start - self.bytes > _FRAMING:
                raise Refused(Problem(problems.BODY_TOO_LARGE, "The body comes in too many too small chunks."))
        if len(data) - self._next > _LONGEST_SIZE_LINE:
            raise InvalidChunkSize("too long")
        return None

    def _check_last(self, data: bytearray) -> None:
        if self._next > self._start and data[self._next - 2 : self._next] != b"\r\n":
            raise ChunkMissingTerminator("")

    def _size(self, data: bytearray, line: int) -> int:
        found = _CHUNK_SIZE.fullmatch(data, self._next, min(line, self._next + _LONGEST_SIZE_LINE))
        if not found or line - self._next > _LONGEST_SIZE_LINE:
            raise InvalidChunkSize("not a size")
        return int(found[1], 16)

    @staticmethod
    def _trailers_end(data: bytearray, last: int) -> int | None:
        end = data.find(b"\r\n\r\n", last)
        if (len(data) if end < 0 else end) - last > _LONGEST_TRAILERS:
            raise LimitRequestHeaders("too many trailers")
        return end + 4 if end >= 0 else None
