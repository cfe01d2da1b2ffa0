"""A full disk, a clock that jumps, an article that takes too long, more articles than can be done."""

from __future__ import annotations

import ast
import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from load import PATIENT, wait_until
from servers import ROOT, Server

from service.keys import entry

LONG = "“Zanzibar will flourish,” said Ann Example, the mayor of the town. " * 800
JUMPING = """
import pathlib, time
true, clock = time.time, pathlib.Path('{clock}')
time.time = lambda: true() + float(clock.read_text() or 0)
"""
WALL_CLOCKS = {("time", "time"), ("datetime", "now"), ("datetime", "utcnow"), ("datetime", "today")}


def test_a_full_disk_for_the_logs_stops_nothing(tmp_path: Path) -> None:
    with Server.start(tmp_path, log="/dev/full", WORKERS="1", **PATIENT) as server:
        replies = [server.post("Words.").status, server.ask("GET", "/nowhere").status]
        before = server.workers()
        os.kill(before[0], signal.SIGKILL)
        wait_until(lambda: len(server.workers()) == 1 and server.workers() != before)
        server.process.send_signal(signal.SIGHUP)
        wait_until(lambda: server.ask("GET", "/readyz").status == 200)
        replies.append(server.post("Words.").status)

    assert replies == [200, 404, 200]
    assert server.process.returncode == 0


def test_a_clock_that_jumps_disturbs_nobody(tmp_path: Path) -> None:
    clock = tmp_path / "clock"
    clock.write_text("0")
    (tmp_path / "sitecustomize.py").write_text(JUMPING.format(clock=clock))
    path = os.pathsep.join([str(tmp_path), str(ROOT)])
    with Server.start(tmp_path, WORKERS="2", PYTHONPATH=path, **PATIENT) as server:
        before, years = server.workers(), set()
        with server.connect() as idle:
            for days in (400, -400, 0):
                clock.write_text(str(days * 86400))
                assert server.post("Words.").status == 200
                years.add(server.ask("GET", "/healthz").headers["Date"].split()[3])
                time.sleep(0.5)
            idle.sendall(b"GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n")
            answered = idle.recv(65536)
        after = server.workers()

    assert len(years) == 3, "the clock has not jumped"
    assert answered.startswith(b"HTTP/1.1 200 ")
    assert (after, server.process.returncode) == (before, 0)


def test_nothing_waits_by_the_wall_clock() -> None:
    used = [
        (path.name, node.lineno)
        for path in (ROOT / "service").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name)
        if (node.value.id, node.attr) in WALL_CLOCKS
    ]

    assert used == []


def test_an_article_past_its_deadline_is_given_up_and_the_worker_goes_on(tmp_path: Path) -> None:
    with Server.start(tmp_path, WORKERS="1", DEADLINE_SECONDS="0.1", **PATIENT) as server:
        before = server.workers()
        late = server.post(LONG)
        wait_until(lambda: server.post("Words.").status == 200)
        after = server.workers()

    assert (late.status, late.json()["type"]) == (504, "/problems/deadline-exceeded")
    assert before == after


def test_time_in_the_kernels_queue_counts(tmp_path: Path) -> None:
    with Server.start(tmp_path, WORKERS="1", DEADLINE_SECONDS="1", **PATIENT) as server, ThreadPoolExecutor(1) as pool:
        [worker] = server.workers()
        os.kill(worker, signal.SIGSTOP)
        waiting = pool.submit(server.post, "Words.")
        time.sleep(1.5)
        os.kill(worker, signal.SIGCONT)
        late = waiting.result().status
        wait_until(lambda: server.post("Words.").status == 200)

    assert late == 504


def test_a_busy_service_refuses_at_once_and_answers_the_probes(tmp_path: Path) -> None:
    with (
        Server.start(tmp_path, WORKERS="1", QUEUE="0", DEADLINE_SECONDS="600") as server,
        ThreadPoolExecutor(1) as pool,
    ):
        first = pool.submit(server.post, LONG)
        refused = [server.post("Words.")]
        while not first.done():
            refused.append(server.post("Words."))
            assert {server.ask("GET", path).status for path in ("/healthz", "/readyz", "/metrics")} == {200}

    busy = [reply for reply in refused if reply.status == 503]
    assert first.result().status == 200
    assert len(busy) >= 3
    assert {reply.headers["Retry-After"] for reply in busy} == {"1"}
    assert {reply.json()["type"] for reply in busy} == {"/problems/busy"}


@pytest.mark.parametrize(
    ("name", "keys", "says"),
    [
        ("no entry", "# nobody\n", "API_KEYS_FILE: there is no key in the file; nobody could call"),
        ("a key that is not hashed", "newsroom:secret\n", "API_KEYS_FILE: entry 1 is not label:sha256; "),
        ("one key, two labels", f"a:{'0' * 64}\nb:{'0' * 64}\n", "API_KEYS_FILE: entry 2 has a key that "),
    ],
)
def test_a_wrong_key_file_ends_the_start_in_one_line(tmp_path: Path, name: str, keys: str, says: str) -> None:
    (tmp_path / "keys").write_text(keys)
    environ = os.environ | {"API_KEYS_FILE": str(tmp_path / "keys")}

    ended = subprocess.run(
        [sys.executable, "-m", "service", "serve"],
        cwd=ROOT,
        env=environ,
        capture_output=True,
        text=True,
        timeout=20,
        check=False,
    )

    assert (ended.returncode, ended.stderr.count("\n")) == (1, 1), name
    assert ended.stderr.startswith(f"quote-attribution: {says}")
    assert "secret" not in ended.stderr


def test_keys_are_read_again_on_sighup_and_no_request_is_lost(tmp_path: Path) -> None:
    old, new = ("a" * 30, "b" * 30)
    keys = tmp_path / "keys"
    keys.write_text(entry("old", old) + "\n")
    with Server.start(tmp_path, WORKERS="2", API_KEYS_FILE=str(keys), **PATIENT) as server:

        def status(key: str) -> int:
            headers = {"Content_Type": "text/plain", "Authorization": f"Bearer {key}"}
            return server.ask("POST", "/v1/quotations", b"Words.", **headers).status

        def reload(content: str) -> None:
            before = set(server.workers())
            keys.write_text(content)
            server.process.send_signal(signal.SIGHUP)
            while before & set(server.workers()) or len(server.workers()) < 2:
                during.add(status(old))

        during: set[int] = set()
        first = (status(old), status(new))
        reload(f"# two at once\n{entry('old', old)}\n{entry('new', new)}\n")
        both = (status(old), status(new))
        reload("not a key file")
        kept = (status(old), status(new))

    assert (first, both, kept) == ((200, 401), (200, 200), (200, 200))
    assert during == {200}
    assert "the keys cannot be read" in server.log()
    assert old not in server.log()
