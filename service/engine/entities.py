"""Entities: the names of an article grouped by who bears them, each with its fullest form."""

from __future__ import annotations

import unicodedata
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from .deadline import Deadline
from .lexicons import Lexicons, Title, plain
from .mentions import Mention, MentionKind
from .text import Tokens

Key: TypeAlias = tuple[str, ...]

_LONGEST_NAME = 6
_MOST_WORDS = 40  # of a name; what is longer is none
_MOST_NAMESAKES = 40
_SUFFIXES = frozenset(("jr", "sr", "ii", "iii", "iv", "phd", "md"))
_NUMERALS = frozenset(("ii", "iii", "iv"))
_SHORTEST_MISSPELT, _LONGEST_MISSPELT = 5, 20
_SHORTEST_REPEATED = 3
_HONOURS = frozenset("am ac ao oam mbe obe cbe kbe dbe kc qc mp mep mla phd md".split())
_POSSESSIVES = frozenset(("'s", "’s"))
_DETERMINERS = frozenset("the a an his her their its this that these those".split())
_POINTING = frozenset("the this that these those".split())
_LINKING = frozenset("of the and for & in de la del".split())


@dataclass(frozen=True, slots=True)
class Name:
    """A name without its titles: tokens ``first`` to ``stop`` of mention number ``mention``."""

    mention: int
    first: int
    stop: int
    key: Key
    titled: bool
    gender: str  # "m", "f" or "", by the title before it
    regnal: bool  # a forename, by the title before it: "King Charles"


@dataclass(frozen=True, slots=True)
class Entity:
    """Who or what bears the names; of the kind NOMINAL where the article gives no name: "a senior official"."""

    kind: MentionKind
    names: tuple[Name, ...]
    fullest: Name
    gender: str


def group_names(
    tokens: Tokens, mentions: Sequence[Mention], lexicons: Lexicons, deadline: Deadline = Deadline()
) -> tuple[Entity, ...]:
    """Group the name mentions of an article into entities, in the order of their first names."""
    names = [
        _bare_name(tokens, number, mention, lexicons)
        for number, mention in enumerate(deadline.watch(mentions))
        if mention.kind <= MentionKind.OTHER_NAME
    ]
    by_key: dict[Key, list[Name]] = defaultdict(list)
    for name in names:
        by_key[name.key].append(name)
    kinds = {key: _kind_of(key, own, mentions, lexicons) for key, own in by_key.items()}
    genders = {
        key: _gender_of(key, own, lexicons) if kinds[key] == MentionKind.PERSON else "" for key, own in by_key.items()
    }
    regnal = {key: uses for key, own in by_key.items() if (uses := [name.first for name in own if name.regnal])}
    organizations = lexicons.organization_words
    owners = _Owners(by_key, kinds, genders, regnal, _by_word(by_key), _by_misspelling(kinds), organizations)
    grouped: dict[Key, list[Name]] = defaultdict(list)
    for name in deadline.watch(names):
        grouped[owners.owner(name)].append(name)
    return tuple(_entity(kinds[key], own, genders[key]) for key, own in grouped.items())


def _bare_name(tokens: Tokens, number: int, mention: Mention, lexicons: Lexicons) -> Name:
    """Leave out what is no part of a name: "Prime Minister [Keir Starmer] CBE"."""
    first, titles = _skip_titles(tokens, mention, lexicons)
    stop = mention.stop
    if not titles and first and (title := lexicons.titles.get(plain(tokens.words[first - 1]))) is not None:
        titles.append(title)
    if stop - first > 1 and mention.kind == MentionKind.PERSON:
        if _POSSESSIVES.isdisjoint(tokens.words[first:stop]):
            first, stop = _without_role(tokens, first, stop, lexicons)
        stop = _without_honours(tokens, first, stop)
    if stop - first > 1 and (mention.kind == MentionKind.PERSON or plain(tokens.words[first]) in lexicons.forenames):
        stop = _first_of_two(tokens.words, first, stop)
    gender = next((title.gender for title in reversed(titles) if title.gender), "")
    regnal = any(title.regnal for title in titles)
    return Name(number, first, stop, name_key(tokens.words[first:stop]), bool(titles), gender, regnal)


