"""What the engine answers: frozen values that point into the article.

Offsets are Unicode code points into the article as it was given; ``end`` is
exclusive. Nothing here holds words of its own: ``span.of(text)`` is the only
way to them.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum


class QuotationKind(StrEnum):
    """Whether a quotation holds at least one whole sentence."""

    STATEMENT = "statement"
    FRAGMENT = "fragment"


class SpeakerKind(StrEnum):
    """What sort of source said the words."""

    PERSON = "person"
    ORGANIZATION = "organization"
    DOCUMENT = "document"
    UNNAMED = "unnamed"


class Basis(StrEnum):
    """How the article tells the place where the words were spoken."""

    STATED = "stated"
    SCENE = "scene"
    DATELINE = "dateline"


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A stretch ``text[start:end]`` of the article."""

    start: int
    end: int

    def of(self, text: str) -> str:
        """Return the words of ``text`` that this span covers."""
        return text[self.start : self.end]

    def __len__(self) -> int:
        return self.end - self.start

    def overlaps(self, other: Span) -> bool:
        """Whether the two spans share a character."""
        return self.start < other.end and other.start < self.end

    def covers(self, other: Span) -> bool:
        """Whether ``other`` lies wholly inside this span."""
        return self.start <= other.start and other.end <= self.end


@dataclass(frozen=True, slots=True)
class Location:
    """Where the words were spoken; ``country`` is ISO 3166-1 alpha-2."""

    span: Span
    basis: Basis
    country: str | None = None


@dataclass(frozen=True, slots=True)
class NestedQuotation:
    """A quotation inside a quotation; ``speaker`` is the id of a Speaker."""

    span: Span
    speaker: str | None = None
    mention: Span | None = None


@dataclass(frozen=True, slots=True)
class Quotation:
    """A direct quotation, marks left out; ids name speakers and quotations."""

    id: str
    span: Span
    kind: QuotationKind
    confidence: float
    continues: str | None = None
    speaker: str | None = None
    mention: Span | None = None
    co_speakers: tuple[str, ...] = ()
    role: Span | None = None
    location: Location | None = None
    cue: Span | None = None
    nested: tuple[NestedQuotation, ...] = ()


@dataclass(frozen=True, slots=True)
class Speaker:
    """A source, resolved over the article; ``name`` is its fullest form."""

    id: str
    name: Span
    kind: SpeakerKind
    role: Span | None = None
    mentions: tuple[Span, ...] = ()
    quotations: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Warning:  # noqa: A001 - the wire format's own word
    """An oddity of the text that did not stop the extraction."""

    code: str
    detail: str
    span: Span


@dataclass(frozen=True, slots=True)
class Answer:
    """Everything found in one article, in the order of the text."""

    quotations: tuple[Quotation, ...] = ()
    speakers: tuple[Speaker, ...] = ()
    warnings: tuple[Warning, ...] = ()

    def at_least(self, confidence: float) -> Answer:
        """Leave out the quotations below ``confidence`` and what hangs on them."""
        kept = [q for q in self.quotations if q.confidence >= confidence]
        if len(kept) == len(self.quotations):
            return self
        ids = {q.id for q in kept}
        quotations = tuple(q if q.continues in ids else replace(q, continues=None) for q in kept)
        named = {s for q in kept for s in (q.speaker, *q.co_speakers, *(n.speaker for n in q.nested))}
        speakers = tuple(
            replace(s, quotations=tuple(i for i in s.quotations if i in ids)) for s in self.speakers if s.id in named
        )
        return Answer(quotations, speakers, self.warnings)
