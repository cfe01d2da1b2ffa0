"""Attribution: which mention each quotation is credited to, by a learned ranker."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

import numpy as np

from .layout import OUTSIDE, Clause, Layout, Stretch, find_clause, stretch_features
from .mentions import Mention, MentionKind, covered_names
from .tagset import FINITE, NOUN_KINDS, POS, tag_numbers
from .trees import Floats, Trees

_PARAGRAPHS_BEFORE, _PARAGRAPHS_AFTER = 3, 1
_MOST_BEFORE, _MOST_AFTER = 24, 10
_BATCH = 64  # stretches ranked at a time: memory stays flat however many an article has

_VERBS = FINITE | tag_numbers("VBN", "VB", "VBG")
_PREPOSITION = POS.index("IN")
_PLURAL = POS.index("NNS")
_PERSON = NOUN_KINDS.index("person")
_ONE_HOT = {kind: [float(kind == other) for other in MentionKind] for kind in MentionKind}
_PRONOUN_CLASS = {"he": 1, "she": 1, "they": 2, "i": 3, "we": 3, "you": 3, "it": 4, "who": 5, "which": 5}
_PRONOUN_CLASS |= {"him": 6, "her": 6, "them": 6, "his": 7, "their": 7}


@dataclass(frozen=True, slots=True)
class Candidates:
    """The mentions that may be a stretch's source, and a row of features for each."""

    mentions: tuple[int, ...]
    rows: list[list[float]]


@dataclass(frozen=True, slots=True)
class Attribution:
    """The mention that a stretch is credited to, by number, or None.

    ``chance`` is the ranker's own idea of its being right, ``lead`` what it is ahead of the next.
    """

    mention: int | None
    chance: float
    lead: float
    clause: Clause


def attribute(layout: Layout, mentions: Sequence[Mention], ranker: Trees) -> list[Attribution]:
    """Return an attribution for each stretch of ``layout``."""
    clauses = [find_clause(layout, stretch) for stretch in layout.stretches]
    found = find_candidates(layout, mentions, clauses)
    answers: list[Attribution] = []
    while batch := list(islice(found, _BATCH)):
        answers.extend(_choose_all(batch, clauses[len(answers) : len(answers) + _BATCH], ranker))
    return answers


def _choose_all(batch: Sequence[Candidates], clauses: Sequence[Clause], ranker: Trees) -> Iterator[Attribution]:
    rows = [row for candidates in batch for row in candidates.rows]
    scores = ranker.probabilities(np.array(rows, np.float32)) if rows else np.zeros(0, np.float32)
    first = 0
    for candidates, clause in zip(batch, clauses, strict=True):
        own = scores[first : first + len(candidates.rows)]
        first += len(own)
        yield _choose(candidates, own, clause)


def _choose(candidates: Candidates, scores: Floats, clause: Clause) -> Attribution:
    if not len(scores):
        return Attribution(None, 0.0, 0.0, clause)
    best = int(scores.argmax())
    return Attribution(candidates.mentions[best], float(scores[best]), lead_of_best(scores), clause)


def lead_of_best(chances: Floats) -> float:
    """Return how far the best of some chances is ahead of the second best."""
    ranked = np.sort(chances)
    return float(ranked[-1] - ranked[-2]) if len(ranked) > 1 else float(ranked[-1])


def find_candidates(layout: Layout, mentions: Sequence[Mention], clauses: Sequence[Clause]) -> Iterator[Candidates]:
    """Yield the candidates of each stretch: mentions outside of stretches in nearby paragraphs."""
    covered = covered_names(mentions)
    usable = [i for i, m in enumerate(mentions) if layout.inside[m.head] == OUTSIDE and i not in covered]
    starts = [mentions[i].first for i in usable]
    heads = Counter(layout.tokens.words[mentions[i].head].lower() for i in usable)
    in_paragraph = Counter(layout.tokens.paragraph[s.first] for s in layout.stretches)
    for number, clause in enumerate(clauses):
        yield _Describer(layout, mentions, usable, starts, heads, in_paragraph, number, clause).candidates()


