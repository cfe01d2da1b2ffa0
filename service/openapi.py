"""The contract, OpenAPI 3.1, built from the schemas: ``python -m service.openapi`` prints it."""

from __future__ import annotations

import json
import sys
from functools import cache
from http import HTTPStatus
from typing import Any

import yaml
from apispec import APISpec
from apispec.ext.marshmallow import MarshmallowPlugin

from schemas import (
    TEXT_LIMITS,
    AboutSchema,
    AnswerSchema,
    ArticleProblemSchema,
    ArticleSchema,
    BatchAnswerSchema,
    BatchOptionsSchema,
    BatchSchema,
    OptionsSchema,
    ProbeSchema,
    ProblemSchema,
    ProblemTypeSchema,
)

from . import __version__, examples, problems

Spec = dict[str, Any]

_DESCRIPTION = """\
Send the text of a news article; get each direct quotation in it with its speaker, the speaker's role and the
location where the words were spoken.

Every `text` of an answer equals the article between its `start` and `end`: the article is never changed. What the
article does not tell is `null`, never a guess. The same request gets the same answer. Nothing of an article is stored
or logged. Requests refuse fields that they do not know; answers may grow new ones, so ignore what you do not know.

Every error is an `application/problem+json` (RFC 9457). Every answer has a header `X-Request-ID`: yours, if you sent
one of at most 128 letters, digits, `.`, `_` and `-`, else a new one.
"""
_REQUEST_ID_PARAMETER = {
    "in": "header",
    "name": "X-Request-ID",
    "description": "Your name for this request; the answer and the service's logs repeat it.",
    "schema": {"type": "string"},
    "example": "mill-1-try-2",
}
_REQUEST_ID_HEADER = {
    "description": "The request's name, yours or a new one.",
    "schema": {"type": "string"},
    "example": "mill-1-try-2",
}
_HEADERS: dict[HTTPStatus, Spec] = {
    HTTPStatus.METHOD_NOT_ALLOWED: {
        "Allow": {"description": "The path's methods.", "schema": {"type": "string"}, "example": "OPTIONS, POST"}
    },
    HTTPStatus.UNAUTHORIZED: {
        "WWW-Authenticate": {
            "description": "How to send a key.",
            "schema": {"type": "string"},
            "example": 'Bearer realm="quote-attribution"',
        }
    },
    HTTPStatus.SERVICE_UNAVAILABLE: {
        "Retry-After": {"description": "Seconds to wait.", "schema": {"type": "integer"}, "example": 1}
    },
}
_KEY = {
    "type": "http",
    "scheme": "bearer",
    "description": "A key, where the service is set up to ask for one; else none is needed.",
}
_SECURITY: list[Spec] = [{}, {"key": []}]
_ANY = (
    HTTPStatus.METHOD_NOT_ALLOWED,
    HTTPStatus.REQUEST_URI_TOO_LONG,
    HTTPStatus.EXPECTATION_FAILED,
    HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE,
    HTTPStatus.INTERNAL_SERVER_ERROR,
)
_NEGOTIATED = (*_ANY, HTTPStatus.NOT_ACCEPTABLE)
_OF_ARTICLES = (
    *_NEGOTIATED,
    HTTPStatus.BAD_REQUEST,
    HTTPStatus.UNAUTHORIZED,
    HTTPStatus.REQUEST_TIMEOUT,
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    HTTPStatus.UNPROCESSABLE_ENTITY,
    HTTPStatus.SERVICE_UNAVAILABLE,
)
_ABOUT_BATCHES = """\
Send a list of articles as JSON, or a stream of them as NDJSON: each line holds what `POST /v1/quotations` takes as
JSON, and blank lines are passed over. The answer has the same form and a result for each article, in their order: an
answer, or a problem with the article's `id`. What is wrong with one article is nothing to the others. The options in
the address hold for the articles that have none of their own.

A stream may be of any length. Its first results come before its last line is sent, so read while you send: who does
not take a result within `write_seconds` loses the connection. A last problem of the kind `draining`, `request-timeout`
or `malformed-request` tells that the stream was cut short, because the service stops, the next line was too slow to
come, or the body broke off. It stands where the next result would: send the articles again that have none.
"""


