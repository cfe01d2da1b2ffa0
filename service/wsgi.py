"""What gunicorn serves: the application with the settings of the environment and the model that ships with it."""

from __future__ import annotations

import os
import sys

from flask import Flask

from service.engine import Engine, ModelError

from . import tracing
from .app import create_app
from .settings import Settings, SettingsError


def load() -> Flask:
    """Return the application, or end the process with one line that says what is wrong."""
    try:
        app = create_app(Settings.load(os.environ), Engine.load())
    except (SettingsError, ModelError) as error:
        sys.exit(f"quote-attribution: {error}")
    tracing.init_app(app, os.environ)
    return app


app = load()
