"""What a service does that is busy, stopping, too slow or broken."""

from __future__ import annotations

import time
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
from service.sharing import Shared


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
    app = create_app(Settings(threads=1, queue=1, queue_seconds=60), FakeEngine(held))
    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(post, app)
        assert held.entered.wait(10)
        second = pool.submit(post, app)
        held.release.set()

    assert (first.result().status_code, second.result().status_code) == (200, 200)


def refuses(gate: Gate, deadline: Deadline) -> bool:
    try:
        with gate.admit(deadline):
            return False
    except Problem:
        return True


@pytest.mark.parametrize(
    ("name", "settings", "deadline"),
    [
        ("the deadline", Settings(queue_seconds=60), Deadline.after(0.01)),
        ("a deadline that has passed before", Settings(queue_seconds=60), Deadline(0)),
        ("as long as a burst may wait", Settings(queue_seconds=0.01), Deadline.after(60)),
        ("a full queue", Settings(queue=0, queue_seconds=60), Deadline.after(60)),
    ],
)
def test_nobody_waits_beyond(name: str, settings: Settings, deadline: Deadline) -> None:
    gate = Gate(settings)
    with gate.admit(Deadline()):
        assert refuses(gate, deadline), name
        assert (gate.busy, gate.waiting) == (1, 0)
    assert not refuses(gate, Deadline())


@pytest.mark.parametrize(("another_is_calm", "overloaded"), [(False, True), (True, False)])
def test_it_is_no_overload_while_nobody_waits_for_another_worker(another_is_calm: bool, overloaded: bool) -> None:
    gate = Gate(Settings(queue=4, queue_seconds=60))
    gate.others_calm = lambda: another_is_calm
    with ThreadPoolExecutor(3) as pool, gate.admit(Deadline()):
        waiting = [pool.submit(refuses, gate, Deadline()) for _ in range(2)]
        while gate.waiting < 2:
            time.sleep(0.01)
        gate._crowded -= 13  # as if so much time had passed
        last = pool.submit(refuses, gate, Deadline())
        while gate.waiting < 3 and not last.done():
            time.sleep(0.01)
        seen = gate.overloaded

    assert (seen, last.result()) == (overloaded, overloaded)
    assert [refused.result() for refused in waiting] == [False, False]


def test_workers_tell_each_other_who_has_time_and_for_whom_nobody_waits() -> None:
    shared = Shared()
    seen = []
    for told in ({"free": False}, {"free": False, "calm": True}, {"free": True, "calm": True}):
        shared.tell(1, **told)
        seen.append([(shared.others_free(age), shared.others_calm(age)) for age in (1, 2)])

    assert seen == [[(False, False)] * 2, [(False, False), (False, True)], [(False, False), (True, True)]]


def test_a_gate_is_calm_unless_somebody_waits_or_is_turned_away() -> None:
    gate = Gate(Settings(queue=1, queue_seconds=60))
    told: list[tuple[bool, bool]] = []
    gate.on_change = lambda: told.append((gate.free, gate.calm))
    with ThreadPoolExecutor(1) as pool, gate.admit(Deadline()):
        waits = pool.submit(refuses, gate, Deadline())
        while not gate.waiting:
            time.sleep(0.01)
    assert not waits.result()
    before = gate.calm
    gate.overloaded = True

    assert told == [(False, True), (False, False), (False, True), (True, True)]
    assert (before, gate.calm) == (True, False)


def test_in_overload_few_wait_until_there_is_time_again() -> None:
    gate = Gate(Settings(queue=4, queue_seconds=60, overload_queue_seconds=0.01))
    with ThreadPoolExecutor(2) as pool, gate.admit(Deadline()):
        waiting = [pool.submit(refuses, gate, Deadline()) for _ in range(2)]
        while gate.waiting < 2:
            time.sleep(0.01)
        in_burst = (gate.overloaded, gate.full)
        gate._crowded -= 13  # as if so much time had passed
        turned_away = refuses(gate, Deadline())
        in_overload = (gate.overloaded, gate.full)
    served = [refused.result() for refused in waiting]
    gate._waited -= 13
    again = refuses(gate, Deadline())

    assert (in_burst, turned_away, in_overload) == ((False, False), True, (True, True))
    assert (served, again, gate.overloaded) == ([False, False], False, False)


def test_a_request_that_has_waited_elsewhere_has_less_time_left() -> None:
    told: list[float] = []
    settings = Settings(deadline_seconds=5)
    app = create_app(settings, FakeEngine(lambda _, deadline: told.append(deadline.at)))

    class Accepted:
        arrived = time.monotonic() - 4

    app.test_client().post("/v1/quotations", json={"text": "Words."}, environ_overrides={"gunicorn.socket": Accepted()})

    assert told == [Accepted.arrived + 5]


def test_a_stopping_service_tells_the_probe_and_serves_on() -> None:
    app = create_app(Settings(), FakeEngine())
    app.extensions["extraction"].gate.drain()
    client = app.test_client()

    ready = client.get("/readyz")

    assert (ready.status_code, ready.headers["Retry-After"]) == (503, "1")
    assert ready.get_json()["type"] == "/problems/draining"
    assert (client.get("/healthz").status_code, post(app).status_code) == (200, 200)


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
