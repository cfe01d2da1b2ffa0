"""Quotation marks paired into stretches of marked text.

The cheapest reading of all the marks of an article is found by dynamic programming
(Viterbi): each mark opens, closes, reopens or is skipped, at a cost that says how odd
that is for its shape and the characters beside it. A wrong mark therefore costs its own
paragraph at most, since leaving a paragraph inside a quotation has its price too.
Time is linear in the number of marks.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import NamedTuple

from .answer import Span
from .deadline import Deadline

# An apostrophe inside a word is never a quotation mark: "don’t", "shouldn‘t".
# Two single marks in a row are typed for a double one: ``so''.
_MARK = re.compile("[“”\"„‟«»‹›「」『』]|''|’’|‘‘|``|(?<![^\\W_])[‘’'‚`´‛]|[‘’'‚`´‛](?![^\\W_])")
_ELISION = re.compile(r"(?:\d\ds?|twas|tis|til|till|em|n|cause|bout|round|cos|ello)\b", re.IGNORECASE)

_OPENING_CONTEXT = frozenset("([{—–-/“„«‹「『‘‚\"'|>*_:")
_CLOSED_WORDS = frozenset(".,?!…;:—–-)]\"”’'")
_BEAM = 12.0
_CHECKED = 64  # marks between two looks at the clock: of many kinds in a row, each is weighed in many readings
_UNDECIDED = 4096  # marks; what lies so far back is decided, whatever follows

CURLY, STRAIGHT, LOW, GUILLEMET, CORNER, SINGLE, APOSTROPHE = range(7)
_SINGLES = (SINGLE, APOSTROPHE)
# What a mark costs that opens, or closes, a quotation of a family, by its shape alone.
_OPEN_COST: dict[int, dict[str, float]] = {
    CURLY: {"“": 0, "‟": 0, "”": 2, "‘‘": 0, "``": 0},
    STRAIGHT: {'"': 0},
    LOW: {"„": 0},
    GUILLEMET: {"«": 0, "»": 1, "‹": 0, "›": 1},
    CORNER: {"「": 0, "『": 0},
    SINGLE: {"‘": 0, "‛": 0, "‚": 0, "`": 0.7, "’": 3},
    APOSTROPHE: {"'": 0.7},
}
_CLOSE_COST: dict[int, dict[str, float]] = {
    CURLY: {"”": 0, "''": 0, "’’": 0, '"': 0.8, "’": 2, "“": 2.5, "»": 3},
    STRAIGHT: {'"': 0, "”": 0.8, "''": 0.5, "’’": 0.5, "“": 2, "'": 2.5},
    LOW: {"“": 0, "”": 0, '"': 0.5},
    GUILLEMET: {"»": 0, "«": 1, "›": 0, "‹": 1},
    CORNER: {"」": 0, "』": 0},
    SINGLE: {"’": 0, "´": 0.3, "'": 0.5, "‘": 0.5},
    APOSTROPHE: {"'": 0, "’": 0.5, "´": 0.5},
}
# How much the white space around a mark counts: little where the shape itself tells.
_SPACING = {CURLY: 0.4, LOW: 0.4, GUILLEMET: 0.3, CORNER: 0.0}
_FAMILIES_OF = {
    glyph: tuple(f for f, glyphs in _OPEN_COST.items() if glyph in glyphs)
    for glyph in {g for table in (_OPEN_COST, _CLOSE_COST) for glyphs in table.values() for g in glyphs}
}
_APOSTROPHES = frozenset("’'‘`´‛‚")
_UNCLOSED = 3.5
_UNCLOSED_SINGLE = 5.0
_STRAY = 4.0
_UNMARKED_CONTINUATION = 3.0
_TO_CLOSE = 100  # added to a family: the quotation went on over a paragraph's end and must close next


@dataclass(frozen=True, slots=True)
class Stretch:
    """Text between an opening and a closing mark; ``span`` leaves the marks out.

    ``closed`` is false where the closing mark is missing and the paragraph ends instead.
    """

    span: Span
    family: int
    closed: bool
    nested: tuple[Span, ...] = ()


class _Mark(NamedTuple):
    at: int
    end: int
    glyph: str
    opening: float
    closing: float
    skipping: float
    paragraph: int
    leads: bool


@dataclass(slots=True)
class _Step:
    """One decision, linked to the one before: ``action`` on the mark at ``at``, or on a paragraph's end."""

    before: _Step | None
    action: str
    at: int
    end: int
    family: int


