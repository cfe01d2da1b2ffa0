"""Streams of articles through real sockets: both ways at once, with an end to what a client can hold up."""

from __future__ import annotations

import json
import re
import shutil
import signal
import socket
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from load import ARTICLE, PATIENT, wait_until
from prometheus_client.parser import text_string_to_metric_families as parsed
from servers import ROOT, Server

from service.keys import entry

PATH = "/v1/quotations/batch"
HEAD = b"POST %s HTTP/1.1\r\nHost: a\r\nContent-Type: application/x-ndjson\r\n" % PATH.encode()
CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"
END = b"0\r\n\r\n"
KEY = "k" * 30


def line(number: int, **fields: Any) -> bytes:
    return json.dumps({"text": ARTICLE.decode(), "id": str(number)} | fields).encode() + b"\n"


def chunk(data: bytes) -> bytes:
    return b"%x\r\n%s\r\n" % (len(data), data)


class Stream:
    """A client that sends and reads as it likes."""

    def __init__(self, connection: socket.socket, head: bytes = CHUNKED) -> None:
        self.socket = connection
        self.socket.sendall(head)
        self.file = connection.makefile("rb")
        self.status = 0

    def send(self, *numbers: int) -> None:
        self.socket.sendall(chunk(b"".join(line(number) for number in numbers)))

    def end(self) -> None:
        self.socket.sendall(END)

    def result(self) -> Any:
        """Return what the next line tells, None at the end of the answer."""
        if not self.status:
            self.status = self.head()
        size = int(self.file.readline(), 16)
        data = self.file.read(size + 2)
        return json.loads(data) if size else None

    def head(self) -> int:
        status = int(self.file.readline().split()[1])
        while self.file.readline().strip():
            pass
        return status

    def results(self) -> list[Any]:
        return list(iter(self.result, None))


@contextmanager
def streaming(server: Server, head: bytes = CHUNKED) -> Iterator[Stream]:
    with server.connect() as connection:
        yield Stream(connection, head)


def told(result: Any) -> str:
    return str(result["type"]) if "status" in result else str(result["id"])


def figure(server: Server, name: str) -> float:
    text = server.ask("GET", "/metrics").body.decode()
    return sum(s.value for family in parsed(text) for s in family.samples if s.name == name)


