"""A caller that opens several connections at once gets more than one core."""

from __future__ import annotations

import socket
import time
from contextlib import ExitStack
from pathlib import Path

from servers import Server

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
