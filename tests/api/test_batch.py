"""``POST /v1/quotations/batch``: each article is answered, or its problem stands in its place."""

from __future__ import annotations

import io
import json
import re
import time
from collections.abc import Iterator
from pathlib import Path
from threading import Thread
from typing import Any

import jsonschema_rs
import pytest
from fakes import FakeEngine, Held
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from service import openapi
from service.app import create_app
from service.arrival import Refused
from service.batch import lines
from service.engine import Deadline, DeadlineExceeded
from service.gate import Gate
from service.settings import Settings

PATH = "/v1/quotations/batch"
NDJSON = "application/x-ndjson"
SAID = "“Rain is coming,” said Ann Example. “Soon”."
LATE, BROKEN = "Too late.", "Broken."
SETTINGS = Settings(max_body_bytes=5_000, max_characters=100, max_nesting=4, max_batch_articles=20)


def fail(text: str, _deadline: Deadline) -> None:
    if text == LATE:
        raise DeadlineExceeded
    if text == BROKEN:
        raise ValueError(text)


@pytest.fixture
def batches() -> FlaskClient:
    return create_app(SETTINGS, FakeEngine(fail)).test_client()


def listed(client: FlaskClient, articles: list[Any], query: str = "") -> list[Any]:
    response = client.post(f"{PATH}{query}", data=json.dumps({"articles": articles}), content_type="application/json")
    assert (response.status_code, response.mimetype) == (200, "application/json")
    return list(response.get_json()["results"])


def streamed(client: FlaskClient, body: bytes, query: str = "") -> list[Any]:
    response = client.post(f"{PATH}{query}", data=body, content_type=NDJSON)
    assert (response.status_code, response.mimetype) == (200, NDJSON)
    assert response.data.endswith(b"\n") or not response.data
    return [json.loads(line) for line in response.data.splitlines()]


def as_lines(articles: list[Any]) -> bytes:
    return b"".join(json.dumps(article).encode() + b"\n" for article in articles)


def told(result: Any) -> str:
    """Return in a word what became of an article."""
    return str(result["type"]) if "status" in result else "answered"


ARTICLES: list[tuple[str, Any, str, str | None]] = [
    ("an article", {"text": SAID}, "answered", None),
    ("an article with an id", {"text": SAID, "id": "a-1"}, "answered", "a-1"),
    ("no object", ["Words."], "/problems/invalid-request", None),
    ("no text", {"id": "a-2"}, "/problems/invalid-request", "a-2"),
    ("an empty text", {"text": " ", "id": "a-3"}, "/problems/invalid-request", "a-3"),
    ("an unknown field", {"text": "a", "id": "a-4", "txt": 1}, "/problems/invalid-request", "a-4"),
    ("an id that is none", {"text": "a", "id": 5}, "/problems/invalid-request", None),
    ("an id that is half a character", {"text": "a", "id": "\ud800"}, "/problems/invalid-request", None),
    ("too long an article", {"text": "a" * 101, "id": "a-5"}, "/problems/article-too-long", "a-5"),
    ("an article past its deadline", {"text": LATE, "id": "a-6"}, "/problems/deadline-exceeded", "a-6"),
    ("an article that the engine fails at", {"text": BROKEN, "id": "a-7"}, "/problems/internal-error", "a-7"),
    ("the last article", {"text": SAID, "id": "a-8"}, "answered", "a-8"),
]


@pytest.mark.parametrize("form", ["list", "lines"])
def test_each_article_has_its_result_in_its_place(batches: FlaskClient, form: str) -> None:
    articles = [article for _, article, *_ in ARTICLES]
    results = listed(batches, articles) if form == "list" else streamed(batches, as_lines(articles))

    assert [(told(result), result["id"]) for result in results] == [row[2:] for row in ARTICLES]


