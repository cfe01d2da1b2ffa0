"""From the HTTP request to an article and how to answer it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any, NoReturn

from flask import Request
from marshmallow import Schema, ValidationError

from schemas import ArticleSchema, BatchSchema, OffsetUnit, OptionsSchema
from service.engine import Deadline

from . import html_articles, problems
from .errors import invalid
from .problems import Problem
from .settings import Settings

JSON, NDJSON = "application/json", "application/x-ndjson"

Parser = Callable[[str, int, Deadline], Any]

_HTML = "text/html"
_ARTICLE = ArticleSchema()
_OPTIONS = OptionsSchema()
_BATCH = BatchSchema()
_NESTING = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+"?|[{}\[\]]', re.DOTALL)  # strings are passed over; no backtracking


@dataclass(frozen=True, slots=True)
class Article:
    """One article, and how to answer."""

    text: str
    id: str | None
    offsets: OffsetUnit
    min_confidence: float
    extracted: bool = False  # the text is not what was sent, so the answer shows it


def read_article(request: Request, settings: Settings, deadline: Deadline) -> Article:
    """Read the article that ``request`` brings, or raise the Problem that says what to change."""
    kind = media_type(request, _PARSERS)
    options = query(request, _OPTIONS)
    values = _PARSERS[kind](decode(_body(request, settings.max_body_bytes)), settings.max_nesting, deadline)
    return article(values, options, settings, extracted=kind == _HTML)


def read_articles(request: Request, settings: Settings) -> list[Any]:
    """Return the articles of a batch in JSON, each yet to be read."""
    values = parse_json(decode(_body(request, settings.max_body_bytes)), settings.max_nesting)
    try:
        articles: list[Any] = _BATCH.load(values)["articles"]
    except ValidationError as error:
        raise invalid(error) from error
    if len(articles) > settings.max_batch_articles:
        raise Problem(
            problems.TOO_MANY_ARTICLES,
            f"The batch has {len(articles)} articles; at most {settings.max_batch_articles} are allowed.",
        )
    return articles


def read_line(line: bytes | None, settings: Settings) -> Any:
    """Return what a line of NDJSON holds, an article yet to be read; None is a line that is too long."""
    if line is None:
        limit = settings.max_body_bytes
        raise Problem(problems.BODY_TOO_LARGE, f"The line has more than {limit} bytes, the most that is read.")
    return parse_json(decode(line, "line"), settings.max_nesting, "line")


def article(values: Any, options: dict[str, Any], settings: Settings, *, extracted: bool = False) -> Article:
    """Return the article that ``values`` are, with ``options`` where it does not say otherwise."""
    read = _load(options | values if isinstance(values, dict) else values, extracted=extracted)
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


def _load(values: Any, *, extracted: bool) -> Article:
    try:
        loaded = _ARTICLE.load(values)
    except ValidationError as error:
        raise invalid(error) from error
    return Article(loaded["text"], loaded["id"], OffsetUnit(loaded["offsets"]), loaded["min_confidence"], extracted)


def media_type(request: Request, known: Collection[str]) -> str:
    """Return the type of the body, one of ``known``, or raise the Problem of one that cannot be read."""
    encoding = request.headers.get("Content-Encoding", "identity")
    charset = request.mimetype_params.get("charset", "utf-8")
    if request.mimetype not in known:
        kinds = ", or ".join(known)
        lacks = request.mimetype == _HTML and not html_articles.INSTALLED
        why = " (it needs the extra html, which is not installed)" if lacks else ""
        raise _unsupported(f"Content-Type is {request.mimetype or 'missing'}{why}; send {kinds}.", known)
    if charset.lower() not in {"utf-8", "utf8"}:
        raise _unsupported(f"The charset is {charset}; send UTF-8.", known)
    if encoding.lower() != "identity":
        raise _unsupported(f"The body is compressed ({encoding}); send it as it is.", known)
    return request.mimetype


def _unsupported(detail: str, known: Collection[str]) -> Problem:
    headers = {"Accept-Post": ", ".join(known), "Accept-Encoding": "identity"}
    return Problem(problems.UNSUPPORTED_MEDIA_TYPE, detail, headers=headers)


def query(request: Request, schema: Schema) -> dict[str, Any]:
    """Return the options that stand in the address, without the defaults of the others."""
    twice = {name: ["This is given twice."] for name, values in request.args.lists() if len(values) > 1}
    if twice:
        raise invalid(ValidationError(twice), parameters=True)
    try:
        loaded = schema.load(request.args.to_dict())
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


def _parse_text(body: str, *_: object) -> dict[str, Any]:
    return {"text": body}


def _parse_html(body: str, _: int, deadline: Deadline) -> dict[str, Any]:
    try:
        return {"text": html_articles.article_of(body, deadline)}
    except html_articles.NoArticle as error:
        raise invalid(ValidationError({"text": [str(error)]})) from error


def _parse_json(body: str, nesting: int, _: Deadline) -> Any:
    return parse_json(body, nesting)


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


_PARSERS: dict[str, Parser] = {JSON: _parse_json, "text/plain": _parse_text}
if html_articles.INSTALLED:
    _PARSERS[_HTML] = _parse_html
REQUEST_TYPES = tuple(_PARSERS)
