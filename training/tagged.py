"""The texts that the tagger learns from, and those that are kept from it."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import chain

import numpy as np

from service.engine.text import Tokens, tokenize
from service.engine.words import LONGEST_WORD

from . import augmentation, corpora
from .annotated import annotated, newswire_text
from .sources import Sources
from .speaking import speaking

_log = logging.getLogger(__name__)


def tagged_texts(sources: Sources) -> list[corpora.Labelled]:
    """Return the tagger's articles in a fixed, mixed order.

    The gold POS of GUM count twice; people are renamed in a second copy of the newswire and
    of every other PolNeAR article, so that the shape of a name counts more than its being known.
    """
    politics = list(corpora.polnear(sources.polnear / "train"))
    newswire = list(corpora.worldwide(sources.worldwide, _measured_newswire(sources)))
    countries = augmentation.names_by_country(sources.names)
    texts = [*corpora.gum(sources.gum)] * 2 + politics + newswire
    texts += augmentation.renamed(newswire, countries, 1)
    texts += augmentation.renamed(politics[::2], countries, 2)
    texts += speaking(annotated(sources.unlabelled, sources.worldwide))
    _log.info("tagger: %d articles", len(texts))
    return [texts[i] for i in np.random.default_rng(1).permutation(len(texts))]


def unlabelled_texts(sources: Sources) -> Iterator[Tokens]:
    """Yield the articles that the tagger learns words from, but those that are measured on."""
    measured = _measured(sources)
    return (tokenize(record["text"]) for record in corpora.jsonl(sources.unlabelled) if record["id"] not in measured)


def common_words(articles: Iterable[Tokens], count: int) -> list[str]:
    """Return the words that come most often, short enough to be read whole, the most frequent first."""
    counts = Counter(chain.from_iterable(tokens.words for tokens in articles))
    ranked = sorted(counts, key=lambda word: (-counts[word], word))
    return [word for word in ranked if len(word) <= LONGEST_WORD and word.isprintable()][:count]


def held_out_newswire(sources: Sources) -> list[corpora.Labelled]:
    """Return the articles with annotated names that the tagger does not learn from, since they are measured on."""
    measured = _measured(sources)
    return [article for article in corpora.worldwide(sources.worldwide, frozenset()) if article.id in measured]


def _measured_newswire(sources: Sources) -> frozenset[str]:
    """Return the names of the newswire's articles that are measured on, and of those with the same text as one."""
    texts = {record["text"].strip() for record in _measured_records(sources)}
    paths = (sources.worldwide / "original").glob("*.txt")
    same = {path.stem for path in paths if newswire_text(path).strip() in texts}
    return frozenset(same | {name.removeprefix("worldwide-") for name in _measured(sources)})


def _measured(sources: Sources) -> set[str]:
    return {record["id"] for record in _measured_records(sources)}


def _measured_records(sources: Sources) -> list[corpora.Json]:
    return [record for path in sources.measured for record in corpora.jsonl(path)]
