"""Offsets hold in each unit: the slice in that unit is the text that the answer gives."""

from __future__ import annotations

import time

import pytest
from fakes import FakeEngine
from hypothesis import given
from hypothesis import strategies as st
from invariants import ENCODINGS, assert_words, wire_spans

from schemas import OffsetUnit
from service.answers import render
from service.engine import Deadline
from service.offsets import positions

ARTICLE = "Ærø 🌧️ “Così 😀 fan tutte” said Zoë Ørsted. 東京 “𝔘nclosed”"
UNITS = pytest.mark.parametrize("unit", OffsetUnit)
TEXTS = st.text(st.characters(codec="utf-8") | st.sampled_from("“”😀é"))


@pytest.mark.parametrize(
    ("text", "unit", "expected"),
    [
        ("aé€😀z", OffsetUnit.CODE_POINT, [0, 1, 2, 3, 4, 5]),
        ("aé€😀z", OffsetUnit.UTF16, [0, 1, 2, 3, 5, 6]),
        ("aé€😀z", OffsetUnit.UTF8, [0, 1, 3, 6, 10, 11]),
        ("\x00\ufeff", OffsetUnit.UTF8, [0, 1, 4]),
        ("", OffsetUnit.UTF16, [0]),
    ],
)
def test_positions(text: str, unit: OffsetUnit, expected: list[int]) -> None:
    assert list(positions(text, unit)) == expected


@UNITS
@given(text=TEXTS)
def test_every_position_is_the_length_of_what_stands_before(unit: OffsetUnit, text: str) -> None:
    encoding, width = ENCODINGS[unit]

    lengths = [len(text[:at].encode(encoding)) // width for at in range(len(text) + 1)]

    assert list(positions(text, unit)) == lengths


@UNITS
@given(text=TEXTS)
def test_every_text_of_an_answer_is_its_slice(unit: OffsetUnit, text: str) -> None:
    article = text + ARTICLE
    answer = FakeEngine().extract(article, Deadline())

    wire = render(article, answer, unit=unit)

    assert len(wire_spans(wire)) >= 4
    assert_words(article, wire, unit)


def test_a_long_text_takes_a_moment() -> None:
    began = time.perf_counter()

    positions("é" * 1_000_000, OffsetUnit.UTF8)

    assert time.perf_counter() - began < 2
