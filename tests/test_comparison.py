"""What other systems answer is read fairly, and the tables show it. No other system is needed for this."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path
from typing import Any

import pytest

from benchmarks.articles import COMPARISON, ROOT, seeds
from benchmarks.comparison import _parser, main, measure
from benchmarks.comparison_tables import comparison
from benchmarks.peers.patterns import quotations
from benchmarks.peers.systems import own_systems
from benchmarks.peers.wire import from_compromise, from_corenlp
from benchmarks.scoring import figures, match, pair_up, read_wire, verdicts
from schemas import OffsetUnit
from service.answers import render
from service.engine import Engine
from training.corpora import Json

PEERS = ROOT / "benchmarks" / "peers"
PAGE = ROOT / "docs" / "comparison.md"
EMOJI = "🌊 Ann Example came. “We will ‘try’,” she said."


def corenlp_answer(*quotes: Json) -> Json:
    """An answer of CoreNLP to EMOJI, whose offsets count the emoji as two."""
    words = ["🌊", "Ann", "Example", "came", "she"]
    starts = [EMOJI.index(word) for word in words]
    tokens = [
        {"word": word, "characterOffsetBegin": utf16(start), "characterOffsetEnd": utf16(start + len(word))}
        for word, start in zip(words, starts, strict=True)
    ]
    return {"sentences": [{"tokens": tokens[:3]}, {"tokens": tokens[3:]}], "quotes": list(quotes)}


def utf16(code_points: int) -> int:
    return len(EMOJI[:code_points].encode("utf-16-le")) // 2


def quote(words: str, **more: Any) -> Json:
    start = EMOJI.index(words)
    return {"text": words, "beginIndex": utf16(start), "endIndex": utf16(start + len(words)), **more}


OUTER = "“We will ‘try’,”"
SHE = {"mention": "she", "mentionBegin": 4, "mentionEnd": 4, "mentionType": "pronoun"}


@pytest.mark.parametrize(
    ("quotes", "found"),
    [
        ((), []),
        ((quote(OUTER),), [("We will ‘try’,", None, None, [])]),
        ((quote(OUTER, canonicalSpeaker="Unknown"),), [("We will ‘try’,", None, None, [])]),
        ((quote(OUTER, canonicalSpeaker="Unknown", **SHE),), [("We will ‘try’,", None, "she", [])]),
        (
            (quote(OUTER, canonicalSpeaker="she", speaker="Ann Example", **SHE),),
            [("We will ‘try’,", "Ann Example", "she", [])],
        ),
        ((quote(OUTER, canonicalSpeaker="she", **SHE),), [("We will ‘try’,", None, "she", [])]),
        ((quote(OUTER, canonicalSpeaker="Ann Example", **SHE),), [("We will ‘try’,", "Ann Example", "she", [])]),
        (
            (quote("‘try’"), quote(OUTER, canonicalSpeaker="Ann Example", mentionBegin=1, mentionEnd=2, mention="")),
            [("We will ‘try’,", "Ann Example", "Ann Example", ["try"])],
        ),
    ],
)
def test_corenlp_is_read(quotes: tuple[Json, ...], found: list[tuple[str, str | None, str | None, list[str]]]) -> None:
    read = from_corenlp(EMOJI, corenlp_answer(*quotes))

    assert [summary(quotation) for quotation in read] == found
    assert [q for q in read if q["text"] != EMOJI[q["start"] : q["end"]]] == []


def summary(quotation: Json) -> tuple[str, str | None, str | None, list[str]]:
    speaker = quotation["speaker"] or {}
    mention = speaker.get("mention") or {}
    return quotation["text"], speaker.get("name"), mention.get("text"), [own["text"] for own in quotation["nested"]]


@pytest.mark.parametrize(
    ("text", "words", "first", "expected"),
    [
        (EMOJI, "“We will ‘try’,”", "We", "We will ‘try’,"),
        ('He said, "No." Then he left.', '"No."', "No", "No."),
        ("So ‘yes’, again.", "‘yes’,", "yes", "yes’,"),  # the mark is left, as it is not at the end
    ],
)
def test_compromise_is_read(text: str, words: str, first: str, expected: str) -> None:
    start = len(text[: text.index(first)].encode("utf-16-le")) // 2

    read = from_compromise(text, [{"text": words, "offset": {"index": 0, "start": start, "length": len(words)}}])

    assert [quotation["text"] for quotation in read] == [expected]
    assert [quotation.keys() for quotation in read] == [{"start", "end", "text"}]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("“We go,” said Ann Example.", [("We go,", "Ann Example")]),
        ('Ann Example, the mayor, told us: "We go."', [("We go.", "Ann Example")]),
        ("Ann Example came. “We go,” Example said. “Now.”", [("We go,", "Ann Example"), ("Now.", "Ann Example")]),
        ("Ann Example said “yes”. “We go,” she said.", [("yes", "Ann Example"), ("We go,", "Ann Example")]),
        ("“We go,” said Ann Example.\n\n“Now.”", [("We go,", "Ann Example"), ("Now.", None)]),
        ("She read “The Old Mill”.", [("The Old Mill", None)]),
        ("“We never close", []),
        ("‘We go,’ said Ann Example.", []),
    ],
)
def test_the_patterns_find(text: str, said: list[tuple[str, str | None]]) -> None:
    found = quotations(text)

    assert [(q["text"], q["speaker"] and q["speaker"]["name"]) for q in found] == said
    assert [q for q in found if q["text"] != text[q["start"] : q["end"]]] == []


def test_an_answer_on_the_wire_is_judged_as_the_engines_own() -> None:
    engine = Engine.load()
    for article in seeds():
        text, answer = article["text"], engine.extract(article["text"])
        wire = render(text, answer, unit=OffsetUnit.CODE_POINT)["quotations"]

        judged = figures(verdicts(article, pair_up(article, read_wire(text, wire))))

        assert judged == figures(verdicts(article, match(article, answer))), article["id"]


def test_a_system_is_measured_in_a_process_of_its_own(tmp_path: Path) -> None:
    articles = list(seeds())[:3]
    (patterns,) = (system for system in own_systems() if system.name == "regular expressions")

    measured = measure(patterns, {"seeds": articles}, tmp_path)

    assert measured["sets"]["seeds"]["quotation"]["n"] == sum(len(article["quotations"]) for article in articles)
    assert {"role", "location"} & measured["sets"]["seeds"].keys() == set()
    assert all(measured[key] > 0 for key in ("start_seconds", "words_per_second", "peak_mb", "installed_mb"))
    kept = [json.loads(line) for line in (tmp_path / "regular-expressions.seeds.jsonl").read_text().splitlines()]
    assert kept == [{"id": article["id"], "quotations": quotations(article["text"])} for article in articles]


def test_the_service_and_its_engine_answer_alike(tmp_path: Path) -> None:
    article = next(seeds())
    for system in own_systems()[:2]:
        measure(system, {"seeds": [article]}, tmp_path)

    over_http, in_process = (path.read_text() for path in sorted(tmp_path.iterdir(), reverse=True))
    assert json.loads(over_http) == json.loads(in_process)
    assert json.loads(over_http)["quotations"]


def needs(**more: Any) -> dict[str, Any]:
    about = {"version": "1", "start_seconds": 1.25, "peak_mb": 1234, "installed_mb": 0.004}
    return about | {"median_ms": 0.5, "longest_ms": 2000.0, "words_per_second": 12345} | more


def test_the_tables_leave_open_what_a_system_does_not_know() -> None:
    found = {"precision": 0.5, "recall": 0.25, "f1": 0.3333, "n": 4}
    systems = {"one": needs(sets={"seeds": {"quotation": found, "mention": found}}),
               "other": needs(sets={"seeds": {"quotation": found}}, version="")}  # fmt: skip
    record = {"sets": {"seeds": {"articles": 2, "words": 2000, "quotations": 4}}, "systems": systems}

    rows = [line.split(" | ") for line in comparison(record).splitlines() if line.startswith("| o")]

    assert [row[:7] for row in rows[:2]] == [
        ["| one 1", "0.500", "0.250", "0.333", "–", "0.250", "–"],
        ["| other", "0.500", "0.250", "0.333", "–", "–", "–"],
    ]
    assert rows[2] == ["| one 1", "1.2", "0.5", "2,000", "12,345", "1,234", "0.0 |"]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["nowhere.jsonl"], "nowhere.jsonl"),
        (["--corenlp", "nowhere"], "nowhere has no stanford-corenlp-*-models.jar"),
        (["--compromise", "nowhere"], "nowhere/node_modules/compromise/package.json"),
        (["--heap", "1"], "unrecognized arguments"),
    ],
)
def test_wrong_use_is_told_in_a_line(arguments: list[str], told: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(arguments)

    message = str(ended.value.code) if isinstance(ended.value.code, str) else capsys.readouterr().err
    assert told in message
    assert len(message.splitlines()) == 1


def test_the_figures_are_those_of_the_articles_and_versions_at_hand() -> None:
    record = json.loads(COMPARISON.read_text(encoding="utf8"))
    locked = json.loads((PEERS / "package-lock.json").read_text(encoding="utf8"))["packages"]
    pinned = (PEERS / "pom.xml").read_text(encoding="utf8")

    assert record["sets"]["seeds"]["quotations"] == sum(len(article["quotations"]) for article in seeds())
    assert record["systems"]["compromise"]["version"] == locked["node_modules/compromise"]["version"]
    assert pinned.count(f"<version>{record['systems']['Stanford CoreNLP']['version']}</version>") == 2


def test_the_commands_shown_are_there() -> None:
    (shown,) = re.findall(r"^```sh\n(.*?)^```$", PAGE.read_text(encoding="utf8"), re.DOTALL | re.MULTILINE)
    commands = [shlex.split(line) for line in shown.splitlines()]

    assert [
        word for words in commands for word in words if word.startswith("benchmarks/") and not [*ROOT.glob(word)]
    ] == []
    assert commands[-1][:3] == [".venv/bin/python", "-m", "benchmarks.comparison"]
    assert _parser().parse_args(commands[-1][3:]).compromise == Path(commands[-2][-1])


def test_the_lock_has_hashes_and_no_addresses() -> None:
    packages = json.loads((PEERS / "package-lock.json").read_text(encoding="utf8"))["packages"]

    assert [name for name, about in packages.items() if name and not about.get("integrity")] == []
    assert [name for name, about in packages.items() if "resolved" in about] == []
