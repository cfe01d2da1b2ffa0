"""What annotated quotations teach the tagger: which words name whom a direct quotation is credited to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from service.engine.answer import Span
from service.engine.tagset import SPEAKER
from service.engine.text import Tokens, tokenize

from .corpora import UNKNOWN, Labelled
from .gold import GoldArticle

_FIRST, _FOLLOWING = SPEAKER.index("B-SPEAKER"), SPEAKER.index("I-SPEAKER")


def speaking(articles: Iterable[GoldArticle]) -> Iterator[Labelled]:
    """Yield each article with its speakers labelled; of the quotations themselves nothing is said."""
    for article in articles:
        tokens = tokenize(article.text)
        labels = [0] * len(tokens)
        for quotation in article.quotations:
            if quotation.mention:
                _label(tokens, labels, quotation.mention, _FIRST, _FOLLOWING)
        for quotation in article.quotations:
            _label(tokens, labels, quotation.span, UNKNOWN, UNKNOWN)
        yield Labelled.of(article.id, tokens, speaker=labels)


def _label(tokens: Tokens, labels: list[int], span: Span, first: int, following: int) -> None:
    for number, at in enumerate(tokens.within(span)):
        labels[at] = following if number else first
