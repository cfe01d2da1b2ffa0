"""Rows for the resolver from GUM's coreference: pronouns and nominals of all kinds of text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from service.engine.answer import Span
from service.engine.layout import lay_out
from service.engine.lexicons import Lexicons
from service.engine.mentions import Mention, MentionKind, find_mentions
from service.engine.speakers import Resolver, Turns, find_entities
from service.engine.tagger import Tagger
from service.engine.text import tokenize

from .corpora import conllu, gum_entities
from .rows import Rows

_SPEAKING = ("person", "organization")


@dataclass(frozen=True, slots=True)
class Anaphora:
    """A text with, for each anaphor, all the spans that stand for the same as it does."""

    text: str
    chains: tuple[tuple[Span, tuple[Span, ...]], ...]


def gum(folder: Path) -> Iterator[Anaphora]:
    """Yield the GUM texts with the chains of their people, groups and organisations."""
    for path in sorted(folder.glob("*.conllu.gz")):
        text, words = conllu(path)
        mentions = [
            (Span(words[e.first].span.start, words[e.stop - 1].span.end), e.chain)
            for e in gum_entities(words)
            if e.kind in _SPEAKING
        ]
        by_chain: dict[str, list[Span]] = {}
        for span, chain in mentions:
            by_chain.setdefault(chain, []).append(span)
        chains = tuple((span, tuple(by_chain[chain])) for span, chain in mentions if len(by_chain[chain]) > 1)
        yield Anaphora(text, chains)


def anaphora_rows(texts: Iterable[Anaphora], tagger: Tagger, lexicons: Lexicons, weight: float) -> Rows:
    """Rows for the resolver, a group an anaphor that our own mentions and entities can express."""
    rows = Rows.empty()
    for one in texts:
        tokens = tokenize(one.text)
        layout = lay_out(tokens, tagger.tag(tokens), [])
        mentions = find_mentions(tokens, layout.tags, lexicons)
        entities = find_entities(layout, mentions, lexicons)
        resolver = Resolver.of(layout, mentions, entities, lexicons)
        spans = [mention.span(tokens) for mention in mentions]
        for anaphor, chain in one.chains:
            number = _mention_at(anaphor, mentions, spans)
            if number is None:
                continue
            right = _entities_of(chain, resolver, spans)
            candidates = resolver.candidates(number)
            if right & set(candidates):
                rows.add(resolver.rows(number, candidates, Turns()), [float(e in right) for e in candidates], weight)
    return rows


def _mention_at(anaphor: Span, mentions: tuple[Mention, ...], spans: list[Span]) -> int | None:
    """Return our pronoun or nominal that is the annotated mention, by its last words."""
    for number, span in enumerate(spans):
        if mentions[number].kind >= MentionKind.NOMINAL and anaphor.start == span.start and span.end <= anaphor.end:
            return number
    return None


def _entities_of(chain: tuple[Span, ...], resolver: Resolver, spans: list[Span]) -> set[int]:
    """Return the named entities of a chain; without any, the unnamed ones."""
    named: set[int] = set()
    unnamed: set[int] = set()
    for entity, own in enumerate(resolver.entities):
        for name in own.names:
            span = spans[name.mention]
            if any(span.start >= part.start and span.end == part.end for part in chain):
                (unnamed if own.kind == MentionKind.NOMINAL else named).add(entity)
    return named or unnamed
