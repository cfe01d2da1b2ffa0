"""What no sane caller sends: it is refused in a problem, or read to the letter; never a fault of ours."""

from __future__ import annotations

import json
import time

import pytest
from fakes import FakeEngine
from flask.testing import FlaskClient
from servers import Server

from service.app import create_app
from service.settings import Settings

POST = "/v1/quotations"
JSON, TEXT = "application/json", "text/plain"
DEEP = 100_000
HUGE = 1_000_000


@pytest.fixture(scope="module")
def wide() -> FlaskClient:
    """Ask the application with the limits that it has when nothing is set."""
    return create_app(Settings(), FakeEngine()).test_client()


def field(name: str, value: str) -> bytes:
    return f'{{"text": "a", "{name}": {value}}}'.encode()


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        pytest.param(b"[" * DEEP, "invalid-json", id="lists, never closed"),
        pytest.param(b"[" * DEEP + b"]" * DEEP, "invalid-json", id="lists in lists"),
        pytest.param(b'{"a":' * DEEP + b"1" + b"}" * DEEP, "invalid-json", id="objects in objects"),
        pytest.param(b'{"text":' + b'[{"a":' * DEEP + b"1" + b"}]" * DEEP + b"}", "invalid-json", id="both in turn"),
        pytest.param(field("x", "[" * 30 + "]" * 30), "invalid-request", id="lists as deep as may be"),
        pytest.param(field("min_confidence", "1" * HUGE), "invalid-json", id="a whole number of a million digits"),
        pytest.param(field("min_confidence", "-" + "9" * 4_000), "invalid-request", id="one of four thousand digits"),
        pytest.param(field("min_confidence", "1e" + "9" * 4_000), "invalid-request", id="an exponent of as many"),
        pytest.param(field("min_confidence", "0x1"), "invalid-json", id="a hexadecimal number"),
        pytest.param(field("min_confidence", "01"), "invalid-json", id="a leading zero"),
        pytest.param(field("x" * HUGE, "1"), "invalid-request", id="a key of a million letters"),
        pytest.param(field("\\u0074ext", '"b"'), "invalid-json", id="a key twice, once in escapes"),
        pytest.param(field("__proto__", "{}"), "invalid-request", id="a key that means something elsewhere"),
        pytest.param(field("_schema", "1"), "invalid-request", id="a key that means something to the validator"),
        pytest.param(field("x", '{"a": 1, "a": 2}'), "invalid-json", id="a key twice, further in"),
        pytest.param(b'{"text": "a"} {"text": "b"}', "invalid-json", id="two articles"),
        pytest.param(b'{"text": "a"} // b', "invalid-json", id="a comment"),
        pytest.param(b"{'text': 'a'}", "invalid-json", id="single marks"),
        pytest.param(b'{"text": "a\nb"}', "invalid-json", id="a line break as it is"),
        pytest.param(b'{"text": "\\x41"}', "invalid-json", id="an escape that JSON has not"),
        pytest.param(b'{"text": "\\ud83d"}', "invalid-request", id="half a pair"),
        pytest.param(b'{"text": "\\ude00\\ud83d"}', "invalid-request", id="a pair the wrong way round"),
        pytest.param(b'{"text": "a", "offsets": "\\ud800"}', "invalid-request", id="half a pair for a unit"),
        pytest.param(b'{"text": "a\xc0\xaf"}', "invalid-encoding", id="an overlong form"),
        pytest.param(b'{"text": "a\xf4\x90\x80\x80"}', "invalid-encoding", id="beyond the last character"),
        pytest.param(b'{"text": "a\xed\xa0\xbd\xed\xb8\x80"}', "invalid-encoding", id="a pair, each half in UTF-8"),
        pytest.param(b'{"text": "a\xe2\x80"}', "invalid-encoding", id="a character cut short"),
        pytest.param(b"\xef\xbb\xbf" * 2 + b'{"text": "a"}', "invalid-json", id="two byte order marks"),
        pytest.param(b'{"text": "' + b" " * HUGE + b'"}', "invalid-request", id="a million spaces"),
        pytest.param(b" " * HUGE, "invalid-json", id="a million spaces around nothing"),
    ],
)
def test_json_that_nobody_writes_is_refused(wide: FlaskClient, body: bytes, kind: str) -> None:
    response = wide.post(POST, data=body, content_type=JSON)

    assert response.get_json()["type"] == f"/problems/{kind}"
    assert response.status_code in (400, 413, 422)


