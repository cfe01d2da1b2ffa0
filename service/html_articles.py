"""The article that stands in an HTML page, by trafilatura: the extra ``html``."""

from __future__ import annotations

import logging
import re
import sys
import time
from collections.abc import Callable, Mapping
from functools import partial
from types import FrameType
from typing import TypeVar

from service.engine import Deadline, DeadlineExceeded

try:
    import trafilatura
    from lxml import etree, html
except ImportError:
    INSTALLED = False
else:
    INSTALLED = True

T = TypeVar("T")
_WORKERS = ("trafilatura.", "justext.")
# Pages of news have some thousands, tens deep.
MOST_ELEMENTS = 20_000
_DEEPEST = 200
_MOST_ATTRIBUTES = 1000  # the parser itself takes time by the square of those of an element

_QUOTE = re.compile(r"<(/?)q(?:\s[^<>]*)?>", re.IGNORECASE)
# Control characters, as such and as references: with one of them in its text trafilatura finds no article.
_CONTROL = re.compile(
    r"[\x00-\x08\x0b\x0e-\x1f\ufffe\uffff]"
    r"|&#(?:0*(?:[0-8]|11|1[4-9]|2\d|3[01]|6553[45])|x0*(?:[0-8bef]|1[\da-f]|fff[ef]))(?![\da-f]);?",
    re.IGNORECASE,
)

logging.getLogger("trafilatura").setLevel(logging.CRITICAL + 1)  # its lines quote the page


class NoArticle(Exception):
    """A page has no article that can be read; the message is a line for the caller."""


def article_of(page: str, deadline: Deadline) -> str:
    """Return the article's text, a line a paragraph, without what stands around it.

    Nothing is fetched, and no script is run.
    """
    tree = _parse(page)
    # By precision: rather a paragraph less than a caption, a comment or a link to another article.
    extract = partial(trafilatura.extract, tree, favor_precision=True, include_comments=False, include_tables=False)
    try:
        text = _within(deadline, extract)
    finally:
        for cache in (trafilatura.utils.trim, trafilatura.utils.line_processing):
            cache.cache_clear()  # they hold lines of the article
    if not text:
        raise NoArticle("No article was found in the page; send its text as text/plain.")
    return text


def _within(deadline: Deadline, work: Callable[[], T]) -> T:
    """Do ``work``, some of which takes time by the square of the elements; look at the clock at each call in it."""

    def look(frame: FrameType, *_: object) -> None:
        # Not in what the interpreter calls by itself, such as callbacks of its garbage collector: lost there.
        if time.monotonic() > deadline.at and frame.f_globals.get("__name__", "").startswith(_WORKERS):
            raise _Late

    try:
        try:
            sys.setprofile(look)
            return work()
        finally:
            sys.setprofile(None)
    except _Late:
        raise DeadlineExceeded from None


class _Late(BaseException):
    """The deadline has passed; no handler of trafilatura's takes this for an error of its own."""


def _parse(page: str) -> html.HtmlElement:
    source = _with_marks(_CONTROL.sub("", page)).encode()
    try:
        # Whatever the page says of its encoding: it has been decoded.
        etree.fromstring(source, etree.HTMLParser(encoding="utf-8", target=_Limits()))
        return html.document_fromstring(
            source, html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)
        )
    except etree.ParserError as error:
        raise NoArticle("There is no HTML element in the page.") from error


def _with_marks(page: str) -> str:
    """Put marks in the place of the element ``q``, as browsers do, by turns where one stands in another."""
    depth = 0

    def mark(tag: re.Match[str]) -> str:
        nonlocal depth
        if tag[1]:
            depth -= 1
            return "”’"[depth % 2]
        depth += 1
        return "‘“"[depth % 2]

    return _QUOTE.sub(mark, page)


class _Limits:
    """Follows the parser and refuses what would take very long."""

    def __init__(self) -> None:
        self._elements = self._depth = 0

    def start(self, _: str, attributes: Mapping[str, str]) -> None:
        """Count an element."""
        self._elements += 1
        self._depth += 1
        if self._elements > MOST_ELEMENTS:
            raise NoArticle(f"The page has more than {MOST_ELEMENTS} elements; send the article alone.")
        if self._depth > _DEEPEST:
            raise NoArticle(f"The page is nested deeper than {_DEEPEST} elements; send the article alone.")
        if len(attributes) > _MOST_ATTRIBUTES:
            raise NoArticle(f"An element has more than {_MOST_ATTRIBUTES} attributes; send the article alone.")

    def end(self, _: str) -> None:
        """Count the end of an element."""
        self._depth -= 1

    def close(self) -> None:
        """Have nothing to return."""
