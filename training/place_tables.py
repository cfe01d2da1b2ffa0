"""Make the gazetteer's tables: places and nationalities with their countries."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from service.engine.gazetteer import fold

from .tables import added, listed, read_csv, read_json, write_table

_GEONAMES = "datasets/world-cities world-cities.csv, drawn from GeoNames (geonames.org), CC BY 4.0"
_COUNTRIES = "mledoze/countries countries.json, ODbL 1.0 (this table is offered under the same licence)"
_PEOPLE = (
    "weak names after smashew/NameDatabases firstnames-us.txt (no licence stated; bare names) and "
    "sigpwned/popular-names-by-country-dataset (CC0)"
)
_OWN = "additions written for this project, Apache-2.0"

# How sure a name's reading is, by what it stands for; ties leave the country open.
_COUNTRY, _CAPITAL, _STATE, _REGION, _CITY = 5, 4, 3, 2, 1
_FEDERATIONS = frozenset({"US", "CA", "AU", "IN"})
_KIND_OF_SENSE = {_COUNTRY: "country", _CAPITAL: "city", _STATE: "region", _REGION: "region", _CITY: "city"}
# GeoNames by way of world-cities.csv names three countries in a way of its own.
_COUNTRY_NAMES = {
    "Congo, The Democratic Republic of the": "CD",
    "Cabo Verde": "CV",
    "Taiwan, Province of China": "TW",
    "No country found for alpha-2 code: XK": "XK",
}
_NOT_COUNTRY_NAMES = frozenset({"Mexicanos", "Portuguesa", "Saudi", "Thai", "Togolese", "Prathet", "Island", "Lao"})
_UNINFLECTED = ("ese", "sh", "ch", "s", "x", "men", "woman", "shman", "chman", "tsman")
_DIVISION = re.compile(
    r"^(?:State of|Provincia de|Province of|Estado de|City of) |"
    r" (?:County|county|Department|Province|Governorate|Region|State|Oblast|Krai|District|Prefecture|City)$"
)


@dataclass(slots=True)
class Senses:
    """The readings of one name as they are gathered: countries with the best rank of each."""

    ranks: dict[str, int] = field(default_factory=dict)
    in_namesake_region: set[str] = field(default_factory=set)
    decision: tuple[str, list[str]] | None = None

    def add(self, country: str, rank: int) -> None:
        """Keep the surest reading of the name in ``country``."""
        self.ranks[country] = max(rank, self.ranks.get(country, 0))

    def ordered(self) -> list[str]:
        """List the countries, likeliest first, those decided by hand before all."""
        decided = self.decision[1] if self.decision else []
        return decided + sorted(self.ranks.keys() - set(decided), key=lambda code: (-self.ranks[code], code))

    def undecided(self) -> bool:
        """Tell whether several countries have an equal claim."""
        if self.decision:
            return len(self.decision[1]) != 1 < len(self.ordered())
        best = max(self.ranks.values())
        return sum(rank == best for rank in self.ranks.values()) > 1

    def kind(self) -> str:
        """Say what the likeliest reading is; a region called after its city gives way to it."""
        if self.decision:
            return self.decision[0]
        best = max(self.ranks.values())
        top = next(code for code in self.ordered() if self.ranks[code] == best)
        return "city" if best == _REGION and top in self.in_namesake_region else _KIND_OF_SENSE[best]

    def certain(self) -> bool:
        """Tell whether the name is a country, a capital or decided by hand, whoever else bears it."""
        return bool(self.decision[1]) if self.decision else max(self.ranks.values()) >= _STATE


def write_place_tables(lexicons: Path, data: Path) -> dict[str, int]:
    """Write the gazetteer's two tables; return how many rows each has."""
    senses = _gather(lexicons)
    weak = _weak(lexicons, senses)
    header = [
        "Places: name as service.engine.gazetteer.fold spells it (abbreviations as they are), kind,",
        "countries (ISO 3166-1 alpha-2, likeliest first; ? where the name alone does not tell), weak or nothing.",
        f"Sources: {_GEONAMES}; {_COUNTRIES}; {_PEOPLE}; {_OWN}.",
    ]
    rows = [_row(name, found, name in weak) for name, found in senses.items()]
    places = write_table(data / "places.tsv", header, [*rows, *_abbreviations()])
    return {"places.tsv": places, "demonyms.tsv": _write_demonyms(lexicons, data)}


def _row(name: str, found: Senses, weak: bool) -> str:
    countries = ("?" if found.undecided() else "") + ",".join(found.ordered())
    return "\t".join([name, found.kind(), countries] + ["weak"] * weak)


