"""Traces: off unless asked for, and on without a word of an article.

What needs the extra runs in an environment of its own, which ``make test`` sets up.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from servers import ROOT, Reply, Server, free_port

from service import __version__
from service.tracing import wanted

PYTHON = ROOT / ".venv-tracing/bin/python"
ARTICLE = "“Zanzibar will flourish,” said Ann Example, the mayor."
TRACE, SPAN = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"
SOMEWHERE = "http://127.0.0.1:4318"

needs_the_extra = pytest.mark.skipif(
    not PYTHON.exists(), reason=".venv-tracing is not there: `make .venv-tracing/tracing.stamp` sets it up"
)


@pytest.mark.parametrize(
    ("environ", "exporters"),
    [
        ({}, []),
        ({"OTEL_TRACES_EXPORTER": ""}, []),
        ({"OTEL_TRACES_EXPORTER": "none"}, []),
        ({"OTEL_TRACES_EXPORTER": "console"}, ["console"]),
        ({"OTEL_TRACES_EXPORTER": "otlp"}, ["otlp_proto_http"]),
        ({"OTEL_TRACES_EXPORTER": "otlp, console"}, ["otlp_proto_http", "console"]),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": SOMEWHERE}, ["otlp_proto_http"]),
        ({"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": SOMEWHERE}, ["otlp_proto_http"]),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": SOMEWHERE, "OTEL_EXPORTER_OTLP_PROTOCOL": "grpc"}, ["otlp_proto_grpc"]),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": SOMEWHERE, "OTEL_TRACES_EXPORTER": "none"}, []),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": SOMEWHERE, "OTEL_SDK_DISABLED": "true"}, []),
        ({"OTEL_SERVICE_NAME": "quotes"}, []),
    ],
)
def test_the_variables_say_where_traces_go(environ: dict[str, str], exporters: list[str]) -> None:
    assert wanted(environ) == exporters


def post(server: Server, traceparent: str = f"00-{TRACE}-{SPAN}-01") -> Reply:
    return server.ask("POST", "/v1/quotations", ARTICLE.encode(), Content_Type="text/plain", traceparent=traceparent)


def told(server: Server, logger: str) -> list[dict[str, Any]]:
    return [line for line in map(json.loads, server.log().splitlines()) if line["logger"] == logger]


def test_what_is_not_installed_is_told_once_and_the_service_answers(tmp_path: Path) -> None:
    with Server.start(tmp_path, OTEL_TRACES_EXPORTER="not-there", OTEL_SDK_DISABLED="false") as server:
        assert post(server).status == 200
        [line] = told(server, "service.tracing")

    assert (line["level"], "'not-there'" in line["message"]) == ("WARNING", True)


@contextmanager
def traced(folder: Path, **settings: str) -> Iterator[Server]:
    """Start the service with the extra; what it prints goes to a file."""
    command = ("sh", "-c", f"exec {PYTHON} -m service serve > {folder}/printed")
    clean = {name: "" for name in os.environ if name.startswith("OTEL_")} | {"PYTHONPATH": "", "WORKERS": "2"}
    with Server.start(folder, command, ROOT, **(clean | {"OTEL_BSP_SCHEDULE_DELAY": "100"} | settings)) as server:
        yield server


def printed(folder: Path) -> list[dict[str, Any]]:
    """Return the spans that the console exporter has printed."""
    text, spans = (folder / "printed").read_text(), []
    while text.strip():
        span, end = json.JSONDecoder().raw_decode(text.lstrip())
        spans.append(span)
        text = text.lstrip()[end:]
    return spans


@needs_the_extra
def test_a_call_is_a_span_of_the_callers_trace(tmp_path: Path) -> None:
    with traced(tmp_path, OTEL_TRACES_EXPORTER="console") as server:
        assert post(server).status == 200
        [line] = [line for line in told(server, "service.access") if line["route"] == "/v1/quotations"]
    [span] = printed(tmp_path)  # none of the calls of /readyz

    assert span["name"] == "POST /v1/quotations"
    assert span["parent_id"] == f"0x{SPAN}"
    assert (span["context"]["trace_id"], span["context"]["span_id"]) == (f"0x{TRACE}", f"0x{line['span_id']}")
    assert line["trace_id"] == TRACE
    assert span["attributes"] == {
        "http.request.method": "POST",
        "http.route": "/v1/quotations",
        "http.response.status_code": 200,
    }
    assert span["resource"]["attributes"]["service.name"] == "quote-attribution"
    assert span["resource"]["attributes"]["service.version"] == __version__
    assert "zanzibar" not in (tmp_path / "printed").read_text().lower()


@needs_the_extra
def test_a_refusal_of_the_services_own_is_an_error(tmp_path: Path) -> None:
    with traced(tmp_path, OTEL_TRACES_EXPORTER="console", DEADLINE_SECONDS="0.000001") as server:
        assert post(server).status == 504
        assert server.ask("POST", "/v1/quotations?zanzibar=1", b"Zanzibar", Content_Type="text/plain").status == 422
        server.ask("GET", "/v1/zanzibar")
    late, wrong = sorted(printed(tmp_path), key=lambda span: -span["attributes"]["http.response.status_code"])

    assert (late["status"]["status_code"], late["attributes"]["error.type"]) == ("ERROR", "deadline-exceeded")
    assert (wrong["status"]["status_code"], wrong["attributes"]["http.response.status_code"]) == ("UNSET", 422)
    assert "zanzibar" not in (tmp_path / "printed").read_text().lower()


@needs_the_extra
@pytest.mark.parametrize(
    ("settings", "traceparent"),
    [
        ({"OTEL_TRACES_EXPORTER": "console"}, f"00-{TRACE}-{SPAN}-00"),
        ({"OTEL_TRACES_EXPORTER": "console", "OTEL_TRACES_SAMPLER": "always_off"}, f"00-{TRACE}-{SPAN}-01"),
        ({"OTEL_TRACES_EXPORTER": "console", "OTEL_SDK_DISABLED": "true"}, f"00-{TRACE}-{SPAN}-01"),
    ],
    ids=["the caller's flag", "the sampler", "the switch"],
)
def test_what_shall_not_be_sampled_is_not(tmp_path: Path, settings: dict[str, str], traceparent: str) -> None:
    with traced(tmp_path, **settings) as server:
        assert post(server, traceparent).status == 200
        [line] = [line for line in told(server, "service.access") if line["route"] == "/v1/quotations"]

    assert printed(tmp_path) == []
    assert line["trace_id"] == TRACE


class Collector(HTTPServer):
    """Takes in what is sent to a collector of OpenTelemetry."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Taker)
        self.taken: list[tuple[str, bytes]] = []

    @classmethod
    @contextmanager
    def start(cls) -> Iterator[Collector]:
        with cls() as collector:
            thread = Thread(target=collector.serve_forever)
            thread.start()
            yield collector
            collector.shutdown()
            thread.join()


