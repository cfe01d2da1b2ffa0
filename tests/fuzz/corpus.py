"""What the fuzzer begins with: paragraphs of the sample articles, requests of every sort, and the words to put in."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from itertools import pairwise
from pathlib import Path

from benchmarks.articles import texts

REGRESSIONS = Path(__file__).with_name("regressions")
_MARKS = "“”„‟«»‹›「」『』‘’‚‛`´\"'"
_SPACES = "\n\r\t\0\x85\xa0\u2028\u2029\u200b\u200f\u202e\u0301\ufeff"
_WORDS = (
    "''",
    "``",
    "’’",
    " said ",
    "she said",
    "according to ",
    "Ann Example",
    "Mr. ",
    "the mayor",
    "U.S. ",
    "…",
    "\n\n",
)
_HTTP = (
    *(
        "GET ",
        "POST ",
        "HEAD ",
        "OPTIONS ",
        "/v1/quotations",
        "/batch",
        "/v1/about",
        "/problems/busy",
        "/docs/",
        "/metrics",
    ),
    *("?offsets=", "&min_confidence=", "&id=", "utf8", "utf16", "code_point", " HTTP/1.1", " HTTP/1.0", "%ff", "%00"),
    *(
        "Content-Type: ",
        "application/json",
        "application/x-ndjson",
        "text/plain",
        "; charset=",
        "utf-8",
        "Content-Encoding: gzip",
        "\n\n",
    ),
    *("Accept: ", ";q=0", "Transfer-Encoding: chunked", "Content-Length: ", "Expect: 100-continue", "X-Request-ID: "),
    *('{"text": "', '"id": null', '"offsets": ', '"min_confidence": ', "NaN", "1e999", "-0", "\\ud800", "\\udfff"),
    *("\\u0000", "[[[[", "{}", "true", "traceparent: ", "Origin: ", "Authorization: Bearer "),
)
_POST = "POST /v1/quotations{query} HTTP/1.1\nHost: a\nContent-Type: {kind}\n\n{body}"
_SAID = "“We will rebuild,” said Ann Example."
_BODIES = (
    json.dumps({"text": _SAID, "id": "a", "offsets": "utf16", "min_confidence": 0.5}, ensure_ascii=False),
    json.dumps({"text": _SAID + " 😀 “Yes.”", "offsets": "utf8"}),
    '{"text": "a\\ud800", "id": "\\udfff"}',
    '{"text": "a", "text": "b"}',
    '{"text": "a", "min_confidence": NaN, "\\ud800": 1e999}',
    '{"text": ' + "[" * 50 + "]" * 50 + ', "a/b~c": {"": [null, true, -1.5e-9]}}',
    "\ufeff[]",
)
_GETS = ("/healthz", "/readyz", "/metrics", "/v1/about", "/openapi.json", "/problems/busy", "/docs/", "/", "/%ff%00")
_HEADERS = (
    "Accept: text/html;q=0.9, */*;q=0",
    "Transfer-Encoding: chunked\n\n5\r\nhello\r\n0\r\n\r\n",
    "Expect: 100-continue",
    "Content-Length: 99999999999999999999",
    "X-Request-ID: a b",
    "Content-Encoding: gzip",
)


def articles() -> Iterator[bytes]:
    """Yield the paragraphs of the sample articles, one by one and two by two."""
    for article in texts(None):
        paragraphs = article.split("\n\n")
        yield from (paragraph.encode() for paragraph in paragraphs)
        yield from ("\n\n".join(pair).encode() for pair in pairwise(paragraphs))


def requests() -> Iterator[bytes]:
    """Yield requests, their body after an empty line."""
    yield from (_POST.format(query="", kind="application/json", body=body).encode() for body in _BODIES)
    yield _POST.format(query="?offsets=utf16&min_confidence=0.1&id=%20", kind="text/plain", body=_SAID).encode()
    yield _POST.format(query="?offsets=a&offsets=b", kind="text/plain; charset=latin-1", body=_SAID).encode()
    for kind, body in (("json", f'{{"articles": [{_BODIES[0]}, 5]}}'), ("x-ndjson", "\n\n".join(_BODIES))):
        yield _POST.format(query="/batch?offsets=utf8", kind=f"application/{kind}", body=body).encode()
    yield from (f"GET {path} HTTP/1.1\nHost: a\n\n".encode() for path in _GETS)
    yield from (f"POST /v1/quotations HTTP/1.1\nContent-Type: text/plain\n{line}".encode() for line in _HEADERS)


def dictionary(*, http: bool) -> str:
    """Return the words to put in, in libFuzzer's format."""
    words: Iterable[str] = _HTTP if http else (*_MARKS, *_SPACES, *_WORDS)
    return "".join('"' + "".join(f"\\x{byte:02x}" for byte in word.encode()) + '"\n' for word in words)
