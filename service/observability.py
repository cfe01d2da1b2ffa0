"""Request ids, traces, the access log and the request metrics: around every call, for none of them to know."""

from __future__ import annotations

import logging
import re
import time
import uuid

from flask import Flask, Response, g, request

from . import metrics, traceparent

_SANE_ID = re.compile(r"[A-Za-z0-9._-]{1,128}")
_METHODS = {"GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE", "TRACE"}
_log = logging.getLogger("service.access")


def init_app(app: Flask) -> None:
    """Observe every request of ``app``."""
    app.before_request(_begin)
    app.after_request(_end)
    app.teardown_request(_forget)


def _begin() -> None:
    g.began = time.perf_counter()
    g.request_id = request_id(request.headers.get("X-Request-ID", ""))
    g.trace = traceparent.parse(request.headers.get("traceparent", ""))
    metrics.OPEN.inc()


def _end(response: Response) -> Response:
    response.headers["X-Request-ID"] = g.request_id
    g.status = response.status_code
    return response


def _forget(_: BaseException | None) -> None:
    """Tell of the request once it is over: Flask calls this for a stream twice, as it begins and in the end."""
    if g.get("goes_on") or (began := g.pop("began", None)) is None:
        return
    metrics.OPEN.dec()
    # The route and not the path, the method only if known: what callers make up stays out.
    route = request.url_rule.rule if request.url_rule else "unknown"
    method = request.method if request.method in _METHODS else "other"
    status, problem, key = g.get("status", 500), g.get("problem"), g.get("key_label")
    tell(method, route, status, time.perf_counter() - began, problem=problem, key=key, **g.get("batch", {}))


def request_id(given: str) -> str:
    """Return the id that a caller gives a request, or one of our own where it is none that we would repeat."""
    return given if _SANE_ID.fullmatch(given) else uuid.uuid4().hex


def tell(
    method: str, route: str, status: int, seconds: float, *, problem: str | None, key: str | None, **more: object
) -> None:
    """Count and log a request that is over; ``more`` stands in the log alone."""
    metrics.REQUESTS.labels(method, route, status).inc()
    metrics.SECONDS.labels(route, status).observe(seconds)
    if problem:
        metrics.PROBLEMS.labels(route, problem).inc()
    if key:
        metrics.KEYS.labels(key).inc()
    fields = {"method": method, "route": route, "status": status, "ms": round(seconds * 1000, 1)}
    told = {"problem": problem, "key": key} | more
    _log.info("request", extra=fields | {name: value for name, value in told.items() if value is not None})
