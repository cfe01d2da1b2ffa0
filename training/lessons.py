"""What the annotated articles teach about each decision, prepared once for any number of forests."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from typing import TypeAlias
from zlib import crc32

from service.engine.gazetteer import Gazetteer
from service.engine.lexicons import Lexicons
from service.engine.tagger import Tagger

from . import coreference, gold, rows
from .annotated import annotated
from .gold import GoldArticle
from .rows import Prepared, Rows
from .sources import Sources

FOLDS = 5
GUM_WEIGHT = 0.04  # of an anaphor in GUM, where nobody is quoted, beside one in the news
WRITTEN_COPIES = 12  # they are few, and each stands for a form of its own
NEWS_WEIGHT = 2.0  # beside PolNeAR, which is all of one country's politics
ANNOTATED_WEIGHT = 0.5  # beside news-train, for sources and speakers: nine in ten are of that country too
SNIPPETS = 4  # one paragraph in so many is also learned from on its own

_PROCESSES, _AT_ONCE = 2, 256  # articles: each time the tagger begins without words that it has met

RowsByDecision: TypeAlias = Mapping[str, Rows]


@dataclass(frozen=True, slots=True)
class Lesson:
    """An annotated news article with what it teaches, the fold that it belongs to, and how much it counts."""

    fold: int
    weight: float
    article: Prepared
    rows: RowsByDecision


@dataclass(frozen=True, slots=True)
class Lessons:
    """What every forest learns from, and the news articles, of which a fold may be kept from it."""

    common: Sequence[RowsByDecision]
    news: Sequence[Lesson]

    def rows(self, decision: str, without: int | None = None) -> list[Rows]:
        """Return the rows of a decision, those of one fold's articles left out."""
        taught = [*self.common, *(lesson.rows for lesson in self.news if lesson.fold != without)]
        return [own[decision] for own in taught if decision in own]

    def apart(self, fold: int) -> list[Lesson]:
        """Return the articles of a fold."""
        return [lesson for lesson in self.news if lesson.fold == fold]


def fold_of(article_id: str) -> int:
    """Return the fold of an article: all those of an outlet, where the id names it, are in one."""
    return crc32(outlet(article_id).encode()) % FOLDS


def outlet(article_id: str) -> str:
    """Return the outlet of "worldwide-kenya_nation_2", "kenya_nation"; other ids stand for themselves."""
    corpus, _, name = article_id.partition("-")
    return name.rpartition("_")[0] if corpus == "worldwide" else article_id


@dataclass(frozen=True, slots=True)
class Teacher:
    """Runs the engine's stages before the forests over annotated articles, and makes rows of what they say."""

    tagger: Tagger
    lexicons: Lexicons
    gazetteer: Gazetteer

    def lessons(self, sources: Sources) -> Lessons:
        """Prepare the articles of all corpora."""
        politics = list(gold.polnear(sources.polnear / "train"))
        anaphora = coreference.anaphora_rows(coreference.gum(sources.gum), self.tagger, self.lexicons, GUM_WEIGHT)
        common = [self._mentions(politics), self._mentions(_excerpts(politics)), *self._written()]
        given = [(article, 1.0) for article in gold.news(sources.news)]
        given += [(article, ANNOTATED_WEIGHT) for article in annotated(sources.unlabelled, sources.worldwide)]
        with ProcessPoolExecutor(_PROCESSES, get_context("spawn")) as pool:
            news = list(pool.map(self._lesson, *zip(*given, strict=True), chunksize=_AT_ONCE))
        return Lessons([*common, {"coreference": anaphora}], news)

    def _prepared(self, articles: Iterable[GoldArticle]) -> list[Prepared]:
        return list(rows.prepare(articles, self.tagger, self.lexicons))

    def _mentions(self, articles: Iterable[GoldArticle]) -> RowsByDecision:
        return _mention_rows(self._prepared(articles))

    def _written(self) -> list[RowsByDecision]:
        """Return the rows of the texts that were written for this project."""
        ready = self._prepared(gold.snippets(gold.WRITTEN) * WRITTEN_COPIES)
        told = [article for article in ready if any(q.role for q in article.gold)]
        return [_mention_rows(ready), self._speaker_rows(told)]

    def _lesson(self, article: GoldArticle, weight: float) -> Lesson:
        (whole,) = self._prepared([article])
        mentions = _mention_rows([whole, *self._prepared(_excerpts([article]))], weight * NEWS_WEIGHT)
        places = rows.location_rows([whole], self.gazetteer, self.lexicons)
        taught = {**mentions, **self._speaker_rows([whole], weight), "location": places}
        return Lesson(fold_of(article.id), weight, whole, taught)

    def _speaker_rows(self, articles: Sequence[Prepared], weight: float = 1.0) -> RowsByDecision:
        return {
            "coreference": rows.coreference_rows(articles, self.lexicons, weight),
            "role": rows.role_rows(articles, self.lexicons, weight),
        }


def _excerpts(articles: Iterable[GoldArticle]) -> list[GoldArticle]:
    return [snippet for article in articles for snippet in gold.excerpts(article, SNIPPETS)]


def _mention_rows(articles: Sequence[Prepared], weight: float = 1.0) -> RowsByDecision:
    return {"quotation": rows.quotation_rows(articles, weight), "attribution": rows.attribution_rows(articles, weight)}
