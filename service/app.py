"""The application, put together in one place."""

from __future__ import annotations

from flask import Flask
from flask.json.provider import DefaultJSONProvider

from . import cors, errors, headers, keys, metrics, observability, pages, views
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
    headers.init_app(app)
    keys.init_app(app, settings)
    cors.init_app(app, settings)
    metrics.tell(engine.model_version, engine.model_checksum)
    app.register_blueprint(views.blueprint)
    app.register_blueprint(pages.page)
    app.register_blueprint(pages.docs)
    return app


class _Json(DefaultJSONProvider):
    """Keeps the contract's order of fields, and letters as they are."""

    sort_keys = False
    ensure_ascii = False
    compact = True
