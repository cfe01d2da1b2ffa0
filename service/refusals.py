"""Answers that need neither the application nor a thread: to what cannot be read, and to what is turned away."""

from __future__ import annotations

import logging
import time
import uuid
from collections.abc import Mapping
from typing import Any, NamedTuple

from gunicorn import util
from gunicorn.http import errors as http

from . import cors, headers, metrics, observability, problems, traceparent
from .arrival import Refused
from .problems import Problem
from .settings import Settings

_OF_ERROR = {
    http.ExpectationFailed: problems.EXPECTATION_FAILED,
    http.LimitRequestLine: problems.REQUEST_LINE_TOO_LONG,
    http.LimitRequestHeaders: problems.HEADERS_TOO_LARGE,
}
_log = logging.getLogger("gunicorn.error")


class Head(NamedTuple):
    """The head of a request of gunicorn's as the application would see it."""

    method: str
    path: str
    fields: Mapping[str, str]

    @classmethod
    def of(cls, request: Any) -> Head:
        """Read it; of several fields of one name the values are joined."""
        fields: dict[str, str] = {}
        for name, value in request.headers:
            fields[name] = f"{fields[name]},{value}" if name in fields else value
        return cls(request.method, util.unquote_to_wsgi_str(request.path), fields)

    @property
    def media_type(self) -> str:
        """What the body is."""
        return self.fields.get("CONTENT-TYPE", "").partition(";")[0].strip().lower()


def turn_away(head: Head, problem: Problem, key: str | None, arrived: float, settings: Settings) -> bytes:
    """Count and log a request that there is no place for, and return its answer."""
    own = observability.request_id(head.fields.get("X-REQUEST-ID", ""))
    trace = traceparent.parse(head.fields.get("TRACEPARENT", ""))
    observability.tell(
        head.method,
        head.path,
        int(problem.kind.status),
        time.monotonic() - arrived,
        problem=problem.kind.name,
        key=key,
        request_id=own,
        **(trace._asdict() if trace else {}),
    )
    allowed = cors.fields(settings.cors_origins.split(), head.fields.get("ORIGIN", ""))
    return message(problem, own, head.path, allowed)


def unread(error: Exception) -> bytes:
    """Count and log a request that did not get as far as the application, or not back from it; return its answer."""
    problem = told(error)
    metrics.count_unread(problem)
    own = uuid.uuid4().hex
    failed = problem.kind.status >= 500 and not isinstance(error, Refused)
    # gunicorn would log the line that it could not read; it may be part of an article.
    level = logging.ERROR if failed else logging.WARNING
    _log.log(level, "request not read: %s", type(error).__name__, extra={"request_id": own}, exc_info=failed)
    return message(problem, own)


def told(error: Exception) -> Problem:
    """Return the problem that tells of ``error``."""
    if isinstance(error, Refused):
        return error.problem
    if not isinstance(error, http.ParseException) or isinstance(error, http.InvalidResponseHeader):
        return Problem(problems.INTERNAL_ERROR, "The service failed to answer.")
    kind = _OF_ERROR.get(type(error), problems.MALFORMED_REQUEST)
    return Problem(kind, f"The request breaks HTTP's rules or limits ({type(error).__name__}).")


def message(problem: Problem, request_id: str, path: str = "", more: Mapping[str, str] | None = None) -> bytes:
    """Return the last answer on a connection, to a request for ``path`` where that is known."""
    status, body = problem.kind.status, problem.body(f"{path}#{request_id}")
    fields = {
        "Date": util.http_date(),
        "Connection": "close",
        "Content-Type": problems.MEDIA_TYPE,
        "Content-Length": str(len(body)),
        "X-Request-ID": request_id,
    }
    sent = {**headers.ALWAYS, **problem.headers, **(more or {}), **fields}
    head = "".join(f"{name}: {value}\r\n" for name, value in sent.items())
    return f"HTTP/1.1 {status.value} {status.phrase}\r\n{head}\r\n".encode("latin-1") + body
