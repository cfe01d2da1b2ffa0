"""The service as it is run: gunicorn, two workers, real sockets."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from pathlib import Path

import pytest
from servers import ROOT, Server, free_port, read_reply

from service.problems import CATALOGUE

POST = b"POST /v1/quotations HTTP/1.1\r\nHost: a\r\nContent-Type: text/plain\r\n"
ARTICLE = "“Zanzibar will flourish,” said Ann Example, the mayor."


def problem_in(raw: bytes) -> dict[str, object]:
    head, body = raw.split(b"\r\n\r\n", 1)
    assert b"Content-Type: application/problem+json" in head
    problem: dict[str, object] = json.loads(body)
    return problem


def chunked(*chunks: bytes) -> bytes:
    return (
        POST
        + b"Transfer-Encoding: chunked\r\n\r\n"
        + b"".join(b"%x\r\n%s\r\n" % (len(chunk), chunk) for chunk in chunks)
    )


def test_no_header_changes_what_the_path_means(server: Server) -> None:
    answer = server.send(b"GET /x/healthz HTTP/1.1\r\nHost: a\r\nSCRIPT_NAME: /x\r\nX-Forwarded-Proto: https\r\n\r\n")

    assert answer.startswith(b"HTTP/1.1 404 ")


def test_an_article_is_answered(server: Server) -> None:
    reply = server.post(ARTICLE)

    assert (reply.status, reply.headers["Content-Type"]) == (200, "application/json")
    assert all(q["text"] == ARTICLE[q["start"] : q["end"]] for q in reply.json()["quotations"])


def test_the_service_is_ready_within_three_seconds(tmp_path: Path) -> None:
    began = time.monotonic()
    with Server.start(tmp_path, WORKERS="1") as running:
        seconds = time.monotonic() - began

    assert seconds < 3
    assert running.process.returncode == 0


def test_a_worker_stays_small(server: Server) -> None:
    server.post(ARTICLE * 100)

    status = [Path(f"/proc/{pid}/status").read_text() for pid in server.workers()]
    resident = [int(line.split()[1]) for text in status for line in text.splitlines() if line.startswith("VmRSS")]

    assert len(resident) == 2
    assert max(resident) < 200_000  # kB


def test_metrics_add_up_over_the_workers(server: Server) -> None:
    def articles() -> float:
        lines = server.ask("GET", "/metrics").body.decode().splitlines()
        return next((float(line.split()[-1]) for line in lines if line.startswith("articles_total ")), 0)

    def served() -> set[int]:
        figures = (
            path
            for path in server.folder.glob("quote-attribution-*/counter_*.db")
            if b"articles_total" in path.read_bytes()
        )
        return {int(path.stem.removeprefix("counter_")) for path in figures} & set(server.workers())

    before, sent = articles(), 0
    while sent < 400 and (sent == 0 or len(served()) < 2):
        with ThreadPoolExecutor(4) as pool:
            assert {reply.status for reply in pool.map(server.post, [ARTICLE] * 20)} == {200}
        sent += 20

    assert len(served()) == 2, "only one worker was asked"
    assert {articles() - before for _ in range(8)} == {sent}


@pytest.mark.parametrize(
    ("name", "raw", "status"),
    [
        ("words instead of a request", b"Zanzibar will flourish, said Ann Example.\r\n\r\n", 400),
        ("a header that is none", b"GET / HTTP/1.1\r\nZanzibar will flourish\r\n\r\n", 400),
        ("a very long line", b"GET /" + b"Zanzibar" * 2000 + b" HTTP/1.1\r\n\r\n", 414),
        ("a very long header", b"GET / HTTP/1.1\r\nA: " + b"Zanzibar" * 3000 + b"\r\n\r\n", 431),
        ("an unknown coding", b"POST / HTTP/1.1\r\nTransfer-Encoding: zanzibar\r\n\r\n", 400),
        ("an odd expectation", b"POST / HTTP/1.1\r\nHost: a\r\nExpect: zanzibar\r\nContent-Length: 0\r\n\r\n", 417),
        ("a chunk without a size", chunked() + b"Zanzibar\r\nwill flourish\r\n", 400),
        ("a body cut short", POST + b"Content-Length: 99\r\n\r\nZ", 400),
        ("a chunked body cut short", chunked(b"Zanzibar"), 400),
        ("a body that is too large", chunked(*[b"x" * 1000] * 101) + b"0\r\n\r\n", 413),
        ("a body without end", chunked(*[b"x" * 1000] * 150), 413),
    ],
)  # fmt: skip
def test_what_is_not_http_is_told_in_a_problem(server: Server, name: str, raw: bytes, status: int) -> None:
    answer = server.send(raw)

    assert answer.startswith(b"HTTP/1.1 %d " % status), name
    assert (
        problem_in(answer)["status"] == CATALOGUE[str(problem_in(answer)["type"]).rpartition("/")[2]].status == status
    )


def test_a_short_length_leaves_no_words_in_the_logs(server: Server) -> None:
    answer = server.send(POST + b"Content-Length: 12\r\n\r\n" + ARTICLE.encode() + b"\r\n\r\n")

    assert answer.count(b"HTTP/1.1 ") == 2  # the cut article's, and that of the words taken for a request
    assert problem_in(answer[answer.rindex(b"HTTP/1.1 ") :])["status"] == 400
    assert "flourish" not in server.log()


def test_five_megabytes_are_refused_and_the_service_goes_on(server: Server) -> None:
    reply = server.ask("POST", "/v1/quotations", b"x" * 5_000_000, Content_Type="text/plain")

    assert reply.status == 413
    assert "100000 bytes" in reply.json()["detail"]
    assert server.post(ARTICLE).status == 200


def test_a_body_is_refused_before_it_is_sent(server: Server) -> None:
    answer = server.send(POST + b"Content-Length: 5000000\r\n\r\n")

    assert problem_in(answer)["type"] == "/problems/body-too-large"


def test_silent_clients_do_not_keep_others_out(server: Server) -> None:
    connections = [HTTPConnection("127.0.0.1", server.port, timeout=15) for _ in range(100)]
    for connection in connections:
        connection.connect()
    try:
        assert server.post(ARTICLE).status == 200
    finally:
        for connection in connections:
            connection.close()


def test_a_stopping_service_finishes_what_it_has_and_takes_no_more(tmp_path: Path) -> None:
    with Server.start(tmp_path, WORKERS="1") as running:
        kept = HTTPConnection("127.0.0.1", running.port, timeout=10)
        kept.request("GET", "/readyz")
        assert read_reply(kept).status == 200
        with socket.create_connection(("127.0.0.1", running.port), timeout=10) as begun:
            begun.sendall(chunked(b"Zanzibar will"))
            time.sleep(0.2)
            running.process.terminate()
            time.sleep(0.2)
            kept.request("GET", "/readyz")
            draining = read_reply(kept)
            begun.sendall(b"9\r\n flourish\r\n0\r\n\r\n")
            finished = begun.recv(65536)

    assert (draining.status, draining.json()["type"]) == (503, "/problems/draining")
    assert finished.startswith(b"HTTP/1.1 200 ")
    assert running.process.returncode == 0


def test_a_stopped_service_leaves_no_process_and_no_file(tmp_path: Path) -> None:
    with Server.start(tmp_path, WORKERS="1") as running:
        running.post(ARTICLE)
        processes = [running.process.pid, *running.workers()]

    assert len(processes) == 2
    assert [pid for pid in processes if Path(f"/proc/{pid}").exists()] == []
    assert [path.name for path in tmp_path.iterdir()] == ["log"]


def test_a_start_that_fails_leaves_no_file(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "gunicorn", "-c", "python:service.gunicorn_conf", "service.wsgi:nothing"]
    environ = os.environ | {"PORT": str(free_port()), "TMPDIR": str(tmp_path)}

    ended = subprocess.run(command, cwd=ROOT, env=environ, capture_output=True, timeout=20, check=False)

    assert ended.returncode != 0
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("command", [("-m", "service", "serve"), ("-m", "gunicorn", "-c", "service/gunicorn_conf.py")])
def test_a_wrong_setting_ends_the_start_in_one_line(command: tuple[str, ...]) -> None:
    environ = os.environ | {"PORT": str(free_port()), "WORKERS": "none"}

    ended = subprocess.run(
        [sys.executable, *command], cwd=ROOT, env=environ, capture_output=True, text=True, timeout=20, check=False
    )

    assert ended.returncode == 1
    assert ended.stderr == "quote-attribution: WORKERS='none': Not a valid integer.\n"


def test_a_limit_of_open_files_that_is_too_low_ends_the_start_in_one_line() -> None:
    command = f"ulimit -n 200; exec {sys.executable} -m service serve"
    ended = subprocess.run(["/bin/sh", "-c", command], cwd=ROOT, capture_output=True, text=True, check=False)

    assert ended.returncode == 1
    assert ended.stderr == (
        "quote-attribution: MAX_CONNECTIONS needs 596 open files, and the limit (ulimit -Hn) is 200\n"
    )


def test_the_log_is_json_and_holds_no_word_of_an_article(server: Server) -> None:
    server.post(ARTICLE)
    server.send(ARTICLE.encode() + b"\r\n\r\n")

    lines = [json.loads(line) for line in server.log().splitlines()]

    assert {"service.access", "gunicorn.error"} <= {line["logger"] for line in lines}
    assert "zanzibar" not in server.log().lower()
    assert "flourish" not in server.log().lower()
