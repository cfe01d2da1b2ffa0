"""The one place that turns exceptions into answers."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Any
from urllib.parse import quote

from flask import Flask, Response, g, request
from gunicorn.http.errors import ParseException
from marshmallow import ValidationError
from werkzeug.exceptions import HTTPException

from service.engine import DeadlineExceeded

from . import problems
from .problems import Problem

_MOST_ERRORS = 100
_OF_STATUS = {
    400: (problems.MALFORMED_REQUEST, "The request ended early or breaks HTTP's rules; send it again, whole."),
    404: (problems.NOT_FOUND, "Nothing is served under this path; /docs lists the paths."),
    405: (problems.METHOD_NOT_ALLOWED, "This path has no such method; the header Allow lists its methods."),
    413: (problems.BODY_TOO_LARGE, "The body is over the limit that /v1/about names."),
    500: (problems.INTERNAL_ERROR, "The service failed to answer; report the id in the header X-Request-ID."),
}


def init_app(app: Flask) -> None:
    """Make every error of ``app`` a problem."""
    app.register_error_handler(Problem, answer)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(ParseException, _tell)
    app.register_error_handler(DeadlineExceeded, _tell)


def told(error: Exception) -> Problem:
    """Return the problem that tells of ``error``."""
    if isinstance(error, Problem):
        return error
    if isinstance(error, DeadlineExceeded):
        detail = "The article took longer than /v1/about allows; send it in parts."
        return Problem(problems.DEADLINE_EXCEEDED, detail)
    return Problem(*_OF_STATUS[400 if isinstance(error, ParseException) else 500])


def invalid(error: ValidationError, *, parameters: bool = False) -> Problem:
    """Return the problem that tells what ``error`` found in the body, or in the address's parameters.

    Of very many errors it tells the first: a body of unknown fields would get an answer six times as long.
    """
    found = list(islice(_flat(error.messages_dict), _MOST_ERRORS))
    if parameters:
        errors = [{"parameter": path.removeprefix("/"), "detail": detail} for path, detail in found]
    else:
        errors = [{"pointer": path, "detail": detail} for path, detail in found]
    return Problem(problems.INVALID_REQUEST, "The request does not fit the schema; see errors.", errors=errors)


def _flat(messages: Any, path: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(messages, dict):
        for key, inner in messages.items():
            yield from _flat(inner, path if key == "_schema" else f"{path}/{_token(str(key))}")
    else:
        yield path, " ".join(messages)


def _token(name: str) -> str:
    """Escape a key for a JSON Pointer; a key may be the caller's own, half characters included."""
    return name.encode(errors="replace").decode().replace("~", "~0").replace("/", "~1")


def answer(problem: Problem) -> Response:
    """Answer with ``problem``."""
    g.problem = problem.kind.name  # for the log and the metrics
    body = problem.body(f"{quote(request.path)}#{g.request_id}")
    return Response(body, int(problem.kind.status), problem.headers, mimetype=problems.MEDIA_TYPE)


def _http(error: HTTPException) -> Response | HTTPException:
    if error.code not in _OF_STATUS:  # a redirect, which is no error
        return error
    kind, detail = _OF_STATUS[error.code]
    allow = {name: value for name, value in error.get_headers() if name == "Allow"}
    return answer(Problem(kind, detail, headers=allow))


def _tell(error: Exception) -> Response:
    return answer(told(error))
