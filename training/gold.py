"""Articles with annotated quotations, in one form, from PolNeAR and from the news sets."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from service.engine.answer import Span
from service.engine.deadline import Deadline
from service.engine.marks import pair_marks
from service.engine.text import Tokens, paragraphs, tokenize

from .corpora import Attribution, Json, attributions, jsonl

WRITTEN = Path(__file__).with_name("snippets.txt")

# Shares of the characters in common, see overlap().
_SAME = 0.8
_TOUCHED = 0.5


@dataclass(frozen=True, slots=True)
class GoldQuotation:
    """A quotation with what its annotators said; a field is None where they found none or were not asked."""

    span: Span
    mention: Span | None = None
    speaker: tuple[str, ...] | None = None
    role: tuple[str, ...] | None = None
    location: tuple[str, ...] | None = None
    basis: str | None = None


@dataclass(frozen=True, slots=True)
class GoldArticle:
    """An article, its quotations, and the marked stretches that are none."""

    id: str
    text: str
    quotations: tuple[GoldQuotation, ...]
    distractors: tuple[Span, ...]

    def quotation_at(self, marked: Span) -> GoldQuotation | None:
        """Return the quotation that a marked stretch is."""
        return next((q for q in self.quotations if overlap(q.span, marked) >= _SAME), None)

    def is_distractor(self, marked: Span) -> bool:
        """Whether the annotators say that a marked stretch is no quotation."""
        return any(overlap(span, marked) >= _TOUCHED for span in self.distractors)


def news(path: Path) -> list[GoldArticle]:
    """Return the articles of a news set."""
    return [_news_article(record) for record in jsonl(path)]


def _news_article(record: Json) -> GoldArticle:
    quotations = tuple(
        GoldQuotation(
            _span(q),
            _span(q["mention"]) if q.get("mention") else None,
            _accepted(q, "speaker"),
            _accepted(q, "role"),
            _accepted(q, "location"),
            q.get("basis"),
        )
        for q in record["quotations"]
    )
    article = GoldArticle(record["id"], record["text"], quotations, tuple(map(_span, record["distractors"])))
    return with_mentions_in_clauses(article)


def with_mentions_in_clauses(article: GoldArticle) -> GoldArticle:
    """Return an article whose mentions stand in the quotations' clauses, where the same words do.

    Annotators gave a mention by its words, and the sets have the nearest place of these. "He" may be nearest
    in the sentence after: “We ran,” he said. “We fell.” He left.
    """
    tokens = tokenize(article.text)
    marked = [quotation.span for quotation in article.quotations]
    quotations = tuple(
        replace(own, mention=_in_clause(article.text, tokens, own.span, own.mention, marked)) if own.mention else own
        for own in article.quotations
    )
    return replace(article, quotations=quotations)


def _in_clause(text: str, tokens: Tokens, quotation: Span, mention: Span, marked: Sequence[Span]) -> Span:
    """Return the place of the mention's words that is nearest: in paragraphs, then sentences, then characters."""
    last = tokens.within(quotation)[-1]

    def distance(place: Span) -> tuple[int, int, bool, int]:
        after = place.start >= quotation.end
        edge = last if after else tokens.first_at(quotation.start)
        head = tokens.first_at(place.start)
        sentences = abs(tokens.sentence[head] - tokens.sentence[edge])
        gap = place.start - quotation.end if after else quotation.start - place.end
        return abs(tokens.paragraph[head] - tokens.paragraph[edge]), sentences, after and sentences > 0, gap

    places = _places_outside(text, mention.of(text), marked)
    return min(places, key=distance, default=mention)


def _places_outside(text: str, words: str, marked: Iterable[Span]) -> list[Span]:
    """Return where some words stand, whole and in no quotation."""
    found = (Span(*match.span()) for match in re.finditer(rf"(?<!\w){re.escape(words)}(?!\w)", text))
    return [place for place in found if not any(place.overlaps(span) for span in marked)]


def _accepted(quotation: Json, key: str) -> tuple[str, ...] | None:
    return tuple(quotation[key]) if quotation.get(key) else None


def _span(record: Json) -> Span:
    return Span(record["start"], record["end"])


def polnear(split: Path) -> Iterator[GoldArticle]:
    """Yield the articles of a PolNeAR split: each marked stretch inside a Content is a quotation."""
    for path in sorted((split / "text").glob("*.txt")):
        found = attributions(split, path.stem)
        if not found:
            continue
        text = path.open(encoding="utf8", newline="").read()
        stretches, _ = pair_marks(text, paragraphs(text), Deadline())
        quotations, distractors = [], []
        for stretch in stretches:
            touching = [a for a in found if any(s.overlaps(stretch.span) for s in a.content)]
            holding = [a for a in touching if any(_holds(s, stretch.span) for s in a.content)]
            if holding:
                best = min(holding, key=lambda a: sum(map(len, a.content)))
                quotations.append(GoldQuotation(stretch.span, _source(best)))
            elif not touching and stretch.closed:
                distractors.append(stretch.span)
        yield GoldArticle(path.stem, text, tuple(quotations), tuple(distractors))


def _holds(content: Span, marked: Span) -> bool:
    return content.start <= marked.start + 1 and content.end >= marked.end - 1


def _source(attribution: Attribution) -> Span | None:
    parts: Sequence[Span] = attribution.source
    return Span(parts[0].start, parts[-1].end) if parts else None


def overlap(a: Span, b: Span) -> float:
    """Return the share of the characters of both spans that they have in common."""
    common = min(a.end, b.end) - max(a.start, b.start)
    return common / (max(a.end, b.end) - min(a.start, b.start)) if common > 0 else 0.0


def excerpts(article: GoldArticle, every: int) -> Iterator[GoldArticle]:
    """Yield every so many paragraphs of an article as articles of their own: callers send snippets too."""
    blocks = paragraphs(article.text)
    for number in range(len(article.id) % every, len(blocks), every):
        yield _cut(article, blocks[number])


def _cut(article: GoldArticle, block: Span) -> GoldArticle:
    def moved(span: Span) -> Span:
        return Span(span.start - block.start, span.end - block.start)

    quotations = []
    for quotation in article.quotations:
        if block.covers(quotation.span):
            inside = quotation.mention is not None and block.covers(quotation.mention)
            mention = moved(quotation.mention) if inside and quotation.mention else None
            quotations.append(GoldQuotation(moved(quotation.span), mention))
    distractors = tuple(moved(span) for span in article.distractors if block.covers(span))
    return GoldArticle(f"{article.id}/{block.start}", block.of(article.text), tuple(quotations), distractors)


def snippets(path: Path) -> list[GoldArticle]:
    """Return the texts written for this project; the head of the file tells how they are marked up."""
    lines = path.read_text(encoding="utf8").splitlines()
    return [_snippet(number, line) for number, line in enumerate(lines) if line and not line.startswith("#")]


def _snippet(number: int, line: str) -> GoldArticle:
    text, opened = "", 0
    spans: dict[str, list[Span]] = {"⟧": [], "⟫": [], "}": [], "›": []}
    for char in line.replace("\\n", "\n"):
        if char in "⟦⟪{‹":
            opened = len(text)
        elif char in spans:
            spans[char].append(Span(opened, len(text)))
        else:
            text += char
    mention = spans["}"][0] if spans["}"] else None
    role = tuple(span.of(text) for span in spans["›"]) or None
    speaker = (mention.of(text),) if mention and role else None
    quotations = tuple(GoldQuotation(span, mention, speaker, role) for span in spans["⟧"])
    return GoldArticle(f"snippet-{number}", text, quotations, tuple(spans["⟫"]))
