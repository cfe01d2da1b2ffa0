"""The use case: from an article to its answer, within the limits."""

from __future__ import annotations

from typing import Any, Protocol

from service.engine import Answer, Deadline

from . import metrics
from .answers import render
from .gate import Gate
from .reading import Article
from .settings import Settings


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


class Extraction:
    """Takes articles on, no more at once than the settings allow."""

    def __init__(self, settings: Settings, engine: Extractor) -> None:
        self.settings = settings
        self.engine = engine
        self.gate = Gate(settings.threads, settings.queue)

    def answer(self, article: Article) -> dict[str, Any]:
        """Return the answer to ``article`` as JSON values."""
        deadline = Deadline.after(self.settings.deadline_seconds)
        with metrics.admitted(self.gate, deadline):
            found = self.engine.extract(article.text, deadline).at_least(article.min_confidence)
            wire = render(article.text, found, unit=article.offsets, article_id=article.id)
        metrics.ARTICLES.inc()
        metrics.CHARACTERS.inc(len(article.text))
        metrics.QUOTATIONS.inc(len(found.quotations))
        return wire
