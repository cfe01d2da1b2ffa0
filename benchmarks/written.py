"""News articles that were written for this project, with their answers in them.

``written.txt`` tells in its head how they are marked up, benchmarks/scoring.py what form they get here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from training.corpora import Json

ARTICLES = Path(__file__).with_name("written.txt")
_ARTICLE = re.compile(r"^######## ARTICLE +(\S+)\n", re.MULTILINE)
_END_OF_SOURCES = re.compile("^----\n", re.MULTILINE)
_MARK = re.compile(r"⟦([\w-]+) (\w+)\||\{(\w+):|⟪|[⟧}⟫]")
_NONE = "-"
_CLOSES = {"⟧": "⟦", "}": "{", "⟫": "⟪"}


class MarkupError(ValueError):
    """An article's markup does not fit together."""


class _Marked(NamedTuple):
    """A stretch of the text between two brackets, with the numbers that the first one gives."""

    bracket: str
    start: int
    end: int
    mention: str
    source: str


def written(path: Path = ARTICLES) -> Iterator[Json]:
    """Yield the articles as gold records; raise MarkupError where one cannot be read."""
    _, *parts = _ARTICLE.split(path.read_text(encoding="utf8"))
    for name, part in zip(parts[::2], parts[1::2], strict=True):
        try:
            yield _article(name, part)
        except (ValueError, KeyError) as error:
            raise MarkupError(f"{name}: {error!r}") from error


def _article(name: str, part: str) -> Json:
    head, body = _END_OF_SOURCES.split(part, 1)
    sources = dict(map(_source, head.splitlines()))
    text, marked = _without_marks(body.strip() + "\n")
    mentions = {own.mention: _span(text, own) for own in marked if own.bracket == "{"}
    quotations = [
        {
            **_span(text, own),
            "mention": None if own.mention == _NONE else mentions[own.mention],
            **sources[own.source],
        }
        for own in marked
        if own.bracket == "⟦"
    ]
    return {"id": name, "text": text, "quotations": quotations}


def _span(text: str, own: _Marked) -> Json:
    return {"start": own.start, "end": own.end, "text": text[own.start : own.end]}


def _source(line: str) -> tuple[str, Json]:
    """Read "s1 = Ann Roe | Roe ## mayor ## Novi ## stated"; a dash says that there is none."""
    number, _, fields = line.partition(" = ")
    speaker, role, location, basis = (field.strip() for field in fields.split("##"))
    return number, {
        "speaker": _wordings(speaker),
        "role": _wordings(role),
        "location": _wordings(location),
        "basis": basis,
    }


def _wordings(field: str) -> list[str] | None:
    return None if field == _NONE else [wording.strip() for wording in field.split("|")]


def _without_marks(body: str) -> tuple[str, list[_Marked]]:
    """Return the text alone and what was marked in it, in the order in which it begins."""
    text, at = "", 0
    opened: list[_Marked] = []
    marked: list[_Marked] = []
    for mark in _MARK.finditer(body):
        text += body[at : mark.start()]
        at, bracket = mark.end(), mark[0][0]
        if bracket not in _CLOSES:
            opened.append(_Marked(bracket, len(text), len(text), mark[1] or mark[3] or "", mark[2] or ""))
        elif not opened or opened[-1].bracket != _CLOSES[bracket]:
            raise ValueError(f"{bracket} closes nothing")
        else:
            marked.append(opened.pop()._replace(end=len(text)))
    if opened:
        raise ValueError(f"{opened[-1].bracket} is not closed")
    return text + body[at:], sorted(marked, key=lambda own: own.start)
