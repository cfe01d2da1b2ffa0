"""What Prometheus sees. Under gunicorn the workers share their figures through files."""

from __future__ import annotations

import os

from prometheus_client import REGISTRY, CollectorRegistry, Counter, Gauge, Histogram
from prometheus_client.exposition import choose_encoder
from prometheus_client.multiprocess import MultiProcessCollector

REQUESTS = Counter("http_requests_total", "Requests answered.", ["method", "route", "status"])
SECONDS = Histogram("http_request_duration_seconds", "Time to answer a request.", ["route"])
IN_PROGRESS = Gauge("articles_in_progress", "Articles in hand now.", multiprocess_mode="livesum")
ARTICLES = Counter("articles_total", "Articles answered.")
CHARACTERS = Counter("article_characters_total", "Characters of the articles answered.")
QUOTATIONS = Counter("quotations_total", "Quotations found.")


def exposition(accept: str) -> tuple[bytes, str]:
    """Return the figures of all the workers and their content type."""
    encode, content_type = choose_encoder(accept)
    return encode(_registry()), content_type


def _registry() -> CollectorRegistry:
    if "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
        return REGISTRY
    registry = CollectorRegistry()
    MultiProcessCollector(registry)  # type: ignore[no-untyped-call] # the library leaves it untyped
    return registry
