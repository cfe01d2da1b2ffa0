"""The figures for Prometheus: what they count, and that a worker's end neither loses nor doubles any."""

from __future__ import annotations

import fcntl
import os
import signal
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from http.client import HTTPException
from itertools import pairwise
from pathlib import Path
from threading import Event, Thread

import pytest
from fakes import FakeEngine, Held
from flask import Flask, g
from flask.testing import FlaskClient
from prometheus_client import REGISTRY
from prometheus_client.parser import text_string_to_metric_families as parsed
from prometheus_client.samples import Sample
from servers import Server

from service import __version__, figures
from service.app import create_app
from service.engine import Deadline, DeadlineExceeded
from service.settings import Settings

ROUTE = "/v1/quotations"
ARTICLE = "“Zanzibar will flourish,” said Ann Example, the mayor."
COUNTED = ("_total", "_bucket", "_count", "_sum")
Key = tuple[str, frozenset[tuple[str, str]]]


def value(name: str, **labels: str) -> float:
    return REGISTRY.get_sample_value(name, labels) or 0.0


def samples(text: str) -> Iterator[Sample]:
    for family in parsed(text):
        yield from family.samples


def counted(server: Server) -> dict[Key, float]:
    """Return everything that may only rise, calls of /metrics left out."""
    text = server.ask("GET", "/metrics").body.decode()
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for sample in samples(text)
        if sample.name.endswith(COUNTED) and sample.labels.get("route") != "/metrics"
    }


def fell(before: dict[Key, float], after: dict[Key, float]) -> dict[Key, float]:
    return {key: was for key, was in before.items() if after.get(key, 0) < was}


def give_up(_text: str, _deadline: Deadline) -> None:
    raise DeadlineExceeded


def test_an_article_is_counted(client: FlaskClient) -> None:
    names = ("articles_total", "article_characters_total", "quotations_total")
    before = [value(name) for name in names]

    client.post(ROUTE, json={"text": "“a” “b”"})
    client.post(ROUTE, json={"text": 1})

    assert [value(name) - was for name, was in zip(names, before, strict=True)] == [1, 7, 2]


@pytest.mark.parametrize(
    ("name", "labels"),
    [
        ("http_requests_total", {"method": "POST", "route": ROUTE, "status": "422"}),
        ("http_request_duration_seconds_count", {"route": ROUTE, "status": "422"}),
        ("http_request_duration_seconds_bucket", {"route": ROUTE, "status": "422", "le": "+Inf"}),
        ("http_problems_total", {"route": ROUTE, "problem": "invalid-request"}),
    ],
)
def test_a_request_is_counted_by_route_and_status(client: FlaskClient, name: str, labels: dict[str, str]) -> None:
    before = value(name, **labels)

    client.post(ROUTE, json={"text": 1})

    assert value(name, **labels) - before == 1


def test_an_article_given_up_at_the_deadline_is_counted() -> None:
    labels = {"route": ROUTE, "problem": "deadline-exceeded"}
    before = value("http_problems_total", **labels)

    reply = create_app(Settings(), FakeEngine(give_up)).test_client().post(ROUTE, json={"text": "Words."})

    assert (reply.status_code, value("http_problems_total", **labels) - before) == (504, 1)


def post(app: Flask) -> Thread:
    thread = Thread(target=lambda: app.test_client().post(ROUTE, json={"text": "Words."}))
    thread.start()
    return thread


def test_what_is_in_hand_what_waits_and_what_is_refused_is_told() -> None:
    held = Held()
    app = create_app(Settings(threads=1, queue=1, queue_seconds=10), FakeEngine(held))
    refused = {"route": ROUTE, "problem": "busy"}
    before = value("http_problems_total", **refused)
    gauges = ("http_requests_in_progress", "articles_in_progress", "articles_waiting")

    threads = [post(app)]
    assert held.entered.wait(10)
    threads.append(post(app))
    while value("articles_waiting") < 1:
        time.sleep(0.01)
    reply = app.test_client().post(ROUTE, json={"text": "Words."})
    busy = [value(name) for name in gauges]
    held.release.set()
    for thread in threads:
        thread.join(10)

    assert (reply.status_code, value("http_problems_total", **refused) - before) == (503, 1)
    assert busy == [2, 1, 1]
    assert [value(name) for name in gauges] == [0, 0, 0]


def test_an_engine_that_fails_leaves_nothing_in_hand() -> None:
    def fail(_text: str, _deadline: Deadline) -> None:
        raise ValueError

    create_app(Settings(), FakeEngine(fail)).test_client().post(ROUTE, json={"text": "Words."})

    assert [value(f"{name}_in_progress") for name in ("http_requests", "articles")] == [0, 0]


def test_requests_are_counted_by_the_label_of_the_key() -> None:
    app = create_app(Settings(), FakeEngine())

    @app.before_request
    def _know_the_caller() -> None:
        g.key_label = "newsroom"

    before = value("http_requests_by_key_total", key="newsroom")
    app.test_client().get("/v1/about")

    assert value("http_requests_by_key_total", key="newsroom") - before == 1


def test_what_runs_is_told(client: FlaskClient) -> None:
    labels = {"version": __version__, "model_version": "fake", "model_checksum": "0" * 64}

    assert value("service_info", **labels) == 1
    assert 'model_version="fake"' in client.get("/metrics").text


