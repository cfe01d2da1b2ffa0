"""Which headers are a W3C traceparent, by the rules of the recommendation."""

from __future__ import annotations

import pytest

from service.traceparent import TraceContext, parse

TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"
SPAN = "00f067aa0ba902b7"


@pytest.mark.parametrize(
    ("name", "header"),
    [
        ("sampled", f"00-{TRACE}-{SPAN}-01"),
        ("not sampled", f"00-{TRACE}-{SPAN}-00"),
        ("flags that are not known", f"00-{TRACE}-{SPAN}-ff"),
        ("a later version", f"01-{TRACE}-{SPAN}-01"),
        ("a later version with more fields", f"01-{TRACE}-{SPAN}-01-what-the-future-brings"),
        ("a later version with an empty field", f"cc-{TRACE}-{SPAN}-01-"),
        ("the last version but one", f"fe-{TRACE}-{SPAN}-01"),
    ],
)
def test_is_read(name: str, header: str) -> None:
    assert parse(header) == TraceContext(TRACE, SPAN), name


@pytest.mark.parametrize(
    ("name", "header"),
    [
        ("nothing", ""),
        ("a version that is forbidden", f"ff-{TRACE}-{SPAN}-01"),
        ("version 00 with more fields", f"00-{TRACE}-{SPAN}-01-more"),
        ("version 00 with a dash at the end", f"00-{TRACE}-{SPAN}-01-"),
        ("a later version that goes on without a dash", f"01-{TRACE}-{SPAN}-01more"),
        ("a trace id of zeros", f"00-{'0' * 32}-{SPAN}-01"),
        ("a span id of zeros", f"00-{TRACE}-{'0' * 16}-01"),
        ("capitals in the trace id", f"00-{TRACE.upper()}-{SPAN}-01"),
        ("capitals in the span id", f"00-{TRACE}-{SPAN.upper()}-01"),
        ("capitals in the version", f"0A-{TRACE}-{SPAN}-01"),
        ("a letter that is no hexadecimal digit", f"00-g{TRACE[1:]}-{SPAN}-01"),
        ("digits of another script", f"00-{'٣' * 32}-{SPAN}-01"),
        ("a short trace id", f"00-{TRACE[1:]}-{SPAN}-01"),
        ("a long trace id", f"00-{TRACE}0-{SPAN}-01"),
        ("a short span id", f"00-{TRACE}-{SPAN[1:]}-01"),
        ("a long span id", f"00-{TRACE}-{SPAN}0-01"),
        ("no flags", f"00-{TRACE}-{SPAN}"),
        ("short flags", f"00-{TRACE}-{SPAN}-1"),
        ("flags that are none", f"00-{TRACE}-{SPAN}-0x"),
        ("a short version", f"0-{TRACE}-{SPAN}-01"),
        ("other separators", f"00_{TRACE}_{SPAN}_01"),
        ("a space in front", f" 00-{TRACE}-{SPAN}-01"),
        ("a line break at the end", f"00-{TRACE}-{SPAN}-01\n"),
        ("a header sent twice", f"00-{TRACE}-{SPAN}-01,00-{TRACE}-{SPAN}-01"),
        ("a later one sent twice", f"01-{TRACE}-{SPAN}-01,01-{TRACE}-{SPAN}-01"),
    ],
)
def test_is_ignored(name: str, header: str) -> None:
    assert parse(header) is None, name