@pytest.mark.parametrize(
    "odd",
    [
        *("\0", "\ufeff", "\r\n", "\r", "\x85", "\u2028", "\u2029", "\u202e", "\u200f", "\x1b[2J", "\uffff", "\ufdd0"),
        *("😀", "\U0010ffff", "e\u0301\u0302\u0303", "</script>", "{{7*7}}", "%s%n", "'; DROP", "\\u0000", "\x7f"),
    ],
    ids=ascii,
)
@pytest.mark.parametrize("media_type", [JSON, TEXT])
def test_odd_characters_are_read_to_the_letter(wide: FlaskClient, media_type: str, odd: str) -> None:
    said = f"{odd}one{odd}"
    text = f"{odd}“{said}” said Ann Example"
    body = json.dumps({"text": text}, ensure_ascii=False) if media_type == JSON else text

    response = wide.post(POST, data=body.encode(), content_type=media_type)

    [quotation] = response.get_json()["quotations"]
    start = len(odd) + 1
    assert (quotation["text"], quotation["start"], quotation["end"]) == (said, start, start + len(said))


@pytest.mark.parametrize(
    ("body", "text"),
    [
        pytest.param(b'\xef\xbb\xbf{"text": "\xe2\x80\x9ca\xe2\x80\x9d"}', "a", id="a byte order mark in front"),
        pytest.param(b'\r\n{"text"\t:\r\n"\xe2\x80\x9ca\xe2\x80\x9d"}\r\n', "a", id="CRLF and tabs between"),
        pytest.param(b'{"text": "\\u201c\\ud83d\\ude00\\u0000\\u201d"}', "😀\0", id="a pair and NUL in escapes"),
        pytest.param(b" " * HUGE + b'{"text": "\\u201ca\\u201d"}' + b" " * 500_000, "a", id="spaces around"),
        pytest.param(
            b'{"text": "\\u201ca\\u201d", "min_confidence": 0.' + b"0" * HUGE + b"1}", "a", id="a million zeros"
        ),
        pytest.param(b'{"text": "\\u201ca\\u201d", "min_confidence": -0}', "a", id="minus nothing"),
    ],
)  # fmt: skip
def test_json_that_is_odd_but_right_is_read(wide: FlaskClient, body: bytes, text: str) -> None:
    response = wide.post(POST, data=body, content_type=JSON)

    assert [quotation["text"] for quotation in response.get_json()["quotations"]] == [text]


def test_of_very_many_unknown_fields_the_first_hundred_are_told(wide: FlaskClient) -> None:
    response = wide.post(POST, json={"text": "a"} | {f"{number:x}": 1 for number in range(100_000)})

    assert response.status_code == 422
    assert len(response.get_json()["errors"]) == 100


@pytest.mark.parametrize(
    ("name", "value", "statuses"),
    [
        ("Content-Type", "text/plain;" + "a=b;" * 2_000, {200}),
        ("Content-Type", "text/plain;" + 'a="\\' * 2_000, {200, 415}),
        ("Content-Type", 'text/plain; charset="UTF-8"', {200}),
        ("Content-Type", "text/plain; charset=" + "x" * 8_000, {415}),
        ("Content-Type", "text/plain; charset=\xff", {200, 415}),
        ("Content-Type", "text/" * 1_600, {415}),
        ("Accept", ",".join(f"a/{number};q=0.{number}" for number in range(600)), {406}),
        ("Accept", "*/*;q=" + "9" * 8_000, {200, 406}),
        ("Accept", "," * 8_000, {200}),
        ("Accept", "application/json;q=nan", {200}),
        ("X-Request-ID", "a" * 8_000, {200}),
        ("X-Request-ID", "a\x1b[2J", {200}),
        ("Content-Encoding", "gzip, " * 1_300, {415}),
        ("Cookie", "a=b; " * 1_600, {200}),
        ("Forwarded", "for=" * 2_000, {200}),
    ],
)
def test_odd_headers_are_read_in_a_moment(wide: FlaskClient, name: str, value: str, statuses: set[int]) -> None:
    headers = {"Content-Type": TEXT} | {name: value}
    began = time.thread_time()

    response = wide.post(POST, data=b"Words.", headers=headers)

    assert response.status_code in statuses
    assert response.headers["X-Request-ID"].isalnum()
    assert time.thread_time() - began < 1  # the usual is a thousandth of it


@pytest.mark.parametrize(
    "path", ["/%00", "/%ff", "/..%2f..%2fetc%2fpasswd", "/docs/../../etc/passwd", "/" + "a/" * 3_000]
)
def test_odd_paths_lead_nowhere(wide: FlaskClient, path: str) -> None:
    response = wide.get(path)

    assert (response.status_code, response.get_json()["type"]) == (404, "/problems/not-found")


