"""The gender of each entity: by title or forename, else by the pronouns that plainly stand for it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence

from .deadline import Deadline
from .entities import Entity
from .layout import OUTSIDE, Layout
from .mentions import MentionKind

BY_PRONOUN = {"he": "m", "him": "m", "his": "m", "she": "f", "her": "f"}
_MAJORITY = 2  # votes of one gender to each of the other
_LONGEST_ENDING = 5


def find_genders(layout: Layout, entities: Sequence[Entity], deadline: Deadline = Deadline()) -> tuple[str, ...]:
    """Return "m", "f" or "" for each entity."""
    votes = _votes(layout, entities, deadline)
    return tuple(entity.gender or _winner(votes[number]) for number, entity in enumerate(entities))


def leaning(entity: Entity, endings: Mapping[str, float]) -> float:
    """Return from -1 (a man) to 1 (a woman) what a person's title or forename, or else its ending, makes likely."""
    if entity.gender:
        return 1.0 if entity.gender == "f" else -1.0
    key = entity.fullest.key
    if entity.kind == MentionKind.NOMINAL or len(key) < 2:  # a surname may stand alone
        return 0.0
    forename = f"^{key[0]}"
    found = (endings.get(forename[-length:]) for length in range(_LONGEST_ENDING, 0, -1))
    return 2.0 * next((share for share in found if share is not None), 0.5) - 1.0


def _winner(votes: Counter[str]) -> str:
    gender, count = max(votes.items(), key=lambda item: item[1], default=("", 0))
    return gender if count >= _MAJORITY * (votes.total() - count) else ""


def _votes(layout: Layout, entities: Sequence[Entity], deadline: Deadline) -> defaultdict[int, Counter[str]]:
    """Count the pronouns of a sentence for the one person whom it names, or else the sentence before it."""
    sentence = layout.tokens.sentence
    named = _named(layout, entities, MentionKind.OTHER_NAME) | _named(layout, entities, MentionKind.PERSON)
    votes: defaultdict[int, Counter[str]] = defaultdict(Counter)
    pronouns = [at for at, word in enumerate(layout.tokens.lowered) if word in BY_PRONOUN]
    for at in deadline.watch(pronouns):
        if layout.inside[at] == OUTSIDE:
            people = named.get(sentence[at], named.get(sentence[at] - 1, set()))
            if len(people) == 1:
                votes[next(iter(people))][BY_PRONOUN[layout.tokens.lowered[at]]] += 1
    return votes


def _named(layout: Layout, entities: Sequence[Entity], kind: MentionKind) -> dict[int, set[int]]:
    """Return the entities of a kind that each sentence names outside of quotations."""
    named: defaultdict[int, set[int]] = defaultdict(set)
    for number, entity in enumerate(entities):
        if entity.kind == kind:
            for name in entity.names:
                if layout.inside[name.first] == OUTSIDE:
                    named[layout.tokens.sentence[name.first]].add(number)
    return dict(named)
