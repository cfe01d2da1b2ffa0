"""A caller's mistake gets a status of its own and a line that says what to change; never a 5xx."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest
from flask.testing import FlaskClient

JSON = "application/json"
TEXT = "text/plain"


@dataclass(frozen=True)
class Bad:
    name: str
    status: int
    kind: str
    says: str  # a part of the detail, or of the error's detail where there is a pointer or parameter
    body: bytes = b'{"text": "Words."}'
    type: str | None = JSON
    pointer: str | None = None
    parameter: str | None = None
    path: str = "/v1/quotations"
    method: str = "POST"
    headers: dict[str, str] = field(default_factory=dict)


def unfit(name: str, body: str, pointer: str, says: str) -> Bad:
    return Bad(name, 422, "invalid-request", says, body.encode(), pointer=pointer)


def not_json(name: str, body: bytes, says: str) -> Bad:
    return Bad(name, 400, "invalid-json", says, body)


def wrong_query(name: str, query: str, parameter: str, says: str) -> Bad:
    return Bad(name, 422, "invalid-request", says, parameter=parameter, path=f"/v1/quotations?{query}")


def unreadable(name: str, media_type: str | None, says: str, **headers: str) -> Bad:
    return Bad(name, 415, "unsupported-media-type", says, type=media_type, headers=headers)


ROWS = (
    not_json("no body", b"", "Expecting value at line 1, column 1"),
    not_json("words", b"Hello there", "Expecting value"),
    not_json("a missing brace", b'{"text": "a"', "Expecting ',' delimiter"),
    not_json("a trailing comma", b'{"text": "a",}', "line 1, column 14"),
    not_json("a raw control character", b'{"text": "a\x00b"}', "Invalid control character"),
    not_json("NaN", b'{"text": "a", "min_confidence": NaN}', "NaN is not a JSON value"),
    not_json("Infinity", b'{"text": "a", "min_confidence": -Infinity}', "-Infinity is not a JSON value"),
    not_json("a key given twice", b'{"text": "a", "text": "b"}', "A key is given twice"),
    not_json("a number of too many digits", b'{"text": "a", "min_confidence": ' + b"1" * 5000 + b"}", "too long"),
    not_json("deep nesting", b'{"text": ' + b"[" * 20_000 + b"]" * 20_000 + b"}", "nested too deeply"),
    unfit("a list in a list in a list", '{"text": [[["a"]]]}', "/text", "must be a string"),
    unfit("a number beyond every number", '{"text": "a", "min_confidence": 1e999}', "/min_confidence", "not permitted"),
    Bad("Latin-1 in JSON", 400, "invalid-encoding", "Byte 13 of the body is not UTF-8", b'{"text": "Caf\xe9"}'),
    Bad("UTF-16 in JSON", 400, "invalid-encoding", "Byte 0 ", '{"text": "a"}'.encode("utf-16")),
    Bad("Latin-1 in text", 400, "invalid-encoding", "Byte 3 ", b"Caf\xe9", TEXT),
    Bad("a surrogate in UTF-8", 400, "invalid-encoding", "Byte 0 ", b"\xed\xa0\x80", TEXT),
    unfit("a list", "[]", "", "must be a JSON object"),
    unfit("a string", '"words"', "", "must be a JSON object"),
    unfit("null", "null", "", "must be a JSON object"),
    unfit("no text", "{}", "/text", "missing"),
    unfit("text is null", '{"text": null}', "/text", "must be a string, not null"),
    unfit("text is a number", '{"text": 5}', "/text", "must be a string"),
    unfit("an empty text", '{"text": ""}', "/text", "The text is empty"),
    unfit("blanks alone", '{"text": " \\n\\t\\u00a0 "}', "/text", "The text is empty"),
    unfit("a byte order mark alone", '{"text": "\\ufeff"}', "/text", "The text is empty"),
    unfit("a lone high surrogate", '{"text": "ab\\ud800c"}', "/text", "\\ud800 stands at character 2"),
    unfit("a lone low surrogate", '{"text": "\\udc00"}', "/text", "Send both halves of the pair, or U+FFFD"),
    unfit("a surrogate in the id", '{"text": "a", "id": "\\udfff"}', "/id", "\\udfff stands at character 0"),
    unfit("an unknown field", '{"text": "a", "txt": "b"}', "/txt", "no such field"),
    unfit("an unknown field with a slash", '{"text": "a", "a/b~c": 1}', "/a~1b~0c", "no such field"),
    unfit("an unknown field that is half a character", '{"text": "a", "\\ud800": 1}', "/?", "no such field"),
    unfit("an unknown unit", '{"text": "a", "offsets": "bytes"}', "/offsets", "code_point, utf16, utf8"),
    unfit("a unit that is a list", '{"text": "a", "offsets": ["utf8"]}', "/offsets", "must be a string"),
    unfit("a confidence above one", '{"text": "a", "min_confidence": 1.01}', "/min_confidence", "between 0 and 1"),
    unfit("a confidence below zero", '{"text": "a", "min_confidence": -1}', "/min_confidence", "between 0 and 1"),
    unfit("a confidence in quotes", '{"text": "a", "min_confidence": "0.5"}', "/min_confidence", "must be a number"),
    unfit("a confidence that is true", '{"text": "a", "min_confidence": true}', "/min_confidence", "must be a number"),
    unfit("an id of 201 characters", '{"text": "a", "id": "%s"}' % ("x" * 201), "/id", "at most 200"),
    Bad("an empty plain text", 422, "invalid-request", "The text is empty", b"", TEXT, pointer="/text"),
    Bad("a blank plain text", 422, "invalid-request", "The text is empty", b" \r\n", TEXT, pointer="/text"),
    wrong_query("an unknown parameter", "offset=utf8", "offset", "no such parameter"),
    wrong_query("the text as a parameter", "text=Words", "text", "no such parameter"),
    wrong_query("a parameter given twice", "offsets=utf8&offsets=utf16", "offsets", "given twice"),
    wrong_query("an unknown unit as parameter", "offsets=bytes", "offsets", "must be one of"),
    wrong_query("a word for a number", "min_confidence=high", "min_confidence", "must be a number"),
    wrong_query("not a number", "min_confidence=nan", "min_confidence", ""),
    unreadable("no content type", None, "Content-Type is missing; send application/json, or text/plain"),
    unreadable("curl's own content type", "application/x-www-form-urlencoded", "send application/json, or text/plain"),
    unreadable("a picture", "image/png", "is image/png; send application/json, or text/plain, or text/html"),
    unreadable("JSON of some other sort", "application/ld+json", "Content-Type is application/ld+json"),
    unreadable("not a content type", "json", "Content-Type is json"),
    unreadable("Latin-1 text", "text/plain; charset=iso-8859-1", "The charset is iso-8859-1; send UTF-8"),
    unreadable("Latin-1 JSON", "application/json; charset=latin-1", "send UTF-8"),
    unreadable("a compressed body", JSON, "The body is compressed (gzip)", **{"Content-Encoding": "gzip"}),
    Bad("a body one byte too large", 413, "body-too-large", "more than 50000 bytes", b"x" * 50_001, TEXT),
    Bad("an article one character too long", 413, "article-too-long", "401 characters; at most 400", b"x" * 401, TEXT),
    Bad("an unknown path", 404, "not-found", "/docs", path="/v1/quotation"),
    Bad("an unknown problem", 404, "not-found", "/docs", method="GET", path="/problems/tiredness"),
    Bad("a method that does not fit", 405, "method-not-allowed", "Allow", method="GET"),
    Bad("a method of one's own", 405, "method-not-allowed", "Allow", method="BREW"),
    Bad("an answer in XML", 406, "not-acceptable", "application/json", headers={"Accept": "application/xml"}),
)  # fmt: skip


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_a_mistake_is_told_in_a_problem(client: FlaskClient, row: Bad) -> None:
    response = client.open(row.path, method=row.method, data=row.body, content_type=row.type, headers=row.headers)

    problem = response.get_json()
    assert (response.status_code, response.mimetype) == (row.status, "application/problem+json")
    assert (problem["status"], problem["type"]) == (row.status, f"/problems/{row.kind}")
    assert problem["title"]
    assert problem["instance"].endswith("#" + response.headers["X-Request-ID"])
    if row.pointer is None and row.parameter is None:
        assert row.says in problem["detail"]
    else:
        [error] = problem["errors"]
        assert (error.get("pointer"), error.get("parameter")) == (row.pointer, row.parameter)
        assert row.says in error["detail"]


def test_every_wrong_field_is_told_at_once(client: FlaskClient) -> None:
    response = client.post("/v1/quotations", json={"offsets": 1, "min_confidence": 2, "extra": 3})

    pointers = {error["pointer"] for error in response.get_json()["errors"]}
    assert pointers == {"/text", "/offsets", "/min_confidence", "/extra"}


@pytest.mark.parametrize(
    ("path", "methods"), [("/v1/quotations", {"OPTIONS", "POST"}), ("/v1/about", {"GET", "HEAD", "OPTIONS"})]
)
def test_a_wrong_method_is_told_the_right_ones(client: FlaskClient, path: str, methods: set[str]) -> None:
    refused, asked = client.delete(path), client.options(path)

    assert set(refused.allow) == methods
    assert (asked.status_code, set(asked.allow)) == (200, methods)


def test_what_cannot_be_read_is_told_what_can(client: FlaskClient) -> None:
    response = client.post("/v1/quotations", data=b"x", content_type="image/png")

    assert response.headers["Accept-Post"] == "application/json, text/plain, text/html"


def test_every_kind_of_problem_has_a_page(client: FlaskClient) -> None:
    kinds = {row.kind for row in ROWS}

    pages = {kind: client.get(f"/problems/{kind}").get_json() for kind in kinds}

    assert {kind: page["type"] for kind, page in pages.items()} == {kind: f"/problems/{kind}" for kind in kinds}
    assert all(page["description"] for page in pages.values())
