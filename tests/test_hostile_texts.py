"""Texts made to be slow or large: the work, the memory and the time between two checks stay in proportion."""

from __future__ import annotations

import sys
import time
import tracemalloc
from dataclasses import dataclass, field
from functools import cache
from itertools import count
from typing import Any

import pytest

from service.engine import Answer, Deadline, DeadlineExceeded, Engine, Span
from service.engine import marks as marks_module
from service.engine.assembly import warnings
from service.engine.marks import CURLY, Stretch, pair_marks
from service.engine.text import paragraphs

LENGTH, LONGER = 1_000, 10_000  # characters
MOST_TIMES = 11  # the work for ten times the length
MOST_BYTES = 400  # for each further character, while the engine works
MOST_CALLS = 60_000  # of functions between two checks: well below 100 ms
OPENING = "“We will rebuild,” said Ann Example. "  # lets a text come as far as an article would
SEEDS = "“We hope,” said Bo Lind, a baker in Novi. “‘Never’ was what I heard,” the mayor said.\n\n"

PIECES = {
    "articles": SEEDS,
    "opening marks": "“",
    "straight marks": '"',
    "single marks": "'",
    "two single marks": "''",
    "every mark": "“”‘’\"'«»„「」",
    "marks and words": '"word ',
    "opening marks and words": "“word ",
    "ever deeper": "“one ‘two ",
    "nested": "“one ‘two “three” two’ one” ",
    "quotations in one paragraph": "“Yes,” said Ann Example. ",
    "quotations, a paragraph each": "“Yes,” said the mayor of Novi.\n\n",
    "capitals": "A",
    "a line of capitals": "LOCAL MAN SAYS ",
    "one word": "a",
    "one word of points": "a.",
    "one word of hyphens": "a-",
    "single letters": "a ",
    "spaces": " ",
    "line breaks": "\n",
    "combining marks": "e\u0301",
    "right-to-left marks": "\u200f",
    "names": "Ann Bob and ",
    "pronouns": "he ",
    "phrases": "the mayor of ",
    "titles": "President ",
    "cues": "said ",
    "digits": "1,",
}
every_text = pytest.mark.parametrize("piece", PIECES.values(), ids=PIECES.keys())


@cache
def engine() -> Engine:
    found = Engine.load()
    found.extract(SEEDS)  # what is read once is read
    return found


def text(piece: str, length: int) -> str:
    return OPENING + (piece * (length // len(piece) + 1))[:length]


@dataclass
class Calls:
    """Counts the calls of functions, in Python or not, and the most of them between two checks."""

    total: int = 0
    last: int = 0
    most: int = 0

    def __call__(self, _frame: object, event: str, _argument: object) -> None:
        self.total += event in ("call", "c_call")

    def checked(self) -> None:
        self.most = max(self.most, self.total - self.last)
        self.last = self.total


@dataclass(frozen=True)
class Watched(Deadline):
    """A deadline that never comes and is told of each check."""

    calls: Calls = field(default_factory=Calls)

    def check(self) -> None:
        self.calls.checked()


@cache
def calls_for(article: str) -> Calls:
    calls = Calls()
    deadline = Watched(calls=calls)
    before: Any = sys.getprofile()
    sys.setprofile(calls)
    try:
        engine().extract(article, deadline)
    finally:
        sys.setprofile(before)
    calls.checked()
    return calls


@every_text
def test_work_grows_no_faster_than_the_text(piece: str) -> None:
    engine()
    short, long = (calls_for(text(piece, length)) for length in (LENGTH, LONGER))
    assert long.total <= MOST_TIMES * short.total


@every_text
def test_the_deadline_is_checked_often(piece: str) -> None:
    engine()
    assert calls_for(text(piece, LONGER)).most <= MOST_CALLS


def peak(article: str) -> int:
    """Return the most bytes that were held at once while the engine read."""
    tracemalloc.start()
    try:
        engine().extract(article)
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@every_text
def test_memory_grows_little_with_the_text(piece: str) -> None:
    engine().extract(text(piece, LONGER))  # fills the caches, which have their own bounds
    short, long = (peak(text(piece, length)) for length in (LONGER, 2 * LONGER))
    assert long - short <= MOST_BYTES * LONGER


@pytest.fixture
def ticks(monkeypatch: pytest.MonkeyPatch) -> count[int]:
    """Let the clock go on by a second whenever it is read."""
    clock = count()
    monkeypatch.setattr(time, "monotonic", lambda: next(clock))
    return clock


@every_text
def test_it_ends_in_an_answer_or_at_the_deadline(piece: str, ticks: count[int]) -> None:
    article = text(piece, LENGTH)
    engine().extract(article, Deadline(1e9))
    checks = next(ticks)
    for last in {0, 1, checks // 2, checks - 2}:
        began = next(ticks)
        with pytest.raises(DeadlineExceeded):
            engine().extract(article, Deadline(began + last))
        assert next(ticks) == began + last + 2  # it stops at the first check beyond


def test_a_word_of_a_million_letters_is_read() -> None:
    assert len(engine().extract(text("a", 1_000_000)).quotations) == 1


def test_of_very_many_oddities_the_first_hundred_are_listed() -> None:
    few, many = (engine().extract(text("''", length)).warnings for length in (200, 10_000))
    assert 90 < len(few) <= 100
    assert [w.code for w in many] == ["stray_mark"] * 100 + ["more_warnings"]
    assert many[: len(few)] == few
    assert many[-1].span.start == many[-2].span.start + 2


def test_oddities_of_all_sorts_are_listed_in_the_order_of_the_text() -> None:
    unclosed = [Stretch(Span(at, at + 5), CURLY, closed=False) for at in range(1, 300, 3)]
    listed = warnings(unclosed, range(0, 300, 3))
    assert [w.span.start for w in listed] == [at for at in range(152) if at % 3 < 2][:101]


def test_a_hundred_thousand_opening_marks_are_read() -> None:
    assert isinstance(engine().extract("“" * 100_000), Answer)


def test_marks_are_read_alike_when_old_ones_are_decided_early(monkeypatch: pytest.MonkeyPatch) -> None:
    article = SEEDS * 40
    whole = pair_marks(article, paragraphs(article), Deadline())
    monkeypatch.setattr(marks_module, "_UNDECIDED", 16)
    assert pair_marks(article, paragraphs(article), Deadline()) == whole
