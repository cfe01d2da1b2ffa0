"""OpenTelemetry traces: an extra, switched on by the standard variables ``OTEL_*``.

The spans are made here and not by a ready-made instrumentation, because those record addresses and the messages of
exceptions, which may quote an article. What stands below is all that a span holds.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from importlib.metadata import EntryPoint, entry_points
from typing import Any

from flask import Flask, Response, g, request

from . import __version__
from .traceparent import TraceContext

_log = logging.getLogger(__name__)


def init_app(app: Flask, environ: Mapping[str, str]) -> None:
    """Trace the calls of ``app`` where the environment asks for it and the extra is installed."""
    found = [point for name in wanted(environ) for point in _exporter(name)]
    if found:
        _Tracing(_tracer(found)).init_app(app)


def wanted(environ: Mapping[str, str]) -> list[str]:
    """Return the names of the exporters that the environment asks for.

    >>> wanted({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:4318"})
    ['otlp_proto_http']
    """
    if environ.get("OTEL_SDK_DISABLED", "").strip().lower() == "true":
        return []
    somewhere = environ.get("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT") or environ.get("OTEL_EXPORTER_OTLP_ENDPOINT")
    names = environ.get("OTEL_TRACES_EXPORTER") or ("otlp" if somewhere else "none")
    protocol = environ.get("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL") or environ.get("OTEL_EXPORTER_OTLP_PROTOCOL")
    otlp = "otlp_proto_grpc" if protocol == "grpc" else "otlp_proto_http"
    stripped = (name.strip() for name in names.split(","))
    return [otlp if name == "otlp" else name for name in stripped if name not in {"", "none"}]


def _exporter(name: str) -> list[EntryPoint]:
    found = list(entry_points(group="opentelemetry_traces_exporter", name=name))
    if not found:  # the variables may be set for a whole platform: no reason to answer nobody
        _log.warning("no traces: OTEL_* ask for the exporter %r, which the extra 'tracing' has not installed", name)
    return found


def _tracer(exporters: list[EntryPoint]) -> Any:
    from opentelemetry.sdk import resources, trace  # noqa: PLC0415 - an extra
    from opentelemetry.sdk.trace.export import BatchSpanProcessor  # noqa: PLC0415 - as above

    ours = {"service.name": "quote-attribution", "service.version": __version__}
    given = resources.OTELResourceDetector().detect().attributes
    provider = trace.TracerProvider(resource=resources.Resource.create({**ours, **given}))
    for exporter in exporters:
        provider.add_span_processor(BatchSpanProcessor(exporter.load()()))
    return provider.get_tracer("service", __version__)


class _Tracing:
    """A span for each call of the API; probes, pages and metrics have none."""

    def __init__(self, tracer: Any) -> None:
        self._tracer = tracer

    def init_app(self, app: Flask) -> None:
        app.before_request(self._begin)
        app.after_request(self._tell)
        app.teardown_request(self._end)

    def _begin(self) -> None:
        from opentelemetry import propagate, trace  # noqa: PLC0415 - an extra

        if request.url_rule is None or not request.url_rule.rule.startswith("/v1/"):
            return
        route = request.url_rule.rule
        g.span = self._tracer.start_span(
            f"{request.method} {route}",
            context=propagate.extract(request.headers),
            kind=trace.SpanKind.SERVER,
            attributes={"http.request.method": request.method, "http.route": route},
        )
        here = g.span.get_span_context()
        g.trace = TraceContext(trace.format_trace_id(here.trace_id), trace.format_span_id(here.span_id))

    def _tell(self, response: Response) -> Response:
        from opentelemetry.trace import StatusCode  # noqa: PLC0415 - an extra

        if "span" in g:
            g.span.set_attribute("http.response.status_code", response.status_code)
            if response.status_code >= 500:
                g.span.set_attribute("error.type", g.get("problem", str(response.status_code)))
                g.span.set_status(StatusCode.ERROR)
        return response

    def _end(self, _: BaseException | None) -> None:
        if "span" in g and not g.get("goes_on"):
            g.span.end()
