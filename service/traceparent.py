"""The header ``traceparent`` of W3C Trace Context: to which trace, and which call in it, a request belongs."""

from __future__ import annotations

import re
from typing import NamedTuple

# A later version may add fields at the end, after another dash; version 00 has none, and ff will never be.
_HEADER = re.compile(
    r"(?!ff)(?P<version>[0-9a-f]{2})-(?!0{32})(?P<trace_id>[0-9a-f]{32})-(?!0{16})(?P<span_id>[0-9a-f]{16})-[0-9a-f]{2}"
    r"(?P<more>-.*)?"
)


class TraceContext(NamedTuple):
    """A trace, and the span of the caller in it."""

    trace_id: str
    span_id: str


def parse(header: str) -> TraceContext | None:
    """Return what a header says, or None where it is not valid.

    >>> parse("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01")
    TraceContext(trace_id='4bf92f3577b34da6a3ce929d0e0e4736', span_id='00f067aa0ba902b7')
    """
    found = _HEADER.fullmatch(header)
    if not found or (found["version"] == "00" and found["more"] is not None):
        return None
    return TraceContext(found["trace_id"], found["span_id"])