@pytest.mark.parametrize("form", ["list", "lines"])
def test_every_result_fits_the_contract(batches: FlaskClient, form: str) -> None:
    articles = [article for _, article, *_ in ARTICLES]
    results = listed(batches, articles) if form == "list" else streamed(batches, as_lines(articles))
    components = openapi.document()["components"]
    one = components["schemas"]["BatchAnswer"]["properties"]["results"]["items"]

    validator = jsonschema_rs.validator_for({"components": components, **one})

    assert [list(validator.iter_errors(result)) for result in results] == [[]] * len(ARTICLES)


def test_an_answer_is_that_of_a_single_call(batches: FlaskClient) -> None:
    fields = {"text": "👩‍🚒 " + SAID, "id": "a", "offsets": "utf16", "min_confidence": 0.5}
    alone = batches.post("/v1/quotations", json=fields).get_json()

    assert listed(batches, [fields]) == streamed(batches, as_lines([fields])) == [alone]


def test_a_problem_has_what_the_problem_of_a_single_call_has(batches: FlaskClient) -> None:
    alone = batches.post("/v1/quotations", json={"text": ""}, headers={"X-Request-ID": "r-1"}).get_json()
    response = batches.post(PATH, json={"articles": [{"text": ""}]}, headers={"X-Request-ID": "r-1"})

    assert response.get_json()["results"] == [alone | {"id": None, "instance": f"{PATH}#r-1"}]


def test_options_in_the_address_hold_for_articles_without_their_own(batches: FlaskClient) -> None:
    articles = [{"text": SAID}, {"text": SAID, "offsets": "utf16", "min_confidence": 0}]
    query = "?offsets=utf8&min_confidence=0.5"

    for results in (listed(batches, articles, query), streamed(batches, as_lines(articles), query)):
        assert [(result["offsets"], len(result["quotations"])) for result in results] == [("utf8", 1), ("utf16", 2)]


def test_the_list_in_the_documentation_is_answered_as_it_says(batches: FlaskClient) -> None:
    page = (Path(__file__).parents[2] / "docs" / "batch.md").read_text(encoding="utf8")
    body = re.findall(r"--json '(.*)'", page)[0]
    shown = json.loads(re.findall(r"```json\n(.*?)```", page, re.DOTALL)[0])
    headers = {"X-Request-ID": shown["instance"].partition("#")[2]}
    first, second = batches.post(PATH, data=body, content_type="application/json", headers=headers).get_json()[
        "results"
    ]

    assert (told(first), second) == ("answered", shown)


def test_an_empty_batch_is_answered(batches: FlaskClient) -> None:
    assert listed(batches, []) == streamed(batches, b"") == streamed(batches, b"\n \r\n\n") == []


LINE = as_lines([{"text": "Words."}])


@pytest.mark.parametrize(
    ("name", "line", "kind", "says"),
    [
        ("no JSON", b"Words.\n", "invalid-json", "The line is not JSON: Expecting value"),
        ("half an object", b'{"text": "a"\n', "invalid-json", "delimiter"),
        ("a key given twice", b'{"text": "a", "text": "b"}\n', "invalid-json", "twice"),
        ("deep nesting", b'{"text": [[[[[[]]]]]]}\n', "invalid-json", "nested too deeply"),
        ("no UTF-8", b'{"text": "Caf\xe9"}\n', "invalid-encoding", "Byte 13 of the line is not UTF-8"),
        ("too long a line", b'{"text": "a"}'.ljust(5_001) + b"\n", "body-too-large", "more than 5000 bytes"),
        ("a line of a megabyte", b"a" * 1_000_000 + b"\n", "body-too-large", "more than 5000 bytes"),
    ],
)
def test_a_wrong_line_is_told_in_its_place(batches: FlaskClient, name: str, line: bytes, kind: str, says: str) -> None:
    before, wrong, after = streamed(batches, LINE + line + LINE)

    assert (told(before), told(wrong), told(after)) == ("answered", f"/problems/{kind}", "answered"), name
    assert says in wrong["detail"]


