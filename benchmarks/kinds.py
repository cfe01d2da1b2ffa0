"""How right the answers are for each kind of quotation: by its source, its clause, its marks, its neighbours."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from service.engine import Span
from service.engine.text import Tokens, tokenize
from training.corpora import Json

from .scoring import Pair, Verdict, figures, verdicts

KINDS = {
    "name": "source a name",
    "nominal": "source a phrase (“the mayor”)",
    "pronoun": "source a pronoun",
    "unnamed": "no mention of a source",
    "continued": "no clause of its own",
    "alternating": "beside one by somebody else",
    "fragment": "up to four words",
    "paragraphs": "several paragraphs",
    "nested": "holds another in marks",
    "curly": "curly double marks",
    "straight": "straight double marks",
    "single": "single marks",
}
SHOWN = ("quotation", "mention", "speaker")
_FRAGMENT = 4  # words
_PRONOUNS = frozenset("i he she they it we you who him her them one".split())
_INNER_MARK = re.compile(r"(?<=[^\n])[“‘\"]|(?<=\s)'(?=[^\W\d])")
_MARKS = {"“": "curly", "”": "curly", '"': "straight", "'": "single", "‘": "single", "’": "single"}
_AFTER_HEAD = re.compile(r"[,(;:–—]|\s(?:of|from|at|for|in|on|with|and|who)\s")


def figures_by_kind(article_pairs: Iterable[tuple[Json, Sequence[Pair]]]) -> dict[str, dict[str, float]]:
    """Return, for each kind, how many quotations it has, and the share that was right, field by field."""
    found: dict[str, list[Verdict]] = defaultdict(list)
    for article, pairs in article_pairs:
        tokens = tokenize(article["text"])
        for pair in pairs:
            if pair.gold is not None:
                for kind in kinds(article, tokens, pair.gold):
                    found[kind] += verdicts(article, [pair])
    return {kind: _shares(found[kind]) for kind in KINDS if kind in found}


def _shares(found: Sequence[Verdict]) -> dict[str, float]:
    measured = figures(found)
    shares = {field: measured[field]["recall"] for field in SHOWN if field in measured}
    return {"n": measured["quotation"]["n"], **shares}


def kinds(article: Json, tokens: Tokens, quotation: Json) -> Iterator[str]:
    """Yield every kind that an annotated quotation is of; the annotations decide, and not the engine."""
    text, start, end = article["text"], quotation["start"], quotation["end"]
    mention = quotation.get("mention")
    own = tokens.within(Span(start, end))
    yield _source(text, quotation)
    if mention and not _has_clause(tokens, own, tokens.first_at(mention["start"])):
        yield "continued"
    if any(_is_beside(tokens, quotation, other) for other in article["quotations"]):
        yield "alternating"
    if len(text[start:end].split()) <= _FRAGMENT:
        yield "fragment"
    if tokens.paragraph[own.start] != tokens.paragraph[own.stop - 1]:
        yield "paragraphs"
    if _INNER_MARK.search(text, start, end):
        yield "nested"
    if mark := _MARKS.get(text[start - 1 : start]):
        yield mark


def _source(text: str, quotation: Json) -> str:
    """Return what names the source. A name ends the phrase, or the name that the phrase leads up to."""
    mention = quotation.get("mention")
    if mention is None:
        return "unnamed"
    if mention["text"].lower() in _PRONOUNS:
        return "pronoun"
    head = (_AFTER_HEAD.split(mention["text"])[0].split() or [mention["text"]])[-1]
    surnames = {name.split()[-1] for name in quotation.get("speaker") or () if name in mention["text"]}
    return "name" if any(_is_name(text, word) for word in (head, *surnames)) else "nominal"


def _is_name(text: str, word: str) -> bool:
    """Whether a word is written large, and nowhere in the article small."""
    return word[:1].isupper() and not re.search(rf"\b{re.escape(word.lower().strip('.'))}\b", text)


def _has_clause(tokens: Tokens, own: range, mention: int) -> bool:
    """Whether the mention is in the sentence of the quotation, or in one that leads up to it or goes on from it."""
    sentence, paragraph = tokens.sentence, tokens.paragraph
    after = min(own.stop + 1, len(tokens) - 1)
    before = max(own.start - 2, 0)
    joined = {sentence[own.start]}
    if paragraph[after] == paragraph[own.stop - 1]:
        joined.add(sentence[after])
    if tokens.words[before] in (":", ","):
        joined.add(sentence[before])
    return sentence[mention] in joined


def _is_beside(tokens: Tokens, quotation: Json, other: Json) -> bool:
    """Whether the other quotation is in the same paragraph or the next to it, and somebody else's."""
    first, second = sorted((quotation, other), key=lambda record: int(record["start"]))
    ends, starts = tokens.first_at(first["end"] - 1), tokens.first_at(second["start"])
    near = tokens.paragraph[starts] - tokens.paragraph[ends] <= 1
    speakers = [record.get("speaker") for record in (quotation, other)]
    return near and all(speakers) and speakers[0] != speakers[1]
