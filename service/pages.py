"""The pages for people: one to see an article's quotations, and one to read the contract and try the calls."""

from __future__ import annotations

from pathlib import Path

import flask_swagger_ui
from flask import Blueprint, Response, send_from_directory

from . import headers

_HERE = Path(__file__).parent
_PAGE = _HERE / "static/page"
_DOCS = _HERE / "static/docs"
_SWAGGER = Path(flask_swagger_ui.__file__).parent / "dist"
_SCRIPT = "start.js"
_INDEX, _DOCS_INDEX = ((folder / "index.html").read_bytes() for folder in (_PAGE, _DOCS))
# A wheel has the samples inside the package, a checkout beside it.
_SAMPLES = next(folder for folder in (_HERE / "seeds", _HERE.parent / "seeds") if folder.is_dir())

page = Blueprint("page", __name__)
docs = Blueprint("docs", __name__, url_prefix="/docs")
headers.for_pages(page, headers.PAGE)
headers.for_pages(docs, headers.DOCS)


@page.get("/")
def index() -> Response:
    """Answer with the page to paste an article into."""
    return Response(_INDEX, mimetype="text/html")


@page.get("/page/<name>")
def part(name: str) -> Response:
    """Answer with a script or style of the page."""
    return send_from_directory(_PAGE, name)


@page.get("/samples/<name>.txt")
def sample(name: str) -> Response:
    """Answer with a sample article."""
    return send_from_directory(_SAMPLES, f"{name}.txt")


@docs.get("/")
def swagger() -> Response:
    """Answer with Swagger UI, started by a script of ours."""
    return Response(_DOCS_INDEX, mimetype="text/html")


@docs.get("/<path:name>")
def swagger_part(name: str) -> Response:
    """Answer with a file that Swagger UI asks for."""
    return send_from_directory(_DOCS if name == _SCRIPT else _SWAGGER, name)
