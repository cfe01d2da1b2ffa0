"""What browsers are told: which pages may call, and what a page of ours may do."""

from __future__ import annotations

import pytest
from fakes import FakeEngine
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from service.app import create_app
from service.settings import Settings

HERE, THERE = "https://news.example", "https://elsewhere.example"
PATHS = (
    "/v1/about",
    "/v1/quotations",
    "/healthz",
    "/metrics",
    "/docs/",
    "/docs/start.js",
    "/",
    "/page/main.js",
    "/nowhere",
    "/openapi.json",
)


@pytest.mark.parametrize("path", PATHS)
def test_every_answer_is_kept_from_misuse(client: FlaskClient, path: str) -> None:
    with client.get(path) as response:
        headers = response.headers

    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["X-Frame-Options"] == "DENY"
    policy = headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; ")
    assert "frame-ancestors 'none'" in policy
    assert "'unsafe-inline'" not in policy.partition("script-src")[2].partition(";")[0]
    assert "'unsafe-eval'" not in policy


def test_no_answer_is_kept_by_a_cache(client: FlaskClient) -> None:
    answers = [
        client.post("/v1/quotations", json={"text": "“a” said Ann"}),
        client.get("/v1/x"),
        client.get("/metrics"),
    ]

    assert {answer.headers["Cache-Control"] for answer in answers} == {"no-store"}


@pytest.mark.parametrize(
    ("path", "leads_to"),
    [("/docs", "/docs/"), ("/docs?a=b", "/docs/?a=b"), ("/docs//x", "/docs/x"), ("/docs//%2f/x", "/docs/x")],
)
def test_a_redirect_leads_to_no_other_host(client: FlaskClient, path: str, leads_to: str) -> None:
    response = client.get(path, headers={"Host": "elsewhere.example"})

    assert (response.status_code, response.headers["Location"]) == (308, leads_to)
    assert "elsewhere" not in response.text


def preflight(origins: str, origin: str, path: str = "/v1/quotations") -> TestResponse:
    asked = {
        "Origin": origin,
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "authorization,content-type",
    }
    client = create_app(Settings(cors_origins=origins, api_keys=f"a:{'0' * 64}"), FakeEngine()).test_client()
    return client.options(path, headers=asked)


@pytest.mark.parametrize(
    ("origins", "origin", "allowed"),
    [
        ("", HERE, None),
        (HERE, HERE, HERE),
        (HERE, THERE, None),
        (HERE, "null", None),
        (f"{HERE} {THERE}", THERE, THERE),
        (HERE, HERE + ":8443", None),
        ("*", THERE, "*"),
    ],
)
def test_pages_of_the_configured_origins_may_call(origins: str, origin: str, allowed: str | None) -> None:
    before = preflight(origins, origin)
    client = create_app(Settings(cors_origins=origins), FakeEngine()).test_client()
    call = client.post("/v1/quotations", json={"text": "a"}, headers={"Origin": origin})

    assert before.status_code == call.status_code == 200
    assert before.headers.get("Access-Control-Allow-Origin") == allowed
    assert call.headers.get("Access-Control-Allow-Origin") == allowed
    assert ("Authorization" in before.headers.get("Access-Control-Allow-Headers", "")) is (allowed is not None)
    assert "Access-Control-Allow-Credentials" not in before.headers
    assert ("Origin" in call.headers.get("Vary", "")) is bool(origins)


def test_errors_can_be_read_by_those_pages() -> None:
    client = create_app(Settings(cors_origins=HERE, api_keys=f"a:{'0' * 64}"), FakeEngine()).test_client()

    refused = client.get("/v1/about", headers={"Origin": HERE})

    assert (refused.status_code, refused.headers["Access-Control-Allow-Origin"]) == (401, HERE)


def test_other_calls_are_for_no_page() -> None:
    assert "Access-Control-Allow-Origin" not in preflight("*", HERE, "/metrics").headers
