"""Salience: how names stand in their sentences, and beside the words that may mean the same."""

from __future__ import annotations

from .layout import Layout
from .mentions import Mention
from .tagset import FINITE, NOUN_PHRASE, POS, tag_numbers

_ADVERB, _PREPOSITION = POS.index("RB"), POS.index("IN")
_MOST_ADVERBS = 3
_LONGEST_ASIDE = 25  # tokens of an apposition or a bracket
_LONGEST_PHRASE = 14  # tokens of what hangs on a nominal before the name that it goes with
_LIKELY_CUE = 0.3
_MOST_ASIDES = 3
_CLOSING = {",": ",", "(": ")", "—": "—", "–": "–"}
_IN_PHRASE = NOUN_PHRASE | tag_numbers("IN", "TO", "CC")


def is_subject(layout: Layout, first: int, stop: int) -> float:
    """Tell whether a name is a subject: 2 with its verb beside it, 1 with an aside between, 0.5 with a comma only.

    "Ann Example also said", "Ann Example (60), the mayor, said", "said Ann Example".
    """
    if first and layout.tags.cue[first - 1] > _LIKELY_CUE:
        return 2.0
    words, end = layout.tokens.words, layout.tokens.sentences[layout.tokens.sentence[stop - 1] + 1]
    at, worth = stop, 2.0
    for _ in range(_MOST_ASIDES):
        at = _after_adverbs(layout, at, end)
        if at < end and layout.tags.pos[at] in FINITE:
            return worth
        if at >= end or words[at] not in _CLOSING:
            break
        closing = _CLOSING[words[at]]
        at, worth = at + 1, 1.0
        if at < end and layout.tags.pos[at] not in FINITE:
            at = next((i + 1 for i in range(at, min(at + _LONGEST_ASIDE, end)) if words[i] == closing), end)
    return 0.5 if worth < 2.0 else 0.0


def _after_adverbs(layout: Layout, at: int, end: int) -> int:
    last = min(at + _MOST_ADVERBS, end)
    while at < last and layout.tags.pos[at] == _ADVERB:
        at += 1
    return at


def apposition(layout: Layout, mention: Mention, first: int, stop: int) -> float:
    """Tell whether a name, tokens ``first`` to ``stop``, stands in apposition to a nominal.

    3: "founder Ann Example"; 2: "the head of the club, Ann Example"; 1: "Ann Example, the head"; else 0.
    """
    words, sentence = layout.tokens.words, layout.tokens.sentence
    if sentence[first] != sentence[mention.head]:
        return 0.0
    if first >= mention.stop:
        between = range(mention.stop, first)
        if not between:
            return 3.0
        plain = len(between) <= _LONGEST_PHRASE and words[first - 1] == "," and not _has_verb(layout, between)
        return 2.0 * (plain and sum(words[at] == "," for at in between) == 1)
    if stop <= mention.first <= stop + _LONGEST_PHRASE:
        between = range(stop, mention.first)
        plain = any(words[at] == "," for at in between[-2:]) and not _has_verb(layout, between)
        return 1.0 * (plain and not any(layout.tags.pos[at] == _PREPOSITION for at in between[-2:]))
    return 0.0


def _has_verb(layout: Layout, tokens: range) -> bool:
    return any(layout.tags.pos[at] in FINITE for at in tokens)


def phrase_stop(layout: Layout, mention: Mention) -> int:
    """Return where what hangs on a nominal by a preposition ends: "the head [of the club in Novi]"."""
    pos, stop = layout.tags.pos, mention.stop
    if stop >= len(pos) or pos[stop] != _PREPOSITION:
        return stop
    end = min(layout.tokens.sentences[layout.tokens.sentence[mention.head] + 1], stop + _LONGEST_PHRASE)
    while stop < end and pos[stop] in _IN_PHRASE and layout.inside[stop] == layout.inside[mention.head]:
        stop += 1
    return stop
