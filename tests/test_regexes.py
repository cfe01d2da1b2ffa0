"""Every regular expression of the service takes time in proportion to its text, also on the worst that can be found.

The expressions are found in the source, so that a new one is measured too. For each, many repeated
texts are made of its own characters and of one of each class; the slowest ones are measured again,
at two lengths. Time is the thread's own, the least of several turns.
"""

from __future__ import annotations

import ast
import importlib
import re
import time
from collections import deque
from collections.abc import Iterator, Sequence
from itertools import chain, product
from pathlib import Path
from typing import Any, NamedTuple

import pytest

ROOT = Path(__file__).parents[1]
CLASSES = "aAz1 \n\r\x85.,'’“\"-&:_é\u0301"
MOST_OF_ITS_OWN = 8
SYNTAX = r"\()[]{}?*+|^$<>!="
ENDINGS = ("", "\0", "a")
TINY = (16, 20, 24, 28, 32)  # characters
SHORT, LONG, LONGER = 1_000, 2_000, 16_000
MOST_FOR_TINY = 0.05  # seconds; a linear expression takes microseconds, an exponential one goes on for ever
SLOWEST = 4
RESOLUTION = 2e-5  # seconds
MOST_TIMES = 3 * LONGER / LONG  # a square takes eight times as long for each character
COMPILE = "compile"
HARMLESS = {COMPILE, "escape", "Match", "Pattern", "IGNORECASE", "VERBOSE", "DOTALL", "MULTILINE", "ASCII"}
OTHER_WAYS = ("regex", "fnmatch", "glob")


def sources() -> list[Path]:
    return sorted(path for folder in ("service", "schemas") for path in (ROOT / folder).rglob("*.py"))


def used(tree: ast.Module) -> set[str]:
    """Return what of the module ``re`` is used, as ``re.`` or by an import from it."""
    names = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute) and is_name(node.value, "re")}
    imports = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.module == "re"]
    return names | {f"import {alias.name}" for node in imports for alias in node.names}


def is_name(node: ast.AST, name: str) -> bool:
    return isinstance(node, ast.Name) and node.id == name


def is_compiling(node: ast.AST | None) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == COMPILE


def compiled(tree: ast.Module) -> list[str]:
    """Return the names that a module gives to its expressions at its top."""
    return [
        target.id
        for statement in tree.body
        if isinstance(statement, ast.Assign) and is_compiling(statement.value)
        for target in statement.targets
        if isinstance(target, ast.Name)
    ]


def is_whole(tree: ast.Module, name: str) -> bool:
    """Whether a module asks if the whole of a text fits an expression; else it looks for it in a text."""
    uses = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute) and is_name(node.value, name)}
    return "fullmatch" in uses


class Expression(NamedTuple):
    """A regular expression as it is used."""

    pattern: re.Pattern[Any]  # of letters or of bytes
    whole: bool = False

    @property
    def words(self) -> str:
        """The pattern as letters."""
        words = self.pattern.pattern
        return words.decode("latin-1") if isinstance(words, bytes) else str(words)

    def read(self, text: str) -> None:
        given = text.encode() if isinstance(self.pattern.pattern, bytes) else text
        if self.whole:
            self.pattern.fullmatch(given)
        else:
            deque(self.pattern.finditer(given), maxlen=0)


def expressions() -> Iterator[tuple[str, Expression]]:
    """Yield each expression of the service, by its module and name."""
    for path in sources():
        module = ".".join(path.relative_to(ROOT).with_suffix("").parts)
        tree = ast.parse(path.read_text(encoding="utf8"))
        for name in compiled(tree):
            pattern = getattr(importlib.import_module(module), name)
            yield f"{module}.{name}", Expression(pattern, is_whole(tree, name))


EXPRESSIONS = dict(expressions())
every_expression = pytest.mark.parametrize("expression", EXPRESSIONS.values(), ids=EXPRESSIONS.keys())


@pytest.mark.parametrize("path", sources(), ids=lambda path: str(path.relative_to(ROOT)))
def test_expressions_stand_at_the_top_of_a_module_where_this_test_finds_them(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf8"))
    imported = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}

    assert used(tree) - HARMLESS == set(), "compile it at the top of the module"
    assert sum(map(is_compiling, ast.walk(tree))) == len(compiled(tree)), "compile it at the top of the module"
    assert imported.isdisjoint(OTHER_WAYS)


def test_there_are_expressions() -> None:
    assert {"service.engine.text._TOKEN", "service.engine.marks._MARK", "schemas.request._SOMETHING"} <= set(
        EXPRESSIONS
    )


def alphabet(pattern: str) -> list[str]:
    own = [c for c in dict.fromkeys(pattern) if c not in CLASSES and c not in SYNTAX]
    return [*CLASSES, *own[:MOST_OF_ITS_OWN]]


def pumps(pattern: str) -> Iterator[str]:
    """Yield what to repeat: every one and two characters of the alphabet, and three of the classes."""
    letters = alphabet(pattern)
    yield from letters
    yield from map("".join, product(letters, repeat=2))
    yield from map("".join, product("a1 \n.’-", repeat=3))


class Repeated(NamedTuple):
    """A text of a piece over and over, and an end that may not fit."""

    piece: str
    ending: str

    def of(self, length: int) -> str:
        return (self.piece * length)[:length] + self.ending


def seconds(expression: Expression, text: str, turns: int = 1) -> float:
    """Return how long an expression takes."""
    took = []
    for _ in range(turns):
        began = time.thread_time()
        expression.read(text)
        took.append(time.thread_time() - began)
    return min(took)


def wild(expression: Expression, texts: Sequence[Repeated]) -> Iterator[Repeated]:
    """Yield the texts that take long though they are tiny; the shortest first, since the next might never end."""
    for length in TINY:
        for text in texts:
            if seconds(expression, text.of(length)) > MOST_FOR_TINY < seconds(expression, text.of(length)):
                yield text


def steep(expression: Expression, texts: Sequence[Repeated]) -> Iterator[Repeated]:
    """Yield, of the texts that take longest, those that take more than their share when they are longer."""
    for text in sorted(texts, key=lambda text: -seconds(expression, text.of(SHORT)))[:SLOWEST]:
        long, longer = seconds(expression, text.of(LONG), turns=5), seconds(expression, text.of(LONGER), turns=2)
        if longer > MOST_TIMES * max(long, RESOLUTION):
            yield text


def worst(expression: Expression) -> Repeated | None:
    """Return a text on which an expression takes more than its share of time, if one is found."""
    texts = [Repeated(*both) for both in product(pumps(expression.words), ENDINGS)]
    return next(chain(wild(expression, texts), steep(expression, texts)), None)


@every_expression
def test_it_takes_time_in_proportion_to_its_text(expression: Expression) -> None:
    assert worst(expression) is None


@pytest.mark.parametrize(
    "expression",
    [
        Expression(re.compile(r"(?:a|a?a)+\Z")),
        Expression(re.compile(r"\d+(?:,?\d+)*x")),
        Expression(re.compile(r"\s+,")),
        Expression(re.compile(r"“[^\n]*”")),
        Expression(re.compile(r"\n\s*\n\s*"), whole=True),
    ],
    ids=lambda expression: expression.pattern.pattern,
)
def test_one_that_takes_more_would_be_found(expression: Expression) -> None:
    assert worst(expression) is not None