def _skip_titles(tokens: Tokens, mention: Mention, lexicons: Lexicons) -> tuple[int, list[Title]]:
    """Step over the titles that a person's name begins with; "General Motors" and "Mayor's Office" begin with none."""
    first, stop, titles = mention.first, mention.stop, list[Title]()
    while first < stop - 1 and plain(tokens.words[first]).partition("-")[0] in lexicons.title_beginnings:
        for length in (3, 2, 1):
            words = plain(" ".join(tokens.words[first : first + length]))
            title = lexicons.titles.get(words) or lexicons.titles.get(words.replace("-", " "))  # "Lt-Gen"
            if title is not None and first + length < stop:
                first += length
                titles.append(title)
                break
        else:
            break
    if not titles:
        return mention.first, []
    rest = tokens.lowered[first:stop]
    named = (
        mention.kind == MentionKind.PERSON or plain(rest[0]) in lexicons.forenames or any(t.courtesy for t in titles)
    )
    body = len(rest) > 1 and rest[-1] in lexicons.organization_words
    return (first, titles) if named and not body and _POSSESSIVES.isdisjoint(rest) else (mention.first, [])


def _without_role(tokens: Tokens, first: int, stop: int, lexicons: Lexicons) -> tuple[int, int]:
    """Leave out a role before a person's name, and what follows an "of": "Club founder [Ama Quaye] of Leeds"."""
    words, lowered = tokens.words, tokens.lowered
    roles = [at for at in range(first, stop - 2) if lowered[at] in lexicons.role_nouns]
    if roles and plain(words[roles[-1]]) not in lexicons.forenames:
        first = roles[-1] + 1
    return first, next((at for at in range(first + 2, stop - 1) if lowered[at] == "of"), stop)


def _without_honours(tokens: Tokens, first: int, stop: int) -> int:
    """Leave out letters of honour after a person's name: "[Ian Roe] OBE"."""
    words = tokens.words
    while stop - first > 1 and words[stop - 1].upper() == words[stop - 1] and plain(words[stop - 1]) in _HONOURS:
        stop -= 1
    return stop


def _first_of_two(words: Sequence[str], first: int, stop: int) -> int:
    """Leave out a second name run together with a person's: "[Mia Fox] Mia J. Fox"."""
    again = next((at for at in range(first + 1, stop) if _repeats(words[at], words[first])), stop)
    return again if again < stop - 1 else first + 1 if again < stop else stop


def _repeats(word: str, name: str) -> bool:
    """Whether a word is a name again, perhaps with the next line run into it: "Example", "ExampleMore"."""
    return word == name or (len(name) > _SHORTEST_REPEATED and word.startswith(name) and word[len(name)].isupper())


def name_key(words: Sequence[str]) -> Key:
    """Return the form of a name that its spellings share: no case, accents, points or articles, "al-" included."""
    folded = (_folded(word) for word in words[:_MOST_WORDS])
    key = tuple(word for word in folded if word and word not in ("the", "'s", "’s"))
    return key or tuple(word.lower() for word in words[:_MOST_WORDS])


def _folded(word: str) -> str:
    if not word.isascii():
        word = "".join(c for c in unicodedata.normalize("NFKD", word) if not unicodedata.combining(c))
    word = word.lower().strip(".,")
    return word[3:] if word[:3] in ("al-", "el-") and len(word) > 5 else word


def _kind_of(key: Key, names: Sequence[Name], mentions: Sequence[Mention], lexicons: Lexicons) -> MentionKind:
    votes = Counter(mentions[name.mention].kind for name in names)
    forename = key[0] in lexicons.forenames
    if forename and (len(key) == 2 or votes[MentionKind.PERSON]):
        votes[MentionKind.PERSON] += 1
    if any(name.gender for name in names):
        votes[MentionKind.PERSON] += 2
    votes[MentionKind.PERSON] += sum(name.titled for name in names)
    if len(key) > 1 + forename and key[-1] in lexicons.organization_words:  # "Ann Example Trust"
        votes[MentionKind.ORGANIZATION] += 2 * len(names) + 1
    return min(votes, key=lambda kind: (-votes[kind], kind))


