"""What a row of the tables of small articles says, and how an answer is held against it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import EllipsisType

import pytest
from scoring import bare_name, same_place, same_role

from service.engine import Answer, Engine, Quotation, Span

Wanted = str | None | EllipsisType


@dataclass(frozen=True)
class Said:
    """A quotation to find; ``...`` stands for a field that the row is not about."""

    text: str
    speaker: Wanted | tuple[str | None, ...] = ...  # a tuple where a reader would accept any of them
    role: Wanted = ...
    place: Wanted = ...
    co_speakers: tuple[str, ...] = ()
    continues: bool = False  # checked only where it is True
    nested: tuple[str, ...] = ()
    optional: bool = False  # may be left out, but has these bounds when it is found


@dataclass(frozen=True)
class Case:
    """A text and every quotation in it; ``warned`` is None where either would do."""

    name: str
    text: str
    said: tuple[Said, ...] = ()
    warned: bool | None = False


def rows(cases: Iterable[Case], known_to_fail: Mapping[str, str]) -> list[pytest.ParameterSet]:
    """Return each case as a test of its name; those that are known to fail, with the reason, must."""
    return [pytest.param(case, id=case.name, marks=_marks(known_to_fail.get(case.name))) for case in cases]


def _marks(reason: str | None) -> list[pytest.MarkDecorator]:
    return [pytest.mark.xfail(strict=True, reason=reason)] if reason else []


def check_case(case: Case, engine: Engine) -> None:
    answer = engine.extract(case.text)
    # French marks have a space inside, which may count as part of the mark.
    found = [q.span.of(case.text).strip() for q in answer.quotations]
    wanted = [said for said in case.said if not said.optional or said.text in found]
    assert found == [said.text for said in wanted], found
    for said, quotation in zip(wanted, answer.quotations, strict=True):
        check_quotation(said, quotation, answer, case.text)
    assert case.warned is None or bool(answer.warnings) == case.warned, answer.warnings


def check_quotation(said: Said, quotation: Quotation, answer: Answer, text: str) -> None:
    names = {s.id: s.name.of(text) for s in answer.speakers}
    name = names.get(quotation.speaker or "")
    accepted = said.speaker if isinstance(said.speaker, tuple) else (said.speaker,)
    assert ... in accepted or bare(name) in [bare(a) for a in accepted if a is not ...], name
    place = quotation.location.span if quotation.location else None
    assert agrees(said.role, quotation.role, text), ("role", quotation.role)
    assert agrees(said.place, place, text, place=True), ("place", place)
    assert [names[i] for i in quotation.co_speakers] == list(said.co_speakers), "co-speakers"
    assert quotation.continues is not None or not said.continues, "continues nothing"
    assert [n.span.of(text) for n in quotation.nested] == list(said.nested), quotation.nested


def bare(name: str | None) -> list[str] | None:
    return None if name is None else bare_name(name)


def agrees(wanted: Wanted, span: Span | None, text: str, *, place: bool = False) -> bool:
    if isinstance(wanted, EllipsisType) or wanted is None or span is None:
        return wanted is ... or (wanted is None and span is None)
    return (same_place if place else same_role)(span.of(text), [wanted])
