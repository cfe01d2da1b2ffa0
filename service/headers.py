"""Header fields that keep a browser from doing with an answer what it is not meant for."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Blueprint, Flask, Response

ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "X-Frame-Options": "DENY",
    "Cache-Control": "no-store",  # an answer quotes its article
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
}
# Nothing from elsewhere, and no script in line. The pages' styles change as they are used.
_PAGE = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


def init_app(app: Flask) -> None:
    """Send the fields with every answer of ``app``."""
    app.after_request(_add)


def for_pages(pages: Blueprint) -> None:
    """Let the pages of a blueprint load scripts and styles of our own."""
    pages.after_request(_loosen)


def _loosen(response: Response) -> Response:
    response.headers["Content-Security-Policy"] = _PAGE
    return response


def _add(response: Response) -> Response:
    if response.location:  # by its path alone: the header Host is the caller's to choose
        response.location = urlsplit(response.location)._replace(scheme="", netloc="").geturl()
        response.set_data(b"")
    for name, value in ALWAYS.items():
        response.headers.setdefault(name, value)
    return response
