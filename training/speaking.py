"""What annotated quotations teach the tagger: which words name whom a direct quotation is credited to, and people."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from service.engine.answer import Span
from service.engine.tagset import ENTITY, SPEAKER
from service.engine.text import Tokens, tokenize

from .corpora import UNKNOWN, Labelled, label
from .gold import GoldArticle

_FIRST, _FOLLOWING = SPEAKER.index("B-SPEAKER"), SPEAKER.index("I-SPEAKER")
_PERSON, _IN_PERSON = ENTITY.index("B-PER"), ENTITY.index("I-PER")
_HE_OR_SHE = frozenset(("he", "she"))
_MOST_WORDS = 4


def speaking(articles: Iterable[GoldArticle]) -> Iterator[Labelled]:
    """Yield each article with its speakers labelled; of the quotations themselves nothing is said."""
    for article in articles:
        tokens = tokenize(article.text)
        labels = [0] * len(tokens)
        for quotation in article.quotations:
            if quotation.mention:
                label(tokens, labels, quotation.mention, _FIRST, _FOLLOWING)
        for quotation in article.quotations:
            label(tokens, labels, quotation.span, UNKNOWN, UNKNOWN)
        yield Labelled.of(article.id, tokens, speaker=labels, entity=_people(article, tokens))


def _people(article: GoldArticle, tokens: Tokens) -> list[int]:
    """Label the names of speakers who have a role or are called he or she; of other words nothing is known."""
    labels = [UNKNOWN] * len(tokens)
    for name in sorted(_names_of_people(article), key=len):  # a longer name is written over a shorter one in it
        for match in re.finditer(rf"(?<!\w){re.escape(name)}(?!\w)", article.text):
            span = Span(*match.span())
            if " " in name or not _goes_on(tokens, tokens.within(span)):
                label(tokens, labels, span, _PERSON, _IN_PERSON)
    return labels


def _goes_on(tokens: Tokens, own: range) -> bool:
    """Whether a surname is perhaps a part of another name: "Melania [Trump]", "[Trump] Tower"."""
    return any(0 <= at < len(tokens) and tokens.words[at][0].isupper() for at in (own.start - 1, own.stop))


def _names_of_people(article: GoldArticle) -> set[str]:
    names: set[str] = set()
    for quotation in article.quotations:
        called = quotation.mention.of(article.text).lower() if quotation.mention else ""
        if quotation.speaker and (quotation.role or called in _HE_OR_SHE) and _is_name(quotation.speaker[0]):
            fullest = quotation.speaker[0].split()
            names.update(name for name in quotation.speaker if set(name.split()) <= set(fullest))
    return names


def _is_name(words: str) -> bool:
    """Whether words can be a person's full name: two to four, all written large."""
    own = words.split()
    return 1 < len(own) <= _MOST_WORDS and all(word[0].isupper() for word in own)
