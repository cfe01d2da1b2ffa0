"""The requests of the soak: articles whole and in parts, and every mistake that a caller makes."""

from __future__ import annotations

import json
import socket
import struct
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from itertools import cycle
from queue import SimpleQueue
from threading import Lock
from typing import NamedTuple, Self

from .articles import texts
from .running import HOST, Service

POST = "/v1/quotations"
GONE = "closed"  # no answer: the client had gone, or had said nothing
_TEXT, _JSON = {"Content-Type": "text/plain"}, {"Content-Type": "application/json"}
_HEAD = b"POST /v1/quotations HTTP/1.1\r\nHost: a\r\nContent-Type: text/plain\r\nContent-Length: 1000\r\n\r\n"
_RESET = struct.pack("ii", 1, 0)


class Call(NamedTuple):
    """A request of HTTP."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes | None = None


class Client:
    """Asks over connections that it keeps open, each for one thread at a time."""

    def __init__(self, service: Service, connections: int) -> None:
        self.port = service.port
        self._idle: SimpleQueue[HTTPConnection] = SimpleQueue()
        for _ in range(connections):
            self._idle.put(service.connect())

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        while not self._idle.empty():
            self._idle.get().close()

    def call(self, call: Call) -> str:
        """Send a request, once more where the service has closed the connection meanwhile; return the status."""
        connection = self._idle.get()
        try:
            for _ in range(2):
                try:
                    connection.request(call.method, call.path, call.body, call.headers)
                    answer = connection.getresponse()
                    answer.read()
                except (OSError, HTTPException) as error:
                    connection.close()  # the next request opens it again
                    failure = type(error).__name__
                else:
                    return str(answer.status)
            return failure
        finally:
            self._idle.put(connection)


@dataclass(frozen=True)
class Sort:
    """One sort of request: how often, what it sends, and what should come back."""

    name: str
    weight: int
    send: Callable[[Client], str]
    expected: frozenset[str]


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
        "a wrong type": (4, "415", Call("POST", POST, {"Content-Type": "image/png"}, b"<p>")),
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


def _in_turn(calls: list[Call]) -> Callable[[Client], str]:
    turn, lock = cycle(calls), Lock()

    def send(client: Client) -> str:
        with lock:
            call = next(turn)
        return client.call(call)

    return send


def _raw(data: bytes) -> Callable[[Client], str]:
    """Return a sender of bytes that then says no more, and listens to the end."""

    def send(client: Client) -> str:
        with socket.create_connection((HOST, client.port), timeout=30) as connection:
            connection.sendall(data)
            with suppress(OSError):
                connection.shutdown(socket.SHUT_WR)
                answer = b"".join(iter(lambda: connection.recv(65_536), b""))
                return answer[9:12].decode() or GONE
        return GONE

    return send


def _hang_up(client: Client) -> str:
    """Break off in the middle of a body, without a word."""
    with socket.create_connection((HOST, client.port), timeout=30) as connection:
        connection.sendall(_HEAD + b"half")
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
    return GONE
