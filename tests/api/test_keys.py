"""Keys, where they are configured, let in those who have one; logs and answers never show a key."""

from __future__ import annotations

import hashlib
import io
import logging
import sys
from pathlib import Path

import pytest
from fakes import FakeEngine
from flask.testing import FlaskClient

from service import cli
from service.app import create_app
from service.keys import Keys, entry
from service.settings import Settings, SettingsError

OLD, NEW, OTHER = "o" * 20, "n" * 20, "x" * 20
KEYS = f"{entry('newsroom', OLD)} {entry('newsroom', NEW)} {entry('archive', OTHER)}"


@pytest.fixture
def guarded() -> FlaskClient:
    return create_app(Settings(api_keys=KEYS), FakeEngine()).test_client()


def status(client: FlaskClient, authorization: str | None, path: str = "/v1/about") -> int:
    headers = {} if authorization is None else {"Authorization": authorization}
    return client.get(path, headers=headers).status_code


@pytest.mark.parametrize("given", [f"Bearer {OLD}", f"Bearer {NEW}", f"bearer  {OTHER} "])
def test_who_has_a_key_is_answered(guarded: FlaskClient, given: str) -> None:
    assert status(guarded, given) == 200


@pytest.mark.parametrize(
    ("given", "challenge"),
    [
        (None, 'Bearer realm="quote-attribution"'),
        ("", 'Bearer realm="quote-attribution"'),
        ("Bearer", 'Bearer realm="quote-attribution"'),
        (f"Basic {OLD}", 'Bearer realm="quote-attribution"'),
        (OLD, 'Bearer realm="quote-attribution"'),
        (f"Bearer {OLD} {NEW}", 'Bearer realm="quote-attribution"'),
        ("Bearer " + "z" * 20, 'Bearer realm="quote-attribution", error="invalid_token"'),
        (f"Bearer {OLD}x", 'Bearer realm="quote-attribution", error="invalid_token"'),
        ("Bearer \u00e9", 'Bearer realm="quote-attribution", error="invalid_token"'),
        (f"Bearer {entry('a', OLD)[2:]}", 'Bearer realm="quote-attribution", error="invalid_token"'),
    ],
)  # fmt: skip
def test_who_has_none_is_told_how_to_send_one(guarded: FlaskClient, given: str | None, challenge: str) -> None:
    response = guarded.get("/v1/about", headers={} if given is None else {"Authorization": given})

    assert (response.status_code, response.mimetype) == (401, "application/problem+json")
    assert response.headers["WWW-Authenticate"] == challenge
    assert response.get_json()["type"] == "/problems/unauthorized"


def test_every_call_below_v1_asks_for_a_key_and_no_other(guarded: FlaskClient) -> None:
    open_to_all = ("/healthz", "/readyz", "/metrics", "/openapi.yaml", "/openapi.json", "/docs/", "/", "/problems/busy")

    assert {path: status(guarded, None, path) for path in open_to_all} == dict.fromkeys(open_to_all, 200)
    assert (guarded.post("/v1/quotations", json={"text": "a"}).status_code, status(guarded, None, "/v1/x")) == (
        401,
        401,
    )
    assert guarded.options("/v1/quotations").status_code == 200


@pytest.mark.parametrize(
    "path", ["/v1//about", "/%76%31/about", "/v1%2fabout", "/v1/./about", "/x/../v1/about", "/V1/about", "/v1;/about"]
)
def test_no_spelling_of_a_path_leads_around_the_keys(guarded: FlaskClient, path: str) -> None:
    assert guarded.get(path, follow_redirects=True).status_code in (401, 404)


def test_without_keys_everybody_may_call(client: FlaskClient) -> None:
    assert (status(client, None), status(client, "Bearer anything")) == (200, 200)


def test_the_label_is_logged(guarded: FlaskClient, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)

    guarded.get("/v1/about", headers={"Authorization": f"Bearer {OTHER}"})

    assert [record.__dict__["key"] for record in caplog.records if record.message == "request"] == ["archive"]


def test_no_key_is_logged_or_answered(guarded: FlaskClient, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    wrong = "secret-that-nobody-shall-see"

    answers = [guarded.get("/v1/about", headers={"Authorization": f"Bearer {key}"}).text for key in (OLD, wrong)]

    told = "".join(answers) + "".join(str(record.__dict__) for record in caplog.records)
    assert (OLD in told, wrong in told, hashlib.sha256(OLD.encode()).hexdigest() in told) == (False, False, False)


@pytest.mark.parametrize(
    ("keys", "says"),
    [
        ("newsroom", "API_KEYS: entry 1 is not label:sha256"),
        (f"a:{'0' * 64} b:{'0' * 63}", "API_KEYS: entry 2 is not"),
        (f"a:{'A' * 64}", "API_KEYS: entry 1 is not"),
        (f"{'a' * 65}:{'0' * 64}", "API_KEYS: entry 1 is not"),
        (f"a:{'0' * 64} b:{'0' * 64}", "API_KEYS: entry 2 has a key that another label has already"),
        ("   ", "nobody could call"),
    ],
)
def test_wrong_entries_are_told_by_their_place(keys: str, says: str) -> None:
    with pytest.raises(SettingsError, match=says):
        Keys(Settings(api_keys=keys))


def test_a_file_and_the_setting_go_together(tmp_path: Path) -> None:
    path = tmp_path / "keys"
    path.write_text(f"# the archive\n\n  {entry('archive', OTHER)}  \n")
    keys = Keys(Settings(api_keys=entry("newsroom", OLD), api_keys_file=str(path)))

    assert [keys.label(key) for key in (OLD, OTHER, NEW)] == ["newsroom", "archive", None]


@pytest.mark.parametrize(("name", "content", "says"), [("none", None, "No such file"), ("latin", b"\xe9", "not UTF-8")])
def test_a_file_that_cannot_be_read_is_told(tmp_path: Path, name: str, content: bytes | None, says: str) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(SettingsError, match=says):
        Keys(Settings(api_keys_file=str(tmp_path / name)))


def test_a_reload_that_fails_keeps_the_keys(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    path = tmp_path / "keys"
    path.write_text(entry("newsroom", OLD))
    keys = Keys(Settings(api_keys_file=str(path)))

    path.write_text("secret")
    keys.reload()
    kept = keys.label(OLD)
    path.write_text(entry("newsroom", NEW))
    keys.reload()

    assert (kept, keys.label(OLD), keys.label(NEW)) == ("newsroom", None, "newsroom")
    assert "secret" not in caplog.text


def hash_key(monkeypatch: pytest.MonkeyPatch, label: str, key: str) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(key))
    cli.main(["hash-key", label])


def test_a_command_makes_an_entry(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    hash_key(monkeypatch, "newsroom", OLD + "\n")

    assert capsys.readouterr().out == f"newsroom:{hashlib.sha256(OLD.encode()).hexdigest()}\n"


@pytest.mark.parametrize(
    ("label", "key", "says"),
    [
        ("newsroom", "short", "a key has at least 20"),
        ("newsroom", "", "a key has at least 20"),
        ("newsroom", "two words that are long enough", "no space"),
        ("newsroom", "\u00e9" * 20, "ASCII"),
        ("the newsroom", OLD, "'the newsroom' is no label"),
    ],
)
def test_a_weak_key_and_an_odd_label_are_refused(
    monkeypatch: pytest.MonkeyPatch, label: str, key: str, says: str
) -> None:
    with pytest.raises(SystemExit, match=says):
        hash_key(monkeypatch, label, key)
