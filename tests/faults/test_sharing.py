"""Callers get more than one core, and what is busy leaves them to what is not."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

from load import wait_until
from servers import Reply, Server, read_reply

from service.keys import entry

CONNECTIONS = 8
REQUEST = b"GET /healthz HTTP/1.1\r\nHost: here\r\n\r\n"


def sockets(worker: int) -> int:
    return sum(str(link.readlink()).startswith("socket:") for link in Path(f"/proc/{worker}/fd").iterdir())


def test_connections_opened_at_once_are_shared_between_the_workers(tmp_path: Path) -> None:
    with Server.start(tmp_path, WORKERS="2") as server, ExitStack() as opened:
        time.sleep(0.5)  # what asked whether it is ready has gone
        before = [sockets(worker) for worker in server.workers()]
        for _ in range(CONNECTIONS):
            client = opened.enter_context(socket.create_connection(("127.0.0.1", server.port), timeout=10))
            client.sendall(REQUEST)
            opened.callback(client.recv, 65_536)
        time.sleep(0.5)
        held = [sockets(worker) - was for worker, was in zip(server.workers(), before, strict=True)]

    assert sum(held) == CONNECTIONS
    assert min(held) >= 2


LONG = "“Zanzibar will flourish,” said Ann Example, the mayor of the town. " * 2_000
SECRET = "a-key-of-more-than-twenty-letters"  # noqa: S105 - it opens nothing
FULL: dict[str, Any] = {"QUEUE": "0", "DEADLINE_SECONDS": "600", "API_KEYS": entry("newsroom", SECRET)}


@contextmanager
def at_work(server: Server) -> Iterator[None]:
    """Keep one worker busy."""
    key = f"Bearer {SECRET}"
    with ThreadPoolExecutor(1) as pool:
        answer = pool.submit(
            server.ask, "POST", "/v1/quotations", LONG.encode(), Content_Type="text/plain", Authorization=key
        )
        wait_until(lambda: "articles_in_progress 1.0" in server.ask("GET", "/metrics").body.decode())
        yield
        assert not answer.done(), "the article was not long enough"
        assert answer.result().status == 200


def ask(connection: HTTPConnection, key: str = SECRET) -> Reply:
    fields = {
        "Content-Type": "text/plain",
        "Authorization": f"Bearer {key}",
        "Origin": "https://news.example",
        "X-Request-ID": "one-of-ours",
    }
    connection.request("POST", "/v1/quotations", b"Words.", fields)
    return read_reply(connection)


def test_a_worker_that_is_busy_leaves_connections_to_one_that_has_time(tmp_path: Path) -> None:
    with Server.start(tmp_path, WORKERS="2", **FULL) as server, at_work(server):
        told = []
        for _ in range(20):
            with closing(HTTPConnection("127.0.0.1", server.port, timeout=60)) as connection:
                told.append(ask(connection).status)

    assert told == [200] * 20


def test_a_connection_that_has_met_a_busy_worker_ends_with_its_answer(tmp_path: Path) -> None:
    with (
        Server.start(tmp_path, WORKERS="1", **FULL) as server,
        closing(HTTPConnection("127.0.0.1", server.port, timeout=60)) as connection,
    ):
        free = ask(connection)
        with at_work(server):
            busy = ask(connection)

    assert (free.status, free.headers.get("Connection")) == (200, "keep-alive")
    assert (busy.status, busy.headers.get("Connection")) == (503, "close")


def test_who_is_turned_away_without_a_thread_is_told_counted_and_logged_as_anybody(tmp_path: Path) -> None:
    with Server.start(tmp_path, WORKERS="1", CORS_ORIGINS="https://news.example", **FULL) as server:
        with closing(HTTPConnection("127.0.0.1", server.port, timeout=60)) as connection:
            free = ask(connection)
            with at_work(server):
                busy, unknown = ask(connection), ask(connection, key="nobody's")
        figures = server.ask("GET", "/metrics").body.decode()
    [line] = [line for line in server.log().splitlines() if '"status": 503' in line]

    assert (busy.status, unknown.status) == (503, 401)
    assert busy.json() | {"detail": ""} == {
        "type": "/problems/busy",
        "title": "The service is busy",
        "status": 503,
        "detail": "",
        "instance": "/v1/quotations#one-of-ours",
    }
    assert set(free.headers) - set(busy.headers) == {"Server"}
    same = set(free.headers) - {"Server", "Date", "Connection", "Content-Type", "Content-Length"}
    assert {name: busy.headers[name] for name in same} == {name: free.headers[name] for name in same}
    assert 'http_requests_total{method="POST",route="/v1/quotations",status="503"} 1.0' in figures
    assert 'http_requests_by_key_total{key="newsroom"} 3.0' in figures
    assert '"key": "newsroom"' in line
    assert '"request_id": "one-of-ours"' in line
