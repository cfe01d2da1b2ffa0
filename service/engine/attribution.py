"""Attribution: which mention each quotation is credited to, by a learned ranker."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, islice
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from .arrays import softmax
from .deadline import Deadline
from .layout import OUTSIDE, Clause, Layout, Stretch, find_clause, stretch_features
from .mentions import Mention, MentionKind, covered_names
from .syntax import NO_VERB, verb_of
from .tagset import FINITE, NOUN_KINDS, POS, SUBJECT_OF_EARLIER, SUBJECT_OF_LATER, VERBS
from .trees import Floats, Trees

Integers: TypeAlias = NDArray[np.integer]

_PARAGRAPHS_BEFORE, _PARAGRAPHS_AFTER = 3, 1
_MOST_BEFORE, _MOST_AFTER = 14, 6  # in our corpora no source stands farther away
_FAR = 40  # tokens between a mention and a stretch, where a cue between them says nothing
_BATCH = 64  # stretches ranked at a time: memory stays flat however many an article has

_CONJUNCTION = POS.index("CC")
_IS_FINITE = np.array([number in FINITE for number in range(len(POS))])
_IS_QUESTION_WORD = np.array([name in ("WP", "WDT", "WRB") for name in POS])
_PREPOSITION = POS.index("IN")
_PLURAL = POS.index("NNS")
_PERSON = NOUN_KINDS.index("person")
_SUBJECTS = SUBJECT_OF_EARLIER, SUBJECT_OF_LATER
_ONE_HOT = {kind: [float(kind == other) for other in MentionKind] for kind in MentionKind}
_PRONOUN_CLASS = {"he": 1, "she": 1, "they": 2, "i": 3, "we": 3, "you": 3, "it": 4, "who": 5, "which": 5}
_PRONOUN_CLASS |= {"him": 6, "her": 6, "them": 6, "his": 7, "their": 7}


@dataclass(frozen=True, slots=True)
class Candidates:
    """The mentions that may be a stretch's source, and a row of features for each."""

    mentions: tuple[int, ...]
    rows: Floats


@dataclass(frozen=True, slots=True)
class Attribution:
    """The mention that a stretch is credited to, by number, or None.

    ``chance`` is the ranker's own idea of its being right, ``lead`` what it is ahead of the next.
    """

    mention: int | None
    chance: float
    lead: float
    clause: Clause


def attribute(
    layout: Layout, mentions: Sequence[Mention], ranker: Trees, deadline: Deadline = Deadline()
) -> list[Attribution]:
    """Return an attribution for each stretch of ``layout``."""
    clauses = [find_clause(layout, stretch) for stretch in deadline.watch(layout.stretches, _BATCH)]
    found = find_candidates(layout, mentions, clauses)
    answers: list[Attribution] = []
    while batch := list(islice(found, _BATCH)):
        deadline.check()
        answers.extend(_choose_all(batch, clauses[len(answers) : len(answers) + _BATCH], ranker))
    return answers


def _choose_all(batch: Sequence[Candidates], clauses: Sequence[Clause], ranker: Trees) -> Iterator[Attribution]:
    rows = [candidates.rows for candidates in batch if candidates.mentions]
    scores = ranker.scores(np.concatenate(rows)) if rows else np.zeros(0, np.float32)
    first = 0
    for candidates, clause in zip(batch, clauses, strict=True):
        own = scores[first : first + len(candidates.rows)]
        first += len(own)
        yield _choose(candidates, own, clause)


def _choose(candidates: Candidates, scores: Floats, clause: Clause) -> Attribution:
    if not len(scores):
        return Attribution(None, 0.0, 0.0, clause)
    chances = softmax(scores)
    best = int(chances.argmax())
    return Attribution(candidates.mentions[best], float(chances[best]), lead_of_best(chances), clause)


def lead_of_best(chances: Floats) -> float:
    """Return how far the best of some chances is ahead of the second best."""
    ranked = np.sort(chances)
    return float(ranked[-1] - ranked[-2]) if len(ranked) > 1 else float(ranked[-1])


