"""Mentions: the names, nominals and pronouns that may be somebody's source."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from enum import IntEnum
from itertools import groupby

from .answer import Span
from .deadline import Deadline
from .lexicons import Lexicons, plain
from .tagger import Tags
from .tagset import ENTITY, NOUN_KINDS, NOUN_PHRASE, POS, tag_numbers
from .text import Tokens


class MentionKind(IntEnum):
    """What sort of words name the source."""

    PERSON = 0
    ORGANIZATION = 1
    PLACE = 2
    OTHER_NAME = 3
    NOMINAL = 4
    PRONOUN = 5


@dataclass(frozen=True, slots=True)
class Mention:
    """Tokens ``first`` to ``stop`` (exclusive); ``head`` is the token that carries the meaning."""

    first: int
    stop: int
    head: int
    kind: MentionKind

    def span(self, tokens: Tokens) -> Span:
        """Return the mention's stretch of text."""
        return tokens.span(self.first, self.stop)


_KIND_OF_ENTITY = {
    "PER": MentionKind.PERSON, "ORG": MentionKind.ORGANIZATION, "LOC": MentionKind.PLACE,
    "NORP": MentionKind.OTHER_NAME, "MISC": MentionKind.OTHER_NAME,
}  # fmt: skip
_ENTITY_PARTS = tuple((label[0], label[2:]) for label in ENTITY)  # "B", "PER"
_PRONOUNS = frozenset("he she they we i it who him her them you which his their".split())
_STANDALONE = frozenset("one others some many another both everyone all most few several those".split())
ALONE = _PRONOUNS | _STANDALONE
_PARTICLES = frozenset("da de del della der den di dos du la las le los van von bin ibn al el e y".split())
_NO_NAME_BEGINS = frozenset("'s ’s of and for , - – —".split())
_NO_NAME_ENDS = _NO_NAME_BEGINS | frozenset("the a in at on to with".split())
_NOUNS = tag_numbers("NN", "NNS")
_ADJECTIVES = tag_numbers("JJ", "VBN", "VBG")
_NAME, _DETERMINER = POS.index("NNP"), POS.index("DT")
_NAME_LIKE = tag_numbers("NNP", "NN", "JJ", "X")
SPEAKING_NOUNS = frozenset((NOUN_KINDS.index("person"), NOUN_KINDS.index("organization")))
_LONGEST_JOINED = 5
_CLAUSE_ENDS = ((), (".",), (",",), (":",))
_CLOSING = frozenset(("”", '"', "''", "’’", "»"))
_LONGEST_CLAUSE = 6
_LIKELY_SOURCE = 0.05
_LIKELY_CUE = 0.2
_SURE_SOURCE = 0.8


def find_mentions(
    tokens: Tokens, tags: Tags, lexicons: Lexicons, deadline: Deadline = Deadline()
) -> tuple[Mention, ...]:
    """Return the mentions of an article in the order of the text.

    A nominal may hold a name: in "a [White House] official" the place is a mention as well.
    """
    names = list(_names(tokens, tags, lexicons, deadline))
    taken = bytearray(len(tokens))
    for name in names:
        taken[name.first : name.stop] = b"\1" * (name.stop - name.first)
    people = frozenset(name.first for name in names if name.kind == MentionKind.PERSON)
    found = [
        *names,
        *_proper_nouns(tokens, tags, taken, people, lexicons, deadline),
        *_pronouns(tokens, tags, taken, deadline),
        *_nominals(tokens, tags, taken, lexicons, deadline),
    ]
    return tuple(sorted(found, key=lambda mention: mention.first))


def _names(tokens: Tokens, tags: Tags, lexicons: Lexicons, deadline: Deadline) -> Iterator[Mention]:
    """Yield the entities that the tagger sees, with the parts of a name that it left out."""
    runs: list[tuple[int, int, str]] = []
    for first, stop, kind in _entity_runs(tokens, tags, deadline):
        if runs and _belongs(tokens, tags, runs[-1], (first, stop, kind)):
            runs[-1] = (runs[-1][0], stop, runs[-1][2])
        else:
            runs.append((first, stop, kind))
    limit = 0
    for begin, end, kind in runs:
        first, stop = _trimmed(tokens, begin, end)
        if kind in ("PER", "ORG"):
            stop = _extended_right(tokens, tags, stop, lexicons)
        if kind == "PER" or stop - first == 1:
            first = _extended_left(tokens, tags, range(first, stop), limit, lexicons)
        if first < stop and not (stop == first + 1 and len(tokens.words[first]) == 1):  # "Q:" is nobody
            whose = "PER" if first < begin else kind  # the forenames before a name make it a person's
            yield Mention(first, stop, stop - 1, _KIND_OF_ENTITY[whose])
            limit = stop


