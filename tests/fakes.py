"""Stand-ins for the engine, small enough to foresee."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Event

from service.engine import Answer, Deadline, Quotation, QuotationKind, Span, Speaker, SpeakerKind

_QUOTATION = re.compile(r"“(?P<words>[^“”]*)”(?: (?P<cue>said) (?P<name>\w+ \w+))?")


def _nothing(_text: str, _deadline: Deadline) -> None:
    return None


@dataclass(frozen=True)
class FakeEngine:
    """Finds “…” and the two words after "said"; ``before`` runs first, to fail or to wait."""

    before: Callable[[str, Deadline], None] = _nothing
    model_version: str = "fake"
    model_checksum: str = "0" * 64

    def extract(self, text: str, deadline: Deadline) -> Answer:
        self.before(text, deadline)
        found = [_found(number, match) for number, match in enumerate(_QUOTATION.finditer(text), 1)]
        return Answer(tuple(q for q, _ in found), tuple(s for _, s in found if s))


def _found(number: int, match: re.Match[str]) -> tuple[Quotation, Speaker | None]:
    span, name = Span(*match.span("words")), Span(*match.span("name"))
    if match["name"] is None:
        return Quotation(f"q{number}", span, QuotationKind.FRAGMENT, 0.4), None
    said = Quotation(
        f"q{number}",
        span,
        QuotationKind.STATEMENT,
        0.9,
        speaker=f"s{number}",
        mention=name,
        cue=Span(*match.span("cue")),
    )
    return said, Speaker(f"s{number}", name, SpeakerKind.PERSON, mentions=(name,), quotations=(said.id,))


@dataclass
class Held:
    """Makes an engine wait: ``entered`` tells that an article is in hand, ``release`` lets it go."""

    entered: Event = field(default_factory=Event)
    release: Event = field(default_factory=Event)

    def __call__(self, _text: str, _deadline: Deadline) -> None:
        self.entered.set()
        assert self.release.wait(10)