class _Path(NamedTuple):
    cost: float
    last: _Step | None


_State = tuple[int, ...]  # the families of the open quotations, the outer one first


def pair_marks(text: str, paragraphs: tuple[Span, ...], deadline: Deadline) -> tuple[list[Stretch], list[int]]:
    """Return the marked stretches of ``text``, outer ones in order, and the offsets of stray double marks."""
    paths: dict[_State, _Path] = {(): _Path(0.0, None)}
    decided = _Decided(text)
    before: _Mark | None = None
    for number, mark in enumerate(deadline.watch(_marks(text, paragraphs), _CHECKED), 1):
        if before is not None and mark.paragraph != before.paragraph:
            paths = _leave_paragraph(paths, before, mark, paragraphs)
        paths = _prune(_advance(paths, mark))
        if number % _UNDECIDED == 0:
            paths = decided.follow(paths)
        before = mark
    if before is not None:
        decided.finish(_leave_paragraph(paths, before, None, paragraphs)[()].last)
    return decided.stretches, decided.strays


def _marks(text: str, paragraphs: tuple[Span, ...]) -> Iterator[_Mark]:
    for number, block in enumerate(paragraphs):
        leads = True
        for match in _MARK.finditer(text, block.start, block.end):
            at, glyph = match.start(), match[0]
            before = text[at - 1] if at > block.start else ""
            after = text[match.end()] if match.end() < block.end else ""
            leads = leads and at == block.start
            opening = _opening_cost(before, after)
            closing = _closing_cost(before, after)
            skipping = _skipping_cost(glyph, before)
            if glyph in _APOSTROPHES:
                if _ELISION.match(text, at + 1):
                    opening, skipping = opening + 2, 0.3
                closing += 0 if before in _CLOSED_WORDS else 1.2 if before in "sS" else 0.6
            yield _Mark(at, match.end(), glyph, opening, closing, skipping, number, leads)


def _opening_cost(before: str, after: str) -> float:
    cost = 0.0 if not before or before.isspace() or before in _OPENING_CONTEXT else 2.0
    return cost + (0.0 if after and not after.isspace() else 2.0)


def _closing_cost(before: str, after: str) -> float:
    cost = 2.0 if not before or before.isspace() else 0.0
    return cost + (2.0 if after.isalnum() else 0.0)


def _skipping_cost(glyph: str, before: str) -> float:
    """Return the price of taking a mark for no mark: an apostrophe, an inch, a slip."""
    if glyph in _APOSTROPHES:
        if glyph == "‘":
            return 2.5
        if before and not before.isspace() and before not in _OPENING_CONTEXT:
            return 2.5 if before in ".,?!…" else 0.4 if before in "sS" else 1.0
        return 1.0
    return 1.2 if glyph == '"' and before.isdigit() else _STRAY


def _advance(paths: dict[_State, _Path], mark: _Mark) -> dict[_State, _Path]:
    """Return the best path to each state once ``mark`` is read."""
    reached: dict[_State, _Path] = {}
    reach = partial(_reach, reached)
    for state, (cost, last) in paths.items():
        if state and state[-1] >= _TO_CLOSE:  # a paragraph that goes on without a mark: its first one closes
            family = state[-1] - _TO_CLOSE
            if (shape := _CLOSE_COST[family].get(mark.glyph)) is not None:
                price = cost + shape + mark.closing
                reach(state[:-1], price, _Step(last, "close", mark.at, mark.end, family))
            continue
        if state and state[-1] < 0:  # a paragraph that goes on: its first mark only reopens
            reach((*state[:-1], ~state[-1]), cost, _Step(last, "reopen", mark.at, mark.end, ~state[-1]))
            continue
        single = mark.glyph in _APOSTROPHES
        stray = mark.skipping + (0.5 if single and state and state[0] in _SINGLES else 0.0)
        action = "skip" if mark.skipping >= _STRAY else "pass"
        reach(state, cost + stray, _Step(last, action, mark.at, mark.end, -1))
        if state and (shape := _CLOSE_COST[state[-1]].get(mark.glyph)) is not None:
            price = cost + shape + mark.closing * _SPACING.get(state[-1], 1.0)
            reach(state[:-1], price, _Step(last, "close", mark.at, mark.end, state[-1]))
        if len(state) < 2:
            for family in _FAMILIES_OF[mark.glyph]:
                spacing = mark.opening * (1.0 if _OPEN_COST[family][mark.glyph] else _SPACING.get(family, 1.0))
                price = cost + _OPEN_COST[family][mark.glyph] + spacing + _nesting_cost(state, family)
                reach((*state, family), price, _Step(last, "open", mark.at, mark.end, family))
    return reached