def _entity_runs(tokens: Tokens, tags: Tags, deadline: Deadline) -> Iterator[tuple[int, int, str]]:
    """Yield (first, stop, type) of each entity in the tagger's labels; none crosses a sentence's end."""
    inside = [(at, *_ENTITY_PARTS[label]) for at, label in enumerate(tags.entity) if label]
    first, stop, kind = 0, 0, ""
    for at, prefix, entity in deadline.watch(inside):
        goes_on = prefix == "I" and at == stop and entity == kind and tokens.sentence[at] == tokens.sentence[first]
        if not goes_on:
            if kind:
                yield first, stop, kind
            first, kind = at, entity
        stop = at + 1
    if kind:
        yield first, stop, kind


def _belongs(tokens: Tokens, tags: Tags, before: tuple[int, int, str], run: tuple[int, int, str]) -> bool:
    """Whether a run goes on with the name before it: "Lula [da] Silva", "Zoë | Ames", "Hill [&] Sons"."""
    if tokens.sentence[before[0]] != tokens.sentence[run[0]]:
        return False
    between = tokens.lowered[before[1] : run[0]]
    if between == ("&",):
        return True
    if before[2] != "PER":
        return False
    if between:
        return len(between) <= 3 and all(word in _PARTICLES for word in between) and run[2] != "NORP"
    if run[2] == "PER":  # "Lin | Q. Arbour"
        return run[1] - before[0] <= _LONGEST_JOINED
    return run[1] - run[0] == 1 and run[2] in ("ORG", "MISC") and tags.pos[run[0]] == _NAME


def _trimmed(tokens: Tokens, first: int, stop: int) -> tuple[int, int]:
    """Leave out the small words at the ends of a run, which are no part of a name."""
    while first < stop and tokens.lowered[first] in _NO_NAME_BEGINS:
        first += 1
    while first < stop and (tokens.words[stop - 1].islower() or tokens.lowered[stop - 1] in _NO_NAME_ENDS):
        stop -= 1
    return first, stop


def _extended_right(tokens: Tokens, tags: Tags, stop: int, lexicons: Lexicons) -> int:
    """Take in the proper nouns that follow a name directly: "Hana [Petrović]"."""
    while (
        0 < stop < len(tokens)
        and tags.pos[stop] in _NAME_LIKE
        and not tags.entity[stop]
        and tokens.words[stop][0].isupper()
        and _may_end_name(plain(tokens.words[stop]), lexicons)
        and tokens.sentence[stop] == tokens.sentence[stop - 1]
    ):
        stop += 1
    return stop


def _may_end_name(key: str, lexicons: Lexicons) -> bool:
    return not (_is_date(key, lexicons) or key in lexicons.role_nouns)


def _is_date(key: str, lexicons: Lexicons) -> bool:
    return key in lexicons.weekdays or key in lexicons.months


def _extended_left(tokens: Tokens, tags: Tags, name: range, limit: int, lexicons: Lexicons) -> int:
    """Take in the forenames before a name, and what a source of one word begins with: "[Lakeside] Ferries said"."""
    first = name.start
    while (
        first > limit
        and tags.pos[first - 1] == _NAME
        and not tags.entity[first - 1]
        and tokens.sentence[first - 1] == tokens.sentence[first]
        and _may_begin_name(
            plain(tokens.words[first - 1]), len(name) == 1 and tags.source[first - 1] >= _SURE_SOURCE, lexicons
        )
    ):
        first -= 1
    return first


def _may_begin_name(key: str, in_source: bool, lexicons: Lexicons) -> bool:
    return key not in lexicons.titles and (key in lexicons.forenames or (in_source and _may_end_name(key, lexicons)))


def _pronouns(tokens: Tokens, tags: Tags, taken: bytearray, deadline: Deadline) -> Iterator[Mention]:
    alone = [at for at, word in enumerate(tokens.lowered) if word in ALONE and not taken[at]]
    for at in deadline.watch(alone):
        if tokens.lowered[at] in _PRONOUNS:
            yield Mention(at, at + 1, at, MentionKind.PRONOUN)
        elif tags.source[at] > _LIKELY_SOURCE and not _modifies(tags, taken, at):
            yield Mention(at, at + 1, at, MentionKind.NOMINAL)


