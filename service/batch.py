"""Many articles in one call: each is answered, or has its problem told in its place."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import Any

from flask import g
from gunicorn.http.errors import ParseException

from service.engine import Deadline

from . import errors, metrics, problems
from .arrival import Refused
from .extraction import BATCH_PATH, Extraction
from .problems import Problem
from .reading import Article, article, article_id, read_line

Fields = dict[str, Any]

_PIECE = 65_536
_log = logging.getLogger(__name__)


def lines(read: Callable[[int], bytes], limit: int, seconds: float) -> Iterator[bytes | None]:
    r"""Yield each line that ``read`` brings as soon as it is there, blank ones left out; None for one over ``limit``.

    A line that has not come within ``seconds`` from when it is waited for raises Refused.

    >>> import io
    >>> list(lines(io.BytesIO(b"one\n\nseven\ntwo").read1, 3, 10.0))
    [b'one', None, b'two']
    """
    line, too_long, since = bytearray(), False, time.monotonic()
    while piece := read(_PIECE):
        *ends, rest = piece.split(b"\n")
        for end in ends:
            line += end
            yield from _line(line, too_long or len(line) > limit)
            line.clear()
            too_long = False
        line += rest
        if len(line) > limit:
            too_long = True
            line.clear()
        if ends:
            since = time.monotonic()
        elif time.monotonic() - since > seconds:
            raise Refused(problems.too_slow())
    yield from _line(line, too_long)


def _line(line: bytearray, too_long: bool) -> Iterator[bytes | None]:
    if too_long:
        yield None
    elif line.strip():
        yield bytes(line)


class Batch:
    """The articles of one call, answered one after the other, with ``options`` for those that have none."""

    def __init__(self, extraction: Extraction, options: Fields) -> None:
        self._extraction = extraction
        self._options = options
        self._instance = errors.instance()
        self._count = g.batch = {"answered": 0, "failed": 0, "complete": False}  # for the log

    def listed(self, articles: Iterable[Any]) -> list[Fields]:
        """Return what becomes of each of the articles."""
        results = [self._result(partial(_itself, values)) for values in articles]
        self._count["complete"] = True
        return results

    def streamed(self, arriving: Iterable[bytes | None]) -> Iterator[Fields]:
        """Yield what becomes of the article in each line, and in the end what has cut the stream short."""
        settings = self._extraction.settings
        try:
            for line in arriving:
                self._extraction.gate.check_open()
                yield self._result(partial(read_line, line, settings))
        except (Problem, ParseException) as error:
            problem = errors.told(error)
            g.problem = problem.kind.name
            yield self._told(problem, None)
        else:
            self._count["complete"] = True

    def _result(self, read: Callable[[], Any]) -> Fields:
        entry = _Entry(read, self._options, self._extraction)
        try:
            self._extraction.gate.check_open()
            answer = self._extraction.answer(entry.article, time.monotonic(), of_batch=True)
        except Exception as error:  # noqa: BLE001 - what becomes of one article is nothing to the others
            problem = errors.told(error)
            if problem.kind is problems.INTERNAL_ERROR:
                _log.exception("an article of a batch failed")
            metrics.PROBLEMS.labels(BATCH_PATH, problem.kind.name).inc()
            self._count["failed"] += 1
            return self._told(problem, entry.id)
        self._count["answered"] += 1
        return answer

    def _told(self, problem: Problem, article_id: str | None) -> Fields:
        return problem.fields(self._instance) | {"id": article_id}


class _Entry:
    """An article that is read when its turn has come; its id is known however that ends."""

    def __init__(self, read: Callable[[], Any], options: Fields, extraction: Extraction) -> None:
        self._read = read
        self._options = options
        self._settings = extraction.settings
        self.id: str | None = None

    def article(self, _: Deadline) -> Article:
        """Return the article, or raise the Problem that says what to change."""
        values = self._read()
        self.id = article_id(values)
        return article(values, self._options, self._settings)


def _itself(values: Any) -> Any:
    return values
