"""Which gender a name makes likely."""

from __future__ import annotations

import pytest

from service.engine.entities import Entity, Name, name_key
from service.engine.gender import leaning
from service.engine.lexicons import Lexicons
from service.engine.mentions import MentionKind

ENDINGS = Lexicons.load().forename_endings


def _entity(words: str, gender: str = "", kind: MentionKind = MentionKind.PERSON) -> Entity:
    parts = words.split()
    name = Name(0, 0, len(parts), name_key(parts), titled=False, gender=gender, regnal=False)
    return Entity(kind, (name,), name, gender)


@pytest.mark.parametrize("words", ["Zdenka Roe", "Marinela Roe", "Florentina Roe", "Xuehua Roe", "Lidiana de la Cruz"])
def test_a_forename_that_no_list_holds_leans_to_a_woman_by_its_ending(words: str) -> None:
    assert leaning(_entity(words), ENDINGS) > 0.4


@pytest.mark.parametrize("words", ["Radoslav Roe", "Umberto Roe", "Abdulmalik Roe", "Yevgeniy Roe", "Fredrik Roe"])
def test_another_leans_to_a_man(words: str) -> None:
    assert leaning(_entity(words), ENDINGS) < -0.4


def test_a_gender_that_is_known_needs_no_ending() -> None:
    assert leaning(_entity("Umberto Roe", gender="f"), ENDINGS) == 1.0
    assert leaning(_entity("Marinela Roe", gender="m"), ENDINGS) == -1.0


@pytest.mark.parametrize(
    "entity", [_entity("Marinela"), _entity("the umbrella", kind=MentionKind.NOMINAL), _entity("東京 太郎")]
)
def test_where_no_ending_is_known_nothing_is_likely(entity: Entity) -> None:
    assert leaning(entity, ENDINGS) == 0.0
