"""Names grouped by who bears them: small texts, their names in braces, each with the fullest name it stands for."""

from __future__ import annotations

import re
from typing import NamedTuple

import pytest

from service.engine.entities import group_names
from service.engine.lexicons import Lexicons
from service.engine.mentions import Mention, MentionKind
from service.engine.text import Tokens, tokenize

_KINDS = {"p": MentionKind.PERSON, "o": MentionKind.ORGANIZATION, "l": MentionKind.PLACE, "x": MentionKind.OTHER_NAME}


class Case(NamedTuple):
    why: str
    text: str
    fullest: tuple[str, ...]


CASES = (
    Case("surname", "{p:Ann Example} left. {p:Example} smiled.", ("Ann Example", "Ann Example")),
    Case("surname first", "{p:Seo Min-ji} left. {p:Seo} smiled.", ("Seo Min-ji", "Seo Min-ji")),
    Case("a middle name alone", "{p:Nadia Moreno Vidal} left. {p:Moreno} smiled.", ("Nadia Moreno Vidal",) * 2),
    Case("a particle twice", "{p:Omar Al Rashid Al Noor} left. {p:Al Noor} smiled.", ("Omar Al Rashid Al Noor",) * 2),
    Case("al- left out", "{p:Karim al-Haddad} left. {p:Haddad} smiled.", ("Karim al-Haddad",) * 2),
    Case("another's forename", "{p:Ann Roe} met {p:Roe Lind}. {p:Roe} smiled.", ("Ann Roe", "Roe Lind", "Ann Roe")),
    Case("a title with a hyphen", "{p:Major-Gen Ian Roe} left. {p:Roe} smiled.", ("Ian Roe", "Ian Roe")),
    Case("accents", "{p:Zoë Müller} left. {p:Muller} smiled.", ("Zoë Müller", "Zoë Müller")),
    Case("initials", "{p:John B. Okafor} left. {p:J. Okafor} smiled.", ("John B. Okafor", "John B. Okafor")),
    Case("an initial for a name", "{p:J. Okafor} left. {p:John Okafor} rose.", ("John Okafor", "John Okafor")),
    Case("an initial for a middle name", "{p:Ida B. Roe} left. {p:Ida Bo Roe} rose.", ("Ida Bo Roe", "Ida Bo Roe")),
    Case("a sister's name", "{p:Ann Roe} left. {p:Anna Roe} rose.", ("Ann Roe", "Anna Roe")),
    Case("one letter wrong", "{p:Petra Lindqvist} left. {p:Lindqvst} smiled.", ("Petra Lindqvist",) * 2),
    Case("two letters swapped", "{p:Petra Lindqvist} left. {p:Lindqivst} smiled.", ("Petra Lindqvist",) * 2),
    Case("another name", "{p:Petra Lindqvist} left. {p:Lundgren} smiled.", ("Petra Lindqvist", "Lundgren")),
    Case(
        "the spouse by title",
        "{p:Ann Roe} and {p:Tom Roe} left. {p:Mrs. Roe} smiled.",
        ("Ann Roe", "Tom Roe", "Ann Roe"),
    ),
    Case(
        "the one named last", "{p:Ida Roe} spoke. {p:Una Roe} spoke. {p:Roe} smiled.", ("Ida Roe", "Una Roe", "Una Roe")
    ),
    Case("title before", "{p:Prime Minister Ann Example} left.", ("Ann Example",)),
    Case(
        "a title that is part of the name",
        "{o:General Motors} met. {o:Justice Department} rose.",
        ("General Motors", "Justice Department"),
    ),
    Case("a title before what looks like a body", "President {o:Noor} left. {p:Ida Noor} smiled.", ("Ida Noor",) * 2),
    Case("a title that owns", "{o:Mayor's Office} met.", ("Mayor's Office",)),
    Case("role before", "{p:Nobel Laureate Ama Quaye} left. {p:Quaye} smiled.", ("Ama Quaye", "Ama Quaye")),
    Case("honours after", "{p:Ian Roe} left. {p:Mr Roe OBE} smiled.", ("Ian Roe", "Ian Roe")),
    Case("two lines run together", "{p:Mia Fox Mia Jane Fox} left. {p:Fox} smiled.", ("Mia Fox", "Mia Fox")),
    Case("a monarch's number", "{p:King Charles III} left. {p:Charles} smiled.", ("Charles III", "Charles III")),
    Case("a monarch's whole name", "{p:King Omar} left. {p:King Omar Noor} sat. {p:Omar} rose.", ("Omar Noor",) * 3),
    Case("a monarch's father", "{p:Prince Karim bin Omar} met {p:King Omar}.", ("Karim bin Omar", "Omar")),
    Case("a monarch's namesake", "{p:Ann Roe} met {p:Queen Ann}. {p:Ann} smiled.", ("Ann Roe", "Ann", "Ann")),
    Case("a pope's namesake", "{p:Pope Leo} spoke. {p:Leo} smiled. {p:Ida Leo} left.", ("Leo", "Leo", "Ida Leo")),
    Case("a namesake after", "{p:Queen Ann} sat. {p:Ann Roe} rose. {p:Ann} left.", ("Ann", "Ann Roe", "Ann Roe")),
    Case("from somewhere", "{p:Ida Berg of Kenya} won. {p:Berg} smiled.", ("Ida Berg", "Ida Berg")),
    Case(
        "a show called after a person",
        "{p:Vera Lane} left. The {x:Vera Lane Show} ended. {p:Lane} smiled.",
        ("Vera Lane", "Vera Lane Show", "Vera Lane"),
    ),
    Case("a body's place", "The {o:Rowing Club of Novi} met. The {o:Rowing Club} voted.", ("Rowing Club of Novi",) * 2),
    Case(
        "a body's council",
        "{o:World Rowing} met. Its {o:World Rowing Council} voted. {o:World Rowing} wrote.",
        ("World Rowing", "World Rowing Council", "World Rowing"),
    ),
    Case("acronym", "The {o:Harbour Workers Union} met. The {o:HWU} voted.", ("Harbour Workers Union",) * 2),
    Case("acronym with its small word", "The {o:Office of Tides} met. {o:OoT} voted.", ("Office of Tides",) * 2),
    Case("generic end", "The {o:Novi Times} asked. The {o:Times} wrote.", ("Novi Times", "Novi Times")),
    Case(
        "beginning",
        "{o:Riverside University Hospital} opened. {o:Riverside} closed.",
        ("Riverside University Hospital",) * 2,
    ),
    Case(
        "a trust is no person",
        "{p:Ann Roe} left. The {p:Ann Roe Children Trust} paid.",
        ("Ann Roe", "Ann Roe Children Trust"),
    ),
)


def _read(marked: str) -> tuple[str, Tokens, list[Mention]]:
    text, spans, end = "", [], 0
    for match in re.finditer(r"\{(\w):([^}]*)\}", marked):
        text += marked[end : match.start()]
        spans.append((len(text), len(text) + len(match[2]), _KINDS[match[1]]))
        text, end = text + match[2], match.end()
    text += marked[end:]
    tokens = tokenize(text)
    mentions = []
    for start, stop, kind in spans:
        first, last = tokens.starts.index(start), tokens.ends.index(stop)
        mentions.append(Mention(first, last + 1, last, kind))
    return text, tokens, mentions


@pytest.mark.parametrize("case", CASES, ids=[case.why for case in CASES])
def test_fullest_name(case: Case) -> None:
    text, tokens, mentions = _read(case.text)
    fullest = {}
    for entity in group_names(tokens, mentions, Lexicons.load()):
        for name in entity.names:
            fullest[name.mention] = tokens.span(entity.fullest.first, entity.fullest.stop).of(text)
    assert tuple(fullest[number] for number in range(len(mentions))) == case.fullest
