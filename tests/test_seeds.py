"""The sample articles are well formed, and the engine reads them about as well as a careful reader.

To see the table of known misses as the engine stands: ``python tests/test_seeds.py``.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from scoring import same_name, same_place, same_role

from service.engine import Answer, Engine, Quotation, Span

SEEDS = Path(__file__).parent.parent / "seeds"
NAMES = sorted(path.stem for path in SEEDS.glob("*.txt"))
Expected = dict[str, Any]


class Misses(NamedTuple):
    """How many quotations of an article have each field wrong; invented counts as wrong."""

    quotations: int = 0
    speakers: int = 0
    roles: int = 0
    locations: int = 0


# What the engine is known to get wrong: quotations, speakers, roles, locations. Their sum only goes down.
KNOWN_MISSES: dict[str, Misses] = {
    "01-ferry": Misses(0, 1, 2, 2),
    "02-baths": Misses(1, 0, 0, 1),
    "03-court": Misses(0, 1, 2, 7),
    "04-football": Misses(1, 0, 0, 13),
    "06-town-council": Misses(0, 2, 0, 11),
    "08-interview": Misses(0, 1, 0, 2),
    "09-farewell-speech": Misses(0, 1, 0, 9),
    "10-page-remains": Misses(0, 1, 1, 2),
    "11-forum": Misses(0, 4, 1, 0),
    "12-no-quotation": Misses(1, 0, 0, 0),
    "13-flood-odd-marks": Misses(0, 0, 0, 10),
    "14-border-village": Misses(1, 2, 3, 2),
    "15-emoji": Misses(0, 2, 0, 0),
    "16-obituary": Misses(0, 3, 1, 2),
    "17-protest": Misses(0, 0, 0, 10),
    "18-earnings": Misses(0, 0, 0, 2),
    "19-lost-brothers": Misses(0, 4, 4, 0),
}


@cache
def article(name: str) -> str:
    return (SEEDS / f"{name}.txt").read_bytes().decode("utf-8")


@cache
def expected(name: str) -> Expected:
    content: Expected = json.loads((SEEDS / f"{name}.json").read_text("utf-8"))
    return content


@cache
def engine() -> Engine:
    return Engine.load()


@cache
def answer_to(name: str) -> Answer:
    return engine().extract(article(name))


def test_there_are_enough_seeds_of_the_length_of_news() -> None:
    assert len(NAMES) >= 15
    assert {path.stem for path in SEEDS.glob("*.json")} == set(NAMES)
    assert [n for n in NAMES if not 150 <= len(article(n).split()) <= 700] == []


def slices(answers: Expected) -> Iterator[Expected]:
    for quotation in answers["quotations"]:
        yield quotation
        yield from quotation.get("nested", [])
        if quotation["mention"]:
            yield quotation["mention"]
    yield from answers["distractors"]
    yield from answers["ignore"]


@pytest.mark.parametrize("name", NAMES)
def test_seed_is_well_formed(name: str) -> None:
    text, answers = article(name), expected(name)
    assert answers["id"] == name
    assert [s for s in slices(answers) if text[s["start"] : s["end"]] != s["text"] or not s["text"]] == []
    for group in ("quotations", "distractors", "ignore"):
        bounds = [edge for s in answers[group] for edge in (s["start"], s["end"])]
        assert bounds == sorted(bounds), f"{group} are out of order or overlap"
    assert [w for q in answers["quotations"] for w in wordings(q) if w not in text] == []


def wordings(quotation: Expected) -> list[str]:
    return (quotation["speaker"] or [])[:1] + (quotation.get("role") or []) + (quotation.get("location") or [])


def wrong_bounds(name: str) -> list[str]:
    """Return what is no quotation but was found, what was missed, and quotations with wrong nested ones."""
    text, answers = article(name), expected(name)
    ignored = [Span(s["start"], s["end"]) for s in answers["ignore"]]
    found = {q.span: q for q in answer_to(name).quotations if not any(q.span.overlaps(i) for i in ignored)}
    wanted = {Span(q["start"], q["end"]): [n["text"] for n in q.get("nested", [])] for q in answers["quotations"]}
    nested = {span: [n.span.of(text) for n in found[span].nested] for span in wanted if span in found}
    return [
        *(span.of(text) for span in sorted(found.keys() ^ wanted.keys())),
        *(span.of(text) for span, texts in nested.items() if texts != wanted[span]),
    ]


def speaker_is_right(quotation: Quotation, wanted: Expected, answer: Answer, text: str) -> bool:
    names = {s.id: s.name.of(text) for s in answer.speakers}
    others = [names[i] for i in quotation.co_speakers]
    together: list[str] = wanted.get("co_speakers", [])
    return (
        agrees(names.get(quotation.speaker or ""), wanted["speaker"], same_name)
        and len(others) == len(together)
        and all(same_name(o, [t]) for o, t in zip(others, together, strict=True))
    )


def role_is_right(quotation: Quotation, wanted: Expected, text: str) -> bool:
    found = quotation.role.of(text) if quotation.role else None
    return "role" not in wanted or agrees(found, wanted["role"], same_role)


def location_is_right(quotation: Quotation, wanted: Expected, text: str) -> bool:
    found = quotation.location.span.of(text) if quotation.location else None
    return "location" not in wanted or agrees(found, wanted["location"], same_place)


def agrees(found: str | None, accepted: list[str] | None, same: Callable[[str, list[str]], bool]) -> bool:
    if found is None or accepted is None:
        return found is None and accepted is None
    return same(found, accepted)


def misses(name: str) -> dict[str, list[str]]:
    """Return the quotations of a seed whose bounds, speaker, role or location are wrong or missing."""
    text, answer = article(name), answer_to(name)
    found = {q.span: q for q in answer.quotations}
    wrong: dict[str, list[str]] = {field: [] for field in Misses._fields}
    for wanted in expected(name)["quotations"]:
        quotation = found.get(Span(wanted["start"], wanted["end"]))
        checks = (
            quotation is not None and speaker_is_right(quotation, wanted, answer, text),
            quotation is not None and role_is_right(quotation, wanted, text),
            quotation is not None and location_is_right(quotation, wanted, text),
        )
        for field, right in zip(Misses._fields[1:], checks, strict=True):
            if not right:
                wrong[field].append(wanted["text"])
    return {**wrong, "quotations": wrong_bounds(name)}


@pytest.mark.parametrize("name", NAMES)
def test_accuracy_does_not_fall(name: str) -> None:
    wrong = misses(name)
    allowed = KNOWN_MISSES.get(name, Misses())._asdict()
    assert {field: texts for field, texts in wrong.items() if len(texts) > allowed[field]} == {}


def test_known_misses_are_of_seeds_that_exist() -> None:
    assert set(KNOWN_MISSES) <= set(NAMES)


if __name__ == "__main__":
    for seed in NAMES:
        counts = Misses(*(len(texts) for texts in misses(seed).values()))
        if any(counts):
            print(f'    "{seed}": Misses({", ".join(map(str, counts))}),')