def test_a_thousand_parameters_are_refused(wide: FlaskClient) -> None:
    response = wide.post(POST + "?" + "&".join(f"{number}=1" for number in range(1_000)), data=b"a", content_type=TEXT)

    assert response.status_code == 422


@pytest.mark.parametrize(
    ("name", "raw"),
    [
        ("a negative length", b"POST /v1/quotations HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n"),
        ("a length with a sign", b"POST /v1/quotations HTTP/1.1\r\nHost: a\r\nContent-Length: +1\r\n\r\na"),
        ("two lengths", b"POST /v1/quotations HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab"),
        ("a length and chunks", b"POST / HTTP/1.1\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
        ("chunks twice", b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n"),
        ("a length of a thousand digits", b"POST / HTTP/1.1\r\nContent-Length: " + b"9" * 1_000 + b"\r\n\r\n"),
        ("NUL in a header", b"GET /healthz HTTP/1.1\r\nHost: a\r\nA: b\0c\r\n\r\n"),
        ("a folded header", b"GET /healthz HTTP/1.1\r\nHost: a\r\nA: b\r\n c\r\n\r\n"),
        ("a space before a colon", b"GET /healthz HTTP/1.1\r\nHost : a\r\n\r\n"),
        ("a thousand headers", b"GET /healthz HTTP/1.1\r\n" + b"A: b\r\n" * 1_000 + b"\r\n"),
        ("another protocol", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
        ("a greeting for TLS", bytes.fromhex("160301020001 0001fc0303") + b"\0" * 100 + b"\r\n\r\n"),
        ("NUL bytes", b"\0" * 1_000 + b"\r\n\r\n"),
        ("a version to come", b"GET /healthz HTTP/9.9\r\nHost: a\r\n\r\n"),
        ("a chunk of a huge size", b"POST /v1/quotations HTTP/1.1\r\nContent-Type: text/plain\r\n"
         b"Transfer-Encoding: chunked\r\n\r\n" + b"f" * 5_000 + b"\r\n"),
    ],
)  # fmt: skip
def test_what_breaks_the_rules_of_http_is_refused(server: Server, name: str, raw: bytes) -> None:
    answer = server.send(raw)

    assert answer[:10] in (b"HTTP/1.1 4", b""), name
    assert server.ask("GET", "/healthz").status == 200


HEAD = b"POST /v1/quotations HTTP/1.1\r\nHost: a\r\nContent-Type: text/plain\r\n"
CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"


@pytest.mark.parametrize(
    "raw",
    [
        HEAD + b"Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        HEAD + b"Content-Length: 3\r\nContent-Length: 3\r\n\r\nabc",
        HEAD + b"Content-Length: 3, 3\r\n\r\nabc",
        HEAD + b"Content-Length: 0_3\r\n\r\nabc",
        HEAD + b"Content-Length: \xb3\r\n\r\nabc",
        HEAD + b"Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
        HEAD + b"Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n",
        HEAD + b"Transfer-Encoding: identity\r\n\r\n0\r\n\r\n",
        HEAD + b"Transfer-Encoding: chunked\x0b\r\n\r\n0\r\n\r\n",
        HEAD + b"Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n",
        HEAD + b"Transfer-Encoding:\r\n chunked\r\n\r\n0\r\n\r\n",
        HEAD.replace(b"1.1", b"1.0") + b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        HEAD + b"A: b\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        HEAD + b"A: b\rTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        HEAD.replace(b"\r\n", b"\n") + b"\n",
        CHUNKED + b"3;a\nb\r\nabc\r\n0\r\n\r\n",
        CHUNKED + b"3\nabc\n0\n\n",
        CHUNKED + b"0x3\r\nabc\r\n0\r\n\r\n",
        CHUNKED + b"+3\r\nabc\r\n0\r\n\r\n",
        CHUNKED + b"3_0\r\nabc\r\n0\r\n\r\n",
        CHUNKED + b"3\r\nabcXX0\r\n\r\n",
        CHUNKED + b"ffffffffffffffff\r\nabc\r\n0\r\n\r\n",
        CHUNKED + b"3\r\nabc\r\n0\r\nContent-Length: 5\r\n\r\n",
        CHUNKED + b"3\r\nabc\r\n0\r\nA: b\nX: y\r\n\r\n",
    ],
)
def test_where_a_request_ends_in_doubt_none_behind_it_is_read(server: Server, raw: bytes) -> None:
    answer = server.send(raw + b"GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n")

    assert answer.startswith(b"HTTP/1.1 400 ")
    assert answer.count(b"HTTP/1.1 ") == 1
