"""What holds for the engine's answer to any text whatever."""

from __future__ import annotations

from functools import cache
from itertools import pairwise

from hypothesis import example, given, settings
from hypothesis import strategies as st

from service.engine import Answer, Engine, Quotation, Span

MARKS = tuple("\"'“”‘’«»‹›„‚「」『』`´")
PAGE_REMAINS = "Leave a Comment"  # what follows may not count as article
PIECES = (
    *MARKS,
    *("''", "``", "“‘", "’”", ".”", ",”", "”.", " “", "\n“", "\r\n", "\n\n", "\n", "\t", "\u00a0", "\u2028", "\0", " "),
    *(
        "don't",
        "’twas",
        "workers’",
        "’90s",
        "6' 2\"",
        "rock ’n’ roll",
        "O’Brien",
        "—",
        "–",
        "-",
        ":",
        "?",
        "!",
        "…",
        ",",
    ),
    *("said", "says", "she said", "according to", "told reporters in", "who", "and", "the mayor", "he", "I", "we"),
    *("Ann Example", "Mr. Example", "Suharyono", "van der Berg", "José", "NAIROBI (Wire) –", "Nairobi", "Acme Corp."),
    *("We will rebuild", "never", "a lawyer", PAGE_REMAINS, "🎉", "👩‍🚒", "e\u0301", "\u200b", "\ufeff", "\u202e"),
)
TEXTS = st.one_of(
    st.lists(st.sampled_from(PIECES), max_size=60).map("".join),
    st.lists(st.sampled_from(PIECES), max_size=60).map(" ".join),
    st.text(st.sampled_from((*MARKS, "a", " ", "\n", ".")), max_size=80),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=80),
)
LINE_BREAKS = "\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029"
INLINE = [p for p in PIECES if not set(p) & set(LINE_BREAKS) and p != PAGE_REMAINS]
NOISE = st.lists(st.sampled_from(INLINE), max_size=30).map(lambda pieces: " ".join(("The", *pieces)))
SENTENCE = "Ann Example said: “We will rebuild.”"

any_text = settings(deadline=None, max_examples=150)


@cache
def engine() -> Engine:
    return Engine.load()


@cache
def second_engine() -> Engine:
    return Engine.load()


def spans_of(quotation: Quotation) -> list[Span]:
    optional = (
        quotation.mention,
        quotation.role,
        quotation.cue,
        quotation.location.span if quotation.location else None,
        *(n.mention for n in quotation.nested),
    )
    return [quotation.span, *(n.span for n in quotation.nested), *(s for s in optional if s is not None)]


def all_spans(answer: Answer) -> list[Span]:
    of_quotations = [span for q in answer.quotations for span in spans_of(q)]
    of_speakers = [span for s in answer.speakers for span in (s.name, *s.mentions, *([s.role] if s.role else []))]
    return [*of_quotations, *of_speakers]


@any_text
@given(TEXTS)
@example("")
@example('""')
@example("“‘’”")
@example("“We will rebuild,” said Ann Example, a lawyer. “We will,” she said.")
def test_spans_lie_inside_the_text_and_are_not_empty(text: str) -> None:
    answer = engine().extract(text)
    assert [s for s in all_spans(answer) if not 0 <= s.start < s.end <= len(text)] == []
    assert [w for w in answer.warnings if not 0 <= w.span.start <= w.span.end <= len(text)] == []


@any_text
@given(TEXTS)
def test_names_roles_and_mentions_have_more_than_spaces(text: str) -> None:
    answer = engine().extract(text)
    assert [s for s in all_spans(answer) if not s.of(text).strip()] == []


@any_text
@given(TEXTS)
@example("“One,” said Ann Example. “Two,” she said. “Three.”")
def test_quotations_are_in_order_and_apart(text: str) -> None:
    spans = [q.span for q in engine().extract(text).quotations]
    assert [(a, b) for a, b in pairwise(spans) if a.end > b.start] == []


@any_text
@given(TEXTS)
@example("“He said ‘never’ to me,” said Ann Example.")
def test_nested_quotations_lie_inside_their_own(text: str) -> None:
    for quotation in engine().extract(text).quotations:
        assert all(quotation.span.covers(n.span) and n.span != quotation.span for n in quotation.nested)


@any_text
@given(TEXTS)
@example("“We hope,” said Ann Example and Bo Lind, “that it lasts.”")
def test_ids_are_unique_and_refer_to_what_is_there(text: str) -> None:
    answer = engine().extract(text)
    quotations = [q.id for q in answer.quotations]
    speakers = [s.id for s in answer.speakers]
    assert len(set(quotations)) == len(quotations)
    assert len(set(speakers)) == len(speakers)
    for quotation in answer.quotations:
        named = (quotation.speaker, *quotation.co_speakers, *(n.speaker for n in quotation.nested))
        assert {i for i in named if i is not None} <= set(speakers)
        assert quotation.speaker is not None or not quotation.co_speakers
        assert quotation.speaker not in quotation.co_speakers
    assert {i for s in answer.speakers for i in s.quotations} <= set(quotations)


@any_text
@given(TEXTS)
@example("“We hope,” said Ann Example, “that it lasts.”")
def test_a_quotation_continues_an_earlier_one_of_the_same_speaker(text: str) -> None:
    earlier: dict[str, Quotation] = {}
    for quotation in engine().extract(text).quotations:
        if quotation.continues is not None:
            assert earlier[quotation.continues].speaker == quotation.speaker
        earlier[quotation.id] = quotation


@any_text
@given(TEXTS)
@example("“We will rebuild,” said Ann Example.")
def test_a_speaker_lists_exactly_the_quotations_that_name_it(text: str) -> None:
    answer = engine().extract(text)
    for speaker in answer.speakers:
        naming = {q.id for q in answer.quotations if speaker.id in (q.speaker, *q.co_speakers)}
        assert set(speaker.quotations) == naming


@any_text
@given(TEXTS)
def test_confidence_is_a_probability(text: str) -> None:
    assert [q for q in engine().extract(text).quotations if not 0.0 <= q.confidence <= 1.0] == []


@any_text
@given(TEXTS)
def test_the_same_text_gets_the_same_answer(text: str) -> None:
    assert engine().extract(text) == engine().extract(text) == second_engine().extract(text)


@any_text
@given(NOISE, NOISE)
@example("An open “ mark", "A closing mark” alone")
@example("‘Tis the workers’", '6\' 2" and 5"')
def test_odd_marks_in_other_paragraphs_lose_no_quotation(before: str, after: str) -> None:
    text = f"{before}\n\n{SENTENCE}\n\n{after}"
    start = len(before) + 2 + SENTENCE.index("We")
    wanted = Span(start, start + len("We will rebuild."))
    assert wanted in [q.span for q in engine().extract(text).quotations]
