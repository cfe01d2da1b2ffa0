"""What a description may stand for: not for whom its own words name."""

from __future__ import annotations

import pytest

from service.engine import Engine
from service.engine.layout import lay_out
from service.engine.mentions import MentionKind, find_mentions
from service.engine.speakers import Resolver, find_entities
from service.engine.text import tokenize


@pytest.fixture(scope="module")
def engine() -> Engine:
    return Engine.load()


@pytest.mark.parametrize(
    ("text", "mention", "named"),
    [
        ("Ann Roe runs Riverside Bank. The head of Riverside Bank said so.", "The head", ["Ann Roe"]),
        ("Bo Lind left Novi. The Novi mayor said so.", "The Novi mayor", ["Bo Lind"]),
        ("Bo Lind met Ann Roe. The lawyer for Ann Roe said so.", "The lawyer", ["Bo Lind"]),
        ("Bo Lind met Ann Roe. The lawyer said so.", "The lawyer", ["Ann Roe", "Bo Lind"]),
    ],
)
def test_a_description_stands_for_nobody_whom_it_names(
    text: str, mention: str, named: list[str], engine: Engine
) -> None:
    tokens = tokenize(text)
    layout = lay_out(tokens, engine.model.tagger.tag(tokens), [])
    mentions = find_mentions(tokens, layout.tags, engine.lexicons)
    entities = find_entities(layout, mentions, engine.lexicons)
    number = next(i for i, own in enumerate(mentions) if own.span(tokens).of(text) == mention)

    candidates = Resolver.of(layout, mentions, entities, engine.lexicons).candidates(number)

    names = (entities[i].fullest for i in candidates if entities[i].kind == MentionKind.PERSON)
    assert sorted(tokens.span(name.first, name.stop).of(text) for name in names) == named
