"""Logs tell what was asked and how it went, without a word of the article."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator

import pytest
from fakes import FakeEngine
from flask import g
from flask.testing import FlaskClient

from service.app import create_app
from service.engine import Deadline
from service.logs import Context, Formatter
from service.settings import Settings

ZANZIBAR = "Zanzibar"
TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"
SPAN = "00f067aa0ba902b7"


def fail(text: str, _deadline: Deadline) -> None:
    raise ValueError(text)


@pytest.fixture(autouse=True)
def context(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """Have the lines told to which request they belong, as the service's own handler does."""
    told = Context()
    caplog.handler.addFilter(told)
    yield
    caplog.handler.removeFilter(told)


def lines(caplog: pytest.LogCaptureFixture) -> list[dict[str, object]]:
    formatter = Formatter("{levelname}{name}{message}", style="{")
    return [json.loads(formatter.format(record)) for record in caplog.records]


def test_a_request_is_a_line_of_json(client: FlaskClient, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    client.post("/v1/quotations", json={"text": "Words."}, headers={"X-Request-ID": "trace-1"})

    [line] = lines(caplog)

    assert isinstance(line.pop("ms"), float)
    assert line == {
        "levelname": "INFO",
        "name": "service.access",
        "message": "request",
        "request_id": "trace-1",
        "method": "POST",
        "route": "/v1/quotations",
        "status": 200,
    }


@pytest.mark.parametrize(
    ("name", "method", "path", "body"),
    [
        ("an article", "POST", "/v1/quotations", f'{{"text": "“{ZANZIBAR}” said Ann Example."}}'),
        ("an article that is not JSON", "POST", "/v1/quotations", f'{{"text": "{ZANZIBAR}'),
        ("an article in the wrong field", "POST", "/v1/quotations", f'{{"{ZANZIBAR}": "{ZANZIBAR}"}}'),
        ("an article in the address", "POST", f"/v1/quotations?id={ZANZIBAR}&text={ZANZIBAR}", "{}"),
        ("an article in the path", "GET", f"/v1/{ZANZIBAR}", ""),
        ("an article as a method", ZANZIBAR, "/v1/quotations", ""),
    ],
)
def test_no_word_of_the_caller_is_logged(
    caplog: pytest.LogCaptureFixture, name: str, method: str, path: str, body: str
) -> None:
    caplog.set_level(logging.DEBUG)
    for engine in (FakeEngine(), FakeEngine(fail)):
        app = create_app(Settings(), engine)
        app.test_client().open(path, method=method, data=body, content_type="application/json")

    assert len(caplog.records) >= 2
    assert ZANZIBAR.lower() not in json.dumps(lines(caplog)).lower(), name


def test_a_request_of_a_trace_names_it(client: FlaskClient, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    client.get("/healthz", headers={"traceparent": f"00-{TRACE}-{SPAN}-01"})

    [line] = lines(caplog)

    assert (line["trace_id"], line["span_id"]) == (TRACE, SPAN)


@pytest.mark.parametrize("header", ["", ZANZIBAR, f"00-{'0' * 32}-{SPAN}-01"])
def test_a_trace_that_is_none_is_not_told(client: FlaskClient, caplog: pytest.LogCaptureFixture, header: str) -> None:
    caplog.set_level(logging.INFO)
    client.get("/healthz", headers={"traceparent": header})

    [line] = lines(caplog)

    assert {"trace_id", "span_id"} & set(line) == set()


def test_a_refusal_names_its_problem(client: FlaskClient, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    client.post("/v1/quotations", json={"text": 1})

    assert [line["problem"] for line in lines(caplog)] == ["invalid-request"]


def test_a_key_is_named_by_its_label(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    app = create_app(Settings(), FakeEngine())

    @app.before_request
    def _know_the_caller() -> None:
        g.key_label = "newsroom"

    app.test_client().get("/healthz")

    assert [line["key"] for line in lines(caplog)] == ["newsroom"]


def test_a_fault_is_logged_with_its_place_and_its_request(caplog: pytest.LogCaptureFixture) -> None:
    app = create_app(Settings(), FakeEngine(fail))
    app.test_client().post(
        "/v1/quotations",
        json={"text": ZANZIBAR},
        headers={"X-Request-ID": "r-1", "traceparent": f"00-{TRACE}-{SPAN}-00"},
    )

    [fault] = [line for line in lines(caplog) if line["levelname"] == "ERROR"]

    assert str(fault["exc_info"]).startswith("ValueError < ")
    assert " in fail" in str(fault["exc_info"])
    assert (fault["request_id"], fault["trace_id"], fault["span_id"]) == ("r-1", TRACE, SPAN)
