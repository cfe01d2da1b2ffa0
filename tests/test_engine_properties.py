"""What holds for the engine's answer to any text whatever."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache
from random import Random

import pytest
from effort import examples
from hypothesis import example, given, settings
from hypothesis import strategies as st
from invariants import INVARIANTS, the_wire_has_the_words_in_every_unit

from benchmarks.articles import texts as seeds
from service.engine import Answer, Deadline, DeadlineExceeded, Engine, Span

MARKS = tuple("\"'“”‘’«»‹›„‚「」『』`´")
PAGE_REMAINS = "Leave a Comment"  # what follows may not count as article
PIECES = (
    *MARKS,
    *("''", "``", "“‘", "’”", ".”", ",”", "”.", " “", "\n“", "\r\n", "\n\n", "\n", "\t", "\u00a0", "\u2028", "\0", " "),
    *(
        "don't",
        "’twas",
        "workers’",
        "’90s",
        "6' 2\"",
        "rock ’n’ roll",
        "O’Brien",
        "—",
        "–",
        "-",
        ":",
        "?",
        "!",
        "…",
        ",",
    ),
    *("said", "says", "she said", "according to", "told reporters in", "who", "and", "the mayor", "he", "I", "we"),
    *("Ann Example", "Mr. Example", "Suharyono", "van der Berg", "José", "NAIROBI (Wire) –", "Nairobi", "Acme Corp."),
    *("We will rebuild", "never", "a lawyer", PAGE_REMAINS, "🎉", "👩‍🚒", "e\u0301", "\u200b", "\ufeff", "\u202e"),
)
PARAGRAPHS = [paragraph for article in seeds(None) for paragraph in article.split("\n\n")]


def spoiled(paragraph: str, at: int, piece: str, dropped: int) -> str:
    """Return a paragraph with a piece in the place of some characters."""
    at %= len(paragraph) + 1
    return paragraph[:at] + piece + paragraph[at + dropped :]


SPOILED = st.builds(
    spoiled, st.sampled_from(PARAGRAPHS), st.integers(0, 2000), st.sampled_from(PIECES), st.integers(0, 9)
)
TEXTS = st.one_of(
    st.lists(st.sampled_from(PIECES), max_size=60).map("".join),
    st.lists(st.sampled_from(PIECES), max_size=60).map(" ".join),
    st.text(st.sampled_from((*MARKS, "a", " ", "\n", ".")), max_size=80),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=80),
    st.lists(SPOILED, min_size=1, max_size=3).map("\n\n".join),
)
LINE_BREAKS = "\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029"
INLINE = [p for p in PIECES if not set(p) & set(LINE_BREAKS) and p != PAGE_REMAINS]
NOISE = st.lists(st.sampled_from(INLINE), max_size=30).map(lambda pieces: " ".join(("The", *pieces)))
SENTENCE = "Ann Example said: “We will rebuild.”"

any_text = settings(deadline=None, max_examples=examples(150))
few_texts = settings(deadline=None, max_examples=examples(40))


@dataclass(frozen=True)
class After(Deadline):
    """A deadline that comes when ``left`` runs out."""

    left: Iterator[int] = field(default_factory=lambda: iter(()))

    def check(self) -> None:
        if next(self.left, None) is None:
            raise DeadlineExceeded


@cache
def engine() -> Engine:
    return Engine.load()


@cache
def second_engine() -> Engine:
    return Engine.load()


@pytest.mark.parametrize("invariant", INVARIANTS, ids=lambda invariant: invariant.__name__)
@any_text
@given(text=TEXTS)
@example(text="")
@example(text='""')
@example(text="“‘’”")
@example(text="“We will rebuild,” said Ann Example, a lawyer. “We will,” she said.")
@example(text="“One,” said Ann Example. “Two,” she said. “Three.”")
@example(text="“He said ‘never’ to me,” said Ann Example.")
@example(text="“We hope,” said Ann Example and Bo Lind, “that it lasts.”")
def test_it_holds_for_every_text(invariant: Callable[[str, Answer], None], text: str) -> None:
    invariant(text, engine().extract(text))


@any_text
@given(st.text(st.sampled_from((*MARKS, "a", "A", " ", "\ud800", "\udfff")), max_size=60))
def test_half_characters_are_read_like_any_other(text: str) -> None:
    answer = engine().extract(text)
    for invariant in INVARIANTS:
        if invariant is not the_wire_has_the_words_in_every_unit:  # which has no way to write them
            invariant(text, answer)


@any_text
@given(TEXTS)
def test_the_same_text_gets_the_same_answer(text: str) -> None:
    assert engine().extract(text) == engine().extract(text) == second_engine().extract(text)


@few_texts
@given(st.lists(TEXTS, min_size=2, max_size=6), st.randoms(use_true_random=False))
def test_what_was_asked_before_and_beside_makes_no_difference(texts: list[str], order: Random) -> None:
    alone = {text: second_engine().extract(text) for text in texts}
    asked = texts * 3
    order.shuffle(asked)
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(engine().extract, asked)) == [alone[text] for text in asked]


@few_texts
@given(TEXTS, st.integers(0, 60))
def test_an_article_given_up_leaves_nothing_behind(text: str, checks: int) -> None:
    alone = second_engine().extract(text)
    with suppress(DeadlineExceeded):
        engine().extract(text, After(left=iter(range(checks))))
    assert engine().extract(text) == alone


@any_text
@given(NOISE, NOISE)
@example("An open “ mark", "A closing mark” alone")
@example("‘Tis the workers’", '6\' 2" and 5"')
def test_odd_marks_in_other_paragraphs_lose_no_quotation(before: str, after: str) -> None:
    text = f"{before}\n\n{SENTENCE}\n\n{after}"
    start = len(before) + 2 + SENTENCE.index("We")
    wanted = Span(start, start + len("We will rebuild."))
    assert wanted in [q.span for q in engine().extract(text).quotations]
