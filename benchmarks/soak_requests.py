"""The requests of the soak: articles whole and in parts, and every mistake that a caller makes."""

from __future__ import annotations

import json
import socket
import struct
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from itertools import cycle
from typing import NamedTuple

from .articles import texts
from .running import HOST, Service

POST = "/v1/quotations"
GONE = "closed"  # no answer: the client had gone, or had said nothing
_TEXT, _JSON = {"Content-Type": "text/plain"}, {"Content-Type": "application/json"}
_HEAD = b"POST /v1/quotations HTTP/1.1\r\nHost: a\r\nContent-Type: text/plain\r\nContent-Length: 1000\r\n\r\n"
_RESET = struct.pack("ii", 1, 0)
_own = threading.local()


class Call(NamedTuple):
    """A request of HTTP."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes | None = None


@dataclass(frozen=True)
class Sort:
    """One sort of request: how often, what it sends, and what should come back."""

    name: str
    weight: int
    send: Callable[[Service], str]
    expected: frozenset[str]


def ask(service: Service, sort: Sort) -> str:
    """Send a request of this sort and return the status of the answer."""
    return sort.send(service)


def sorts(most_bytes: int, most_characters: int) -> list[Sort]:
    """Return all sorts, for a service with these limits."""
    articles = [text for text in texts(None) if len(text) <= most_characters]
    parts = [part for text in articles for part in text.split("\n\n") if "“" in part or '"' in part]
    wholes = [Call("POST", POST, _TEXT, text.encode()) for text in articles]
    plain = [Call("POST", f"{POST}?offsets=utf16", _TEXT, part.encode()) for part in parts]
    fields = [
        Call("POST", POST, _JSON, json.dumps({"text": part, "id": "a", "min_confidence": 0.5}).encode())
        for part in parts
    ]
    gets = [
        Call("GET", path, {}) for path in ("/healthz", "/readyz", "/v1/about", "/metrics", "/openapi.json", "/docs/")
    ]
    wrong = {
        "not JSON": (4, "400", Call("POST", POST, _JSON, b'{"text": "a"')),
        "nested JSON": (1, "400", Call("POST", POST, _JSON, b"[" * 50_000)),
        "not UTF-8": (4, "400", Call("POST", POST, _TEXT, b"Caf\xe9")),
        "a body too large": (2, "413", Call("POST", POST, _TEXT, b"x" * (most_bytes + 1))),
        "an article too long": (2, "413", Call("POST", POST, _TEXT, b"x" * (most_characters + 1))),
        "an unknown path": (4, "404", Call("GET", "/v1/quotation", {})),
        "a wrong method": (4, "405", Call("DELETE", POST, {})),
        "a wrong type": (4, "415", Call("POST", POST, {"Content-Type": "text/html"}, b"<p>")),
        "an answer in XML": (2, "406", Call("POST", POST, _TEXT | {"Accept": "text/xml"}, b"a")),
        "an empty text": (4, "422", Call("POST", POST, _TEXT, b" ")),
        "an unknown field": (4, "422", Call("POST", POST, _JSON, b'{"text": "a", "txt": 1}')),
        "half a surrogate pair": (2, "422", Call("POST", POST, _JSON, b'{"text": "\\ud800"}')),
    }  # fmt: skip
    return [
        Sort("articles", 2, _in_turn(wholes), frozenset({"200"})),
        Sort("paragraphs as text", 25, _in_turn(plain), frozenset({"200"})),
        Sort("paragraphs as JSON", 20, _in_turn(fields), frozenset({"200"})),
        Sort("probes and pages", 5, _in_turn(gets), frozenset({"200"})),
        *(Sort(name, weight, _in_turn([call]), frozenset({status})) for name, (weight, status, call) in wrong.items()),
        Sort("not HTTP", 2, _raw(b"Good morning\r\n\r\n"), frozenset({"400"})),
        Sort("half a body, then closed for writing", 3, _raw(_HEAD + b"half"), frozenset({"400"})),
        Sort("half a head, then closed for writing", 2, _raw(_HEAD[:40]), frozenset({"400", GONE})),
        Sort("half a body, then gone", 2, _hang_up, frozenset({GONE})),
    ]


def _in_turn(calls: list[Call]) -> Callable[[Service], str]:
    turn, lock = cycle(calls), threading.Lock()

    def send(service: Service) -> str:
        with lock:
            call = next(turn)
        return _call(service, call)

    return send


def _call(service: Service, call: Call) -> str:
    """Send over this thread's connection; once more over a new one where the service has closed it meanwhile."""
    for connection in (_connection(service), _connection(service, new=True)):
        try:
            connection.request(call.method, call.path, call.body, call.headers)
            answer = connection.getresponse()
            answer.read()
        except (OSError, HTTPException) as error:
            connection.close()
            failure = type(error).__name__
        else:
            return str(answer.status)
    return failure


def _connection(service: Service, *, new: bool = False) -> HTTPConnection:
    kept: HTTPConnection | None = getattr(_own, "connection", None)
    if new or kept is None or kept.port != service.port:
        kept = _own.connection = service.connect()
    return kept


def _raw(data: bytes) -> Callable[[Service], str]:
    """Return a sender of bytes that then says no more, and listens to the end."""

    def send(service: Service) -> str:
        with socket.create_connection((HOST, service.port), timeout=30) as connection:
            connection.sendall(data)
            with suppress(OSError):
                connection.shutdown(socket.SHUT_WR)
                answer = b"".join(iter(lambda: connection.recv(65_536), b""))
                return answer[9:12].decode() or GONE
        return GONE

    return send


def _hang_up(service: Service) -> str:
    """Break off in the middle of a body, without a word."""
    with socket.create_connection((HOST, service.port), timeout=30) as connection:
        connection.sendall(_HEAD + b"half")
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
    return GONE
