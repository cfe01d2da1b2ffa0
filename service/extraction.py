"""The use case: from an article to its answer, within the limits."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from service.engine import Answer, Deadline

from . import metrics, problems
from .answers import render
from .gate import Gate
from .problems import Problem
from .reading import Article
from .settings import Settings

PATH, BATCH_PATH = "/v1/quotations", "/v1/quotations/batch"  # where articles come in


class Extractor(Protocol):
    """What the service needs of an engine."""

    @property
    def model_version(self) -> str:
        """The version of the model."""

    @property
    def model_checksum(self) -> str:
        """The SHA-256 of the model's weights."""

    def extract(self, text: str, deadline: Deadline) -> Answer:
        """Return the quotations of ``text``, or raise DeadlineExceeded."""


def answer_to(article: Article, engine: Extractor, deadline: Deadline) -> dict[str, Any]:
    """Return the answer to ``article``, as JSON values."""
    found = engine.extract(article.text, deadline).at_least(article.min_confidence)
    return render(article.text, found, unit=article.offsets, article_id=article.id, with_text=article.extracted)


class Extraction:
    """Takes articles on, no more at once than the settings allow."""

    def __init__(self, settings: Settings, engine: Extractor) -> None:
        self.settings = settings
        self.engine = engine
        self.gate = Gate(settings)

    def turns_away(self, method: str, path: str) -> Problem | None:
        """Return what a request would be told for which there is no place now."""
        if method == "POST" and path == PATH and self.gate.full:
            return problems.busy()
        if method == "POST" and path == BATCH_PATH and self.gate.full_of_batches:
            return problems.too_many_batches()
        return None

    def answer(self, read: Callable[[Deadline], Article], arrived: float, *, of_batch: bool = False) -> dict[str, Any]:
        """Return the answer, as JSON values, to the article that is read once its turn has come.

        The deadline counts from the moment when the request ``arrived``.
        """
        deadline = Deadline(arrived + self.settings.deadline_seconds)
        with metrics.admitted(self.gate, deadline, of_batch=of_batch):
            article = read(deadline)
            wire = answer_to(article, self.engine, deadline)
        metrics.ARTICLES.inc()
        metrics.CHARACTERS.inc(len(article.text))
        metrics.QUOTATIONS.inc(len(wire["quotations"]))
        return wire
