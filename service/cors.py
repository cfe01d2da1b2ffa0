"""Which web pages may call from a browser (CORS): none unless origins are configured.

A few lines of our own: the calls that pages may make are few and alike, no cookie is involved, and a
library would bring a score of options that all have to be kept off.
"""

from __future__ import annotations

from collections.abc import Collection
from functools import partial

from flask import Flask, Response, request

from .settings import Settings

_PREFLIGHT = {
    "Access-Control-Allow-Methods": "GET, POST",
    "Access-Control-Allow-Headers": "Authorization, Content-Type, X-Request-ID, traceparent, tracestate",
    "Access-Control-Max-Age": "600",
}


def init_app(app: Flask, settings: Settings) -> None:
    """Let the pages of the configured origins call ``/v1``."""
    origins = frozenset(settings.cors_origins.split())
    if origins:
        app.after_request(partial(_allow, origins))


def _allow(origins: frozenset[str], response: Response) -> Response:
    if not request.path.startswith("/v1/"):
        return response
    allowed = fields(origins, request.headers.get("Origin", ""))
    response.headers.update(allowed)
    preflight = request.method == "OPTIONS" and "Access-Control-Request-Method" in request.headers
    if preflight and "Access-Control-Allow-Origin" in allowed:
        response.headers.update(_PREFLIGHT)
    return response


def fields(origins: Collection[str], origin: str) -> dict[str, str]:
    """Return the header fields that tell a browser whether the pages of ``origin`` may read the answer."""
    if not origins:
        return {}
    if not origin or not {"*", origin} & set(origins):
        return {"Vary": "Origin"}
    return {
        "Vary": "Origin",
        "Access-Control-Allow-Origin": "*" if "*" in origins else origin,
        "Access-Control-Expose-Headers": "X-Request-ID, Retry-After",
    }