@dataclass(frozen=True, slots=True)
class _Describer:
    """Everything that the features of one stretch's candidates are read from."""

    layout: Layout
    mentions: Sequence[Mention]
    usable: Sequence[int]
    starts: Sequence[int]
    heads: Counter[str]
    in_paragraph: Counter[int]
    number: int
    clause: Clause

    @property
    def stretch(self) -> Stretch:
        return self.layout.stretches[self.number]

    def candidates(self) -> Candidates:
        stretch, layout = self.stretch, self.layout
        paragraph = layout.tokens.paragraph
        last = len(layout.paragraph_starts) - 2
        begin = layout.paragraph_range(max(paragraph[stretch.first] - _PARAGRAPHS_BEFORE, 0)).start
        end = layout.paragraph_range(min(paragraph[stretch.stop - 1] + _PARAGRAPHS_AFTER, last)).stop
        middle = bisect_left(self.starts, stretch.first)
        before = range(max(bisect_left(self.starts, begin), middle - _MOST_BEFORE), middle)
        after = range(middle, min(bisect_left(self.starts, end), middle + _MOST_AFTER))
        neighbours = float(self.in_paragraph[paragraph[stretch.first]])
        shared = [*stretch_features(layout, self.number, self.clause), neighbours]
        chosen = [self.usable[i] for i in (*before, *after)]
        ranks = [*range(len(before) - 1, -1, -1), *range(len(after))]
        rows = [
            shared + self._place_features(self.mentions[i], rank) + self._mention_features(self.mentions[i])
            for i, rank in zip(chosen, ranks, strict=True)
        ]
        return Candidates(tuple(chosen), rows)

    def _place_features(self, mention: Mention, rank: int) -> list[float]:
        """Describe where the mention stands, seen from the stretch and from its likeliest cue."""
        layout, stretch, cue = self.layout, self.stretch, self.clause.cue
        sentence, paragraph = layout.tokens.sentence, layout.tokens.paragraph
        after = mention.first >= stretch.stop
        near, far = (stretch.stop, mention.first) if after else (mention.stop, stretch.first)
        edge = stretch.stop - 1 if after else stretch.first
        to_cue = mention.first - cue if mention.first > cue else mention.stop - 1 - cue
        low, high = sorted((mention.first, cue))
        between = bisect_left(self.starts, high) - bisect_left(self.starts, low + 1)
        return [
            float(after),
            float(rank),
            float(layout.outside_between(near, far)),
            float(far - near),
            float(abs(sentence[mention.head] - sentence[edge])),
            float(paragraph[mention.head] - paragraph[edge]),
            float(abs(layout.inside[far - 1] - self.number) if far > near and layout.inside[far - 1] >= 0 else 0),
            float(max(-20, min(20, to_cue))),
            float(between),
            float(sentence[mention.head] == sentence[cue]),
            float(max(layout.cue[near:far], default=0.0)) if far - near < 40 else -1.0,
            float(min(cue, stretch.first) <= mention.first < max(cue, stretch.stop)),
        ]

    def _mention_features(self, mention: Mention) -> list[float]:
        """Describe the mention and what stands beside it."""
        layout = self.layout
        tokens, tags = layout.tokens, layout.tags
        sentence = tokens.sentence[mention.head]
        begin, end = tokens.sentences[sentence], tokens.sentences[sentence + 1]
        cues_after = layout.cue[mention.stop : min(mention.stop + 5, end)]
        cues_before = layout.cue[max(mention.first - 4, begin) : mention.first]
        word = tokens.words[mention.head].lower()
        return [
            *_ONE_HOT[mention.kind],
            float(_PRONOUN_CLASS.get(word, 0)) if mention.kind == MentionKind.PRONOUN else 0.0,
            float(tags.pos[mention.head] == _PLURAL),
            float(tags.noun[mention.head] == _PERSON),
            float(tags.noun[mention.head]),
            tags.source[mention.head],
            tags.source_start[mention.first],
            max(cues_after, default=0.0),
            float(cues_after.index(max(cues_after))) if cues_after else -1.0,
            max(cues_before, default=0.0),
            float(len(cues_before) - cues_before.index(max(cues_before))) if cues_before else -1.0,
            float(mention.stop - mention.first),
            float(self.heads[word]),
            float(mention.first - begin),
            float(bisect_left(self.starts, mention.first) - bisect_left(self.starts, begin)),
            float(layout.outside_between(begin, end)),
            float(end - begin - layout.outside_between(begin, end)),
            *self._neighbours(mention.first - 1, begin, end),
            *self._neighbours(mention.stop, begin, end),
        ]

    def _neighbours(self, at: int, begin: int, end: int) -> list[float]:
        """Describe the word beside a mention: its part of speech, and whether it is a telling one."""
        if not begin <= at < end:
            return [-1.0, 0.0, 0.0, 0.0]
        word, tag = self.layout.tokens.words[at].lower(), self.layout.tags.pos[at]
        return [
            float(_BESIDE.get(word, 0)),
            float(tag in FINITE),
            float(tag in _VERBS),
            float(tag == _PREPOSITION) + 2 * float(self.layout.inside[at] != OUTSIDE),
        ]


_BESIDE = {
    w: i for i, w in enumerate(("to", "by", "of", "with", "and", ",", "from", ":", "'s", "that", ".", "(", "for"), 1)
}
_BESIDE |= {"’s": _BESIDE["'s"], "—": 14, "–": 14, "-": 14, "--": 14, "who": 15, "as": 16, "in": 17, "told": 18}


def find_co_speakers(
    layout: Layout, mentions: Sequence[Mention], attributions: Sequence[Attribution]
) -> list[tuple[int, ...]]:
    """Return the mentions of those who said each stretch together with its source: "Burton and [Nick] replied"."""
    return [() if a.mention is None else _joined(layout, mentions, a.mention, a.clause) for a in attributions]


def _joined(layout: Layout, mentions: Sequence[Mention], number: int, clause: Clause) -> tuple[int, ...]:
    """Names joined to a name by "and", when the cue stands right beside the pair."""
    words = layout.tokens.words
    if mentions[number].kind != MentionKind.PERSON or clause.chance < 0.2:
        return ()
    found = []
    for other in (number - 1, number + 1):
        if not 0 <= other < len(mentions) or mentions[other].kind != MentionKind.PERSON:
            continue
        first, second = sorted((mentions[number], mentions[other]), key=lambda mention: mention.first)
        if [word.lower() for word in words[first.stop : second.first]] not in (["and"], ["&"]):
            continue
        if clause.cue in (second.stop, second.stop + 1) or clause.cue == first.first - 1:
            found.append(other)
    return tuple(found)
