"""What the fuzzer begins with, and every input that has ever failed, is read without a fault."""

from __future__ import annotations

from pathlib import Path

import pytest
from fakes import FakeEngine
from fuzz import corpus, targets

REGRESSIONS = sorted(corpus.REGRESSIONS.iterdir())


@pytest.mark.parametrize("path", REGRESSIONS, ids=lambda path: path.name)
def test_what_failed_once_is_read(path: Path) -> None:
    read = {"text": targets.read_text, "request": targets.read_request}[path.name.partition("-")[0]]
    read(path.read_bytes())


@pytest.mark.parametrize("data", list(corpus.requests()))
def test_a_request_is_answered(data: bytes) -> None:
    targets.read_request(data)


def test_paragraphs_of_articles_are_read() -> None:
    for data in list(corpus.articles())[::25]:
        targets.read_text(data)


def test_the_dictionary_has_each_word_on_a_line() -> None:
    lines = corpus.dictionary(http=False).splitlines()

    assert '"\\xe2\\x80\\x9c"' in lines
    assert len(lines) == len(set(lines))


def test_a_fault_would_be_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    targets._app.cache_clear()
    monkeypatch.setattr(FakeEngine, "extract", lambda *_: 1 / 0)
    try:
        with pytest.raises(AssertionError):
            targets.read_request(b"POST /v1/quotations HTTP/1.1\nContent-Type: text/plain\n\nWords.")
    finally:
        targets._app.cache_clear()
