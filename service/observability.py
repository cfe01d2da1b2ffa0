"""Request ids, the access log and the request metrics: around every call, for none of them to know."""

from __future__ import annotations

import logging
import re
import time
import uuid

from flask import Flask, Response, g, request

from . import metrics

_SANE_ID = re.compile(r"[A-Za-z0-9._-]{1,128}")
_METHODS = {"GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE", "TRACE"}
_log = logging.getLogger("service.access")


def init_app(app: Flask) -> None:
    """Observe every request of ``app``."""
    app.before_request(_begin)
    app.after_request(_end)


def _begin() -> None:
    g.began = time.perf_counter()
    given = request.headers.get("X-Request-ID", "")
    g.request_id = given if _SANE_ID.fullmatch(given) else uuid.uuid4().hex


def _end(response: Response) -> Response:
    seconds = time.perf_counter() - g.began
    # The route and not the path, the method only if known: what callers make up stays out.
    route = request.url_rule.rule if request.url_rule else "unknown"
    method = request.method if request.method in _METHODS else "other"
    response.headers["X-Request-ID"] = g.request_id
    metrics.REQUESTS.labels(method, route, response.status_code).inc()
    metrics.SECONDS.labels(route).observe(seconds)
    fields = {"method": method, "route": route, "status": response.status_code, "ms": round(seconds * 1000, 1)}
    _log.info("request", extra={"request_id": g.request_id, **fields})
    return response
