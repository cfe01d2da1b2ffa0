"""Quotation or not: a learned decision on each marked stretch."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import log1p

from .deadline import Deadline
from .layout import OUTSIDE, Layout, find_clause, lay_out, stretch_features
from .marks import APOSTROPHE, SINGLE
from .marks import Stretch as Marked
from .tagger import Tags
from .tagset import ENTITY, FINITE, RELATION, tag_numbers
from .text import Tokens
from .trees import Trees

_LIKELY = 0.5
_VERBS = FINITE | tag_numbers("VB")
_PERSONAL = frozenset("i we you my our me us your".split())
_TITLE_TAGS = frozenset(ENTITY.index(label) for label in ("B-MISC", "I-MISC", "B-ORG", "I-ORG"))
_CLAUSE_HEADS = tuple(map(RELATION.index, ("root", "quoted<", "quoted>", "subject>")))
_PERSON_TAGS = frozenset(ENTITY.index(label) for label in ("B-PER", "I-PER"))


def lay_out_quotations(
    tokens: Tokens, tags: Tags, marked: Sequence[Marked], judge: Trees, deadline: Deadline = Deadline()
) -> tuple[Layout, dict[Marked, float]]:
    """Lay out those of ``marked`` that are quotations, no titles, nicknames, terms or sarcasm; return their chances."""
    layout = lay_out(tokens, tags, (stretch.span for stretch in deadline.watch(marked)))
    chances = _chances(layout, marked, judge, deadline)
    quoted = {stretch: chance for stretch, chance in zip(marked, chances, strict=True) if chance >= _LIKELY}
    if len(quoted) < len(marked):  # the others are words like those around them
        layout = lay_out(tokens, tags, (stretch.span for stretch in deadline.watch(quoted)))
    return layout, quoted


def are_quotations(
    layout: Layout, marked: Sequence[Marked], judge: Trees, deadline: Deadline = Deadline()
) -> list[bool]:
    """Return whether each stretch of ``layout`` reproduces somebody's words."""
    return [chance >= _LIKELY for chance in _chances(layout, marked, judge, deadline)]


def _chances(layout: Layout, marked: Sequence[Marked], judge: Trees, deadline: Deadline) -> list[float]:
    chances: list[float] = judge.probabilities_of(quotation_features(layout, marked), deadline).tolist()
    return chances


def quotation_features(layout: Layout, marked: Sequence[Marked]) -> Iterator[list[float]]:
    """Yield a row of features for each stretch."""
    singles = sum(m.family in (SINGLE, APOSTROPHE) for m in marked) / max(len(marked), 1)
    for i, (stretch, mark) in enumerate(zip(layout.stretches, marked, strict=True)):
        yield [
            *stretch_features(layout, i, find_clause(layout, stretch)),
            *_content_features(layout, i),
            *_context_features(layout, i),
            float(mark.family),
            singles,
            float(mark.closed),
        ]


def _content_features(layout: Layout, number: int) -> list[float]:
    """Describe what stands between the marks."""
    stretch = layout.stretches[number]
    words = layout.tokens.words[stretch.first : stretch.stop]
    tags = layout.tags
    count = len(words)
    alphabetic = [w for w in words if w[0].isalpha()] or ["x"]
    pos = tags.pos[stretch.first : stretch.stop]
    entity = tags.entity[stretch.first : stretch.stop]
    relations = tags.relation[stretch.first : stretch.stop]
    return [
        sum(w[0].isupper() for w in alphabetic) / len(alphabetic),
        sum(w.isupper() for w in alphabetic) / len(alphabetic),
        float(sum(map(_VERBS.__contains__, pos))),
        float(not _PERSONAL.isdisjoint(layout.tokens.lowered[stretch.first : stretch.stop])),
        sum(map(_TITLE_TAGS.__contains__, entity)) / count,
        sum(map(_PERSON_TAGS.__contains__, entity)) / count,
        float(pos[0]),
        float(pos[-1]),
        float(count),
        *(float(number in relations) for number in _CLAUSE_HEADS),
        float(tags.relation[stretch.first]),
        float(tags.relation[stretch.stop - 1]),
    ]


def _context_features(layout: Layout, number: int) -> list[float]:
    """Describe what stands beside the marks: words, parts of speech, and chances of a source or a cue."""
    stretch, tokens, tags = layout.stretches[number], layout.tokens, layout.tags
    own = layout.paragraph_range(tokens.paragraph[stretch.first])
    end = layout.paragraph_range(tokens.paragraph[stretch.stop - 1]).stop
    features: list[float] = []
    for at in (stretch.first - 2, stretch.first - 3, stretch.stop + 1, stretch.stop + 2):
        if own.start <= at < end:
            features += [float(tags.pos[at]), float(tags.entity[at] > 0), layout.cue[at], float(tags.relation[at])]
        else:
            features += [-1.0, 0.0, 0.0, -1.0]
    before = range(max(own.start, stretch.first - 9), max(stretch.first - 1, own.start))
    after = range(min(stretch.stop + 1, end), min(stretch.stop + 9, end))
    for window in (before, after):
        features.append(max((layout.cue[i] for i in window), default=0.0))
        features.append(max((tags.source_start[i] for i in window if layout.inside[i] == OUTSIDE), default=0.0))
    for at in (stretch.first - 2, stretch.first - 3, stretch.first - 4):
        features.append(float(_BEFORE.get(tokens.lowered[at], 0)) if at >= own.start else -1.0)
    features.append(log1p(len(layout.stretches)))
    features.append(layout.cue_density(own))
    return features


_BEFORE = {
    word: number
    for number, words in enumerate(
        (
            "called dubbed named nicknamed titled entitled known labeled labelled termed",
            "so-called a an",
            "the his her its their this that",
            "said says say saying added told tweeted wrote read reads stated declared",
            "of as or for in on by with",
            "film movie book song album show series novel hit single magazine album",
            "word term phrase slogan words hashtag",
            "is was are were be been being",
            "and but",
        ),
        1,
    )
    for word in words.split()
}
