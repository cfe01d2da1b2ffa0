"""What clients do wrong, through real sockets: it costs them their own connection, and nobody else anything."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from load import ARTICLE, PATIENT, wait_until
from servers import Server

from service.connections import ClientSocket, SlowTakers

HEAD = b"POST /v1/quotations HTTP/1.1\r\nHost: a\r\nContent-Type: text/plain\r\n"
JSON = HEAD.replace(b"text/plain", b"application/json")
CLOSE = b"Connection: close\r\n"
WHOLE = HEAD + b"Content-Length: %d\r\n\r\n%s" % (len(ARTICLE), ARTICLE)
CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"
MANY = 60  # more than the worker has threads


@pytest.fixture(scope="module")
def strict(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Run one worker with little patience and little room."""
    limits: dict[str, Any] = {
        "READ_SECONDS": "1.5",
        "WRITE_SECONDS": "1.5",
        "IDLE_SECONDS": "3",
        "MAX_CONNECTIONS": "250",
        "MAX_BODY_BYTES": "300000",
        "MAX_ARRIVING_BYTES": "1000000",
        "MAX_CHARACTERS": "250000",
        "MAX_HEADERS": "10",
        "MAX_HEADER_BYTES": "2000",
        "MAX_REQUEST_LINE_BYTES": "200",
        "MAX_NESTING": "4",
    }
    with Server.start(tmp_path_factory.mktemp("strict"), WORKERS="1", **limits, **(PATIENT | {"QUEUE": "4"})) as server:
        yield server


def received(connection: socket.socket) -> bytes:
    """Return all that comes until the service closes."""
    return b"".join(iter(lambda: connection.recv(65536), b""))


@pytest.mark.parametrize(
    ("name", "raw", "status"),
    [
        ("a body that announces too much", HEAD + b"Content-Length: 300001\r\n\r\n", b"413"),
        ("a chunked body that grows too large", CHUNKED + b"186A0\r\n%s\r\n" % (b"a" * 100_000) * 4, b"413"),
        ("a chunk that announces too much", CHUNKED + b"FFFFFFFF\r\n" + b"a" * 300_001, b"413"),
        ("very many very small chunks", CHUNKED + b"1\r\na\r\n" * 30_000, b"413"),
        ("a chunk's size that never ends", CHUNKED + b"1" * 5000, b"400"),
        ("trailers that never end", CHUNKED + b"0\r\n" + b"A: b\r\n" * 2000, b"431"),
        ("a chunk without its end", CHUNKED + b"1\r\naa\r\n0\r\n\r\n", b"400"),
        ("too long an article", HEAD + CLOSE + b"Content-Length: 250001\r\n\r\n" + b"a" * 250_001, b"413"),
        ("too deep a nesting", JSON + CLOSE + b"Content-Length: 10\r\n\r\n[[[[[]]]]]", b"400"),
        ("too long an address", b"GET /%s HTTP/1.1\r\nHost: a\r\n\r\n" % (b"a" * 200), b"414"),
        ("a request line that never ends", b"GET /" + b"a" * 300, b"414"),
        ("too many header fields", b"GET / HTTP/1.1\r\n" + b"A: b\r\n" * 11 + b"\r\n", b"431"),
        ("too much in the header fields", b"GET / HTTP/1.1\r\nA: %s\r\n\r\n" % (b"b" * 2000), b"431"),
        ("header fields that never end", b"GET / HTTP/1.1\r\n" + b"A: b\r\n" * 400, b"431"),
        ("a silent client with half a head", b"GET / HTTP/1.1\r\nHost", b"408"),
        ("a silent client with half a body", WHOLE[:-5], b"408"),
    ],
)  # fmt: skip
def test_each_limit_has_its_answer(strict: Server, name: str, raw: bytes, status: bytes) -> None:
    with strict.connect() as connection:
        connection.sendall(raw)
        answer = received(connection)

    assert answer.startswith(b"HTTP/1.1 %s " % status), (name, answer)
    assert b"\r\nContent-Type: application/problem+json\r\n" in answer
    assert b"\r\nConnection: close\r\n" in answer
    assert strict.ask("GET", "/healthz").status == 200


def test_clients_that_send_byte_by_byte_hold_no_thread(strict: Server) -> None:
    with ExitStack() as stack:
        slow = [stack.enter_context(strict.connect()) for _ in range(MANY)]
        began = time.monotonic()
        for byte in WHOLE[:3]:
            for connection in slow:
                connection.sendall(bytes([byte]))
            assert strict.post("Words.").status == 200
            time.sleep(0.1)
        answers = {received(connection)[:13] for connection in slow}

    assert answers == {b"HTTP/1.1 408 "}
    assert 1.4 < time.monotonic() - began < 15


def test_a_slow_body_that_comes_in_time_is_answered(strict: Server) -> None:
    with strict.connect() as connection:
        for start in range(0, len(WHOLE), 50):
            connection.sendall(WHOLE[start : start + 50])
            time.sleep(0.02)
        assert connection.recv(65536).startswith(b"HTTP/1.1 200 ")


def takes_nothing(server: Server) -> socket.socket:
    """Return a connection with hardly any room for an answer."""
    connection = socket.socket()
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    connection.connect(("127.0.0.1", server.port))
    return connection


