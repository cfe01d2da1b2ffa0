"""A web page as an article: its text is found among what stands around it, and offsets point into that text."""

from __future__ import annotations

import functools
import gc
import json
import logging
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from itertools import pairwise
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from flask.testing import FlaskClient
from pages import CHROME, page
from servers import ROOT, Server

from service.app import create_app
from service.engine import Deadline, DeadlineExceeded, Engine
from service.html_articles import MOST_ELEMENTS, article_of
from service.settings import Settings

SEEDS = sorted((ROOT / "seeds").glob("*.txt"))
LEAD = "The old mill will reopen in May, the council decided on Tuesday after nine years."
SAID = "“We have waited nine years for this,” said Ann Example."


@functools.cache
def client() -> FlaskClient:
    return create_app(Settings(deadline_seconds=600), Engine.load()).test_client()


def ask(body: str, query: str = "", media_type: str = "text/html") -> Any:
    return client().post(f"/v1/quotations{query}", data=body.encode(), content_type=media_type).get_json()


def lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def found(answer: Any) -> list[Any]:
    """Return what an answer tells of each quotation, wherever that stands."""
    return [
        (said["text"], said["kind"], said["speaker"] and said["speaker"]["name"], said["role"] and said["role"]["text"])
        for said in answer["quotations"]
    ]


@pytest.mark.parametrize("seed", SEEDS, ids=lambda path: path.stem)
def test_an_article_is_found_in_its_page(seed: Path) -> None:
    article = seed.read_text(encoding="utf8").replace("\u200d", "")  # joiners are lost
    plain = "\n".join(["A headline", *lines(article)])

    answer = ask(page(article))

    assert answer["text"] == plain
    assert found(answer) == found(ask(plain, media_type="text/plain"))
    assert [name for name in CHROME if name in json.dumps(answer, ensure_ascii=False)] == []


@pytest.mark.parametrize(
    ("offsets", "codec", "width"), [("code_point", "utf-32-le", 4), ("utf16", "utf-16-le", 2), ("utf8", "utf-8", 1)]
)
def test_offsets_point_into_the_text_of_the_answer(offsets: str, codec: str, width: int) -> None:
    answer = ask(page("🌊 Flood\n" + SAID), f"?offsets={offsets}&id=a-1")
    text = answer["text"].encode(codec)
    [said] = answer["quotations"]

    assert (answer["id"], said["text"]) == ("a-1", "We have waited nine years for this,")
    assert text[said["start"] * width : said["end"] * width].decode(codec) == said["text"]


@pytest.mark.parametrize("media_type", ["text/plain", "application/json"])
def test_text_that_was_sent_is_not_sent_back(media_type: str) -> None:
    assert "text" not in ask(SAID if media_type == "text/plain" else json.dumps({"text": SAID}), media_type=media_type)


