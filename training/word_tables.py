"""Make the tables of words that the sources and the additions give together: forenames, roles, reporting verbs."""

from __future__ import annotations

import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path

from .tables import added, listed, read_csv, read_json, write_table

_FORENAMES = "sigpwned/popular-names-by-country-dataset forenames-by-country.csv (CC0)"
_US_FORENAMES = "smashew/NameDatabases firstnames-us.txt (no licence stated; bare names)"
_OCCUPATIONS = "dariusk/corpora occupations.json (CC0)"
_VERBS = (
    "sfu-discourse-lab/GenderGapTracker reporting verbs (MIT)",
    "JournalismAI-2021-Quotes/quote-extraction reporting verbs (Apache-2.0)",
)
_OWN = "additions written for this project (Apache-2.0)"
_VOWELS = frozenset("aeiou")
# Verbs with a past of their own that double their last letter before "-ing".
_DOUBLING = frozenset({"begin", "put", "set"})
_NO_GENDER, _LEFT_OUT = "-", "x"
_LONGEST_ENDING, _SHORTER_ONES_SAY = 5, 4  # letters; names that the share of a shorter ending counts as
_FEWEST = 2  # names that an ending must have


def write_word_tables(lexicons: Path, data: Path) -> dict[str, int]:
    """Write the tables of words; return how many rows each has."""
    return {
        "forenames.tsv": _write_forenames(lexicons, data),
        "forename_endings.tsv": _write_forename_endings(lexicons, data),
        "role_nouns.txt": _write_role_nouns(lexicons, data),
        "reporting_verbs.txt": _write_reporting_verbs(lexicons, data),
    }


def _write_forenames(lexicons: Path, data: Path) -> int:
    header = [
        "Forenames: name, gender of those who bear it (m, f, u: either or not known).",
        "Lower case, with its diacritics and without.",
        f"Sources: {_FORENAMES}; {_US_FORENAMES}; {_OWN}.",
    ]
    return write_table(data / "forenames.tsv", header, [f"{name}\t{g}" for name, g in _forenames(lexicons).items()])


def _forenames(lexicons: Path) -> dict[str, str]:
    genders: dict[str, set[str]] = defaultdict(set)
    for name, gender in _source_forenames(lexicons):
        for spelling in _spellings(name):
            genders[spelling].add(gender)
    table = {name: found.pop() if len(found - {"u"}) == len(found) == 1 else "u" for name, found in genders.items()}
    return table | {spelling: gender for gender, names in added("forenames.txt") for spelling in _spelled(names)}


def _write_forename_endings(lexicons: Path, data: Path) -> int:
    header = [
        "How the forenames of one gender end: ending, share of women's names; ^ stands for the beginning of a name.",
        "Without diacritics; a share is drawn to that of the ending that is a letter shorter.",
        f"Sources: those names of forenames.tsv whose gender is known: {_FORENAMES}; {_OWN}.",
    ]
    known = {_plain(name): gender for name, gender in _forenames(lexicons).items() if gender != "u"}
    names = {name: gender for name, gender in known.items() if " " not in name}
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for name, gender in names.items():
        for length in range(1, min(_LONGEST_ENDING, len(name) + 1) + 1):
            counts[f"^{name}"[-length:]][gender] += 1
    shares = {"": 0.5}
    for ending in sorted(counts, key=len):
        found, shorter = counts[ending], shares[ending[1:]]
        shares[ending] = (found["f"] + _SHORTER_ONES_SAY * shorter) / (found.total() + _SHORTER_ONES_SAY)
    rows = [f"{ending}\t{shares[ending]:.2f}" for ending, found in counts.items() if found.total() >= _FEWEST]
    return write_table(data / "forename_endings.tsv", header, rows)


def _source_forenames(lexicons: Path) -> Iterator[tuple[str, str]]:
    """Yield names with their gender; names of the list without gender only where the other does not have them."""
    known = set()
    for row in read_csv(lexicons / "forenames-by-country.csv"):
        for name in (row["Romanized Name"], row["Localized Name"]):
            if name and _plain(name).replace("-", "").replace("'", "").replace(" ", "").isascii():
                known.add(_plain(name))
                yield name, row["Gender"].lower()
    for name in (lexicons / "firstnames-us.txt").read_text(encoding="utf-8").split():
        if _plain(name) not in known:
            yield name, "u"


def _spelled(names: str) -> Iterator[str]:
    for name in listed(names):
        yield from _spellings(name)


