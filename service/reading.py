"""From the HTTP request to an article and how to answer it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NoReturn

from flask import Request
from marshmallow import ValidationError

from schemas import ArticleSchema, OffsetUnit, OptionsSchema

from . import problems
from .errors import invalid
from .problems import Problem
from .settings import Settings

Parser = Callable[[str, int], Any]

_ARTICLE = ArticleSchema()
_OPTIONS = OptionsSchema()
_NESTING = re.compile(r'"(?:[^"\\]|\\.)*+"?|[{}\[\]]', re.DOTALL)  # strings are passed over; no backtracking


@dataclass(frozen=True, slots=True)
class Article:
    """One article, and how to answer."""

    text: str
    id: str | None
    offsets: OffsetUnit
    min_confidence: float


def read_article(request: Request, settings: Settings) -> Article:
    """Read the article that ``request`` brings, or raise the Problem that says what to change."""
    parse = _parser(request)
    options = _query(request)
    values = parse(decode(_body(request, settings.max_body_bytes)), settings.max_nesting)
    return article(values, options, settings)


def read_line(line: bytes | None, settings: Settings) -> Any:
    """Return what a line of NDJSON holds, an article yet to be read; None is a line that is too long."""
    if line is None:
        limit = settings.max_body_bytes
        raise Problem(problems.BODY_TOO_LARGE, f"The line has more than {limit} bytes, the most that is read.")
    return parse_json(decode(line, "line"), settings.max_nesting, "line")


def article(values: Any, options: dict[str, Any], settings: Settings) -> Article:
    """Return the article that ``values`` are, with ``options`` where it does not say otherwise."""
    read = _load(options | values if isinstance(values, dict) else values)
    if len(read.text) > settings.max_characters:
        raise Problem(
            problems.ARTICLE_TOO_LONG,
            f"The article has {len(read.text)} characters; at most {settings.max_characters} are allowed.",
        )
    return read


def article_id(values: Any) -> str | None:
    """Return the id of an article that may be wrong in other ways."""
    given = values.get("id") if isinstance(values, dict) else None
    try:
        return None if given is None else str(_OPTIONS.fields["id"].deserialize(given))
    except ValidationError:
        return None


def _load(values: Any) -> Article:
    try:
        loaded = _ARTICLE.load(values)
    except ValidationError as error:
        raise invalid(error) from error
    return Article(loaded["text"], loaded["id"], OffsetUnit(loaded["offsets"]), loaded["min_confidence"])


def _parser(request: Request) -> Parser:
    """Choose by the media type how to read the body."""
    encoding = request.headers.get("Content-Encoding", "identity")
    charset = request.mimetype_params.get("charset", "utf-8")
    if request.mimetype not in _PARSERS:
        raise _unsupported(f"Content-Type is {request.mimetype or 'missing'}; send application/json, or text/plain.")
    if charset.lower() not in {"utf-8", "utf8"}:
        raise _unsupported(f"The charset is {charset}; send UTF-8.")
    if encoding.lower() != "identity":
        raise _unsupported(f"The body is compressed ({encoding}); send it as it is.")
    return _PARSERS[request.mimetype]


def _unsupported(detail: str) -> Problem:
    headers = {"Accept-Post": ", ".join(_PARSERS), "Accept-Encoding": "identity"}
    return Problem(problems.UNSUPPORTED_MEDIA_TYPE, detail, headers=headers)


def _query(request: Request) -> dict[str, Any]:
    """Return the options that stand in the address, without the defaults of the others."""
    twice = {name: ["This is given twice."] for name, values in request.args.lists() if len(values) > 1}
    if twice:
        raise invalid(ValidationError(twice), parameters=True)
    try:
        loaded = _OPTIONS.load(request.args.to_dict())
    except ValidationError as error:
        raise invalid(error, parameters=True) from error
    return {name: loaded[name] for name in request.args}


def _body(request: Request, limit: int) -> bytes:
    announced = request.content_length or 0
    # Flask's own limit is a byte higher: it cuts a chunked body there without a word.
    if announced > limit or len(body := request.get_data(cache=False)) > limit:
        raise Problem(problems.BODY_TOO_LARGE, f"The body has more than {limit} bytes, the most that is read.")
    if len(body) < announced:
        raise Problem(
            problems.MALFORMED_REQUEST, f"The body ended after {len(body)} of {announced} bytes; send it whole."
        )
    return body


def decode(body: bytes, what: str = "body") -> str:
    """Return the text that ``body`` is, which the problem of one that is no UTF-8 calls ``what``."""
    try:
        return body.decode()
    except UnicodeDecodeError as error:
        raise Problem(
            problems.INVALID_ENCODING, f"Byte {error.start} of the {what} is not UTF-8; encode the {what} as UTF-8."
        ) from error


def _parse_text(body: str, _: int) -> dict[str, Any]:
    return {"text": body}


def parse_json(body: str, nesting: int, what: str = "body") -> Any:
    """Return the value that ``body`` is, which the problem of one that is no JSON calls ``what``."""
    try:
        _check_nesting(body, nesting)
        return json.loads(body.removeprefix("\ufeff"), object_pairs_hook=_unique, parse_constant=_refuse_constant)
    except json.JSONDecodeError as error:
        raise _not_json(what, f"{error.msg} at line {error.lineno}, column {error.colno}.") from error
    except _Unwanted as error:
        raise _not_json(what, str(error)) from error
    except ValueError as error:  # a number of more digits than Python reads
        raise _not_json(what, "It holds a number that is too long.") from error


class _Unwanted(Exception):
    """Something that RFC 8259 lets pass and this service does not, or the other way round."""


def _check_nesting(body: str, limit: int) -> None:
    """Refuse deep nesting before it is parsed, which takes a level of Python's own for each."""
    depth = 0
    for found in _NESTING.finditer(body):
        depth += {"{": 1, "[": 1, "}": -1, "]": -1}.get(found[0], 0)
        if depth > limit:
            raise _Unwanted(f"It is nested too deeply; at most {limit} levels are allowed.")


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    values = dict(pairs)
    if len(values) < len(pairs):
        raise _Unwanted("A key is given twice in one object.")
    return values


def _refuse_constant(name: str) -> NoReturn:
    raise _Unwanted(f"{name} is not a JSON value.")


def _not_json(what: str, why: str) -> Problem:
    return Problem(problems.INVALID_JSON, f"The {what} is not JSON: {why}")


_PARSERS: dict[str, Parser] = {"application/json": parse_json, "text/plain": _parse_text}
