"""What a caller accepts decides whether it is answered; errors are problems whatever it accepts."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient

GOOD = ("*/*", "application/*", "application/json", "text/html, */*;q=0.1", "application/json; charset=utf-8", "")
BAD = ("text/html", "application/xml, text/*", "application/json;q=0", "application/problem+json", "image/*")
CALLS = {
    "/v1/about": "application/json",
    "/healthz": "application/json",
    "/readyz": "application/json",
    "/openapi.json": "application/json",
    "/openapi.yaml": "application/yaml",
    "/metrics": "text/plain",
    "/docs/": "text/html",
    "/problems/busy": "application/json",
}


@pytest.mark.parametrize("accept", GOOD)
def test_who_accepts_json_is_answered(client: FlaskClient, accept: str) -> None:
    response = client.post("/v1/quotations", json={"text": "Words."}, headers={"Accept": accept})

    assert (response.status_code, response.mimetype) == (200, "application/json")


@pytest.mark.parametrize("accept", BAD)
def test_who_accepts_other_types_alone_is_refused(client: FlaskClient, accept: str) -> None:
    response = client.post("/v1/quotations", json={"text": "Words."}, headers={"Accept": accept})

    assert (response.status_code, response.mimetype) == (406, "application/problem+json")


@pytest.mark.parametrize(("path", "media_type"), CALLS.items())
def test_each_call_has_its_type_and_a_head(client: FlaskClient, path: str, media_type: str) -> None:
    full, head = client.get(path), client.head(path)

    assert (full.status_code, full.mimetype) == (200, media_type)
    assert (head.status_code, head.mimetype, head.data) == (200, media_type, b"")


def test_metrics_come_in_openmetrics_on_demand(client: FlaskClient) -> None:
    response = client.get("/metrics", headers={"Accept": "application/openmetrics-text; version=1.0.0"})

    assert response.mimetype == "application/openmetrics-text"
    assert response.data.endswith(b"# EOF\n")


def test_the_docs_fetch_nothing_from_elsewhere(client: FlaskClient) -> None:
    page = client.get("/docs/")
    addresses = re.findall(r'(?:src|href)="([^"]*)"', page.text)

    assert len(addresses) >= 6
    assert all(address.startswith("/docs/") for address in addresses)
    for address in addresses:
        with client.get(address) as part:
            assert part.status_code == 200
    assert "<script>" not in page.text
    assert page.headers["Content-Security-Policy"].startswith("default-src 'none'; script-src 'self'; ")


@pytest.mark.parametrize("sane", ["a", "trace-1.2_3", "f" * 128])
def test_a_sane_request_id_comes_back(client: FlaskClient, sane: str) -> None:
    assert client.get("/healthz", headers={"X-Request-ID": sane}).headers["X-Request-ID"] == sane


@pytest.mark.parametrize("odd", ["", "a b", "a;b", "é", "f" * 129])
def test_any_other_request_id_is_replaced(client: FlaskClient, odd: str) -> None:
    given = client.get("/healthz", headers={"X-Request-ID": odd}).headers["X-Request-ID"]

    assert len(given) == 32
    assert given.isalnum()
