"""What the engine gives as a speaker's role, sentence by sentence."""

from __future__ import annotations

from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.engine import Answer, Engine


@cache
def engine() -> Engine:
    return Engine.load()


def roles(answer: Answer, text: str) -> list[str | None]:
    return [q.role.of(text) if q.role else None for q in answer.quotations]


ROLES = [
    # before the name
    ("“The harbour will reopen on Friday,” said Prime Minister Helena Brandt.", "Prime Minister"),
    ("“We are ready,” British Foreign Secretary Oliver Marsh told reporters.", "British Foreign Secretary"),
    ("“It is a good day,” said former mayor Luisa Ortega.", "former mayor"),
    ("“The bill is dead,” Sen. Carla Whitfield said on Monday.", "Sen."),
    ("“The vote was fair,” said Commissioner Daniel Osei.", "Commissioner"),
    ("“Pray for them,” Rabbi Miriam Adler said.", "Rabbi"),
    pytest.param(
        "“The bridge is safe,” said Harbour Master Sir Hugo Lamb.",
        "Harbour Master",
        marks=pytest.mark.xfail(strict=True, reason="takes its first three words for the name"),
    ),
    # after the name
    ("“The rent doubled,” said Maria Gomez, a nurse at Saint Agnes Hospital.", "nurse at Saint Agnes Hospital"),
    ("“The rent doubled,” said Maria Gomez, 34, a nurse at Saint Agnes Hospital.", "nurse at Saint Agnes Hospital"),
    ("“The roses froze in one night,” said Ann Sample, the gardener.", "gardener"),
    ("“We lost the boat,” said Peter Hale, captain of the trawler.", "captain of the trawler"),
    ("“Fees must fall,” said Jane Roe, a law professor at Westfield University, on Tuesday.",
     "law professor at Westfield University"),
    ("“He never came home,” said Nadia Karim, the victim’s sister.", "victim’s sister"),
    ("“I saw smoke,” said Tom Baker, who is a teacher in the village.", "teacher in the village"),
    # before the name, with a comma
    (
        "The head of the lighthouse service, Jorge Fuentes, smiled. “The lamps stay lit,” Fuentes said.",
        "head of the lighthouse service",
    ),
    ("The owner of the shop, Ivan Petrov, was there. “The roof went first,” Petrov said.", "owner of the shop"),
    ("“The well is dry,” said a farmer named Abdul Wali.", "farmer"),
    # elsewhere in the article
    ("Police Chief Robert Lang came to the meeting.\n\n“We were too late,” Lang said.", "Police Chief"),
    ("Clara Novak, a biologist at the aquarium, opened the tank.\n\n“They are hungry,” she said.",
     "biologist at the aquarium"),
    # unnamed speakers are what their words say
    ("“Talks will go on,” said a senior defence official.", "senior defence official"),
    ("“I sold nothing today,” a fish seller said.", "fish seller"),
    # no role
    ("“I have not slept,” said Mrs Alice Brown.", None),
    ("“I have not slept,” said Alice Brown, speaking by telephone.", None),
    ("“It was cold,” said Edward Stone, 52.", None),
    ("“The limits were exceeded,” the report said.", None),
    ("“The claim is false,” the Foreign Ministry said.", None),
]  # fmt: skip


@pytest.mark.parametrize(("text", "role"), ROLES)
def test_role_of_the_speaker(text: str, role: str | None) -> None:
    assert roles(engine().extract(text), text) == [role]


def test_the_most_informative_wording_wins_over_the_bare_title() -> None:
    text = (
        "The minister came late. “I am sorry,” Minister Paula Reyes said.\n\n"
        "Paula Reyes, minister of transport in the new government, then left. “No more questions,” Reyes said."
    )
    assert "minister of transport" in str(roles(engine().extract(text), text)[0])


@given(st.lists(st.sampled_from([*"“”,()—.", "Ann", "Ray", "said", "the", "mayor", "of", "who", "is", "and", "\n"])))
def test_a_role_lies_within_the_text_and_is_never_empty(words: list[str]) -> None:
    text = " ".join(words)
    assert all(role is None or role.strip() for role in roles(engine().extract(text), text))
