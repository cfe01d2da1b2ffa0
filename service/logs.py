"""Structured logs, a JSON object a line, without a word of an article."""

from __future__ import annotations

import logging
import traceback
from types import TracebackType
from typing import Any

from flask import g, has_app_context
from pythonjsonlogger.json import JsonFormatter

ExcInfo = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


class Formatter(JsonFormatter):
    """Writes where an exception came from and leaves out its message, which may quote the article."""

    def formatException(self, ei: ExcInfo) -> str:  # noqa: N802 - logging's own name
        """Return the exception's type and the lines of code that it came through."""
        kind, _, trace = ei
        places = [f"{frame.filename}:{frame.lineno} in {frame.name}" for frame in traceback.extract_tb(trace)]
        return " < ".join([kind.__name__ if kind else "None", *reversed(places)])


class Context(logging.Filter):
    """Adds to each line which request, and which span of a trace, it belongs to."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Let every line through."""
        if has_app_context() and "trace" in g:
            record.request_id = g.request_id
            if g.trace:
                record.trace_id, record.span_id = g.trace
        return True


def config(level: str) -> dict[str, Any]:
    """Return the configuration of the logs, for ``logging.config.dictConfig``."""
    # gunicorn's debug lines quote the bytes that it read; ours never do.
    of_gunicorn = "INFO" if level == "debug" else level.upper()
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "json": {
                "()": Formatter,
                "format": "{levelname}{name}{message}",
                "style": "{",
                "timestamp": True,
                "rename_fields": {"levelname": "level", "name": "logger"},
            }
        },
        "filters": {"context": {"()": Context}},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json", "filters": ["context"]}},
        "root": {"level": level.upper(), "handlers": ["stderr"]},
        "loggers": {
            "gunicorn.error": {"level": of_gunicorn, "handlers": [], "propagate": True},
            "gunicorn.access": {"level": "CRITICAL", "handlers": [], "propagate": False},
        },
    }
