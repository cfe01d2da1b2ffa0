"""The calls: each parses, asks and answers."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import partial, wraps
from typing import ParamSpec

from flask import Blueprint, Response, current_app, g, jsonify, request, stream_with_context
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound

from schemas import AboutSchema, BatchOptionsSchema, OffsetUnit, ProbeSchema, ProblemTypeSchema

from . import __version__, metrics, openapi, problems, reading
from .batch import Batch, lines
from .extraction import BATCH_PATH, PATH, Extraction
from .problems import Problem
from .reading import JSON, NDJSON, REQUEST_TYPES, read_article, read_articles

P = ParamSpec("P")
View = Callable[P, ResponseReturnValue]

blueprint = Blueprint("api", __name__)
_BATCH_OPTIONS = BatchOptionsSchema()


def produces(media_type: str) -> Callable[[View[P]], View[P]]:
    """Refuse, before the view does anything, a caller who does not accept ``media_type``."""

    def decorate(view: View[P]) -> View[P]:
        @wraps(view)
        def negotiated(*args: P.args, **kwargs: P.kwargs) -> ResponseReturnValue:
            _negotiate(media_type)
            return view(*args, **kwargs)

        return negotiated

    return decorate


def _negotiate(media_type: str) -> None:
    accepted = request.accept_mimetypes
    if accepted and not accepted.best_match([media_type, f"{media_type}; charset=utf-8"]):
        raise Problem(problems.NOT_ACCEPTABLE, f"This call answers in {media_type}; accept that, or */*.")


def _extraction() -> Extraction:
    extraction: Extraction = current_app.extensions["extraction"]
    return extraction


def _arrived() -> float:
    """Return when the request was there: our worker has noted it; another server notes nothing."""
    moment: float = getattr(request.environ.get("gunicorn.socket"), "arrived", time.monotonic())
    return moment


@blueprint.post(PATH)
@produces("application/json")
def quotations() -> ResponseReturnValue:
    """Answer with the quotations of one article."""
    extraction = _extraction()
    read = partial(read_article, request, extraction.settings)
    return jsonify(extraction.answer(read, arrived=_arrived()))


@blueprint.post(BATCH_PATH)
def batch() -> ResponseReturnValue:
    """Answer with the quotations of many articles, as the list or the stream that they came in."""
    extraction = _extraction()
    media_type = reading.media_type(request, (JSON, NDJSON))
    _negotiate(media_type)
    own = Batch(extraction, reading.query(request, _BATCH_OPTIONS))
    with ExitStack() as stack:
        stack.enter_context(metrics.batch(extraction.gate))
        if media_type == JSON:
            return jsonify(results=own.listed(read_articles(request, extraction.settings)))
        g.goes_on = True
        stream = Response(stream_with_context(_ndjson(own)), mimetype=NDJSON)
        stream.call_on_close(stack.pop_all().close)
    return stream


def _ndjson(own: Batch) -> Iterator[str]:
    settings = _extraction().settings
    body = request.environ["wsgi.input"]
    read = body.read1 if hasattr(body, "read1") else body.read  # ours has; read() waits for a whole piece
    arriving = lines(read, settings.max_body_bytes, settings.read_seconds)
    try:
        for result in own.streamed(arriving):
            yield current_app.json.dumps(result, separators=(",", ":")) + "\n"
    finally:
        g.goes_on = False


@blueprint.get("/v1/about")
@produces("application/json")
def about() -> ResponseReturnValue:
    """Tell versions, limits and units."""
    extraction = _extraction()
    engine = extraction.engine
    return jsonify(
        AboutSchema().dump(
            {
                "version": __version__,
                "model": {"version": engine.model_version, "checksum": engine.model_checksum},
                "limits": extraction.settings,
                "offsets": list(OffsetUnit),
                "request_types": REQUEST_TYPES,
            }
        )
    )


@blueprint.get("/healthz")
@produces("application/json")
def healthz() -> ResponseReturnValue:
    """Tell that the process is alive."""
    return jsonify(ProbeSchema().dump({"status": "alive"}))


@blueprint.get("/readyz")
@produces("application/json")
def readyz() -> ResponseReturnValue:
    """Tell that articles are welcome: the model is loaded before the first request, so only stopping says no."""
    _extraction().gate.check()
    return jsonify(ProbeSchema().dump({"status": "ready"}))


@blueprint.get("/metrics")
def prometheus() -> ResponseReturnValue:
    """Answer with the figures for Prometheus, in the format that it asks for."""
    body, content_type = metrics.exposition(request.headers.get("Accept", ""))
    return Response(body, content_type=content_type)


@blueprint.get("/openapi.yaml")
@produces("application/yaml")
def openapi_yaml() -> ResponseReturnValue:
    """Answer with the contract in YAML."""
    return Response(openapi.as_yaml(), mimetype="application/yaml")


@blueprint.get("/openapi.json")
@produces("application/json")
def openapi_json() -> ResponseReturnValue:
    """Answer with the contract in JSON."""
    return jsonify(openapi.document())


@blueprint.get("/problems/<name>")
@produces("application/json")
def problem_type(name: str) -> ResponseReturnValue:
    """Describe one kind of problem."""
    if name not in problems.CATALOGUE:
        raise NotFound
    kind = problems.CATALOGUE[name]
    return jsonify(ProblemTypeSchema().dump(kind) | {"type": kind.uri})
