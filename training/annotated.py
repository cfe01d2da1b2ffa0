"""Articles of the corpora that were annotated for this project, as news-train was.

``annotations.jsonl`` holds no word of them, only where things stand: a line an article, with its ``id`` and the
beginning of its text's SHA-256; ``sources``: who speaks, with the places of the accepted wordings of the name, role
and location; ``quotations``: begin and end, those of the mention or twice null, and the number of the source;
``distractors``: the marked stretches that are none.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from service.engine.answer import Span

from .corpora import Json, jsonl
from .gold import GoldArticle, GoldQuotation, with_mentions_in_clauses

ANNOTATIONS = Path(__file__).with_name("annotations.jsonl")
_DIGITS = 16


class CorpusError(Exception):
    """An article of a corpus is not the one that was annotated."""


def annotated(unlabelled: Path, worldwide: Path, annotations: Path = ANNOTATIONS) -> Iterator[GoldArticle]:
    """Yield the annotated articles; raise CorpusError where a text is missing or another one."""
    records = jsonl(annotations)
    texts = {record["id"]: record["text"] for record in jsonl(unlabelled)}
    for record in records:
        corpus, _, name = record["id"].partition("-")
        text = newswire_text(worldwide / "original" / f"{name}.txt") if corpus == "worldwide" else texts[record["id"]]
        if digest(text) != record["sha256"]:
            raise CorpusError(f"{record['id']}: this is not the text that was annotated")
        yield _article(record, text)


def newswire_text(path: Path) -> str:
    """Return an article without the address in its first line."""
    _, _, text = path.read_text(encoding="utf8").partition("\n")
    return text.lstrip("\n")


def digest(text: str) -> str:
    """Return what tells a text from others."""
    return hashlib.sha256(text.encode()).hexdigest()[:_DIGITS]


def _article(record: Json, text: str) -> GoldArticle:
    quotations = tuple(_quotation(text, row, record["sources"]) for row in record["quotations"])
    article = GoldArticle(record["id"], text, quotations, tuple(Span(*own) for own in record["distractors"]))
    return with_mentions_in_clauses(article)


def _quotation(text: str, row: Sequence[Any], sources: Sequence[Json]) -> GoldQuotation:
    start, end, first, stop, number = row
    source = sources[number]
    mention = None if first is None else Span(first, stop)
    speaker, role, location = (_words(text, source[key]) for key in ("speaker", "role", "location"))
    return GoldQuotation(Span(start, end), mention, speaker, role, location, source["basis"])


def _words(text: str, spans: Iterable[Sequence[int]]) -> tuple[str, ...] | None:
    return tuple(text[start:end] for start, end in spans) or None