def find_candidates(layout: Layout, mentions: Sequence[Mention], clauses: Sequence[Clause]) -> Iterator[Candidates]:
    """Yield the candidates of each stretch: mentions outside of stretches in nearby paragraphs."""
    describer = _Describer.of(layout, mentions, clauses)
    for first in range(0, len(clauses), _BATCH):
        yield from describer.candidates(range(first, min(first + _BATCH, len(clauses))))


@dataclass(frozen=True, slots=True)
class _Describer:
    """Everything that the features of candidates are read from; ``usable`` are the mentions that may be one."""

    layout: Layout
    mentions: Sequence[Mention]
    clauses: Sequence[Clause]
    usable: Sequence[int]
    starts: array[int]
    heads: Counter[str]
    in_paragraph: Counter[int]
    clause_before: Integers  # (tokens + 1, kinds): how many of each mark stand before a token, in no stretch

    @classmethod
    def of(cls, layout: Layout, mentions: Sequence[Mention], clauses: Sequence[Clause]) -> _Describer:
        """Index the mentions of an article."""
        covered = covered_names(mentions)
        usable = [i for i, m in enumerate(mentions) if layout.inside[m.head] == OUTSIDE and i not in covered]
        starts = array("i", [mentions[i].first for i in usable])
        heads = Counter(layout.tokens.lowered[mentions[i].head] for i in usable)
        in_paragraph = Counter(layout.tokens.paragraph[s.first] for s in layout.stretches)
        return cls(layout, mentions, clauses, usable, starts, heads, in_paragraph, _clause_marks(layout))

    def candidates(self, numbers: range) -> Iterator[Candidates]:
        """Yield the candidates of some stretches; what is said of a mention alone is worked out once for all."""
        near = [self._near(self.layout.stretches[number]) for number in numbers]
        counts = [len(before) + len(after) for before, after in near]
        if not any(counts):
            yield from (Candidates((), np.empty((0, 0), np.float32)) for _ in numbers)
            return
        places = [at for before, after in near for at in (*before, *after)]
        ranks = [rank for before, after in near for rank in (*range(len(before) - 1, -1, -1), *range(len(after)))]
        once = {at: row for row, at in enumerate(dict.fromkeys(places))}
        chosen = [self.mentions[self.usable[at]] for at in once]
        which = np.fromiter(map(once.__getitem__, places), np.intp, len(places))
        stretch = np.repeat(np.arange(len(numbers)), counts)
        shared = np.array([self._stretch_features(number) for number in numbers], np.float32)
        own = np.array([self._mention_features(mention) for mention in chosen], np.float32)
        pairs = self._pair_features(numbers, stretch, chosen, which, np.array(ranks, np.int32))
        rows = np.concatenate((shared[stretch], pairs, own[which]), axis=1, dtype=np.float32)
        for (before, after), first, count in zip(near, accumulate(counts, initial=0), counts, strict=False):
            yield Candidates(tuple(self.usable[at] for at in (*before, *after)), rows[first : first + count])

    def _near(self, stretch: Stretch) -> tuple[range, range]:
        """Return the usable mentions before and after a stretch that may be its source."""
        paragraph, starts = self.layout.tokens.paragraph, self.starts
        last = len(self.layout.paragraph_starts) - 2
        begin = self.layout.paragraph_range(max(paragraph[stretch.first] - _PARAGRAPHS_BEFORE, 0)).start
        end = self.layout.paragraph_range(min(paragraph[stretch.stop - 1] + _PARAGRAPHS_AFTER, last)).stop
        middle = bisect_left(starts, stretch.first)
        before = range(max(bisect_left(starts, begin), middle - _MOST_BEFORE), middle)
        return before, range(middle, min(bisect_left(starts, end), middle + _MOST_AFTER))

    def _stretch_features(self, number: int) -> list[float]:
        stretch = self.layout.stretches[number]
        neighbours = float(self.in_paragraph[self.layout.tokens.paragraph[stretch.first]])
        return [*stretch_features(self.layout, number, self.clauses[number]), neighbours]

    def _pair_features(
        self, numbers: range, stretch: Integers, mentions: Sequence[Mention], mention: Integers, rank: Integers
    ) -> Floats:
        """Describe where mentions stand, seen from stretches and from their likeliest cues, a row a pair.

        ``stretch`` and ``mention`` hold the pairs, as places in ``numbers`` and ``mentions``.
        """
        layout, tokens = self.layout, self.layout.tokens
        sentence, paragraph = np.asarray(tokens.sentence), np.asarray(tokens.paragraph)
        outside_before, starts = np.asarray(layout.outside_before), np.asarray(self.starts)
        begin_end_cue = [(layout.stretches[n].first, layout.stretches[n].stop, self.clauses[n].cue) for n in numbers]
        begin, end, cue = np.array(begin_end_cue, np.int32).T[:, stretch]
        first_stop_head = [(m.first, m.stop, m.head) for m in mentions]
        first, stop, head = np.array(first_stop_head, np.int32).T[:, mention]
        verb = np.array([verb_of(layout, m) for m in mentions], np.int32)[mention]
        number, low, high = numbers.start + stretch, np.minimum(first, cue), np.maximum(first, cue)
        after = first >= end
        near, far = np.where(after, end, stop), np.where(after, first, begin)
        edge = np.where(after, end - 1, begin)
        inside = np.asarray(layout.inside)[far - 1]
        columns = (
            after,
            rank,
            outside_before[far] - outside_before[near],
            far - near,
            np.abs(sentence[head] - sentence[edge]),
            paragraph[head] - paragraph[edge],
            np.where((far > near) & (inside >= 0), np.abs(inside - number), 0),
            np.clip(np.where(first > cue, first, stop - 1) - cue, -20, 20),
            np.searchsorted(starts, high) - np.searchsorted(starts, low + 1),
            sentence[head] == sentence[cue],
            self._best_cue(near, far, np.where(after, near, far)),
            (np.minimum(cue, begin) <= first) & (first < np.maximum(cue, end)),
            verb == cue,
            *self._verb_features(verb, begin, end),
        )
        between = self.clause_before[np.maximum(near, far)] - self.clause_before[near]
        to_cue = self.clause_before[high] - self.clause_before[low]
        own = np.stack(columns, axis=1, dtype=np.float32, casting="same_kind")
        return np.concatenate((own, between, to_cue), axis=1, dtype=np.float32)

    def _verb_features(self, verb: Integers, begin: Integers, end: Integers) -> tuple[Floats, Integers]:
        """Return how likely a mention's own verb is a cue, and how far from the stretch it stands."""
        outside_before, edge = np.asarray(self.layout.outside_before), np.where(verb >= end, end, begin)
        apart = outside_before[np.maximum(verb, edge)] - outside_before[np.minimum(verb, edge).clip(0)]
        chance = np.asarray(self.layout.cue)[verb]
        return np.where(verb == NO_VERB, np.float32(-1.0), chance), np.where(verb == NO_VERB, 99, apart)

    def _best_cue(self, near: Integers, far: Integers, edge: Integers) -> Floats:
        """Return the best chance of a cue between tokens ``near`` and ``far``; -1 where they are far apart.

        ``edge`` is the one of the two that the stretch begins or ends at.
        """
        cue = np.asarray(self.layout.cue)
        apart = far - near >= _FAR
        between = np.stack((np.where(apart, edge, near), np.where(apart, edge, far)), axis=1).clip(max=len(cue) - 1)
        best = np.maximum.reduceat(cue, between.ravel())[::2]
        return np.where(apart, np.float32(-1.0), np.where(near < far, best, np.float32(0.0)))

    def _mention_features(self, mention: Mention) -> list[float]:
        """Describe the mention and what stands beside it."""
        layout = self.layout
        tokens, tags = layout.tokens, layout.tags
        sentence = tokens.sentence[mention.head]
        begin, end = tokens.sentences[sentence], tokens.sentences[sentence + 1]
        cues_after = layout.cue[mention.stop : min(mention.stop + 5, end)]
        cues_before = layout.cue[max(mention.first - 4, begin) : mention.first]
        after, before = max(cues_after, default=0.0), max(cues_before, default=0.0)
        outside = layout.outside_between(begin, end)
        word = tokens.lowered[mention.head]
        return [
            *_ONE_HOT[mention.kind],
            float(_PRONOUN_CLASS.get(word, 0)) if mention.kind == MentionKind.PRONOUN else 0.0,
            float(tags.pos[mention.head] == _PLURAL),
            float(tags.noun[mention.head] == _PERSON),
            float(tags.noun[mention.head]),
            float(tags.relation[mention.first]),
            float(tags.relation[mention.head]),
            *(float(subject in tags.relation[mention.first : mention.stop]) for subject in _SUBJECTS),
            tags.source[mention.head],
            tags.source_start[mention.first],
            tags.speaker[mention.head],
            after,
            float(cues_after.index(after)) if cues_after else -1.0,
            before,
            float(len(cues_before) - cues_before.index(before)) if cues_before else -1.0,
            float(mention.stop - mention.first),
            float(self.heads[word]),
            float(mention.first - begin),
            float(bisect_left(self.starts, mention.first) - bisect_left(self.starts, begin)),
            float(outside),
            float(end - begin - outside),
            *self._neighbours(mention.first - 1, begin, end),
            *self._neighbours(mention.stop, begin, end),
        ]

    def _neighbours(self, at: int, begin: int, end: int) -> list[float]:
        """Describe the word beside a mention: its part of speech, and whether it is a telling one."""
        if not begin <= at < end:
            return [-1.0, 0.0, 0.0, 0.0]
        word, tag = self.layout.tokens.lowered[at], self.layout.tags.pos[at]
        return [
            float(_BESIDE.get(word, 0)),
            float(tag in FINITE),
            float(tag in VERBS),
            float(tag == _PREPOSITION) + 2 * float(self.layout.inside[at] != OUTSIDE),
        ]


