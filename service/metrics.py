"""What Prometheus sees. Under gunicorn the workers share their figures through files."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

from prometheus_client import REGISTRY, CollectorRegistry, Counter, Gauge, Histogram
from prometheus_client.exposition import choose_encoder
from prometheus_client.metrics import MetricWrapperBase

from service.engine import Deadline

from . import __version__, figures, problems
from .gate import Gate
from .problems import Problem

_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)  # seconds

REQUESTS = Counter("http_requests_total", "Requests answered.", ["method", "route", "status"])
SECONDS = Histogram("http_request_duration_seconds", "Time to answer a request.", ["route", "status"], buckets=_BUCKETS)
OPEN = Gauge("http_requests_in_progress", "Requests in hand now.", multiprocess_mode="livesum")
PROBLEMS = Counter(
    "http_problems_total",
    "Requests, and articles of batches, answered with a problem, by its name.",
    ["route", "problem"],
)
KEYS = Counter("http_requests_by_key_total", "Requests answered, by the label of the caller's key.", ["key"])
IN_PROGRESS = Gauge("articles_in_progress", "Articles in hand now.", multiprocess_mode="livesum")
WAITING = Gauge(
    "articles_waiting", "Articles that wait now until one in hand is finished.", multiprocess_mode="livesum"
)
BATCHES = Gauge("batches_in_progress", "Batch calls in hand now.", multiprocess_mode="livesum")
ARTICLES = Counter("articles_total", "Articles answered.")
CHARACTERS = Counter("article_characters_total", "Characters of the articles answered.")
QUOTATIONS = Counter("quotations_total", "Quotations found.")
ENDED = Counter("workers_ended_total", "Worker processes that have ended, by a restart or by a fault.")
# prometheus_client's own Info does not work with several processes.
INFO = Gauge(
    "service_info",
    "Always 1; the labels tell what runs.",
    ["version", "model_version", "model_checksum"],
    multiprocess_mode="livemax",
)

for _kind in (problems.BUSY, problems.DRAINING, problems.DEADLINE_EXCEEDED, problems.INTERNAL_ERROR):
    for _route in ("/v1/quotations", "/v1/quotations/batch"):
        PROBLEMS.labels(_route, _kind.name)  # from 0 on, so that the first one is seen as a rise


def tell(model_version: str, model_checksum: str) -> None:
    """Tell what runs."""
    INFO.labels(__version__, model_version, model_checksum).set(1)


@contextmanager
def admitted(gate: Gate, deadline: Deadline, *, of_batch: bool) -> Iterator[None]:
    """Let an article through ``gate``, and show that it waits, then that it is in hand."""
    with ExitStack() as waiting:
        waiting.enter_context(WAITING.track_inprogress())
        with gate.admit(deadline, of_batch=of_batch):
            waiting.close()
            with IN_PROGRESS.track_inprogress():
                yield


@contextmanager
def batch(gate: Gate) -> Iterator[None]:
    """Let a batch through ``gate``, and show that it is in hand."""
    with gate.batch(), BATCHES.track_inprogress():
        yield


def count_unread(problem: Problem, *, method: str = "unknown", route: str = "unread") -> None:
    """Count a request that is answered before the application sees it."""
    REQUESTS.labels(method, route, int(problem.kind.status)).inc()
    PROBLEMS.labels(route, problem.kind.name).inc()


def describe() -> Iterator[tuple[str, str, Sequence[str], str]]:
    """List the metrics, for the documentation: name, type, labels and what each tells."""
    for metric in globals().values():
        if isinstance(metric, MetricWrapperBase):
            [told] = metric.describe()
            name = f"{told.name}_total" if told.type == "counter" else told.name
            yield name, told.type, metric._labelnames, told.documentation  # noqa: SLF001 - the library has no other way


def exposition(accept: str) -> tuple[bytes, str]:
    """Return the figures of all the workers and their content type."""
    encode, content_type = choose_encoder(accept)
    folder = os.environ.get("PROMETHEUS_MULTIPROC_DIR")
    if folder is None:
        return encode(REGISTRY), content_type
    registry = CollectorRegistry()
    registry.register(figures.Figures(Path(folder)))
    return encode(registry), content_type
