"""Where the marked stretches lie among the tokens, and where the reporting clauses are."""

from __future__ import annotations

from array import array
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import chain
from math import log1p

import numpy as np

from .answer import Span
from .arrays import compact
from .tagger import Tags
from .text import Tokens

OUTSIDE = -1
_LONGEST_CLAUSE = 60  # tokens: a sentence without an end must not cost more


@dataclass(frozen=True, slots=True)
class Stretch:
    """A marked stretch as tokens ``first`` to ``stop`` (exclusive), marks left out."""

    span: Span
    first: int
    stop: int


@dataclass(frozen=True, slots=True)
class Clause:
    """The likeliest reporting cue around a stretch: its token, and how likely it is one."""

    cue: int
    chance: float


@dataclass(frozen=True, slots=True)
class Layout:
    """Tokens, tags and marked stretches of one article, with look-ups by token.

    ``inside[i]`` is the number of the stretch that holds token ``i``, its marks included,
    or OUTSIDE; ``outside_before[i]`` counts the tokens before ``i`` that are in no stretch;
    ``cue[i]`` is the chance that token ``i`` belongs to a reporting cue, ``cue_before[i]`` the
    sum of those before it.
    """

    tokens: Tokens
    tags: Tags
    stretches: tuple[Stretch, ...]
    inside: array[int]
    outside_before: array[int]
    cue: array[float]
    cue_before: array[float]
    paragraph_starts: array[int]

    def paragraph_range(self, paragraph: int) -> range:
        """Return the tokens of a paragraph."""
        return range(self.paragraph_starts[paragraph], self.paragraph_starts[paragraph + 1])

    def outside_between(self, first: int, stop: int) -> int:
        """Return how many tokens of ``first`` to ``stop`` lie in no stretch."""
        return self.outside_before[stop] - self.outside_before[first]

    def clause_reach(self, stretch: Stretch) -> tuple[range, range]:
        """Return the tokens before and after a stretch that can hold its own reporting clause.

        They are those of its first and last sentence and of the one that follows, in its paragraphs.
        """
        sentences, sentence = self.tokens.sentences, self.tokens.sentence
        last = min(sentence[stretch.stop - 1] + 1, len(sentences) - 2)
        begin = max(
            sentences[sentence[stretch.first]],
            self.paragraph_range(self.tokens.paragraph[stretch.first]).start,
            stretch.first - _LONGEST_CLAUSE,
        )
        stop = min(
            sentences[last + 1],
            self.paragraph_range(self.tokens.paragraph[stretch.stop - 1]).stop,
            stretch.stop + _LONGEST_CLAUSE,
        )
        return range(begin, stretch.first), range(stretch.stop, stop)

    def cue_density(self, tokens: range) -> float:
        """Return the mean chance of a cue among ``tokens``."""
        return (self.cue_before[tokens.stop] - self.cue_before[tokens.start]) / max(len(tokens), 1)


def lay_out(tokens: Tokens, tags: Tags, spans: Iterable[Span]) -> Layout:
    """Lay the marked ``spans`` over the tokens; spans without a token are left out."""
    count = len(tokens)
    inside = np.full(count, OUTSIDE, np.int32)
    stretches: list[Stretch] = []
    for span in spans:
        held = tokens.within(span)
        if not held:
            continue
        marked = _with_marks(tokens, held)
        inside[marked.start : marked.stop] = len(stretches)
        stretches.append(Stretch(span, held.start, held.stop))
    outside = inside == OUTSIDE
    cue = np.where(outside, np.asarray(tags.cue), np.float32(0.0))
    paragraphs = np.asarray(tokens.paragraph)
    return Layout(
        tokens,
        tags,
        tuple(stretches),
        compact(inside),
        compact(np.concatenate(([0], np.cumsum(outside))).astype(np.int32)),
        compact(cue),
        compact(np.concatenate(([0.0], np.cumsum(cue, dtype=np.float64)))),
        compact(np.append(np.flatnonzero(np.diff(paragraphs, prepend=-1)), count).astype(np.int32)),
    )


def _with_marks(tokens: Tokens, held: range) -> range:
    """Return the tokens of a stretch and its marks; of what was never closed the next word is no mark."""
    begins = held.start > 0 and not tokens.words[held.start - 1][0].isalnum()
    ends = held.stop < len(tokens) and not tokens.words[held.stop][0].isalnum()
    return range(held.start - begins, held.stop + ends)


def find_clause(layout: Layout, stretch: Stretch) -> Clause:
    """Return the likeliest cue near ``stretch``; the nearer of two equals wins."""
    best, best_worth = Clause(stretch.first, 0.0), 0.0
    for at in chain(*layout.clause_reach(stretch)):
        if (chance := layout.cue[at]) > best_worth:  # a cue is worth no more than its chance
            before = at < stretch.first
            between = (at, stretch.first) if before else (stretch.stop, at)
            worth = chance / (1.0 + 0.12 * layout.outside_between(*between))
            if worth > best_worth:
                best, best_worth = Clause(at, chance), worth
    return best


def stretch_features(layout: Layout, number: int, clause: Clause) -> list[float]:
    """Describe a stretch from outside and inside, whoever said it."""
    stretch = layout.stretches[number]
    tokens = layout.tokens
    words, paragraph = tokens.words, tokens.paragraph
    own = layout.paragraph_range(paragraph[stretch.first])
    end = layout.paragraph_range(paragraph[stretch.stop - 1]).stop
    before, after = stretch.first - 2, stretch.stop + 1
    following = words[after] if after < end else ""
    opening = words[before] if before >= own.start else ""
    before_it, after_it = layout.clause_reach(stretch)
    earlier = layout.stretches[number - 1] if number else None
    gap = layout.outside_between(earlier.stop, stretch.first) if earlier else 99
    cue_distance = clause.cue - stretch.stop if clause.cue >= stretch.stop else clause.cue - stretch.first
    return [
        log1p(stretch.stop - stretch.first),
        float(words[stretch.first][0].isupper()),
        float(_ENDINGS.get(words[stretch.stop - 1][-1], 0)),
        float(_ENDINGS.get(following[:1], 5 if following[:1].islower() else 6 if following else 7)),
        float(_ENDINGS.get(opening[-1:], 5 if opening[-1:].isalnum() else 6 if opening else 7)),
        float(layout.outside_between(own.start, stretch.first)),
        float(layout.outside_between(stretch.stop, end)),
        float(layout.outside_between(before_it.start, after_it.stop)),
        clause.chance,
        float(max(-20, min(20, cue_distance))),
        float(min(gap, 99)),
        float(paragraph[stretch.first] - paragraph[earlier.stop - 1]) if earlier else 99.0,
        float(paragraph[stretch.stop - 1] - paragraph[stretch.first]),
    ]


_ENDINGS = {",": 1, ".": 2, "?": 3, "!": 3, ":": 4, ";": 1, "…": 2, "—": 8, "–": 8, "-": 8}
