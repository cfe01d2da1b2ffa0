import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.engine.gazetteer import Gazetteer

GAZETTEER = Gazetteer.load()


@pytest.mark.parametrize(
    ("name", "kind", "country"),
    [
        ("Kenya", "country", "KE"),
        ("the Netherlands", "country", "NL"),
        ("The Gambia", "country", "GM"),
        ("Burma", "country", "MM"),
        ("Holland", "country", "NL"),
        ("Ivory Coast", "country", "CI"),
        ("Côte d’Ivoire", "country", "CI"),
        ("DR Congo", "country", "CD"),
        ("Turkey", "country", "TR"),
        ("Kosovo", "country", "XK"),
        ("Vatican", "country", "VA"),
        ("U.S.", "country", "US"),
        ("the U.S.", "country", "US"),
        ("US", "country", "US"),
        ("USA", "country", "US"),
        ("America", "country", "US"),
        ("U.K.", "country", "GB"),
        ("Britain", "country", "GB"),
        ("Scotland", "region", "GB"),
        ("Northern Ireland", "region", "GB"),
        ("West Bank", "region", "PS"),
        ("Crimea", "region", "UA"),
        ("California", "region", "US"),
        ("Calif.", "region", "US"),
        ("Delaware", "region", "US"),
        ("Ontario", "region", "CA"),
        ("Uttar Pradesh", "region", "IN"),
        ("Middle East", "region", None),
        ("Washington", "city", "US"),
        ("Washington, D.C.", "city", "US"),
        ("New York", "city", "US"),
        ("Paris", "city", "FR"),
        ("London", "city", "GB"),
        ("Sydney", "city", "AU"),
        ("Gaza", "city", "PS"),
        ("The Hague", "city", "NL"),
        ("St. Louis", "city", "US"),
        ("Saint Petersburg", "city", "RU"),
        ("Port au Prince", "city", "HT"),
        ("al-Damazin", "city", "SD"),
        ("White House", "landmark", "US"),
        ("Downing Street", "landmark", "GB"),
    ],
)
def test_a_place_has_a_kind_and_a_country(name: str, kind: str, country: str | None) -> None:
    place = GAZETTEER.lookup(name)

    assert place is not None
    assert (place.kind, place.country) == (kind, country)


@pytest.mark.parametrize(
    ("variant", "name"),
    [
        ("NAIROBI", "Nairobi"),
        ("NEW DELHI", "New Delhi"),
        ("KYIV", "Kyiv"),
        ("São Paulo", "Sao Paulo"),
        ("Gdańsk", "Gdansk"),
        ("Sana’a", "Sanaa"),
        ("N'Djamena", "Ndjamena"),
        ("Ukraine’s", "Ukraine"),
        ("the Bronx", "Bronx"),
    ],
)
def test_spellings_of_one_place_agree(variant: str, name: str) -> None:
    assert GAZETTEER.lookup(variant) == GAZETTEER.lookup(name) is not None


@pytest.mark.parametrize(
    ("name", "country"),
    [
        ("Garissa County", "KE"),
        ("northern Syria", "SY"),
        ("central Seoul", "KR"),
        ("city of Lviv", "UA"),
        ("Oaxaca city", "MX"),
    ],
)
def test_a_part_or_a_division_is_known_by_the_name_inside(name: str, country: str) -> None:
    assert GAZETTEER.country_of(name) == country


@pytest.mark.parametrize("name", ["us", "Us", "reading", "nice", "", " ", "the", "’s", "County", "x" * 500])
def test_words_and_unknown_names_are_no_places(name: str) -> None:
    assert GAZETTEER.lookup(name) is None


@pytest.mark.parametrize(
    "name",
    ["Of", "Police", "Reading", "Nice", "Mobile", "Victoria", "Charlotte", "Jackson", "Clinton", "Jordan", "Kremlin"],
)
def test_names_that_are_also_words_or_people_are_weak(name: str) -> None:
    place = GAZETTEER.lookup(name)

    assert place is not None
    assert place.weak


@pytest.mark.parametrize("name", ["Paris", "Sydney", "Austin", "Virginia", "Israel", "Nairobi", "Dallas", "Florida"])
def test_well_known_places_are_not_weak_though_people_bear_the_name(name: str) -> None:
    place = GAZETTEER.lookup(name)

    assert place is not None
    assert not place.weak


@pytest.mark.parametrize(
    ("name", "container", "country"),
    [
        ("Paris", "Texas", "US"),
        ("Paris", None, "FR"),
        ("London", "Ontario", "CA"),
        ("London", "Ontario, Canada", "CA"),
        ("Novi", "Michigan", "US"),
        ("Juniper", "Fla.", "US"),
        ("Springfield", "IL", "US"),
        ("Cambridge", None, None),
        ("Cambridge", "Mass.", "US"),
        ("Cambridge", "England", "GB"),
        ("Birmingham", "Alabama", "US"),
        ("San José", None, None),
        ("San José", "Costa Rica", "CR"),
        ("Georgia", None, None),
        ("Atlanta", "Georgia", "US"),
        ("Batumi", "Georgia", "GE"),
        ("Kinnear", "Wyoming", "US"),
        ("Hyderabad", "Pakistan", "PK"),
        ("Valencia", "Venezuela", "VE"),
        ("Nowhereville", None, None),
        ("Kandahar", "the south", "AF"),
    ],
)
def test_the_container_tells_places_of_one_name_apart(name: str, container: str | None, country: str | None) -> None:
    assert GAZETTEER.country_of(name, container) == country


@pytest.mark.parametrize(
    ("word", "country"),
    [
        ("Ukrainian", "UA"),
        ("British", "GB"),
        ("Scottish", "GB"),
        ("U.S.", "US"),
        ("UK", "GB"),
        ("Kenyans", "KE"),
        ("Germans", "DE"),
        ("Frenchman", "FR"),
        ("Chinese", "CN"),
        ("South Korean", "KR"),
        ("New Zealander", "NZ"),
        ("Québécois", "CA"),
        ("Palestinian", "PS"),
        ("polish", None),
        ("us", None),
        ("Muslim", None),
    ],
)
def test_a_nationality_has_a_country(word: str, country: str | None) -> None:
    assert GAZETTEER.nationality(word) == country


def test_every_row_is_well_formed() -> None:
    for name in GAZETTEER.places:
        place = GAZETTEER.lookup(name if name != name.lower() else name.upper())

        assert place is not None, name
        assert place.kind in {"country", "region", "city", "landmark"}
        assert all(len(code) == 2 and code.isupper() for code in place.countries), name
        assert place.country is None or place.country == place.countries[0]


def test_the_tables_are_read_once() -> None:
    assert Gazetteer.load() is GAZETTEER


@given(st.text(max_size=80))
def test_any_text_can_be_looked_up(text: str) -> None:
    place = GAZETTEER.lookup(text)

    assert place is None or place.country in {None, *place.countries}
    assert GAZETTEER.country_of(text, text) == (place.country if place else GAZETTEER.country_of("", text))