def _gender_of(key: Key, names: Sequence[Name], lexicons: Lexicons) -> str:
    titles = Counter(name.gender for name in names if name.gender)
    if titles:
        return titles.most_common(1)[0][0]
    return (lexicons.forenames.get(key[0]) or "") if len(key) > 1 else ""


@dataclass(frozen=True, slots=True)
class _Owners:
    """Finds, for a short name, the fuller one that it stands for."""

    by_key: Mapping[Key, Sequence[Name]]
    kinds: Mapping[Key, MentionKind]
    genders: Mapping[Key, str]
    regnal: Mapping[Key, Sequence[int]]  # where a name is a monarch's or a pope's
    holding: Mapping[str, Sequence[Key]]  # the longer names by each of their words, and by their initials
    misspelt: Mapping[str, Sequence[Key]]  # those of people, by what their surnames may be misspelt as
    organization_words: frozenset[str]

    def owner(self, name: Name) -> Key:
        """Return the key of the fullest name that ``name`` can be short for, or its own."""
        key = name.key
        for _ in range(3):
            fuller = self._fuller(name, key)
            if fuller is None:
                break
            key = fuller
        return key

    def _fuller(self, name: Name, key: Key) -> Key | None:
        """Return the fuller name that was given last before ``name``, else first after it."""
        named = [other for other in self.holding.get(key[-1], ()) if self._stands_for(name, key, other)]
        fits = self._since_monarch(name, key, named)
        if not fits and len(key) == 1 and self.kinds[key] == MentionKind.PERSON:
            fits = list(dict.fromkeys(other for form in _misspelt(key[0]) for other in self.misspelt.get(form, ())))
        if not fits:
            return None

        def nearness(other: Key) -> tuple[bool, bool, int]:
            own, forename = self.by_key[other], other[-1] != key[-1]  # "Ann Roe met Roe Lind. Roe" is Ann Roe
            before = bisect_right(own, name.first, key=lambda n: n.first)
            return (False, forename, -own[before - 1].first) if before else (True, forename, own[0].first)

        return min(fits, key=nearness)

    def _since_monarch(self, name: Name, key: Key, fits: list[Key]) -> list[Key]:
        """Leave out those named before a monarch of that name: "Ann Example met Queen Ann. Ann"."""
        uses = self.regnal.get(key, ())
        last = bisect_right(uses, name.first)
        if not last:
            return fits
        recent = (any(uses[last - 1] < n.first < name.first for n in self.by_key[other]) for other in fits)
        return [other for other, after in zip(fits, recent, strict=True) if after or self._is_monarch(key, other)]

    def _is_monarch(self, key: Key, other: Key) -> bool:
        """Whether a monarch's forename can stand for a fuller name: "Charles" for "King Charles III"."""
        return other in self.regnal and other[: len(key)] == key

    def _stands_for(self, name: Name, key: Key, other: Key) -> bool:
        own, whose = self.kinds[key], self.kinds[other]
        if len(other) < len(key) or other == key:
            return False
        if whose == MentionKind.PERSON:
            differ = name.gender and self.genders[other] and name.gender != self.genders[other]
            stranger = name.regnal and not self._is_monarch(key, other)
            return not (differ or stranger) and _shortens_person(key, other)
        if len(key) == 1 and key[0] in _initials(other):
            return True
        return own == whose and self._shortens_other(key, other)

    def _shortens_other(self, key: Key, other: Key) -> bool:
        """Whether ``key`` can stand for the name of no person: its beginning, or "the Times", "the Treasury".

        "World Rowing" is short for "World Rowing of Novi", but not for its "World Rowing Council".
        """
        ends = other[-len(key) :] == key
        if self.kinds[key] == MentionKind.ORGANIZATION:
            generic = key[-1] in self.organization_words
            begins = other[: len(key)] == key and (len(key) == 1 or other[len(key)] in _LINKING)
            return begins or (generic and (ends or (len(key) == 1 and key[0] in other)))
        return self.kinds[key] == MentionKind.OTHER_NAME and ends