@pytest.mark.parametrize(
    ("name", "body", "text"),
    [
        ("a paragraph alone", f"<p>{SAID}</p>", SAID),
        ("no tag at all", SAID, SAID),
        ("no paragraphs but lines", f"<div>{LEAD}<br><br>{SAID}</div>", f"{LEAD}\n{SAID}"),
        ("boxes", f"<div><div>{LEAD}</div><div>{SAID}</div></div>", f"{LEAD}\n{SAID}"),
        ("lines broken anywhere", f"<p>\n  {LEAD}\n</p><p>{SAID.replace(' ', chr(10))}</p>", f"{LEAD}\n{SAID}"),
        ("links and bold", f"<p>{LEAD}</p><p>“<b>We</b> <a href='/x'>go</a>,” said <i>Ann</i>.</p>",
         f"{LEAD}\n“We go,” said Ann."),
        ("a quotation set off", f"<p>{LEAD}</p><blockquote><p>{SAID}</p></blockquote>", f"{LEAD}\n{SAID}"),
        ("a list", f"<article><p>{LEAD}</p><ul><li>{SAID}</li><li>No.</li></ul></article>", f"{LEAD}\n- {SAID}\n- No."),
        ("a table", f"<p>{LEAD}</p><table><tr><td>{SAID}</td></tr></table><p>{SAID}</p>", f"{LEAD}\n{SAID}"),
        ("names for marks", "<p>&ldquo;We go,&rdquo; &#8216;she&#x2019; said&nbsp;&quot;then&quot;.</p>",
         "“We go,” ‘she’ said \"then\"."),
        ("marks by the browser", "<p><q>We <Q cite='x'>all</Q> go,</q> she said. <q>Now.</q></p>",
         "“We ‘all’ go,” she said. “Now.”"),
        ("a mark that is never closed", "<p>“We go, she said.</p>", "“We go, she said."),
        ("marks closed too often", "<p></q></q>We go.</p>", "’”We go."),
        ("a page that says that it is Latin-1", f"<meta charset='iso-8859-1'><p>{SAID} Café.</p>", f"{SAID} Café."),
        ("control characters", f"<p>{LEAD}\0\x01&#1;&#x0B;&#65535;</p><p>{SAID}\x0c</p>", f"{LEAD}\n{SAID}"),
        ("attributes of every sort", f"<p @click='x' :a on:b='c' {{d}} e:f='&#2;' é>{SAID}</p>", SAID),
        ("XHTML", f"<?xml version='1.0'?><html xmlns='http://www.w3.org/1999/xhtml'><body><p>{SAID}</p></body></html>",
         SAID),
        ("an entity of one's own", f"<!DOCTYPE html [<!ENTITY a 'b'>]><p>{SAID} &a;</p>", f"{SAID} &a;"),
        ("a file as an entity", f"<!DOCTYPE html [<!ENTITY a SYSTEM 'file:///etc/passwd'>]><p>{SAID} &a;</p>",
         f"{SAID} &a;"),
        ("billions of laughs", "<!DOCTYPE html [<!ENTITY a 'ha'>" + "".join(
            f"<!ENTITY {b} '{f'&{a};' * 9}'>" for a, b in pairwise("abcdefghi")) + f"]><p>{SAID} &i;",
         f"{SAID} &i;"),
    ],
)  # fmt: skip
def test_a_page_becomes_text(name: str, body: str, text: str) -> None:
    assert article_of(body, Deadline()) == text, name


@pytest.mark.parametrize(
    ("name", "body", "says"),
    [
        ("nothing", "", "no HTML element"),
        ("a comment", "<!-- “We go,” said Ann. -->", "no HTML element"),
        ("a menu", "<nav><ul><li><a href='/'>Home</a></li></ul></nav>", "No article was found"),
        ("a script", "<script>'“We go,” said Ann.'</script>", "No article was found"),
        ("very many elements", "<p>x" * (MOST_ELEMENTS + 1), f"more than {MOST_ELEMENTS} elements"),
        ("a deep page", "<div>" * 100_000, "nested deeper than 200"),
        ("an element of very many attributes", f"<p {' '.join(f'a{n}' for n in range(100_000))}>x", "1000 attributes"),
    ],
)  # fmt: skip
def test_a_page_without_an_article_is_told_so(name: str, body: str, says: str) -> None:
    problem = ask(body)

    assert (problem["status"], problem["type"]) == (422, "/problems/invalid-request"), name
    [error] = problem["errors"]
    assert error["pointer"] == "/text"
    assert says in error["detail"]


@pytest.mark.parametrize(
    ("media_type", "body", "status"),
    [
        ("text/html; charset=UTF-8", SAID.encode(), 200),
        ("text/html", "Café".encode("latin-1"), 400),
        ("text/html; charset=iso-8859-1", "Café".encode("latin-1"), 415),
        ("application/xhtml+xml", SAID.encode(), 415),
    ],
)
def test_a_page_is_read_as_utf_8(media_type: str, body: bytes, status: int) -> None:
    assert client().post("/v1/quotations", data=body, content_type=media_type).status_code == status


def test_the_text_is_held_against_the_limit_and_not_the_page() -> None:
    small = create_app(Settings(max_characters=400), Engine.load()).test_client()
    answers = [
        small.post("/v1/quotations", data=page(article), content_type="text/html") for article in (SAID, SAID * 10)
    ]

    assert [answer.status_code for answer in answers] == [200, 413]