def _clause_marks(layout: Layout) -> Integers:
    """Count, up to each token, what parts clauses: verbs, subjects, commas, conjunctions, question words."""
    pos, relation = np.asarray(layout.tags.pos), np.asarray(layout.tags.relation)
    commas = np.fromiter(map(",".__eq__, layout.tokens.words), np.bool_, len(pos))
    marks = (_IS_FINITE[pos], np.isin(relation, _SUBJECTS), commas, pos == _CONJUNCTION, _IS_QUESTION_WORD[pos])
    outside = np.asarray(layout.inside) == OUTSIDE
    counts = np.zeros((len(pos) + 1, len(marks)), np.int32)
    np.cumsum(np.stack(marks, axis=1) & outside[:, None], axis=0, out=counts[1:])
    return counts


_BESIDE = {
    w: i for i, w in enumerate(("to", "by", "of", "with", "and", ",", "from", ":", "'s", "that", ".", "(", "for"), 1)
}
_BESIDE |= {"’s": _BESIDE["'s"], "—": 14, "–": 14, "-": 14, "--": 14, "who": 15, "as": 16, "in": 17, "told": 18}


def find_co_speakers(
    layout: Layout, mentions: Sequence[Mention], attributions: Iterable[Attribution]
) -> list[tuple[int, ...]]:
    """Return the mentions of those who said each stretch together with its source: "Burton and [Nick] replied"."""
    return [() if a.mention is None else _joined(layout, mentions, a.mention, a.clause) for a in attributions]


def _joined(layout: Layout, mentions: Sequence[Mention], number: int, clause: Clause) -> tuple[int, ...]:
    """Names joined to a name by "and", when the cue stands right beside the pair."""
    lowered = layout.tokens.lowered
    if mentions[number].kind != MentionKind.PERSON or clause.chance < 0.2:
        return ()
    found = []
    for other in (number - 1, number + 1):
        if not 0 <= other < len(mentions) or mentions[other].kind != MentionKind.PERSON:
            continue
        first, second = sorted((mentions[number], mentions[other]), key=lambda mention: mention.first)
        if lowered[first.stop : second.first] not in (("and",), ("&",)):
            continue
        if clause.cue in (second.stop, second.stop + 1) or clause.cue == first.first - 1:
            found.append(other)
    return tuple(found)
