"""What a caller accepts decides whether it is answered; errors are problems whatever it accepts."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient
from servers import ROOT

GOOD = ("*/*", "application/*", "application/json", "text/html, */*;q=0.1", "application/json; charset=utf-8", "")
BAD = ("text/html", "application/xml, text/*", "application/json;q=0", "application/problem+json", "image/*")
STATIC = ROOT / "service/static/page"
CALLS = {
    "/v1/about": "application/json",
    "/healthz": "application/json",
    "/readyz": "application/json",
    "/openapi.json": "application/json",
    "/openapi.yaml": "application/yaml",
    "/metrics": "text/plain",
    "/": "text/html",
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


def test_a_sample_is_the_article_as_it_is(client: FlaskClient) -> None:
    with client.get("/samples/15-emoji.txt") as sample:
        assert (sample.status_code, sample.content_type) == (200, "text/plain; charset=utf-8")
        assert sample.data == (ROOT / "seeds/15-emoji.txt").read_bytes()


def test_the_page_fetches_nothing_from_elsewhere(client: FlaskClient) -> None:
    page = client.get("/")
    addresses = set(re.findall(r'(?:src|href)="([^"#]*)"', page.text))
    modules = set(STATIC.glob("*"))

    assert addresses >= {"page/main.js", "page/page.css", "docs/"}
    for address in addresses | {f"page/{path.name}" for path in modules}:
        with client.get(f"/{address}") as part:
            assert part.status_code == 200
    assert [p.name for p in modules if re.search(r"https?://(?!www\.w3\.org/2000/svg)", p.read_text("utf8"))] == []
    assert not re.search(r"<script>|<style| style=| on\w+=", page.text)
    policy = page.headers["Content-Security-Policy"]
    assert "'unsafe" not in policy
    assert "require-trusted-types-for 'script'; trusted-types 'none'" in policy


@pytest.mark.parametrize(
    "path",
    ["/samples/06-town-council.json", "/samples/README.md", "/samples/..%2fREADME.txt", "/page/", "/page/../app.py"],
)
def test_the_page_shows_no_other_files(client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code == 404


@pytest.mark.parametrize("sane", ["a", "trace-1.2_3", "f" * 128])
def test_a_sane_request_id_comes_back(client: FlaskClient, sane: str) -> None:
    assert client.get("/healthz", headers={"X-Request-ID": sane}).headers["X-Request-ID"] == sane


@pytest.mark.parametrize("odd", ["", "a b", "a;b", "é", "f" * 129])
def test_any_other_request_id_is_replaced(client: FlaskClient, odd: str) -> None:
    given = client.get("/healthz", headers={"X-Request-ID": odd}).headers["X-Request-ID"]

    assert len(given) == 32
    assert given.isalnum()