def series(client: FlaskClient) -> int:
    return len(list(samples(client.get("/metrics").text)))


def test_what_callers_make_up_makes_no_new_series(client: FlaskClient) -> None:
    def odd(name: str) -> None:
        for method in ("GET", name.upper(), "POST"):
            client.open(f"/{name}", method=method)
            client.open(f"/problems/{name}", method=method)
            client.open(f"/docs/{name}", method=method)
            client.open(f"/page/{name}", method=method)
            client.open(f"/samples/{name}.txt", method=method)
            client.open(f"{ROUTE}?{name}={name}", method=method, json={name: name})
            client.open("/healthz", method=method, headers={"X-Request-ID": name, "Authorization": f"Bearer {name}"})

    client.get("/metrics")
    odd("first")
    before = series(client)
    for number in range(20):
        odd(f"other{number}")

    assert series(client) == before


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Server]:
    with Server.start(tmp_path, WORKERS="2", QUEUE="50", QUEUE_SECONDS="20", OVERLOAD_QUEUE_SECONDS="20") as server:
        wait_until_replaced(server, [])  # the second worker may begin after the first has answered
        yield server


def ask_both(server: Server, requests: int = 40) -> None:
    with ThreadPoolExecutor(8) as pool:
        assert {reply.status for reply in pool.map(server.post, [ARTICLE] * requests)} == {200}


def replaced(server: Server, old: list[int]) -> bool:
    now = server.workers()
    return len(now) == 2 and not set(now) & set(old)


def wait_until_replaced(server: Server, old: list[int]) -> None:
    end = time.monotonic() + 60
    while not replaced(server, old):
        assert time.monotonic() < end, server.log()
        time.sleep(0.1)
    server.wait_until_ready(2)


def kill(server: Server) -> None:
    for pid in server.workers():
        os.kill(pid, signal.SIGKILL)


def reload(server: Server) -> None:
    server.process.send_signal(signal.SIGHUP)


@pytest.mark.parametrize("end", [kill, reload])
def test_counters_of_workers_that_are_gone_are_neither_lost_nor_doubled(running: Server, end: object) -> None:
    assert callable(end)
    articles: Key = ("articles_total", frozenset())
    sent = 0
    for _ in range(3):
        ask_both(running)
        sent += 40
        before = counted(running)
        old = running.workers()
        end(running)
        wait_until_replaced(running, old)
        after = counted(running)

        assert fell(before, after) == {}
        assert (before[articles], after[articles]) == (sent, sent)
    assert list(running.folder.glob("quote-attribution-*/counter_gone.db"))


def test_counters_never_fall_while_workers_are_killed_at_work(running: Server) -> None:
    done = Event()

    def work() -> None:
        while not done.is_set():
            with suppress(OSError, HTTPException):
                running.post(ARTICLE)

    threads = [Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    seen: list[dict[Key, float]] = []
    for _ in range(4):
        old = running.workers()
        kill(running)
        while not replaced(running, old) or len(seen) % 20:
            with suppress(OSError, HTTPException):
                seen.append(counted(running))
    done.set()
    for thread in threads:
        thread.join(30)

    assert len(seen) >= 80
    assert [fell(before, after) for before, after in pairwise(seen)] == [{}] * (len(seen) - 1)


def test_replaced_workers_leave_no_files_behind(running: Server) -> None:
    def files() -> int:
        return len(list(running.folder.glob("quote-attribution-*/*.db")))

    lengths = []
    for _ in range(3):
        ask_both(running)
        old = running.workers()
        kill(running)
        wait_until_replaced(running, old)
        ask_both(running)
        lengths.append(files())

    assert lengths == lengths[:1] * 3


def test_gauges_forget_a_killed_worker_and_its_end_is_counted(running: Server) -> None:
    old = running.workers()
    kill(running)
    wait_until_replaced(running, old)

    told = {sample.name: sample for sample in samples(running.ask("GET", "/metrics").body.decode())}

    assert told["http_requests_in_progress"].value == 1  # the one that asks
    assert told["articles_in_progress"].value == 0
    assert told["workers_ended_total"].value == 2
    assert (told["service_info"].value, told["service_info"].labels["version"]) == (1, __version__)


def test_what_is_not_http_is_counted(running: Server) -> None:
    running.send(b"Zanzibar will flourish\r\n\r\n")

    text = running.ask("GET", "/metrics").body.decode()

    assert 'http_requests_total{method="unknown",route="unread",status="400"} 1.0' in text


def test_readers_at_work_put_the_adding_up_off(tmp_path: Path) -> None:
    dead = tmp_path / "counter_1.db"
    dead.touch()

    with figures._lock(tmp_path, fcntl.LOCK_SH):
        figures.fold(tmp_path, alive=())
        kept = dead.exists()
    figures.fold(tmp_path, alive=())

    assert (kept, dead.exists()) == (True, False)


def test_the_file_of_a_worker_that_is_just_beginning_is_passed_over(tmp_path: Path) -> None:
    (tmp_path / "counter_1.db").touch()

    assert list(figures.Figures(tmp_path).collect()) == []