class Away(HTTPServer):
    """Notes whatever it is asked for."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Note)
        self.asked: list[str] = []


class _Note(BaseHTTPRequestHandler):
    server: Away

    def do_GET(self) -> None:
        self.server.asked.append(self.path)
        self.send_error(404)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def away() -> Iterator[Away]:
    with Away() as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def test_nothing_that_a_page_names_is_fetched() -> None:
    with away() as server:
        address = f"http://127.0.0.1:{server.server_port}"
        entity = f"<!DOCTYPE html SYSTEM '{address}/dtd' [<!ENTITY a SYSTEM '{address}/entity'>]>"
        base = f"<base href='{address}'><meta http-equiv='refresh' content='0;url={address}/refresh'>&a;"
        answer = ask(entity + page(f"{LEAD}\n{SAID}", address).replace("<head>", f"<head>{base}"))

    assert len(answer["quotations"]) == 1
    assert server.asked == []


def test_nothing_of_a_page_stays_behind_or_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        article_of(page(f"{LEAD}\n{SAID}"), Deadline())
    caches = [thing for thing in gc.get_objects() if isinstance(thing, functools._lru_cache_wrapper)]
    theirs = [cache for cache in caches if cache.__module__.startswith("trafilatura")]

    assert len(theirs) >= 3
    full = {cache.__name__ for cache in theirs if cache.cache_info().currsize}
    assert full <= {"return_printables_and_spaces"}  # single characters
    assert [record.name for record in caplog.records] == []


SLOW = "<article><p>" + "<span>a</span>" * 10_000


def test_a_page_that_takes_long_ends_with_the_deadline() -> None:
    with pytest.raises(DeadlineExceeded):
        article_of(SLOW, Deadline.after(0.2))

    assert sys.getprofile() is None
    assert article_of(page(SAID), Deadline()).endswith(SAID)


def test_who_sent_it_is_told() -> None:
    hasty = create_app(Settings(deadline_seconds=0.2), Engine.load()).test_client()

    assert hasty.post("/v1/quotations", data=SLOW, content_type="text/html").status_code == 504


def test_pages_at_once_do_not_disturb_each_other() -> None:
    pages = [page(path.read_text(encoding="utf8")) for path in SEEDS] * 3
    alone = [article_of(body, Deadline()) for body in pages]

    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(lambda body: article_of(body, Deadline()), pages))

    assert together == alone


def run(code: str, *words: str, **environ: str) -> Any:
    """Run ``code`` in a process of its own; return the JSON value that it prints."""
    command = [sys.executable, "-c", code, *words]
    return json.loads(subprocess.run(command, cwd=ROOT, env=environ, capture_output=True, check=True).stdout)


def test_each_process_reads_a_page_alike() -> None:
    code = """
import json, sys
from service.engine import Deadline
from service.html_articles import article_of
print(json.dumps(article_of(sys.argv[1], Deadline())))
"""
    body = page(SEEDS[0].read_text(encoding="utf8"))

    assert {run(code, body, PYTHONHASHSEED=seed) for seed in ("1", "2")} == {article_of(body, Deadline())}


def test_without_the_extra_a_page_is_refused_and_the_rest_works() -> None:
    code = """
import json, sys
sys.modules["trafilatura"] = None
from service.app import create_app
from service.engine import Engine
from service.settings import Settings
client = create_app(Settings(), Engine.load()).test_client()
refused = client.post("/v1/quotations", data="<p>x", content_type="text/html")
taken = client.post("/v1/quotations", data="x", content_type="text/plain")
told = client.get("/v1/about").json["request_types"]
why = refused.json["detail"], refused.headers["Accept-Post"]
print(json.dumps([refused.status_code, *why, taken.status_code, told]))
"""
    why = "it needs the extra html, which is not installed"
    assert run(code) == [
        415,
        f"Content-Type is text/html ({why}); send application/json, or text/plain.",
        "application/json, text/plain",
        200,
        ["application/json", "text/plain"],
    ]


def test_the_running_service_reads_pages_and_says_so(server: Server) -> None:
    reply = server.ask("POST", "/v1/quotations", page(SAID).encode(), Content_Type="text/html")

    assert reply.json()["text"] == f"A headline\n{SAID}"
    assert server.ask("GET", "/v1/about").json()["request_types"] == ["application/json", "text/plain", "text/html"]
    assert "Ann Example" not in server.log()