def _gather(lexicons: Path) -> dict[str, Senses]:
    senses: dict[str, Senses] = defaultdict(Senses)
    countries = read_json(lexicons / "countries.json")
    for country in countries:
        for name in _country_names(country):
            senses[fold(name)].add(country["cca2"], _COUNTRY)
        for name in country["capital"]:
            senses[fold(name)].add(country["cca2"], _CAPITAL)
    _gather_cities(lexicons, _codes(countries), senses)
    for kind, codes, names in added("places.txt"):
        for name in listed(names):
            senses[fold(name)].decision = (kind, [code for code in codes.split(",") if code != "-"])
    senses.pop("", None)
    return senses


def _codes(countries: list[dict[str, str]]) -> dict[str, str]:
    codes = dict(_COUNTRY_NAMES)
    for country in countries:
        for name in [country["name"], country["official"], *country["altSpellings"]]:
            codes.setdefault(name, country["cca2"])
    return codes


def _country_names(country: dict[str, str]) -> Iterator[str]:
    """Yield the names of a country that an English article may use: in Latin letters, no bare code."""
    yield country["name"]
    yield country["official"]
    for name in country["altSpellings"]:
        if len(name) > 2 and fold(name).isascii() and not name.isupper() and name not in _NOT_COUNTRY_NAMES:
            yield name


def _gather_cities(lexicons: Path, codes: dict[str, str], senses: dict[str, Senses]) -> None:
    for row in read_csv(lexicons / "world-cities.csv"):
        country = codes[row["country"]]
        city = fold(row["name"])
        senses[city].add(country, _CITY)
        rank = _STATE if country in _FEDERATIONS else _REGION
        for region in _region_names(row["subcountry"]):
            senses[region].add(country, rank)
            if region == city:
                senses[city].in_namesake_region.add(country)


def _region_names(subcountry: str) -> Iterable[str]:
    """Spell a first-order division with and without the word for what it is."""
    return {fold(subcountry), fold(_DIVISION.sub("", subcountry))} - {""}


def _weak(lexicons: Path, senses: dict[str, Senses]) -> set[str]:
    """Pick the names that are also words or people's: those listed, and people's that no country or capital bears."""
    listed_by_hand = {fold(name) for (names,) in added("weak_places.txt") for name in listed(names)}
    people = _people(lexicons)
    persons = {
        name for name, found in senses.items() if not found.certain() and all(word in people for word in name.split())
    }
    return persons | listed_by_hand


def _people(lexicons: Path) -> set[str]:
    lists = [
        (lexicons / "firstnames-us.txt").read_text(encoding="utf-8").split(),
        [row["Romanized Name"] for row in read_csv(lexicons / "forenames-by-country.csv")],
        [row["Romanized Name"] for row in read_csv(lexicons / "surnames-by-country.csv")],
    ]
    return {fold(name) for names in lists for name in names}


def _abbreviations() -> Iterator[str]:
    for kind, country, names, *weak in added("abbreviations.txt"):
        for name in listed(names):
            yield "\t".join([name, kind, country, *weak])


def _write_demonyms(lexicons: Path, data: Path) -> int:
    header = [
        "Nationalities: adjective or demonym as service.engine.gazetteer.fold spells it",
        "(abbreviations as they are), country (ISO 3166-1 alpha-2).",
        f"Sources: {_COUNTRIES}; {_OWN}.",
    ]
    own = {_spelling(name): code for code, names in added("demonyms.txt") for name in listed(names)}
    table = _source_demonyms(lexicons) | own
    plurals = {plural: code for word, code in table.items() if (plural := _plural(word)) not in table}
    rows = [f"{word}\t{code}" for word, code in (table | plurals).items()]
    return write_table(data / "demonyms.tsv", header, rows)


def _spelling(name: str) -> str:
    """Abbreviations keep their capitals, which tell "US" from "us"."""
    return name if name.replace(".", "").isupper() else fold(name)


def _source_demonyms(lexicons: Path) -> dict[str, str]:
    """Demonyms that belong to one country alone."""
    bearers: dict[str, set[str]] = defaultdict(set)
    for country in read_json(lexicons / "countries.json"):
        for demonym in re.split(r", | or ", country["demonym"]):
            bearers[fold(demonym)].add(country["cca2"])
    return {word: codes.pop() for word, codes in bearers.items() if len(codes) == 1 and word}


def _plural(word: str) -> str:
    """Return the plural of a demonym that has one; others ("Chinese", "French", "Swiss") are their own."""
    return word if not word.islower() or word.endswith(_UNINFLECTED) else word + "s"
