"""The application, put together in one place."""

from __future__ import annotations

from flask import Blueprint, Flask, Response
from flask.json.provider import DefaultJSONProvider
from flask_swagger_ui import get_swaggerui_blueprint

from . import errors, metrics, observability, views
from .extraction import Extraction, Extractor
from .settings import Settings


def create_app(settings: Settings, engine: Extractor) -> Flask:
    """Return the application that answers with what ``engine`` finds."""
    app = Flask(__name__, static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = settings.max_body_bytes + 1  # see reading._body
    app.json = _Json(app)
    app.extensions["extraction"] = Extraction(settings, engine)
    errors.init_app(app)
    observability.init_app(app)
    metrics.tell(engine.model_version, engine.model_checksum)
    app.register_blueprint(views.blueprint)
    app.register_blueprint(_docs(), url_prefix="/docs")
    return app


class _Json(DefaultJSONProvider):
    """Keeps the contract's order of fields, and letters as they are."""

    sort_keys = False
    ensure_ascii = False
    compact = True


def _docs() -> Blueprint:
    config = {"app_name": "Quote attribution", "layout": "BaseLayout", "validatorUrl": None}
    page: Blueprint = get_swaggerui_blueprint("/docs", "/openapi.json", config=config)
    page.after_request(_fetch_nothing_from_elsewhere)
    return page


def _fetch_nothing_from_elsewhere(response: Response) -> Response:
    # The page of the package starts itself with a script in line.
    response.headers["Content-Security-Policy"] = (
        "default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; img-src 'self' data:"
    )
    return response
