"""How the figures in docs/accuracy.md come about."""

from __future__ import annotations

import pytest

from benchmarks.kinds import KINDS, figures_by_kind, kinds
from benchmarks.mistakes import EXAMPLES, Example, examples, mistakes
from benchmarks.scoring import FIELDS, match
from benchmarks.taggers import _entity_scores
from service.engine import Answer, Engine
from service.engine.tagset import ENTITY
from service.engine.text import tokenize
from training.corpora import Json

PAIR = "“It is late,” said Ann Example. “We go.”\n\n“Stay,” the mayor said."


def record(text: str, words: str, mention: str, **more: object) -> Json:
    start, named = text.index(words), text.index(mention)
    span = {"start": named, "end": named + len(mention), "text": mention}
    return {"start": start, "end": start + len(words), "mention": span if mention else None, **more}


@pytest.mark.parametrize(
    ("text", "words", "mention", "expected"),
    [
        ("“It is very late today,” said Ann Example.", "It is very late today,", "Ann Example", {"name", "curly"}),
        ('"It is very late today," she said.', "It is very late today,", "she", {"pronoun", "straight"}),
        ("'It is very late today,' said the mayor.", "It is very late today,", "the mayor", {"nominal", "single"}),
        ("The leader, Ann Example, was “late”.", "late", "The leader, Ann Example,", {"nominal", "curly", "fragment"}),
        ("“Is it late?” Ann Example asked.", "Is it late?", "Ann Example", {"name", "curly", "fragment"}),
        (PAIR, "We go.", "Ann Example", {"name", "curly", "fragment", "continued"}),
        ("Ann Example:\n\n“It is late.\n\n“We go.”", "It is late.\n\n“We go.", "Ann Example",
         {"name", "curly", "paragraphs"}),
        ("“He said ‘no’ to all of us,” said Ann Example.", "He said ‘no’ to all of us,", "Ann Example",
         {"name", "curly", "nested"}),
        ("“It is late today, people.”", "It is late today, people.", "", {"unnamed", "curly"}),
    ],
)  # fmt: skip
def test_a_quotation_is_of_kinds(text: str, words: str, mention: str, expected: set[str]) -> None:
    quotation = record(text, words, mention)
    found = set(kinds({"text": text, "quotations": [quotation]}, tokenize(text), quotation))

    assert found == expected
    assert found <= set(KINDS)


def test_an_apposition_names_the_speaker_where_the_annotators_do() -> None:
    text = "The leader, Ann Example, was “late”."
    quotation = record(text, "late", "The leader, Ann Example,", speaker=["Ann Example", "Example"])

    assert "name" in set(kinds({"text": text, "quotations": [quotation]}, tokenize(text), quotation))


def test_neighbours_alternate_where_somebody_else_speaks() -> None:
    one = record(PAIR, "It is late,", "Ann Example", speaker=["Ann Example"])
    two = record(PAIR, "We go.", "Ann Example", speaker=["Ann Example"])
    three = record(PAIR, "Stay,", "the mayor", speaker=["the mayor"])
    tokens = tokenize(PAIR)

    def alternates(quotation: Json, *others: Json) -> bool:
        article = {"text": PAIR, "quotations": [quotation, *others]}
        return "alternating" in set(kinds(article, tokens, quotation))

    assert alternates(three, one)
    assert alternates(two, one, three)
    assert not alternates(two, one)


def test_shares_are_of_the_quotations_of_a_kind() -> None:
    article = {"text": PAIR, "quotations": [record(PAIR, "It is late,", "Ann Example", speaker=["Ann Example"])]}

    nothing = figures_by_kind([(article, match(article, Answer()))])
    everything = figures_by_kind([(article, match(article, Engine.load().extract(PAIR)))])

    assert nothing["name"] == {"n": 1, "quotation": 0.0, "mention": 0.0, "speaker": 0.0}
    assert everything["name"] == {"n": 1, "quotation": 1.0, "mention": 1.0, "speaker": 1.0}


@pytest.mark.parametrize("example", examples(), ids=lambda example: example.hard)
def test_an_example_asks_about_one_stretch_in_marks(example: Example) -> None:
    assert example.field in FIELDS
    assert example.text.count(f"“{example.words}") == 1
    assert len({other.hard for other in examples()}) == len(examples()), EXAMPLES.name


def test_there_are_mistakes_to_show() -> None:
    assert len(list(mistakes(Engine.load()))) >= 8, f"write harder examples into {EXAMPLES.name}"


def test_entities_count_with_their_bounds_and_type() -> None:
    person, inside, place = (ENTITY.index(label) for label in ("B-PER", "I-PER", "B-LOC"))
    gold = [[person, inside, 0, place, -1]]

    scores = _entity_scores(gold, [[person, inside, place, 0, person]])

    assert scores["PER"] == {"f1": 1.0, "n": 1}  # what the corpus does not tell is left aside
    assert scores["LOC"] == {"f1": 0.0, "n": 1}
    assert scores["all"] == {"f1": 0.5, "n": 2}