class _Taker(BaseHTTPRequestHandler):
    server: Collector

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.taken.append((self.path, body))
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def collecting(folder: Path, **settings: str) -> Iterator[tuple[Collector, Server]]:
    with Collector.start() as collector:
        address = f"http://127.0.0.1:{collector.server_port}"
        with traced(folder, OTEL_EXPORTER_OTLP_ENDPOINT=address, **settings) as server:
            yield collector, server


def wait_for(condition: Callable[[], object]) -> None:
    end = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.05)


@needs_the_extra
def test_a_collector_is_sent_the_spans(tmp_path: Path) -> None:
    with collecting(tmp_path, OTEL_SERVICE_NAME="quotes-of-the-day") as (collector, server):
        assert post(server).status == 200
        wait_for(lambda: collector.taken)
    [(path, body)] = collector.taken

    assert path == "/v1/traces"
    assert bytes.fromhex(TRACE) in body
    assert b"quotes-of-the-day" in body
    assert b"zanzibar" not in body.lower()


@needs_the_extra
def test_the_last_spans_are_sent_when_the_service_stops(tmp_path: Path) -> None:
    with collecting(tmp_path, OTEL_BSP_SCHEDULE_DELAY="600000") as (collector, server):
        assert post(server).status == 200
        assert collector.taken == []

    assert [path for path, _ in collector.taken] == ["/v1/traces"]


@needs_the_extra
def test_a_collector_that_is_away_holds_nobody_up(tmp_path: Path) -> None:
    nowhere = f"http://127.0.0.1:{free_port()}"
    with traced(tmp_path, OTEL_EXPORTER_OTLP_ENDPOINT=nowhere, OTEL_EXPORTER_OTLP_TIMEOUT="3") as server:
        assert {post(server).status for _ in range(20)} == {200}
        began = time.monotonic()
        server.process.terminate()
        server.process.wait(60)
        seconds = time.monotonic() - began

    assert server.process.returncode == 0
    assert seconds < 25  # GRACEFUL_SECONDS is 30: the workers have ended by themselves
