"""What annotated quotations teach the tagger: which words name whom a direct quotation is credited to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from service.engine.tagset import SPEAKER
from service.engine.text import tokenize

from .corpora import UNKNOWN, Labelled, label
from .gold import GoldArticle

_FIRST, _FOLLOWING = SPEAKER.index("B-SPEAKER"), SPEAKER.index("I-SPEAKER")


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
        yield Labelled.of(article.id, tokens, speaker=labels)
