"""The fenced blocks of the documentation, and which of them can be run."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from textwrap import dedent

RUNNABLE = ("sh", "python", "js")
_BLOCK = re.compile(
    r"^(?: *<!-- (?P<note>(?:not run: |run by ).+?) -->\n)?"
    r"^ *```(?P<language>\w+)(?: title=\"(?P<title>[\w.]+)\")?\n(?P<body>.*?)^ *```$"
    r"(?:\n\n```text\n(?P<output>.*?)^```$)?",
    re.DOTALL | re.MULTILINE,
)


@dataclass(frozen=True)
class Block:
    """A fenced block.

    ``title`` names the file that it is the content of. ``note`` says why it is not run, or by which test it is.
    ``output`` is what the page says it prints: a block of text right behind it.
    """

    language: str
    title: str | None
    body: str
    note: str | None
    output: str | None


def blocks(page: Path) -> Iterator[Block]:
    """Yield the blocks of a page in order."""
    for found in _BLOCK.finditer(page.read_text(encoding="utf8")):
        yield Block(found["language"], found["title"], dedent(found["body"]), found["note"], found["output"])
