"""What the tagger's relations tell of a sentence: whose verb is which."""

from __future__ import annotations

from collections.abc import Sequence

from .layout import OUTSIDE, Layout
from .mentions import Mention
from .tagset import RELATION, SUBJECT_OF_EARLIER, SUBJECT_OF_LATER, VERBS

NO_VERB = -1

_MAIN = frozenset(map(RELATION.index, ("root", "conjunct", "quoted<", "quoted>", "clause>")))
_FARTHEST = 40


def verb_of(layout: Layout, mention: Mention) -> int:
    """Return the token that is the verb of a subject, NO_VERB without one: "Ames, who lives in Bath, [said]"."""
    sentence = layout.tokens.sentence[mention.head]
    begin, end = layout.tokens.sentences[sentence : sentence + 2]
    relations = layout.tags.relation[mention.first : mention.stop]
    if SUBJECT_OF_LATER in relations:
        return _first_verb(layout, range(mention.stop, min(end, mention.stop + _FARTHEST)))
    if SUBJECT_OF_EARLIER in relations:
        return _first_verb(layout, range(mention.first - 1, max(begin, mention.first - _FARTHEST) - 1, -1))
    return NO_VERB


def _first_verb(layout: Layout, tokens: Sequence[int]) -> int:
    pos, relation, inside = layout.tags.pos, layout.tags.relation, layout.inside
    return next((at for at in tokens if relation[at] in _MAIN and pos[at] in VERBS and inside[at] == OUTSIDE), NO_VERB)