@pytest.mark.parametrize(
    ("name", "body", "count"),
    [
        ("no end of the last line", LINE + LINE.rstrip(), 2),
        ("Windows line ends", LINE.replace(b"\n", b"\r\n") * 2, 2),
        ("blank lines", b"\n" + LINE + b"\r\n  \n" + LINE, 2),
        ("a byte order mark", b"\xef\xbb\xbf" + LINE, 1),
        ("a line as long as may be", b'{"text": "a"}'.ljust(5_000) + b"\n", 1),
        ("more articles than a list may have", LINE * 21, 21),
    ],
)
def test_lines_may_end_in_several_ways(batches: FlaskClient, name: str, body: bytes, count: int) -> None:
    assert [told(result) for result in streamed(batches, body)] == ["answered"] * count, name


@pytest.mark.parametrize(
    ("body", "media_type", "query", "status", "kind"),
    [
        (b"Words.", "application/json", "", 400, "invalid-json"),
        (b"\xff", "application/json", "", 400, "invalid-encoding"),
        (b"[]", "application/json", "", 422, "invalid-request"),
        (b"{}", "application/json", "", 422, "invalid-request"),
        (b'{"articles": {}}', "application/json", "", 422, "invalid-request"),
        (b'{"articles": null}', "application/json", "", 422, "invalid-request"),
        (b'{"articles": [], "x": 1}', "application/json", "", 422, "invalid-request"),
        (b'{"articles": [%s]}' % b",".join([b"1"] * 21), "application/json", "", 413, "too-many-articles"),
        (b" " * 5_001, "application/json", "", 413, "body-too-large"),
        (b"Words.", "text/plain", "", 415, "unsupported-media-type"),
        (LINE, f"{NDJSON}; charset=latin-1", "", 415, "unsupported-media-type"),
        (LINE, NDJSON, "?x=1", 422, "invalid-request"),
        (LINE, NDJSON, "?id=a", 422, "invalid-request"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_the_whole_is_an_error_of_the_call(
    batches: FlaskClient, body: bytes, media_type: str, query: str, status: int, kind: str
) -> None:
    response = batches.post(PATH + query, data=body, content_type=media_type)

    assert (response.status_code, response.get_json()["type"]) == (status, f"/problems/{kind}")


@pytest.mark.parametrize(
    ("media_type", "accept", "status"),
    [
        ("application/json", "application/json", 200),
        ("application/json", NDJSON, 406),
        (NDJSON, NDJSON, 200),
        (NDJSON, "application/json", 406),
        (NDJSON, "*/*", 200),
    ],
)
def test_the_answer_has_the_form_of_the_request(
    batches: FlaskClient, media_type: str, accept: str, status: int
) -> None:
    body = b'{"articles": []}' if media_type == "application/json" else b""
    response = batches.post(PATH, data=body, content_type=media_type, headers={"Accept": accept})

    assert response.status_code == status


def pieces(*given: bytes) -> Any:
    left: Iterator[bytes] = iter(given)
    return lambda _: next(left, b"")


@pytest.mark.parametrize("size", [1, 2, 3, 7, 100])
def test_it_does_not_matter_how_the_lines_come_in_pieces(size: int) -> None:
    body = b"one\n\ntoo long\r\ntwo\n \nfour\nend"
    cut = [body[start : start + size] for start in range(0, len(body), size)]

    assert list(lines(pieces(*cut), 4, 60)) == [b"one", None, b"two", b"four", b"end"]


def test_a_line_is_there_before_the_next_is_read() -> None:
    arriving = lines(pieces(b"one\ntw"), 10, 60)

    assert next(arriving) == b"one"


def test_a_line_that_comes_too_slowly_is_given_up() -> None:
    with pytest.raises(Refused):
        list(lines(io.BytesIO(b"slow").read1, 10, 0))


def post(client: FlaskClient, path: str, body: Any) -> tuple[Thread, list[TestResponse]]:
    replies: list[TestResponse] = []
    thread = Thread(target=lambda: replies.append(client.post(path, json=body)))
    thread.start()
    return thread, replies


def until(gate: Gate, busy: int, waiting: int, of_batches: int) -> None:
    end = time.monotonic() + 10
    while (gate.busy, gate.waiting, len(gate._of_batches)) != (busy, waiting, of_batches):
        assert time.monotonic() < end
        time.sleep(0.01)


def test_articles_of_batches_and_others_take_turns_and_no_batch_is_refused_for_the_queue() -> None:
    order: list[str] = []
    held = Held()

    def note(text: str, deadline: Deadline) -> None:
        held(text, deadline)
        order.append(text)

    app = create_app(Settings(threads=1, queue=1, queue_seconds=10), FakeEngine(note))
    gate: Gate = app.extensions["extraction"].gate
    batch = post(app.test_client(), PATH, {"articles": [{"text": f"b{n}"} for n in range(3)]})
    until(gate, 1, 0, 0)
    singles = [post(app.test_client(), "/v1/quotations", {"text": "s0"})]
    until(gate, 1, 1, 0)
    singles.append(post(app.test_client(), "/v1/quotations", {"text": "s1"}))  # the batch's slot is a place more
    until(gate, 1, 2, 0)
    refused = app.test_client().post("/v1/quotations", json={"text": "s2"})
    held.release.set()
    for thread, _ in (batch, *singles):
        thread.join(10)

    assert refused.status_code == 503
    assert [replies[0].status_code for _, replies in (batch, *singles)] == [200] * 3
    assert order == ["b0", "s0", "b1", "s1", "b2"]
    assert [told(result) for result in batch[1][0].get_json()["results"]] == ["answered"] * 3


def test_no_more_batches_are_taken_on_than_are_allowed() -> None:
    held = Held()
    app = create_app(Settings(max_batches=1), FakeEngine(held))
    first, replies = post(app.test_client(), PATH, {"articles": [{"text": "a"}]})
    assert held.entered.wait(10)
    refused = [app.test_client().post(PATH, data=LINE, content_type=kind) for kind in ("application/json", NDJSON)]
    held.release.set()
    first.join(10)

    assert [(reply.status_code, reply.headers["Retry-After"]) for reply in refused] == [(503, "1")] * 2
    assert replies[0].status_code == 200
    assert app.test_client().post(PATH, json={"articles": []}).status_code == 200


def test_a_batch_that_waits_for_its_turn_past_the_deadline_is_told() -> None:
    held = Held()
    app = create_app(Settings(threads=1, deadline_seconds=0.2), FakeEngine(held))
    first, _ = post(app.test_client(), "/v1/quotations", {"text": "a"})
    assert held.entered.wait(10)
    [late] = listed(app.test_client(), [{"text": "b", "id": "b"}])
    held.release.set()
    first.join(10)

    assert (told(late), app.extensions["extraction"].gate.busy) == ("/problems/deadline-exceeded", 0)


def test_a_stopping_service_tells_the_articles_that_are_left() -> None:
    app = create_app(Settings(), FakeEngine(lambda *_: app.extensions["extraction"].gate.close()))
    results = listed(app.test_client(), [{"text": "a"}, {"text": "b", "id": "b"}])
    refused = app.test_client().post(PATH, json={"articles": []})

    assert [told(result) for result in results] == ["answered", "/problems/draining"]
    assert (refused.status_code, refused.get_json()["type"]) == (503, "/problems/draining")


def test_a_stream_ends_with_a_stopping_service() -> None:
    app = create_app(Settings(), FakeEngine(lambda *_: app.extensions["extraction"].gate.close()))

    assert [told(result) for result in streamed(app.test_client(), LINE * 3)] == ["answered", "/problems/draining"]
