"""The page to read the contract and try the calls: Swagger UI, started by a file of ours."""

from __future__ import annotations

from pathlib import Path

import flask_swagger_ui
from flask import Blueprint, Response, send_from_directory

from . import headers

_OURS = Path(__file__).parent / "static"
_THEIRS = Path(flask_swagger_ui.__file__).parent / "dist"
_SCRIPT = "start.js"
_PAGE = (_OURS / "docs.html").read_bytes()

blueprint = Blueprint("docs", __name__, url_prefix="/docs")
headers.for_pages(blueprint)


@blueprint.get("/")
def docs() -> Response:
    """Answer with the page."""
    return Response(_PAGE, mimetype="text/html")


@blueprint.get("/<path:name>")
def part(name: str) -> Response:
    """Answer with a file that the page asks for."""
    return send_from_directory(_OURS if name == _SCRIPT else _THEIRS, name)
