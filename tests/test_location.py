"""Where words were spoken, and how the article tells: small articles, each with the answer a reader gives."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pytest

from service.engine import Basis, Engine, Span
from service.engine.layout import find_clause, lay_out
from service.engine.location import Said, share, utterances
from service.engine.mentions import find_mentions
from service.engine.speakers import find_entities
from service.engine.text import tokenize


class Case(NamedTuple):
    why: str
    article: str
    place: str | None
    basis: Basis | None = None


CASES = (
    Case(
        "told reporters in",
        "The tram drivers will strike. “We have waited long enough,” union leader Petra Vogel told reporters in Graz.",
        "Graz",
        Basis.STATED,
    ),
    Case(
        "speaking at a venue in a town, fronted",
        "Speaking at a rally in Toledo on Friday, Governor Ann Marsh said: “The bridge will be built.”",
        "Toledo",
        Basis.STATED,
    ),
    Case(
        "a speech holds for the speaker's later words",
        "Minister Jorge Lima, speaking in Porto on Monday, said the dam was safe.\n\n"
        "Engineers had raised doubts for a year.\n\n“Not one stone will move,” Lima said.",
        "Porto",
        Basis.STATED,
    ),
    Case(
        "a container is part of the place",
        "Senator Dale Hobbs spoke at a town hall in Novi, Michigan, on Tuesday. “I hear you,” Hobbs told the crowd.",
        "Novi, Michigan",
        Basis.STATED,
    ),
    Case(
        "where another spoke is the scene",
        "Mayor Ida Falk told a crowd in Malmo on Sunday that the baths would close.\n\n"
        "“The children will miss them,” said Ulla Berg, a swimmer.",
        "Malmo",
        Basis.SCENE,
    ),
    Case(
        "the scene that the lead sets",
        "Fishing ministers from nine countries met Thursday in Bergen to settle the year's catch.\n\n"
        "“We moved a long way today,” said Norwegian minister Kari Dahl.",
        "Bergen",
        Basis.SCENE,
    ),
    Case(
        "a dateline",
        "NAIROBI (Reuters) – Tea farmers are demanding better prices.\n\n"
        "“The auction robs us,” said John Kamau, a farmer.",
        "NAIROBI",
        Basis.DATELINE,
    ),
    Case("a place that is only talked about", "“The war in Sudan must end,” Mary Holt said in a statement.", None),
    Case("an office in the speaker's title", "“We disagree,” said Tom Reid, the mayor of Leeds, on Twitter.", None),
    Case(
        "where the speaker is employed",
        "“They can wait,” said Ida Berg, an ecologist at the University of Malmo and the study's first author.",
        None,
    ),
    Case("a party in capitals", "“I hear you,” Senator Dale Hobbs told the GOP on Tuesday.", None),
    Case("no place at all", "“We disagree,” said Tom Reid.", None),
)


@pytest.fixture(scope="module")
def engine() -> Engine:
    return Engine.load()


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.why)
def test_location(engine: Engine, case: Case) -> None:
    answer = engine.extract(case.article)
    found = answer.quotations[-1].location
    assert (found.span.of(case.article) if found else None, found.basis if found else None) == (case.place, case.basis)


def test_each_speaker_keeps_the_place_told_of_him(engine: Engine) -> None:
    article = (
        "President Ana Ruiz, speaking in Quito on Monday, said the talks would go on.\n\n"
        "“We will not leave the table,” Ruiz said.\n\n"
        "Her rival Hugo Paz, speaking in Guayaquil on Monday, said they had failed.\n\n"
        "“She has nothing to show,” Paz said.\n"
    )
    places = [q.location.span.of(article) for q in engine.extract(article).quotations if q.location]
    assert places == ["Quito", "Guayaquil"]


def test_quotations_of_one_article_draw_to_each_other() -> None:
    chances = np.array([[0.9, 0.0], [0.1, 0.0]], np.float32)
    shared = share(chances)
    assert chances[0, 0] > shared[0, 0] > shared[1, 0] > chances[1, 0]
    assert not shared[:, 1].any()


def test_what_one_clause_of_a_speaker_says_is_known_of_all_his_quotations(engine: Engine) -> None:
    article = "“One,” Ana Ruiz told viewers on television. “Two,” Ruiz said. “Three,” Hugo Paz said.\n"
    tokens = tokenize(article)
    spans = [Span(article.index(word), article.index(word) + len(word)) for word in ("One,", "Two,", "Three,")]
    layout = lay_out(tokens, engine.model.tagger.tag(tokens), spans)
    mentions = find_mentions(tokens, layout.tags, engine.lexicons)
    entities = find_entities(layout, mentions, engine.lexicons)
    said = [
        Said(find_clause(layout, stretch).cue, None, one)
        for stretch, one in zip(layout.stretches, (0, 0, 1), strict=True)
    ]

    rows = [one.row for one in utterances(layout, mentions, entities, said, engine.lexicons)]

    own, of_speaker = 3, 10  # the columns for a medium
    assert [row[own] > 0 for row in rows] == [True, False, False]
    assert rows[0][of_speaker] == rows[1][of_speaker] > rows[2][of_speaker] == 0
