"""What holds for every answer to every text, each as a function that asserts it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from itertools import pairwise
from typing import Any

from schemas import AnswerSchema, OffsetUnit
from service.answers import render
from service.engine import Answer, Quotation, Span

_ANSWER = AnswerSchema()
ENCODINGS = {OffsetUnit.CODE_POINT: ("utf-32-le", 4), OffsetUnit.UTF16: ("utf-16-le", 2), OffsetUnit.UTF8: ("utf-8", 1)}
_COUNTRY = re.compile(r"[A-Z]{2}")


def spans_of(quotation: Quotation) -> list[Span]:
    """Return every stretch that a quotation points to, its own first."""
    optional = (
        quotation.mention,
        quotation.role,
        quotation.cue,
        quotation.location.span if quotation.location else None,
        *(n.mention for n in quotation.nested),
    )
    return [quotation.span, *(n.span for n in quotation.nested), *(s for s in optional if s is not None)]


def all_spans(answer: Answer) -> list[Span]:
    """Return every stretch that an answer points to."""
    of_quotations = [span for q in answer.quotations for span in spans_of(q)]
    of_speakers = [span for s in answer.speakers for span in (s.name, *s.mentions, *([s.role] if s.role else []))]
    return [*of_quotations, *of_speakers]


def spans_lie_inside_the_text_and_are_not_empty(text: str, answer: Answer) -> None:
    assert [s for s in all_spans(answer) if not 0 <= s.start < s.end <= len(text)] == []
    assert [w for w in answer.warnings if not 0 <= w.span.start <= w.span.end <= len(text)] == []


def stretches_have_more_than_spaces(text: str, answer: Answer) -> None:
    assert [s for s in all_spans(answer) if not s.of(text).strip()] == []


def quotations_are_in_order_and_apart(_text: str, answer: Answer) -> None:
    spans = [q.span for q in answer.quotations]
    assert [(a, b) for a, b in pairwise(spans) if a.end > b.start] == []


def nested_quotations_lie_in_order_inside_their_own(_text: str, answer: Answer) -> None:
    for quotation in answer.quotations:
        spans = [nested.span for nested in quotation.nested]
        assert all(quotation.span.covers(span) and span != quotation.span for span in spans)
        assert [(a, b) for a, b in pairwise(spans) if a.end > b.start] == []
        assert all(quotation.span.covers(n.mention) for n in quotation.nested if n.mention is not None)


def ids_are_unique_and_refer_to_what_is_there(_text: str, answer: Answer) -> None:
    quotations = [q.id for q in answer.quotations]
    speakers = [s.id for s in answer.speakers]
    assert len(set(quotations)) == len(quotations)
    assert len(set(speakers)) == len(speakers)
    named: set[str | None] = set()
    for quotation in answer.quotations:
        named |= {quotation.speaker, *quotation.co_speakers, *(n.speaker for n in quotation.nested)}
        assert quotation.speaker is not None or not quotation.co_speakers
        assert quotation.speaker not in quotation.co_speakers
        assert len(set(quotation.co_speakers)) == len(quotation.co_speakers)
    assert named - {None} == set(speakers)


def a_quotation_continues_an_earlier_one_of_the_same_speaker(_text: str, answer: Answer) -> None:
    earlier: dict[str, Quotation] = {}
    for quotation in answer.quotations:
        if quotation.continues is not None:
            assert earlier[quotation.continues].speaker == quotation.speaker
        earlier[quotation.id] = quotation


def a_speaker_lists_exactly_the_quotations_that_name_it(_text: str, answer: Answer) -> None:
    for speaker in answer.speakers:
        naming = [q.id for q in answer.quotations if speaker.id in (q.speaker, *q.co_speakers)]
        assert list(speaker.quotations) == naming


def speaker_and_quotation_tell_the_same(_text: str, answer: Answer) -> None:
    speakers = {speaker.id: speaker for speaker in answer.speakers}
    for quotation in answer.quotations:
        if quotation.speaker is None:
            assert quotation.mention is quotation.role is None
        else:
            speaker = speakers[quotation.speaker]
            assert quotation.role == speaker.role
            # A name among the speaker's mentions leaves the title out that the clause has.
            assert quotation.mention is None or any(quotation.mention.covers(own) for own in speaker.mentions)
    for speaker in answer.speakers:
        assert list(speaker.mentions) == sorted(set(speaker.mentions))


def confidence_is_a_probability(_text: str, answer: Answer) -> None:
    assert [q for q in answer.quotations if not 0.0 <= q.confidence <= 1.0] == []


def countries_are_codes(_text: str, answer: Answer) -> None:
    countries = [q.location.country for q in answer.quotations if q.location and q.location.country]
    assert [country for country in countries if not _COUNTRY.fullmatch(country)] == []


def warnings_are_in_order(_text: str, answer: Answer) -> None:
    assert [(a, b) for a, b in pairwise(answer.warnings) if a.span > b.span] == []


def leaving_out_the_doubtful_leaves_nothing_dangling(text: str, answer: Answer) -> None:
    for least in sorted({q.confidence for q in answer.quotations}):
        kept = answer.at_least(least + 1e-4)
        ids_are_unique_and_refer_to_what_is_there(text, kept)
        a_quotation_continues_an_earlier_one_of_the_same_speaker(text, kept)
        a_speaker_lists_exactly_the_quotations_that_name_it(text, kept)


def the_wire_has_the_words_in_every_unit(text: str, answer: Answer) -> None:
    for unit in OffsetUnit:
        wire = render(text, answer, unit=unit)
        json.dumps(wire, ensure_ascii=False).encode()
        assert json.dumps(wire) == json.dumps(_ANSWER.dump(wire))  # what the schema would write, in its order
        assert_words(text, wire, unit)


INVARIANTS: tuple[Callable[[str, Answer], None], ...] = (
    spans_lie_inside_the_text_and_are_not_empty,
    stretches_have_more_than_spaces,
    quotations_are_in_order_and_apart,
    nested_quotations_lie_in_order_inside_their_own,
    ids_are_unique_and_refer_to_what_is_there,
    a_quotation_continues_an_earlier_one_of_the_same_speaker,
    a_speaker_lists_exactly_the_quotations_that_name_it,
    speaker_and_quotation_tell_the_same,
    confidence_is_a_probability,
    countries_are_codes,
    warnings_are_in_order,
    leaving_out_the_doubtful_leaves_nothing_dangling,
    the_wire_has_the_words_in_every_unit,
)


def assert_words(text: str, wire: Any, unit: OffsetUnit) -> None:
    """Assert that each stretch of an answer has the words that stand at its offsets, in ``unit``."""
    encoding, width = ENCODINGS[unit]
    encoded = text.encode(encoding)
    for span in wire_spans(wire):
        cut = encoded[span["start"] * width : span["end"] * width]
        assert cut == span["text"].encode(encoding), span


def wire_spans(value: Any) -> list[dict[str, Any]]:
    """Return every stretch of an answer as sent, however deep."""
    if isinstance(value, list):
        return [span for inner in value for span in wire_spans(inner)]
    if not isinstance(value, dict):
        return []
    own = [value] if {"text", "start", "end"} <= value.keys() else []
    return own + wire_spans(list(value.values()))
