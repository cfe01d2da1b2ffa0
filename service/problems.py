"""Every error that a caller can see, as a problem of RFC 9457."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from schemas import ProblemSchema

MEDIA_TYPE = "application/problem+json"
RETRY = {"Retry-After": "1"}
_SCHEMA = ProblemSchema()


@dataclass(frozen=True, slots=True)
class ProblemType:
    """A kind of error; ``description`` is for the documentation."""

    name: str
    status: HTTPStatus
    title: str
    description: str

    @property
    def uri(self) -> str:
        """The address under which the service describes the problem."""
        return f"/problems/{self.name}"


MALFORMED_REQUEST = ProblemType(
    "malformed-request",
    HTTPStatus.BAD_REQUEST,
    "The request cannot be read",
    "The request breaks HTTP's own rules, or ended before it was complete. Send it again, whole.",
)
INVALID_JSON = ProblemType(
    "invalid-json",
    HTTPStatus.BAD_REQUEST,
    "The body is not JSON",
    "The body is not JSON as RFC 8259 has it. NaN and Infinity, a key given twice in one object and very deep "
    "nesting are refused as well.",
)
INVALID_ENCODING = ProblemType(
    "invalid-encoding",
    HTTPStatus.BAD_REQUEST,
    "The body is not UTF-8",
    "The body has bytes that are not UTF-8. Encode it as UTF-8.",
)
UNAUTHORIZED = ProblemType(
    "unauthorized",
    HTTPStatus.UNAUTHORIZED,
    "The key is missing or wrong",
    "This service asks for a key: send the header `Authorization: Bearer …` with yours.",
)
NOT_FOUND = ProblemType(
    "not-found", HTTPStatus.NOT_FOUND, "There is nothing here", "The path is unknown. `/docs` lists the paths."
)
METHOD_NOT_ALLOWED = ProblemType(
    "method-not-allowed",
    HTTPStatus.METHOD_NOT_ALLOWED,
    "The path has no such method",
    "The path is known, the method is not. The header `Allow` lists the methods.",
)
NOT_ACCEPTABLE = ProblemType(
    "not-acceptable",
    HTTPStatus.NOT_ACCEPTABLE,
    "The answer has another type",
    "The header `Accept` leaves out the type that the call answers in.",
)
REQUEST_TIMEOUT = ProblemType(
    "request-timeout",
    HTTPStatus.REQUEST_TIMEOUT,
    "The request came too slowly",
    "The request had not arrived within `read_seconds` of `/v1/about`. Send it faster.",
)
BODY_TOO_LARGE = ProblemType(
    "body-too-large",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    "The body is too large",
    "The body has more bytes than `max_body_bytes` of `/v1/about`.",
)
ARTICLE_TOO_LONG = ProblemType(
    "article-too-long",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    "The article is too long",
    "The article has more characters than `max_characters` of `/v1/about`.",
)
UNSUPPORTED_MEDIA_TYPE = ProblemType(
    "unsupported-media-type",
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    "The body has a type that cannot be read",
    "The header `Content-Type` must be `application/json` or `text/plain`, in UTF-8, and the body not compressed.",
)
INVALID_REQUEST = ProblemType(
    "invalid-request",
    HTTPStatus.UNPROCESSABLE_ENTITY,
    "The request does not fit the schema",
    "A field is missing, unknown, of the wrong type or empty. `errors` tells which, and what to change.",
)
INTERNAL_ERROR = ProblemType(
    "internal-error",
    HTTPStatus.INTERNAL_SERVER_ERROR,
    "The service failed",
    "The fault is the service's. Report the request's id (the header `X-Request-ID`) to those who run it.",
)
BUSY = ProblemType(
    "busy",
    HTTPStatus.SERVICE_UNAVAILABLE,
    "The service is busy",
    "All workers are busy and the queue is full, or the wait would be too long. Try again after the seconds in "
    "`Retry-After`.",
)
DRAINING = ProblemType(
    "draining",
    HTTPStatus.SERVICE_UNAVAILABLE,
    "The service is stopping",
    "This process is about to stop. Try again after the seconds in `Retry-After`: another one will answer.",
)
DEADLINE_EXCEEDED = ProblemType(
    "deadline-exceeded",
    HTTPStatus.GATEWAY_TIMEOUT,
    "The article took too long",
    "The article could not be finished within `deadline_seconds` of `/v1/about`. Send it in parts.",
)
CATALOGUE = {
    kind.name: kind
    for kind in (
        MALFORMED_REQUEST,
        INVALID_JSON,
        INVALID_ENCODING,
        UNAUTHORIZED,
        NOT_FOUND,
        METHOD_NOT_ALLOWED,
        NOT_ACCEPTABLE,
        REQUEST_TIMEOUT,
        BODY_TOO_LARGE,
        ARTICLE_TOO_LONG,
        UNSUPPORTED_MEDIA_TYPE,
        INVALID_REQUEST,
        INTERNAL_ERROR,
        BUSY,
        DRAINING,
        DEADLINE_EXCEEDED,
    )
}


class Problem(Exception):
    """An error to tell the caller about; ``detail`` says what to change."""

    def __init__(
        self,
        kind: ProblemType,
        detail: str,
        *,
        errors: Iterable[Mapping[str, str]] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(detail)
        self.kind = kind
        self.detail = detail
        self.errors = list(errors)
        self.headers = dict(headers or {})

    def fields(self, instance: str) -> dict[str, Any]:
        """Return the problem as JSON values."""
        values: dict[str, Any] = {
            "type": self.kind.uri,
            "title": self.kind.title,
            "status": int(self.kind.status),
            "detail": self.detail,
            "instance": instance,
        }
        if self.errors:
            values["errors"] = self.errors
        dumped: dict[str, Any] = _SCHEMA.dump(values)
        return dumped

    def body(self, instance: str) -> bytes:
        """Return the problem as JSON."""
        return json.dumps(self.fields(instance)).encode()