def _spellings(name: str) -> set[str]:
    return {unicodedata.normalize("NFC", name).lower(), _plain(name)}


def _plain(name: str) -> str:
    decomposed = unicodedata.normalize("NFKD", name.lower()).replace("ı", "i").replace("ł", "l").replace("’", "'")
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))


def _write_role_nouns(lexicons: Path, data: Path) -> int:
    header = [
        "Nouns that name a person's role, occupation or relation: singular, plural, gender if the word has one (m, f).",
        f"Sources: {_OCCUPATIONS}, the last words of its entries; {_OWN}.",
    ]
    nouns = {noun: (plural, gender) for gender, noun, plural in _added_nouns()}
    for occupation in read_json(lexicons / "occupations.json")["occupations"]:
        noun = occupation.split()[-1].lower()
        nouns.setdefault(noun, (_plural(noun), _NO_GENDER))
    rows = [f"{noun}\t{plural}\t{gender}" for noun, (plural, gender) in nouns.items() if gender != _LEFT_OUT]
    return write_table(data / "role_nouns.txt", header, [row.removesuffix(f"\t{_NO_GENDER}") for row in rows])


def _added_nouns() -> Iterator[tuple[str, str, str]]:
    for gender, nouns in added("role_nouns.txt"):
        for noun in listed(nouns.lower()):
            singular, _, plural = noun.partition("/")
            yield gender, singular, plural or _plural(singular)


def _plural(noun: str) -> str:
    if noun.endswith(("s", "x", "z", "ch", "sh")):
        return noun + "es"
    if noun.endswith("y") and noun[-2] not in _VOWELS:
        return noun[:-1] + "ies"
    return noun[:-3] + "men" if noun.endswith("man") else noun + "s"


def _write_reporting_verbs(lexicons: Path, data: Path) -> int:
    header = [
        "Verbs that report speech: each form with its lemma.",
        f"Sources: {'; '.join(_VERBS)}; {_OWN}.",
    ]
    irregular = {lemma: set(forms) for _, lemma, *forms in _verb_entries() if forms}
    unwanted = {lemma for mark, lemmas, *_ in _verb_entries() if mark == _LEFT_OUT for lemma in listed(lemmas)}
    lemmas = {lemma for mark, lemmas, *_ in _verb_entries() if mark != _LEFT_OUT for lemma in listed(lemmas)}
    lemmas |= _lemmas(_source_verbs(lexicons), lemmas | unwanted, irregular)
    table = {form: lemma for lemma in sorted(lemmas - unwanted) for form in _inflected(lemma, irregular)}
    return write_table(data / "reporting_verbs.txt", header, [f"{form}\t{lemma}" for form, lemma in table.items()])


def _verb_entries() -> Iterator[list[str]]:
    return added("reporting_verbs.txt")


def _source_verbs(lexicons: Path) -> set[str]:
    names = ("reporting-verbs-ggt.txt", "reporting-verbs-journalismai.txt")
    return {form for name in names for form in (lexicons / name).read_text(encoding="utf-8").split()}


def _lemmas(forms: set[str], known: set[str], irregular: dict[str, set[str]]) -> set[str]:
    """Keep the forms that are no inflection of another form or of a known lemma."""
    inflections = {form for lemma in forms | known for form in _inflected(lemma, irregular) - {lemma}}
    return forms - inflections - known


def _inflected(lemma: str, irregular: dict[str, set[str]]) -> set[str]:
    """Return the verb's forms; in "go on" the first word bends."""
    verb, space, particle = lemma.partition(" ")
    stem = _stem(verb, irregular.get(lemma, set()))
    past = irregular.get(lemma) or {_past(verb) + space + particle}
    return {lemma, _third_person(verb) + space + particle, stem + "ing" + space + particle} | past


def _stem(verb: str, irregular_past: set[str]) -> str:
    """Return what "-ing" follows: the final letter doubles where it does so in the past ("beg", "begged")."""
    doubled = verb + verb[-1]
    if doubled + "ed" in irregular_past or verb in _DOUBLING:
        return doubled
    return verb[:-1] if verb.endswith("e") and not verb.endswith("ee") else verb


def _third_person(verb: str) -> str:
    return verb + "es" if verb.endswith("o") else _plural(verb)


def _past(verb: str) -> str:
    if verb.endswith("e"):
        return verb + "d"
    return verb[:-1] + "ied" if verb.endswith("y") and verb[-2] not in _VOWELS else verb + "ed"
