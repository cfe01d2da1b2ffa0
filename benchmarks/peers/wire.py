"""What the others answer, in the form in which the service does; offsets count code points.

A field that a system has no notion of is left out of its quotations.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence

from schemas import OffsetUnit
from service.offsets import positions
from training.corpora import Json

MARKS = "“”„‟\"«»‘’‚‛‹›'`´"
_NOBODY = "Unknown"


def span(text: str, start: int, end: int) -> Json:
    """Return a stretch of the article."""
    return {"start": start, "end": end, "text": text[start:end]}


def from_corenlp(text: str, answer: Json) -> list[Json]:
    """Return CoreNLP's quotations without their marks; those inside another one are its ``nested``.

    A speaker's name is its canonical speaker; where that is a mere pronoun, what it calls the speaker.
    """
    offsets = positions(text, OffsetUnit.UTF16)
    tokens = [token for sentence in answer["sentences"] for token in sentence["tokens"]]
    found = sorted(answer.get("quotes", ()), key=lambda quote: (quote["beginIndex"], -quote["endIndex"]))
    quotations: list[Json] = []
    for quote in found:
        start, end = (_code_point(offsets, quote[key]) for key in ("beginIndex", "endIndex"))
        own = _without_marks(text, start, end)
        if quotations and start < quotations[-1]["end"]:
            quotations[-1]["nested"].append(own)
        else:
            speaker = _corenlp_speaker(text, quote, tokens, offsets)
            quotations.append(own | {"speaker": speaker, "nested": []})
    return quotations


def _corenlp_speaker(text: str, quote: Json, tokens: Sequence[Json], offsets: Sequence[int]) -> Json | None:
    name = quote.get("canonicalSpeaker", _NOBODY)
    if name == quote.get("mention") and quote.get("mentionType") == "pronoun":
        name = quote.get("speaker", _NOBODY)
    if "mention" not in quote and name == _NOBODY:
        return None
    mention = None
    if "mention" in quote:
        first, last = tokens[quote["mentionBegin"]], tokens[quote["mentionEnd"]]
        bounds = (first["characterOffsetBegin"], last["characterOffsetEnd"])
        mention = span(text, *(_code_point(offsets, offset) for offset in bounds))
    return {"name": None if name == _NOBODY else name, "mention": mention}


def from_compromise(text: str, answer: Iterable[Json]) -> list[Json]:
    """Return compromise's quotations; its ``start`` is that of the first word, its ``text`` has the marks."""
    offsets = positions(text, OffsetUnit.UTF16)
    quotations = []
    for quote in answer:
        start = _code_point(offsets, quote["offset"]["start"])
        words = quote["text"].lstrip(MARKS)
        quotations.append(_without_marks(text, start, start + len(words)))
    return quotations


def _code_point(offsets: Sequence[int], utf16: int) -> int:
    return bisect_left(offsets, utf16)


def _without_marks(text: str, start: int, end: int) -> Json:
    """Return a stretch without the mark that opens it and the one that closes it, where they are there."""
    if start < end and text[start] in MARKS:
        start += 1
    if start < end and text[end - 1] in MARKS:
        end -= 1
    return span(text, start, end)