@cache
def document() -> Spec:
    """Return the contract as JSON values."""
    spec = APISpec(
        title="Quote attribution",
        version=__version__,
        openapi_version="3.1.0",
        plugins=[MarshmallowPlugin()],
        info={"description": _DESCRIPTION, "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"}},
        servers=[{"url": "/"}],
        tags=[
            {"name": "quotations", "description": "Articles in, quotations out."},
            {"name": "service", "description": "How the service is and what it can do."},
            {"name": "contract", "description": "This document, and what its errors mean."},
        ],
    )
    spec.components.security_scheme("key", _KEY)
    spec.components.header("RequestId", _REQUEST_ID_HEADER)
    spec.components.schema("ArticleProblem", schema=ArticleProblemSchema)
    for status in sorted({kind.status for kind in problems.CATALOGUE.values()}):
        spec.components.response(_name(status), _error(status))
    for path, operations in _PATHS.items():
        spec.path(path, operations=operations)
    # Schemas give tuples and enumerations; JSON has neither.
    plain: Spec = json.loads(json.dumps(spec.to_dict()))
    return {"openapi": plain.pop("openapi"), "info": plain.pop("info"), **plain}


@cache
def as_yaml() -> str:
    """Return the contract as YAML."""
    return yaml.dump(document(), Dumper=_Readable, sort_keys=False, allow_unicode=True, width=100)


class _Readable(yaml.SafeDumper):
    """Writes text of several lines as such, and everything in full."""

    def ignore_aliases(self, _: Any) -> bool:
        return True


def _write_text(dumper: _Readable, text: str) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|" if "\n" in text else None)


_Readable.add_representer(str, _write_text)


def _name(status: HTTPStatus) -> str:
    return status.phrase.title().replace(" ", "").replace("-", "")


def _error(status: HTTPStatus) -> Spec:
    """Describe an error with an example of each kind of problem that has its status."""
    kinds = [kind for kind in problems.CATALOGUE.values() if kind.status == status]
    shown = {
        kind.name: {
            "summary": kind.title,
            "description": kind.description,
            "value": json.loads(examples.problem(kind).body("/v1/quotations#mill-1-try-2")),
        }
        for kind in kinds
    }
    return _response(
        " ".join(kind.description for kind in kinds),
        {problems.MEDIA_TYPE: {"schema": ProblemSchema, "examples": shown}},
        _HEADERS.get(status),
    )


def _response(description: str, content: Spec, headers: Spec | None = None) -> Spec:
    named = {"X-Request-ID": {"$ref": "#/components/headers/RequestId"}} | (headers or {})
    return {"description": description, "headers": named, "content": content}


def _errors(statuses: tuple[HTTPStatus, ...]) -> Spec:
    return {str(status.value): {"$ref": f"#/components/responses/{_name(status)}"} for status in sorted(statuses)}


def _get(
    name: str,
    tag: str,
    summary: str,
    content: Spec,
    *,
    errors: tuple[HTTPStatus, ...] = _NEGOTIATED,
    parameters: tuple[Spec, ...] = (),
    **more: Any,
) -> Spec:
    operation = {
        "operationId": name,
        "tags": [tag],
        "summary": summary,
        "parameters": [*parameters, _REQUEST_ID_PARAMETER],
        "responses": {"200": _response(summary, content)} | _errors(errors),
        **more,
    }
    return {"get": operation}


def _json(schema: Any, example: Any) -> Spec:
    return {"application/json": {"schema": schema, "example": example}}


def _lines(description: str, example: list[Any]) -> Spec:
    schema = {"type": "string", "description": description}
    return {"application/x-ndjson": {"schema": schema, "example": examples.ndjson(example)}}