def _initials(key: Key) -> tuple[str, str]:
    """Return the initials of a name without its small words and with them: "dd" and "dod"."""
    return "".join(word[0] for word in key if word not in _LINKING), "".join(word[0] for word in key)


def _misspelt(word: str) -> set[str]:
    """Return the forms with a letter left out, by which words with one wrong letter are found: "Mbeki", "Mbekki"."""
    if not _SHORTEST_MISSPELT <= len(word) <= _LONGEST_MISSPELT:
        return set()
    return {word, *(word[:at] + word[at + 1 :] for at in range(len(word)))}


def _by_misspelling(kinds: Mapping[Key, MentionKind]) -> dict[str, list[Key]]:
    """Index the people of several names by what their surnames may be misspelt as."""
    index: dict[str, list[Key]] = defaultdict(list)
    for key, kind in kinds.items():
        if len(key) > 1 and kind == MentionKind.PERSON:
            for form in _misspelt(key[-1]):
                index[form].append(key)
    return index


def _by_word(keys: Iterable[Key]) -> dict[str, list[Key]]:
    """Index the names of several words by each of their words and by their initials."""
    index: dict[str, list[Key]] = defaultdict(list)
    for key in keys:
        if 1 < len(key) <= _LONGEST_NAME:
            for word in {*key, *_initials(key)}:
                if len(index[word]) < _MOST_NAMESAKES:
                    index[word].append(key)
    return index


def _shortens_person(key: Key, other: Key) -> bool:
    """Whether ``key`` can stand for the person's name ``other``: surname, forename, or initials left out."""
    full = tuple(word for word in other if word not in _SUFFIXES or (len(other) == 2 and word in _NUMERALS))
    short = tuple(word for word in key if word not in _SUFFIXES)
    if not short or len(short) > len(full):
        return False
    if len(short) == len(full):
        return short != full and all(a == b or (len(a) == 1 and b[0] == a) for a, b in zip(short, full, strict=True))
    if any(full[at : at + len(short)] == short for at in range(len(full))):
        return True
    return len(short) > 1 and short[-1] == full[-1] and _initials_fit(short[:-1], full[:-1])


def _initials_fit(short: Key, full: Key) -> bool:
    """Whether each word of ``short`` begins, in order, a word of ``full``: "J" for "John"."""
    rest = iter(full)
    return all(any(word.startswith(part) for word in rest) for part in short)


def _entity(kind: MentionKind, names: Sequence[Name], gender: str) -> Entity:
    fullest = max(names, key=lambda name: (*_fullness(name), -name.first))
    return Entity(kind, tuple(names), fullest, gender)


def _fullness(name: Name) -> tuple[int, int]:
    return min(len(name.key), _LONGEST_NAME), sum(len(word) > 1 for word in name.key)


def group_nominals(
    tokens: Tokens, mentions: Sequence[Mention], lexicons: Lexicons, deadline: Deadline = Deadline()
) -> tuple[Entity, ...]:
    """Group the nominals of an article: "the official" goes with the last official before it."""
    last: dict[str, list[Name]] = {}
    groups: list[list[Name]] = []
    for number, mention in enumerate(deadline.watch(mentions)):
        if mention.kind != MentionKind.NOMINAL:
            continue
        words = tokens.lowered[mention.first : mention.stop]
        head = words[-1]
        key = tuple(word for word in words if word not in _DETERMINERS)
        noun = lexicons.role_nouns.get(head)
        gender = (noun.gender or "") if noun else ""
        name = Name(number, mention.first, mention.stop, key or (head,), titled=False, gender=gender, regnal=False)
        known = last.get(head)
        if known is not None and (words[0] in _POINTING or name.key == known[0].key):
            known.append(name)
        else:
            last[head] = [name]
            groups.append(last[head])
    return tuple(_unnamed(tokens, own) for own in groups)


def _unnamed(tokens: Tokens, names: Sequence[Name]) -> Entity:
    """Return an entity that has no name; of "a report" and "the report", which is as full, it goes by the second."""
    fullest = max(names, key=lambda name: (*_fullness(name), tokens.lowered[name.first] == "the", -name.first))
    return Entity(MentionKind.NOMINAL, tuple(names), fullest, names[0].gender)
