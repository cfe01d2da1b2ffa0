"""Logs tell what was asked and how it went, without a word of the article."""

from __future__ import annotations

import json
import logging

import pytest
from fakes import FakeEngine
from flask.testing import FlaskClient

from service.app import create_app
from service.engine import Deadline
from service.logs import Formatter
from service.settings import Settings

ZANZIBAR = "Zanzibar"


def fail(text: str, _deadline: Deadline) -> None:
    raise ValueError(text)


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


def test_a_fault_is_logged_with_its_place(caplog: pytest.LogCaptureFixture) -> None:
    app = create_app(Settings(), FakeEngine(fail))
    app.test_client().post("/v1/quotations", json={"text": ZANZIBAR})

    [fault] = [line for line in lines(caplog) if line["levelname"] == "ERROR"]

    assert str(fault["exc_info"]).startswith("ValueError < ")
    assert " in fail" in str(fault["exc_info"])


def test_metrics_count_what_was_done(client: FlaskClient) -> None:
    def value(name: str) -> float:
        figures = client.get("/metrics").text.splitlines()
        return next((float(line.split()[-1]) for line in figures if line.startswith(name + " ")), 0)

    names = ("articles_total", "article_characters_total", "quotations_total")
    before = [value(name) for name in names]
    client.post("/v1/quotations", json={"text": "“a” “b”"})
    client.post("/v1/quotations", json={"text": 1})

    assert [value(name) - was for name, was in zip(names, before, strict=True)] == [1, 7, 2]
    assert 'http_requests_total{method="POST",route="/v1/quotations",status="422"}' in client.get("/metrics").text
