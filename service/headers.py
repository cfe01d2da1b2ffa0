"""Header fields that keep a browser from doing with an answer what it is not meant for."""

from __future__ import annotations

from functools import partial
from urllib.parse import urlsplit

from flask import Blueprint, Flask, Response

ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "X-Frame-Options": "DENY",
    "Cache-Control": "no-store",  # an answer quotes its article
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
}
# Nothing from elsewhere, and no script in line.
_SHARED = "default-src 'none'; script-src 'self'; connect-src 'self'; "
_CLOSED = "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
# Nor can a string become markup or a script: the page has no way to do so.
PAGE = f"{_SHARED}style-src 'self'; img-src 'self'; {_CLOSED}; require-trusted-types-for 'script'; trusted-types 'none'"
DOCS = f"{_SHARED}style-src 'self' 'unsafe-inline'; img-src 'self' data:; {_CLOSED}"  # Swagger UI styles in line


def init_app(app: Flask) -> None:
    """Send the fields with every answer of ``app``."""
    app.after_request(_add)


def for_pages(pages: Blueprint, policy: str) -> None:
    """Let the pages of a blueprint load what ``policy`` says."""
    pages.after_request(partial(_loosen, policy))


def _loosen(policy: str, response: Response) -> Response:
    response.headers["Content-Security-Policy"] = policy
    return response


def _add(response: Response) -> Response:
    if response.location:  # by its path alone: the header Host is the caller's to choose
        response.location = urlsplit(response.location)._replace(scheme="", netloc="").geturl()
        response.set_data(b"")
    for name, value in ALWAYS.items():
        response.headers.setdefault(name, value)
    return response
