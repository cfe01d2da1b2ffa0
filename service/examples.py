"""The examples of the contract."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from schemas import LimitsSchema

from . import __version__, problems
from .problems import Problem, ProblemType
from .settings import Settings

ARTICLE = (
    "EXAMPLETON, England — The old mill will reopen in May, the council decided on Tuesday.\n\n"
    "“We have waited nine years for this,” said Ann Example, the mayor of Exampleton. "
    "She called the vote “a relief”."
)


def _at(words: str, after: str = "") -> dict[str, Any]:
    start = ARTICLE.index(words, ARTICLE.index(after))
    return {"text": words, "start": start, "end": start + len(words)}


_ROLE = _at("mayor of Exampleton")
_PLACE = _at("EXAMPLETON, England") | {"basis": "dateline", "country": "GB"}


def _quotation(words: str, mention: dict[str, Any], **fields: Any) -> dict[str, Any]:
    speaker = {"id": "s1", "name": "Ann Example", "kind": "person", "mention": mention}
    shared: dict[str, Any] = {"continues": None, "co_speakers": [], "role": _ROLE, "location": _PLACE, "nested": []}
    return _at(words) | {"speaker": speaker} | shared | fields


ANSWER: dict[str, Any] = {
    "id": "mill-1",
    "offsets": "code_point",
    "quotations": [
        _quotation(
            "We have waited nine years for this,",
            _at("Ann Example"),
            id="q1",
            kind="statement",
            cue=_at("said"),
            confidence=0.98,
        ),
        _quotation("a relief", _at("She"), id="q2", kind="fragment", cue=_at("called"), confidence=0.91),
    ],
    "speakers": [
        {
            "id": "s1",
            "name": "Ann Example",
            "kind": "person",
            "role": _ROLE,
            "mentions": [_at("Ann Example"), _at("She")],
            "quotations": ["q1", "q2"],
        }
    ],
    "warnings": [],
}

PAGE = (
    "<!DOCTYPE html>\n<html><body><nav><a href='/'>Home</a></nav>\n<article>\n"
    + "\n".join(f"<p>{paragraph}</p>" for paragraph in ARTICLE.split("\n\n"))
    + "\n</article></body></html>\n"
)
REQUESTS = {
    "the article alone": {"text": ARTICLE},
    "every field": {"id": "mill-1", "text": ARTICLE, "offsets": "utf16", "min_confidence": 0.5},
}

BATCH = {"articles": [*REQUESTS.values(), {"id": "mill-2", "text": ARTICLE}]}

ABOUT = {
    "version": __version__,
    "model": {"version": "1", "checksum": "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
    "limits": LimitsSchema().dump(Settings()),
    "offsets": ["code_point", "utf16", "utf8"],
    "request_types": ["application/json", "text/plain", "text/html"],
}

PROBLEM_TYPE = {
    "type": problems.INVALID_JSON.uri,
    "title": problems.INVALID_JSON.title,
    "status": 400,
    "description": problems.INVALID_JSON.description,
}

METRICS = """\
# HELP quotations_total Quotations found.
# TYPE quotations_total counter
quotations_total 42.0
"""

_DETAILS = {
    problems.MALFORMED_REQUEST: "The request ended early or breaks HTTP's rules; send it again, whole.",
    problems.INVALID_JSON: "The body is not JSON: Expecting ',' delimiter at line 1, column 12.",
    problems.INVALID_ENCODING: "Byte 17 of the body is not UTF-8; encode the body as UTF-8.",
    problems.UNAUTHORIZED: "Send a key that this service knows: Authorization: Bearer and the key.",
    problems.NOT_FOUND: "Nothing is served under this path; /docs lists the paths.",
    problems.METHOD_NOT_ALLOWED: "This path has no such method; the header Allow lists its methods.",
    problems.NOT_ACCEPTABLE: "This call answers in application/json; accept that, or */*.",
    problems.REQUEST_TIMEOUT: "The request did not arrive in time; send it faster.",
    problems.BODY_TOO_LARGE: "The body has more than 2000000 bytes, the most that is read.",
    problems.ARTICLE_TOO_LONG: "The article has 250000 characters; at most 200000 are allowed.",
    problems.TOO_MANY_ARTICLES: "The batch has 250 articles; at most 100 are allowed.",
    problems.REQUEST_LINE_TOO_LONG: "The request breaks HTTP's rules or limits (LimitRequestLine).",
    problems.UNSUPPORTED_MEDIA_TYPE: "Content-Type is image/png; send application/json, or text/plain, or text/html.",
    problems.EXPECTATION_FAILED: "The request breaks HTTP's rules or limits (ExpectationFailed).",
    problems.INVALID_REQUEST: "The request does not fit the schema; see errors.",
    problems.HEADERS_TOO_LARGE: "The request breaks HTTP's rules or limits (LimitRequestHeaders).",
    problems.INTERNAL_ERROR: "The service failed to answer; report the id in the header X-Request-ID.",
    problems.BUSY: "All workers are busy and the queue is full; try again.",
    problems.DRAINING: "This process is stopping; try again.",
    problems.DEADLINE_EXCEEDED: "The article took longer than /v1/about allows; send it in parts.",
}
_FIELD_ERRORS = [
    {"pointer": "/text", "detail": "The article's text is missing; give it as a string."},
    {"pointer": "/txt", "detail": "There is no such field; leave it out."},
]


def problem(kind: ProblemType) -> Problem:
    """Return an example of ``kind``."""
    errors = _FIELD_ERRORS if kind is problems.INVALID_REQUEST else []
    return Problem(kind, _DETAILS[kind], errors=errors)


BATCH_ANSWER: dict[str, Any] = {
    "results": [
        ANSWER | {"id": None},
        ANSWER | {"offsets": "utf16"},
        problem(problems.DEADLINE_EXCEEDED).fields("/v1/quotations/batch#mill-1-try-2") | {"id": "mill-2"},
    ]
}


def ndjson(values: Iterable[Any]) -> str:
    """Write a value a line."""
    return "".join(f"{json.dumps(value, ensure_ascii=False)}\n" for value in values)