def test_clients_that_take_no_answer_hold_no_thread_for_long(tmp_path: Path) -> None:
    with Server.start(tmp_path, WORKERS="1", WRITE_SECONDS="60") as server, ExitStack() as stack:
        for _ in range(2 * MANY):
            connection = stack.enter_context(takes_nothing(server))
            connection.sendall(b"GET /docs/swagger-ui-bundle.js HTTP/1.1\r\nHost: a\r\n\r\n" * 3)
        began = time.monotonic()
        assert server.post("Words.").status == server.ask("GET", "/healthz").status == 200
        assert time.monotonic() - began < 15  # in vain they were waited for a minute

    assert '"ERROR"' not in server.log()


def test_the_loop_waits_for_nobody_whom_it_turns_away() -> None:
    ours, client = socket.socketpair()
    with client, ClientSocket(ours, 60, SlowTakers()) as connection:
        began = time.monotonic()
        connection.tell(b"a" * 10_000_000)

    assert time.monotonic() - began < 15


def test_clients_that_close_halfway_leave_nothing_behind(strict: Server) -> None:
    for cut in (1, 20, len(WHOLE) - 60, len(WHOLE) - 1, len(WHOLE)):
        for _ in range(10):
            with strict.connect() as connection:
                connection.sendall(WHOLE[:cut])
    wait_until(lambda: strict.post("Words.").status == 200)

    open_files = Path(f"/proc/{strict.workers()[0]}/fd")
    wait_until(lambda: len(list(open_files.iterdir())) < 40)
    assert '"ERROR"' not in strict.log()


def test_idle_connections_keep_nobody_out_and_are_closed(strict: Server) -> None:
    with ExitStack() as stack:
        idle = [stack.enter_context(strict.connect()) for _ in range(200)]
        assert [strict.post("Words.").status for _ in range(3)] == [200] * 3
        began = time.monotonic()
        assert {received(connection) for connection in idle} == {b""}

    assert time.monotonic() - began < 15


def test_more_connections_than_there_is_room_for_drive_out_the_idle(strict: Server) -> None:
    with ExitStack() as stack:
        idle = [stack.enter_context(strict.connect()) for _ in range(240)]
        time.sleep(1.2)
        for _ in range(20):
            stack.enter_context(strict.connect())
        assert strict.post("Words.").status == 200
        idle[0].settimeout(1)
        assert idle[0].recv(1) == b""


@pytest.mark.parametrize("begun", [b"", b"P"], ids=["idle", "arriving"])
def test_a_crowd_that_comes_at_once_keeps_nobody_out(tmp_path: Path, begun: bytes) -> None:
    limits: dict[str, Any] = {"MAX_CONNECTIONS": "20", "IDLE_SECONDS": "300", "READ_SECONDS": "300"}
    with Server.start(tmp_path, WORKERS="1", **limits) as server, ExitStack() as stack:
        for _ in range(40):
            stack.enter_context(server.connect()).sendall(begun)
        assert [server.post("Words.").status for _ in range(3)] == [200] * 3


def test_memory_for_unfinished_requests_has_an_end(strict: Server) -> None:
    with ExitStack() as stack:
        greedy = [stack.enter_context(strict.connect()) for _ in range(8)]
        for connection in greedy:
            connection.sendall(HEAD + b"Content-Length: 300000\r\n\r\n" + b"a" * 200_000)
        answers = [received(connection)[:13] for connection in greedy]

    assert answers.count(b"HTTP/1.1 503 ") >= 3
    assert set(answers) == {b"HTTP/1.1 503 ", b"HTTP/1.1 408 "}
    assert strict.post("Words.").status == 200


def test_requests_in_one_piece_are_answered_in_order(strict: Server) -> None:
    requests = 1000
    with strict.connect() as connection:
        last = WHOLE.replace(b"Host: a", b"Connection: close")
        connection.sendall(b"GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n" * requests + last)
        answer = received(connection)

    assert answer.count(b"HTTP/1.1 200 ") == requests + 1
    assert b'"quotations":' in answer[-2000:]


def test_a_client_that_waits_to_be_told_is_told(strict: Server) -> None:
    head, body = WHOLE.replace(b"Host: a", b"Host: a\r\nExpect: 100-continue").split(b"\r\n\r\n")
    with strict.connect() as connection:
        connection.sendall(head + b"\r\n\r\n")
        told = connection.recv(65536)
        connection.sendall(body)
        answer = connection.recv(65536)

    assert (told, answer[:13]) == (b"HTTP/1.1 100 Continue\r\n\r\n", b"HTTP/1.1 200 ")


def test_a_body_that_is_too_large_is_not_asked_for(strict: Server) -> None:
    with strict.connect() as connection:
        connection.sendall(HEAD + b"Expect: 100-continue\r\nContent-Length: 300001\r\n\r\n")
        assert connection.recv(65536).startswith(b"HTTP/1.1 413 ")


def test_the_limits_are_told(strict: Server) -> None:
    limits = strict.ask("GET", "/v1/about").json()["limits"]

    assert (limits["read_seconds"], limits["max_headers"], limits["max_nesting"]) == (1.5, 10, 4)
