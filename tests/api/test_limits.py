"""What a service does that is busy, stopping, too slow or broken."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from fakes import FakeEngine, Held
from flask import Flask
from werkzeug.test import TestResponse

from service.app import create_app
from service.engine import Deadline
from service.gate import Gate
from service.problems import Problem
from service.settings import Settings


def post(app: Flask) -> TestResponse:
    return app.test_client().post("/v1/quotations", json={"text": "“Words” said Ann Example."})


def never_done(_text: str, _deadline: Deadline) -> None:
    Deadline(0).check()


def broken(text: str, _deadline: Deadline) -> None:
    raise RuntimeError(f"cannot make sense of {text}")


def test_a_full_service_says_when_to_come_back() -> None:
    held = Held()
    app = create_app(Settings(threads=1, queue=0), FakeEngine(held))
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(post, app)
        assert held.entered.wait(10)
        second = post(app)
        held.release.set()

    assert first.result().status_code == 200
    assert (second.status_code, second.headers["Retry-After"]) == (503, "1")
    assert second.get_json()["type"] == "/problems/busy"
    assert post(app).status_code == 200


def test_an_article_waits_in_the_queue() -> None:
    held = Held()
    app = create_app(Settings(threads=1, queue=1), FakeEngine(held))
    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(post, app)
        assert held.entered.wait(10)
        second = pool.submit(post, app)
        held.release.set()

    assert (first.result().status_code, second.result().status_code) == (200, 200)


def test_nobody_waits_beyond_the_deadline() -> None:
    gate = Gate(slots=1, queue=1)
    with gate.admit(Deadline.after(1)), pytest.raises(Problem, match="busy"), gate.admit(Deadline.after(0.01)):
        pass


def test_a_stopping_service_says_so() -> None:
    app = create_app(Settings(), FakeEngine())
    app.extensions["extraction"].gate.drain()
    client = app.test_client()

    ready, refused = client.get("/readyz"), post(app)

    assert {ready.get_json()["type"], refused.get_json()["type"]} == {"/problems/draining"}
    assert (ready.status_code, refused.status_code, refused.headers["Retry-After"]) == (503, 503, "1")
    assert client.get("/healthz").status_code == 200


def test_an_article_that_takes_too_long_is_given_up() -> None:
    response = post(create_app(Settings(), FakeEngine(never_done)))

    assert (response.status_code, response.mimetype) == (504, "application/problem+json")
    assert response.get_json()["type"] == "/problems/deadline-exceeded"


def test_the_engine_is_told_the_deadline() -> None:
    told: list[float] = []
    settings = Settings(deadline_seconds=5)

    post(create_app(settings, FakeEngine(lambda _, deadline: told.append(deadline.at))))

    assert 0 < told[0] - Deadline.after(0).at <= 5


def test_a_fault_of_ours_tells_nothing_but_the_id() -> None:
    response = post(create_app(Settings(), FakeEngine(broken)))

    assert (response.status_code, response.mimetype) == (500, "application/problem+json")
    assert "Words" not in response.text
    assert response.headers["X-Request-ID"] in response.get_json()["instance"]