def _reach(reached: dict[_State, _Path], state: _State, cost: float, step: _Step | None) -> None:
    """Keep the path to ``state`` if it is the cheapest so far."""
    known = reached.get(state)
    if known is None or cost < known.cost:
        reached[state] = _Path(cost, step)


def _nesting_cost(state: _State, family: int) -> float:
    if not state:
        return 0.0
    if state[-1] == family:
        return 1.0 if family == CURLY else 3.0
    return 0.2 if family in _SINGLES or state[-1] in _SINGLES else 0.6


def _leave_paragraph(
    paths: dict[_State, _Path], last: _Mark, following: _Mark | None, paragraphs: tuple[Span, ...]
) -> dict[_State, _Path]:
    """Return the best paths beyond the end of the paragraph of the mark ``last``."""
    end = paragraphs[last.paragraph].end
    gap = following.paragraph - last.paragraph if following else 0
    reached: dict[_State, _Path] = {}
    reach = partial(_reach, reached)
    for state, (cost, step) in paths.items():
        if state and not 0 <= state[-1] < _TO_CLOSE:
            continue  # what was to close or reopen has met no mark
        closed_cost, closed = cost, step
        for family in reversed(state):
            closed_cost += _UNCLOSED_SINGLE if family in _SINGLES else _UNCLOSED
            closed = _Step(closed, "break", end, end, family)
        reach((), closed_cost, closed)
        if following is None or len(state) != 1:
            continue
        if following.leads and gap == 1 and _reopens(state[0], following.glyph):
            reach((~state[0],), cost + 0.3, step)
        elif not following.leads and state[0] not in _SINGLES:
            reach((state[0] + _TO_CLOSE,), cost + _UNMARKED_CONTINUATION * gap, step)
    return reached


def _reopens(family: int, glyph: str) -> bool:
    """Whether ``glyph``, first in a paragraph, can show that a quotation of ``family`` goes on."""
    return any((f in _SINGLES) == (family in _SINGLES) and _OPEN_COST[f][glyph] <= 1 for f in _FAMILIES_OF[glyph])


def _prune(paths: dict[_State, _Path]) -> dict[_State, _Path]:
    limit = min(path.cost for path in paths.values()) + _BEAM
    return {state: path for state, path in paths.items() if path.cost <= limit or not state}


class _Decided:
    """What the decisions so far say: the finished stretches and the stray marks."""

    def __init__(self, text: str) -> None:
        self.stretches: list[Stretch] = []
        self.strays: list[int] = []
        self._text = text
        self._opened: list[int] = []
        self._nested: list[Span] = []

    def follow(self, paths: dict[_State, _Path]) -> dict[_State, _Path]:
        """Decide what lies far back as the path does that has nothing open; drop the paths that read it otherwise.

        So no more than some thousands of decisions are ever kept in mind.
        """
        steps = _steps(paths[()].last)
        last = steps[len(steps) // 2]
        self._take(steps[: len(steps) // 2 + 1])
        last.before, last.action = None, "taken"
        return {state: path for state, path in paths.items() if path.last and _first(path.last) is last}

    def finish(self, last: _Step | None) -> None:
        """Take the decisions up to the last one."""
        self._take(_steps(last))

    def _take(self, steps: list[_Step]) -> None:
        for step in steps:
            if step.action == "skip":
                self.strays.append(step.at)
            elif step.action == "open":
                self._opened.append(step.end)
            elif step.action in ("close", "break"):
                self._close(Span(self._opened.pop(), step.at), step.family, closed=step.action == "close")

    def _close(self, span: Span, family: int, *, closed: bool) -> None:
        if self._opened:
            self._nested.append(span)
            return
        if span.of(self._text).strip():
            self.stretches.append(Stretch(span, family, closed, tuple(self._nested)))
        self._nested = []


def _steps(step: _Step | None) -> list[_Step]:
    """Return the decisions up to ``step``, the first one first."""
    steps = []
    while step:
        steps.append(step)
        step = step.before
    return steps[::-1]


def _first(step: _Step) -> _Step:
    while step.before:
        step = step.before
    return step
