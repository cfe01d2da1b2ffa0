"""News articles that were written for this project, with their answers in them.

``articles.txt`` tells in its head how they are marked up.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from service.engine.answer import Span

from .gold import GoldArticle, GoldQuotation

ARTICLES = Path(__file__).with_name("articles.txt")
_ARTICLE = re.compile(r"^######## ARTICLE +(\S+)\n", re.MULTILINE)
_END_OF_SOURCES = re.compile("^----\n", re.MULTILINE)
_MARK = re.compile(r"⟦([\w-]+) (\w+)\||\{(\w+):|⟪|[⟧}⟫]")
_CLOSES = {"⟧": "⟦", "}": "{", "⟫": "⟪"}


class MarkupError(Exception):
    """An article's markup does not fit together."""


class _Source(NamedTuple):
    speaker: tuple[str, ...] | None
    role: tuple[str, ...] | None
    location: tuple[str, ...] | None
    basis: str


class _Marked(NamedTuple):
    """A stretch of the text between two brackets, with the numbers that the first one gives."""

    bracket: str
    span: Span
    mention: str
    source: str


def written(path: Path = ARTICLES) -> Iterator[GoldArticle]:
    """Yield the articles; raise MarkupError where one cannot be read."""
    _, *parts = _ARTICLE.split(path.read_text(encoding="utf8"))
    for name, part in zip(parts[::2], parts[1::2], strict=True):
        try:
            yield _article(name, part)
        except (ValueError, KeyError) as error:
            raise MarkupError(f"{name}: {error!r}") from error


def _article(name: str, part: str) -> GoldArticle:
    head, body = _END_OF_SOURCES.split(part, 1)
    sources = dict(map(_source, head.splitlines()))
    text, marked = _without_marks(body.strip() + "\n")
    mentions = {own.mention: own.span for own in marked if own.bracket == "{"} | {"-": None}
    quotations = tuple(
        GoldQuotation(own.span, mentions[own.mention], *sources[own.source]) for own in marked if own.bracket == "⟦"
    )
    return GoldArticle(name, text, quotations, tuple(own.span for own in marked if own.bracket == "⟪"))


def _source(line: str) -> tuple[str, _Source]:
    """Read "s1 = Ann Roe | Roe ## mayor ## Novi ## stated"; a dash says that there is none."""
    number, _, fields = line.partition(" = ")
    speaker, role, location, basis = (field.strip() for field in fields.split("##"))
    return number, _Source(_wordings(speaker), _wordings(role), _wordings(location), basis)


def _wordings(field: str) -> tuple[str, ...] | None:
    return None if field == "-" else tuple(wording.strip() for wording in field.split("|"))


def _without_marks(body: str) -> tuple[str, list[_Marked]]:
    """Return the text alone and what was marked in it, in the order of the closing brackets."""
    text, at = "", 0
    opened: list[_Marked] = []
    marked: list[_Marked] = []
    for mark in _MARK.finditer(body):
        text += body[at : mark.start()]
        at, here = mark.end(), Span(len(text), len(text))
        bracket = mark[0][0]
        if bracket in _CLOSES:
            begun = opened.pop() if opened else None
            if begun is None or begun.bracket != _CLOSES[bracket]:
                raise ValueError(f"{bracket} closes nothing")
            marked.append(begun._replace(span=Span(begun.span.start, here.start)))
        else:
            opened.append(_Marked(bracket, here, mark[1] or mark[3] or "", mark[2] or ""))
    if opened:
        raise ValueError(f"{opened[-1].bracket} is not closed")
    return text + body[at:], sorted(marked, key=lambda own: own.span)
