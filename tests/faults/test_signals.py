"""What a signal costs the callers: nothing, but for the requests that a killed worker has in hand."""

from __future__ import annotations

import os
import signal
import time
from http.client import HTTPConnection
from pathlib import Path

import pytest
from load import ARTICLE, PATIENT, load, wait_until
from servers import Server, read_reply


@pytest.mark.parametrize("keep_alive", [False, True])
def test_a_reload_under_load_loses_no_request(tmp_path: Path, keep_alive: bool) -> None:
    with Server.start(tmp_path, WORKERS="2", **PATIENT) as server:
        before = set(server.workers())
        with load(server, keep_alive=keep_alive) as running:
            server.process.send_signal(signal.SIGHUP)
            wait_until(lambda: len(server.workers()) == 2 and not before & set(server.workers()))
            running.wait_for(20)

    assert set(running.count()) == {"200"}


@pytest.mark.parametrize("keep_alive", [False, True])
def test_a_stop_under_load_finishes_what_was_taken_on(tmp_path: Path, keep_alive: bool) -> None:
    with Server.start(tmp_path, WORKERS="2", **PATIENT) as server, load(server, keep_alive=keep_alive) as running:
        server.process.terminate()
        server.process.wait(30)

    outcomes = running.count()
    assert server.process.returncode == 0
    assert outcomes.pop("ConnectionResetError", 0) <= 1  # whoever came to the kernel's line just as it was closed
    assert set(outcomes) == {"200", "ConnectionRefusedError"}


def test_a_killed_worker_loses_its_own_and_is_replaced(tmp_path: Path) -> None:
    clients = 4
    with Server.start(tmp_path, WORKERS="2", **PATIENT) as server, load(server, clients) as running:
        before = server.workers()
        for victim in before:
            os.kill(victim, signal.SIGKILL)
            wait_until(lambda: len(set(server.workers()) - set(before)) == before.index(victim) + 1)  # noqa: B023
            running.wait_for(20)
        outcomes = running.count()

    assert outcomes["200"] >= 40
    assert sum(outcomes.values()) - outcomes["200"] <= 2 * clients


def test_a_stopping_service_tells_the_balancer_first(tmp_path: Path) -> None:
    with Server.start(tmp_path, WORKERS="2", DRAIN_SECONDS="2", **PATIENT) as server:
        began = time.monotonic()
        server.process.terminate()
        wait_until(lambda: server.ask("GET", "/readyz").status == 503)
        served = [server.post("Words.").status for _ in range(4)]
        server.process.wait(30)

    assert served == [200] * 4
    assert time.monotonic() - began >= 2
    assert server.process.returncode == 0


def test_a_reload_does_not_frighten_the_balancer(tmp_path: Path) -> None:
    with Server.start(tmp_path, WORKERS="2", DRAIN_SECONDS="60", **PATIENT) as server:
        before = set(server.workers())
        server.process.send_signal(signal.SIGHUP)
        ready = []
        while before & set(server.workers()):
            ready.append(server.ask("GET", "/readyz").status)
        server.process.kill()

    assert set(ready) == {200}


def test_a_stopping_service_ends_idle_connections_and_serves_what_comes_on_them(tmp_path: Path) -> None:
    with Server.start(tmp_path, WORKERS="1", **PATIENT) as server:
        idle, kept = (HTTPConnection("127.0.0.1", server.port, timeout=15) for _ in range(2))
        for connection in (idle, kept):
            connection.request("GET", "/healthz")
            assert read_reply(connection).status == 200
        server.process.terminate()
        time.sleep(0.3)
        kept.request("POST", "/v1/quotations", ARTICLE, {"Content-Type": "text/plain"})
        reply = read_reply(kept)
        end = idle.sock.recv(1)
        idle.close()
        server.process.wait(30)

    assert (reply.status, reply.headers["Connection"]) == (200, "close")
    assert (end, server.process.returncode) == (b"", 0)
