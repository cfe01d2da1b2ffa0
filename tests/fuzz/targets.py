"""What the fuzzer calls with bytes: each function fails only where the service is wrong."""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from fakes import FakeEngine
from flask import Flask
from gunicorn.config import Config
from gunicorn.http import wsgi
from gunicorn.http.errors import ParseException
from gunicorn.http.parser import RequestParser
from invariants import INVARIANTS, assert_words

from schemas import OffsetUnit
from service import refusals
from service.app import create_app
from service.engine import Engine
from service.settings import Settings

_CLIENT, _SERVER = ("127.0.0.1", 1), ("127.0.0.1", 8000)
_FRAMING = (b"content-length", b"transfer-encoding")


@cache
def _engine() -> Engine:
    return Engine.load()


@cache
def _app() -> Flask:
    # Limits so low that the fuzzer runs into them.
    return create_app(Settings(max_body_bytes=4_000, max_characters=400), FakeEngine())


@cache
def _config() -> Config:
    return Config()


def read_text(data: bytes) -> None:
    """Let the engine read an article twice, and hold its answer against all that is promised."""
    text = data.decode(errors="replace")
    answer = _engine().extract(text)
    for invariant in INVARIANTS:
        invariant(text, answer)
    assert _engine().extract(text) == answer


def read_request(data: bytes) -> None:
    """Answer a request as the service does: gunicorn's parser, then the application.

    An empty line parts the head from the body; unless the head tells how long the body is, that is added.
    """
    head, _, body = data.partition(b"\n\n")
    framed = any(name in head.lower() for name in _FRAMING)
    lines = [*head.split(b"\n"), *([] if framed else [b"Content-Length: %d" % len(body)]), b"", body]
    status, headers, answer = _exchange(b"\r\n".join(lines))
    _check_answer(status, headers, answer)
    of_one_article = headers["Content-Type"] == "application/json" and not answer.startswith(b'{"results"')
    if status == 200 and not framed and head.startswith(b"POST ") and answer and of_one_article:
        _check_article(body, json.loads(answer))


def _exchange(raw: bytes) -> tuple[int, dict[str, str], bytes]:
    """Return status, headers and body of the answer to the bytes of one request."""
    connection = _Connection()
    try:
        request = next(RequestParser(_config(), iter([raw]), _CLIENT))
        response, environ = wsgi.create(request, connection, _CLIENT, _SERVER, _config())
        parts = _app()(environ, response.start_response)
        for part in parts:
            response.write(part)
        response.close()
        parts.close()  # type: ignore[attr-defined] # werkzeug's answers have it
    except ParseException as error:
        connection.sendall(refusals.message(refusals.told(error), "f" * 32))
    head, body = b"".join(connection.sent).removeprefix(_CONTINUE).split(b"\r\n\r\n", 1)
    first, *rest = head.decode("latin-1").split("\r\n")
    return int(first.split()[1]), dict(line.split(": ", 1) for line in rest), body


_CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"


@dataclass
class _Connection:
    """Keeps what is sent."""

    sent: list[bytes] = field(default_factory=list)

    def sendall(self, data: bytes) -> None:
        self.sent.append(bytes(data))

    send = sendall


def _check_answer(status: int, headers: dict[str, str], body: bytes) -> None:
    assert status < 500, body
    assert headers["X-Request-ID"]
    if status < 400 or not body:  # HEAD has no body
        return
    assert headers["Content-Type"] == "application/problem+json"
    problem = json.loads(body)
    assert problem["status"] == status
    assert problem["title"]
    assert problem["detail"]
    assert problem["instance"].endswith(headers["X-Request-ID"])


def _check_article(sent: bytes, wire: Any) -> None:
    """Assert that an article that was taken was read to the letter."""
    text = sent.decode()
    with suppress(ValueError, TypeError, KeyError):  # it was plain text
        text = json.loads(text.removeprefix("\ufeff"), object_pairs_hook=_only_once)["text"]
    assert_words(text, wire, OffsetUnit(wire["offsets"]))


def _only_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    assert len(dict(pairs)) == len(pairs)
    return dict(pairs)