def _modifies(tags: Tags, taken: bytearray, at: int) -> bool:
    """Whether a word stands before its noun: "[one] staffer" is nobody of its own."""
    return at + 1 < len(taken) and bool(tags.pos[at + 1] in _NOUNS or tags.pos[at + 1] in _ADJECTIVES or taken[at + 1])


def _nominals(
    tokens: Tokens, tags: Tags, taken: bytearray, lexicons: Lexicons, deadline: Deadline
) -> Iterator[Mention]:
    nouns = {at for at, pos in enumerate(tags.pos) if pos in _NOUNS and not taken[at]}
    nouns -= {at for at in nouns if at - 1 in nouns and _is_verb(tokens, at, lexicons)}
    for head in deadline.watch(sorted(at for at in nouns if at + 1 not in nouns)):
        first = _chunk_start(tokens, tags, taken, head)
        if (
            tags.noun[head] in SPEAKING_NOUNS
            or max(tags.source[head], tags.speaker[head]) > _LIKELY_SOURCE
            or _cue_beside(tags, first, head + 1) > _LIKELY_CUE
        ):
            yield Mention(first, head + 1, head, MentionKind.NOMINAL)


def _is_verb(tokens: Tokens, at: int, lexicons: Lexicons) -> bool:
    """Whether what seems a noun ends a reporting clause: "…”, the report [states]."."""
    word = tokens.lowered[at]
    lemma = lexicons.reporting_verbs.get(word)
    said = lemma is not None and (lemma != word or word == "read")
    ends = tokens.lowered[at + 1 : at + 2] in _CLAUSE_ENDS
    return said and ends and not _CLOSING.isdisjoint(tokens.words[max(at - _LONGEST_CLAUSE, 0) : at])


def covered_names(mentions: Sequence[Mention]) -> frozenset[int]:
    """Return the names that stand inside a nominal, which nobody would credit: "a [White House] official"."""
    covered = {at for m in mentions if m.kind == MentionKind.NOMINAL for at in range(m.first, m.stop)}
    return frozenset(i for i, m in enumerate(mentions) if m.kind <= MentionKind.OTHER_NAME and m.head in covered)


def _proper_nouns(
    tokens: Tokens, tags: Tags, taken: bytearray, people: AbstractSet[int], lexicons: Lexicons, deadline: Deadline
) -> Iterator[Mention]:
    """Yield the runs of proper nouns that are no entity to the tagger, nor what leads to one of the ``people``."""
    names = [at for at, pos in enumerate(tags.pos) if pos == _NAME and not taken[at]]
    neighbours = groupby(enumerate(deadline.watch(names)), lambda item: (item[1] - item[0], tokens.sentence[item[1]]))
    for _, run in neighbours:
        own = [at for _, at in run]
        first, stop = own[0], own[-1] + 1
        if stop not in people and _is_name(tokens.words[first:stop], lexicons):
            yield Mention(first, stop, stop - 1, MentionKind.OTHER_NAME)


def _is_name(words: Sequence[str], lexicons: Lexicons) -> bool:
    """Whether a run of proper nouns can be a name: no day, no title alone, and it has letters."""
    keys = [plain(word) for word in words]
    return any(key.isalpha() for key in keys) and not all(
        _is_date(key, lexicons) or key in lexicons.titles for key in keys
    )


def _cue_beside(tags: Tags, first: int, stop: int) -> float:
    """Return how likely the word before or after some tokens is part of a cue, such as "said"."""
    return max(tags.cue[first - 1] if first else 0.0, tags.cue[stop] if stop < len(tags.cue) else 0.0)


def _chunk_start(tokens: Tokens, tags: Tags, taken: bytearray, head: int) -> int:
    """Return where the noun phrase of ``head`` begins, names before it included: "a White House [official]"."""
    first = head
    while (
        first > 0
        and head - first < 12
        and (tags.pos[first - 1] in NOUN_PHRASE or taken[first - 1])
        and tokens.sentence[first - 1] == tokens.sentence[head]
    ):
        first -= 1
        if tags.pos[first] == _DETERMINER:
            break
    while tokens.words[first] in ("'s", "’s") and first < head:
        first += 1
    return first