_QUOTATIONS: Spec = {
    "post": {
        "operationId": "quotations",
        "tags": ["quotations"],
        "security": _SECURITY,
        "summary": "Find the quotations of one article",
        "description": "Send the article as JSON, or as plain text: `curl -H 'Content-Type: text/plain' "
        "--data-binary @article.txt`. The options may stand in the address as well; a field of a JSON body wins. "
        "A web page can be sent as `text/html` where `request_types` of `/v1/about` has it: the article is found in "
        "it, and the answer's `text` has what the offsets point into.",
        "parameters": [{"in": "query", "schema": OptionsSchema}, _REQUEST_ID_PARAMETER],
        "requestBody": {
            "required": True,
            "description": "One article, in UTF-8.",
            "content": {
                "application/json": {
                    "schema": ArticleSchema,
                    "examples": {name.replace(" ", "-"): {"value": value} for name, value in examples.REQUESTS.items()},
                },
                "text/plain": {
                    "schema": {"type": "string", "description": "The article itself.", **TEXT_LIMITS},
                    "example": examples.ARTICLE,
                },
                "text/html": {
                    "schema": {"type": "string", "description": "A web page with the article in it."},
                    "example": examples.PAGE,
                },
            },
        },
        "responses": {"200": _response("The quotations of the article.", _json(AnswerSchema, examples.ANSWER))}
        | _errors((*_OF_ARTICLES, HTTPStatus.GATEWAY_TIMEOUT)),
    }
}
_BATCH: Spec = {
    "post": {
        "operationId": "batch",
        "tags": ["quotations"],
        "security": _SECURITY,
        "summary": "Find the quotations of many articles",
        "description": _ABOUT_BATCHES,
        "parameters": [{"in": "query", "schema": BatchOptionsSchema}, _REQUEST_ID_PARAMETER],
        "requestBody": {
            "required": True,
            "description": "The articles, in UTF-8.",
            "content": _json(BatchSchema, examples.BATCH) | _lines("An article a line.", examples.BATCH["articles"]),
        },
        "responses": {
            "200": _response(
                "What became of each article, in the order of the articles.",
                _json(BatchAnswerSchema, examples.BATCH_ANSWER)
                | _lines("A result a line.", examples.BATCH_ANSWER["results"]),
            )
        }
        | _errors(_OF_ARTICLES),
    }
}
_PROBLEM_NAME = {
    "in": "path",
    "name": "name",
    "required": True,
    "description": "The last part of a problem's `type`.",
    "schema": {"type": "string", "enum": list(problems.CATALOGUE)},
    "example": problems.INVALID_JSON.name,
}
_PATHS: dict[str, Spec] = {
    "/v1/quotations": _QUOTATIONS,
    "/v1/quotations/batch": _BATCH,
    "/v1/about": _get(
        "about",
        "service",
        "Versions, the limits in force and the offset units",
        _json(AboutSchema, examples.ABOUT),
        errors=(*_NEGOTIATED, HTTPStatus.UNAUTHORIZED),
        security=_SECURITY,
    ),
    "/healthz": _get("healthz", "service", "The process is alive", _json(ProbeSchema, {"status": "alive"})),
    "/readyz": _get(
        "readyz",
        "service",
        "The model is loaded and articles are welcome",
        _json(ProbeSchema, {"status": "ready"}),
        errors=(*_NEGOTIATED, HTTPStatus.SERVICE_UNAVAILABLE),
    ),
    "/metrics": _get(
        "metrics",
        "service",
        "Figures of all workers for Prometheus; in OpenMetrics where `Accept` asks for it",
        {
            "text/plain": {"schema": {"type": "string"}, "example": examples.METRICS},
            "application/openmetrics-text": {"schema": {"type": "string"}, "example": examples.METRICS + "# EOF\n"},
        },
        errors=_ANY,
    ),
    "/openapi.yaml": _get(
        "openapiYaml",
        "contract",
        "This document in YAML",
        {"application/yaml": {"schema": {"type": "object"}, "example": {"openapi": "3.1.0"}}},
    ),
    "/openapi.json": _get(
        "openapiJson", "contract", "This document in JSON", _json({"type": "object"}, {"openapi": "3.1.0"})
    ),
    "/problems/{name}": _get(
        "problemType",
        "contract",
        "What a kind of problem means",
        _json(ProblemTypeSchema, examples.PROBLEM_TYPE),
        errors=(*_NEGOTIATED, HTTPStatus.NOT_FOUND),
        parameters=(_PROBLEM_NAME,),
    ),
}

if __name__ == "__main__":
    sys.stdout.write(as_yaml())
