"""Texts of kinds that the engine gets wrong, and what it says of them today."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from service.engine import Engine

from .scoring import is_right, read_answer

EXAMPLES = Path(__file__).with_name("mistakes.toml")


@dataclass(frozen=True, slots=True)
class Example:
    """A short text and what a reader says of one of its quotations; ``right`` is empty for nothing."""

    hard: str
    text: str
    words: str
    field: str
    right: str = ""


def examples() -> list[Example]:
    """Return all the texts."""
    return [Example(**record) for record in tomllib.loads(EXAMPLES.read_text(encoding="utf8"))["example"]]


def mistakes(engine: Engine) -> Iterator[tuple[Example, str]]:
    """Yield each example that ``engine`` gets wrong, with its answer, empty for nothing."""
    for example in examples():
        answer = _answer(engine, example)
        right = bool(example.right and answer) and is_right(example.field, answer, [example.right])
        if not right and (example.right or answer):
            yield example, answer


def _answer(engine: Engine, example: Example) -> str:
    """Return what the engine says of the field that is asked for, empty for nothing."""
    for said in read_answer(example.text, engine.extract(example.text)):
        words = said.span.of(example.text)
        if words.startswith(example.words):
            return words if example.field == "quotation" else getattr(said, example.field) or ""
    return ""