@pytest.fixture(scope="module")
def one(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Run one worker that takes two streams, with little patience."""
    limits: dict[str, Any] = {"READ_SECONDS": "3", "WRITE_SECONDS": "2", "MAX_BATCHES": "2", "MAX_BODY_BYTES": "100000"}
    with Server.start(tmp_path_factory.mktemp("one"), WORKERS="1", **limits, **PATIENT) as server:
        yield server


@pytest.fixture(autouse=True)
def nothing_is_left(one: Server) -> Iterator[None]:
    yield
    wait_until(lambda: figure(one, "batches_in_progress") == 0)
    assert figure(one, "articles_in_progress") == 0


def test_an_answer_comes_before_the_next_line_is_sent(one: Server) -> None:
    with streaming(one) as stream:
        for number in range(3):
            stream.send(number)
            assert told(stream.result()) == str(number)
        stream.end()
        assert stream.result() is None
        assert stream.socket.recv(1) == b""  # the connection ends with the stream


def test_a_stream_may_have_a_length_instead_of_chunks(one: Server) -> None:
    first, second = line(1), line(2)
    with streaming(one, HEAD + b"Content-Length: %d\r\n\r\n" % len(first + second)) as stream:
        stream.socket.sendall(first)
        assert told(stream.result()) == "1"
        stream.socket.sendall(second + b"GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n")
        assert [told(result) for result in stream.results()] == ["2"]
        assert stream.file.read() == b""  # nothing behind the stream is answered


@pytest.mark.parametrize("size", [1, 5, 1_000_000])
def test_the_size_of_the_chunks_does_not_matter(one: Server, size: int) -> None:
    body = b"".join(line(number) for number in range(5)).ljust(min(size, 90_000), b"\n")
    with streaming(one) as stream:
        for start in range(0, len(body), size):
            stream.socket.sendall(chunk(body[start : start + size]))
        stream.end()
        assert [told(result) for result in stream.results()] == ["0", "1", "2", "3", "4"]


def test_more_than_the_largest_body_goes_through_and_a_line_may_not_be_larger(one: Server) -> None:
    lines = [line(0).rstrip().ljust(90_000) + b"\n", line(1).rstrip().ljust(100_001) + b"\n", line(2)]
    with streaming(one) as stream:
        sender = Thread(target=lambda: stream.socket.sendall(b"".join(map(chunk, lines)) + END))
        sender.start()
        results = [told(result) for result in stream.results()]
        sender.join(10)

    assert results == ["0", "/problems/body-too-large", "2"]


def test_a_client_that_waits_to_be_told_is_told(one: Server) -> None:
    with streaming(one, HEAD + b"Expect: 100-continue\r\nTransfer-Encoding: chunked\r\n\r\n") as stream:
        assert stream.file.readline() + stream.file.readline() == b"HTTP/1.1 100 Continue\r\n\r\n"
        stream.send(1)
        stream.end()
        assert [told(result) for result in stream.results()] == ["1"]


def test_single_articles_and_probes_are_answered_beside_a_stream(one: Server) -> None:
    with streaming(one) as stream:
        sender = Thread(target=stream.send, args=range(100))
        sender.start()
        assert told(stream.result()) == "0"
        assert [one.post("Words.").status for _ in range(5)] == [200] * 5
        assert one.ask("GET", "/readyz").status == 200
        sender.join(30)
        stream.end()
        assert [told(result) for result in stream.results()] == [str(number) for number in range(1, 100)]


def test_no_more_streams_are_taken_on_than_are_allowed(one: Server) -> None:
    with ExitStack() as stack:
        for number in range(2):
            stream = stack.enter_context(streaming(one))
            stream.send(number)
            stream.result()
        refused = stack.enter_context(streaming(one))
        assert refused.head() == 503
        assert one.ask("POST", PATH, b'{"articles": []}', Content_Type="application/json").status == 503
        assert one.post("Words.").status == 200


def test_a_silent_client_is_given_up(one: Server) -> None:
    with streaming(one) as stream:
        stream.send(1)
        assert [told(result) for result in stream.results()] == ["1", "/problems/request-timeout"]


def test_a_body_that_breaks_off_is_told(one: Server) -> None:
    with streaming(one) as stream:
        stream.send(1)
        stream.socket.sendall(b"no size\r\n")
        assert [told(result) for result in stream.results()] == ["1", "/problems/malformed-request"]


def test_a_client_that_goes_away_stops_the_work(one: Server) -> None:
    before = figure(one, "articles_total")
    with streaming(one) as stream:
        stream.send(*range(200))
        stream.result()
        stream.file.close()
    wait_until(lambda: figure(one, "batches_in_progress") == 0)

    assert figure(one, "articles_total") - before < 200


def test_a_client_that_does_not_read_stops_the_work(one: Server) -> None:
    connection = socket.socket()
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    connection.settimeout(30)
    connection.connect(("127.0.0.1", one.port))
    with connection:
        connection.sendall(CHUNKED)
        with pytest.raises(ConnectionError):  # and no time-out: the service closes
            connection.sendall(chunk(line(1) * 100) * 10_000)


def gone(server: Server) -> bool:
    return server.process.poll() is not None


@pytest.mark.parametrize("sent", [signal.SIGTERM, signal.SIGHUP])
@pytest.mark.parametrize("busy", [True, False], ids=["busy", "silent"])
def test_a_stop_ends_a_stream_and_loses_no_answer(tmp_path: Path, sent: signal.Signals, busy: bool) -> None:
    count = 300 if busy else 1
    with Server.start(tmp_path, WORKERS="1", READ_SECONDS="60", **PATIENT) as server, streaming(server) as stream:
        worker = server.workers()
        sender = Thread(target=stream.send, args=range(count))
        sender.start()
        results = [stream.result()]
        server.process.send_signal(sent)
        results += stream.results()
        wait_until(lambda: gone(server) or not set(worker) & set(server.workers()))
        sender.join(30)

    *answers, last = [told(result) for result in results]
    assert last == "/problems/draining"
    assert answers == [str(number) for number in range(len(answers))]
    assert 1 <= len(answers) < 300


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("guarded")
    with Server.start(folder, WORKERS="1", API_KEYS=entry("newsroom", KEY), READ_SECONDS="60") as server:
        yield server


@pytest.mark.parametrize(
    "head",
    [
        HEAD + b"Transfer-Encoding: chunked\r\n\r\n",
        HEAD + b"Content-Length: 1000\r\n\r\n",
        HEAD + b"Expect: 100-continue\r\nContent-Length: 1000\r\n\r\n",
        HEAD + b"Authorization: Bearer %s\r\nContent-Length: 1000\r\n\r\n" % (b"x" * 30),
        b"POST /v1/quotations HTTP/1.1\r\nHost: a\r\nContent-Type: text/plain\r\nContent-Length: 1000\r\n\r\n",
        b"POST /%76%31/quotations HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n",
    ],
)
def test_who_has_no_key_is_told_before_the_body_is_sent(guarded: Server, head: bytes) -> None:
    with streaming(guarded, head) as stream:
        assert stream.head() == 401


def test_who_has_a_key_may_stream(guarded: Server) -> None:
    with streaming(guarded, CHUNKED[:-2] + b"Authorization: Bearer %s\r\n\r\n" % KEY.encode()) as stream:
        stream.send(1)
        assert told(stream.result()) == "1"
        stream.end()
        assert stream.result() is None


def test_the_log_has_one_line_for_a_stream_at_its_end(one: Server) -> None:
    head = HEAD + b"X-Request-ID: of-the-log\r\nTransfer-Encoding: chunked\r\n\r\n"
    with streaming(one, head) as stream:
        stream.send(1)
        stream.socket.sendall(chunk(b"no article\n") + END)
        stream.results()
    wait_until(lambda: "of-the-log" in one.log())
    [logged] = [json.loads(text) for text in one.log().splitlines() if "of-the-log" in text]

    assert logged["message"] == "request"
    assert {name: logged[name] for name in ("route", "answered", "failed", "complete")} == {
        "route": PATH, "answered": 1, "failed": 1, "complete": True,
    }  # fmt: skip
    assert "Zanzibar" not in one.log()


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not here")
def test_curl_reads_while_it_sends(one: Server, tmp_path: Path) -> None:
    articles, answers = tmp_path / "articles.ndjson", tmp_path / "answers.ndjson"
    articles.write_bytes(b"".join(line(number) for number in range(300)))
    page = (ROOT / "docs" / "batch.md").read_text(encoding="utf8")
    (shown,) = re.findall(r"^curl .* -T .*\\\n.*$", page, re.MULTILINE)
    subprocess.run(shown.replace("8000", str(one.port)), shell=True, cwd=tmp_path, check=True, timeout=120)  # noqa: S602

    results = [told(json.loads(text)) for text in answers.read_bytes().splitlines()]
    assert results == [str(number) for number in range(300)]
