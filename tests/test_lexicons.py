from collections import Counter
from pathlib import Path

import pytest

from service.engine.lexicons import Lexicons, plain
from training import nominal_table
from training.data_tables import DATA, main

SOURCES = Path(__file__).parents[2] / "shared" / "lexicons"
LEXICONS = Lexicons.load()
TABLES = sorted(path for path in DATA.iterdir() if path.suffix in {".txt", ".tsv"})


@pytest.mark.parametrize(
    ("title", "courtesy", "gender"),
    [
        ("Mr.", True, "m"),
        ("Mrs", True, "f"),
        ("Dr.", True, None),
        ("Dame", True, "f"),
        ("Rt. Hon.", True, None),
        ("President", False, None),
        ("Prime Minister", False, None),
        ("Rep.", False, None),
        ("Det Insp", False, None),
        ("Lt. Gov.", False, None),
        ("Major Gen.", False, None),
        ("Attorney General", False, None),
        ("Cllr", False, None),
        ("Sheikh", False, "m"),
        ("Queen", False, "f"),
    ],
)
def test_a_title_is_a_courtesy_or_a_role(title: str, courtesy: bool, gender: str | None) -> None:
    found = LEXICONS.titles[plain(title)]

    assert (found.courtesy, found.gender) == (courtesy, gender)


@pytest.mark.parametrize(
    ("noun", "lemma", "plural", "gender"),
    [
        ("mayor", "mayor", False, None),
        ("mayors", "mayor", True, None),
        ("spokeswomen", "spokeswoman", True, "f"),
        ("father", "father", False, "m"),
        ("attorneys", "attorney", True, None),
        ("attorneys general", "attorney general", True, None),
        ("secretaries", "secretary", True, None),
        ("coaches", "coach", True, None),
        ("wives", "wife", True, "f"),
        ("people", "person", True, None),
        ("police", "police", True, None),
        ("passers-by", "passer-by", True, None),
        ("plumber", "plumber", False, None),
    ],
)
def test_a_role_noun_has_number_and_gender(noun: str, lemma: str, plural: bool, gender: str | None) -> None:
    found = LEXICONS.role_nouns[noun]

    assert (found.lemma, found.plural, found.gender) == (lemma, plural, gender)


@pytest.mark.parametrize(
    ("name", "gender"),
    [("keir", "m"), ("aisha", "f"), ("josé", "m"), ("jose", "m"), ("sebastián", "m"), ("alex", None), ("taylor", None)],
)
def test_a_forename_has_a_gender_or_none(name: str, gender: str | None) -> None:
    assert LEXICONS.forenames[name] == gender


@pytest.mark.parametrize(
    ("form", "lemma"),
    [
        ("said", "say"),
        ("saying", "say"),
        ("told", "tell"),
        ("replies", "reply"),
        ("quipped", "quip"),
        ("begging", "beg"),
        ("agreeing", "agree"),
        ("wrote", "write"),
        ("echoes", "echo"),
        ("added", "add"),
        ("tweeted", "tweet"),
        ("went on", "go on"),
    ],
)
def test_a_form_of_a_reporting_verb_leads_to_its_lemma(form: str, lemma: str) -> None:
    assert LEXICONS.reporting_verbs[form] == lemma


@pytest.mark.parametrize("form", ["presents", "found", "demonstrated", "acceptss"])
def test_other_verbs_report_nothing(form: str) -> None:
    assert form not in LEXICONS.reporting_verbs


@pytest.mark.parametrize(
    ("words", "word"),
    [
        (LEXICONS.organization_words, "ministry"),
        (LEXICONS.organization_words, "fc"),
        (LEXICONS.media_words, "twitter"),
        (LEXICONS.media_words, "fox news"),
        (LEXICONS.weekdays, "tues"),
        (LEXICONS.months, "sept"),
    ],
)
def test_word_lists(words: frozenset[str], word: str) -> None:
    assert word in words


@pytest.mark.parametrize("table", TABLES, ids=lambda path: path.name)
def test_a_table_names_its_source_and_licence_and_repeats_nothing(table: Path) -> None:
    lines = table.read_text(encoding="utf-8").splitlines()
    header = " ".join(line for line in lines if line.startswith("#"))
    keys = Counter(line.split("\t")[0] for line in lines if not line.startswith("#"))

    assert "Source" in header
    assert any(licence in header for licence in ("Apache-2.0", "CC BY", "CC0", "MIT", "ODbL"))
    assert [key for key, count in keys.items() if count > 1 or not key.strip()] == []


def test_the_tables_are_small() -> None:
    assert sum(table.stat().st_size for table in TABLES) < 2_000_000


def test_the_lists_are_read_once() -> None:
    assert Lexicons.load() is LEXICONS


@pytest.mark.skipif(not SOURCES.is_dir(), reason="the source lists are not here")
def test_a_rebuild_gives_the_tables_that_are_committed(tmp_path: Path) -> None:
    assert main(["--lexicons", str(SOURCES), "--data", str(tmp_path)]) == 0

    built = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    words = {"forenames.tsv", "forename_endings.tsv", "role_nouns.txt", "reporting_verbs.txt"}
    assert set(built) == {"places.tsv", "demonyms.tsv", *words}
    assert [name for name, content in built.items() if content != (DATA / name).read_bytes()] == []


def test_a_missing_source_is_one_line_on_stderr(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--lexicons", str(tmp_path), "--data", str(tmp_path)]) == 1

    assert capsys.readouterr().err.count("\n") == 1


def test_what_becomes_of_those_who_are_mentioned_by_a_noun() -> None:
    president, official = LEXICONS.nominals["president"], LEXICONS.nominals["official"]

    assert president.unnamed < 0.5 < president.person
    assert official.person < 0.5 < official.unnamed


@pytest.mark.skipif(not SOURCES.is_dir(), reason="the corpora are not here")
def test_a_count_gives_the_table_of_nouns_that_is_committed(tmp_path: Path) -> None:
    assert nominal_table.main(["--to", str(tmp_path)]) == 0

    assert (tmp_path / "nominals.tsv").read_bytes() == (DATA / "nominals.tsv").read_bytes()


def test_missing_corpora_are_one_line_on_stderr(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as exit_:
        nominal_table.main(["--data", str(tmp_path), "--to", str(tmp_path)])

    assert exit_.value.code
    assert capsys.readouterr().err.count("\n") == 1
