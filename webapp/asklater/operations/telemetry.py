"""Traces by OpenTelemetry, where OTEL_EXPORTER_OTLP_ENDPOINT says whereto: a span for each request, gate, job and
statement. A span has names, numbers and times; of a statement its text, without what is filled in.
"""

import os
import threading
from collections.abc import Mapping
from typing import Any

from flask import Flask
from opentelemetry import context, propagate, trace
from opentelemetry.context import Context
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import SpanProcessor, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace import Span, SpanKind, Status, StatusCode
from sqlalchemy import event

from asklater.database.access import Database
from asklater.observation import GateOutcome, Observer, RequestSeen, Seen, observe

TRACEPARENT = "HTTP_TRACEPARENT"
_STATEMENT_SPANS = "asklater_spans"


class Traces(Observer):
    """Makes the spans. What a proxy says of the trace that a request is part of is believed of a trusted one."""

    def __init__(self, provider: TracerProvider, *, behind_proxy: bool) -> None:
        self._tracer = provider.get_tracer("asklater")
        self._behind_proxy = behind_proxy
        self._open = threading.local()

    def request_began(self, environ: Mapping[str, Any], request_id: str) -> None:
        carried = {"traceparent": environ[TRACEPARENT]} if self._behind_proxy and TRACEPARENT in environ else {}
        attributes = {"asklater.request_id": request_id, "http.request.method": environ["REQUEST_METHOD"]}
        span = self._tracer.start_span(
            "request", propagate.extract(carried, Context()), SpanKind.SERVER, attributes=attributes
        )
        self._enter(span)

    def request_ended(self, ended: RequestSeen) -> None:
        span = self._leave()
        span.update_name(f"{ended.method} {ended.endpoint or 'unknown'}")
        span.set_attribute("http.request.method", ended.method)
        span.set_attribute("http.route", ended.endpoint)
        span.set_attribute("http.response.status_code", ended.status)
        if ended.status >= 500:
            span.set_status(Status(StatusCode.ERROR))
        span.end()

    def gate_decided(self, action: str, outcome: GateOutcome, began: int) -> None:
        attributes = {"asklater.action": action, "asklater.outcome": outcome}
        self._tracer.start_span(f"gate {action}", start_time=began, attributes=attributes).end()

    def job_began(self, seen: Seen) -> None:
        attributes = {"asklater.job": seen.job, "asklater.job_id": seen.job_id, "asklater.request_id": seen.request_id}
        self._enter(self._tracer.start_span(f"job {seen.job}", Context(), SpanKind.CONSUMER, attributes=attributes))

    def job_ended(self, seen: Seen, *, failed: bool, seconds: float) -> None:
        span = self._leave()
        if failed:
            span.set_status(Status(StatusCode.ERROR))
        span.end()

    def watch(self, database: Database) -> None:
        """Let each statement be a span of the request or the job that it is part of."""
        system = database.engine.dialect.name

        def begin(connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
            if trace.get_current_span().is_recording():
                verb = statement.split(None, 1)[0].upper() if statement.strip() else "statement"
                attributes = {"db.system.name": system, "db.query.text": statement}
                span = self._tracer.start_span(verb, kind=SpanKind.CLIENT, attributes=attributes)
                connection.info.setdefault(_STATEMENT_SPANS, []).append(span)

        def end(connection: Any, *_more: Any) -> None:
            spans: list[Span] = connection.info.get(_STATEMENT_SPANS) or []
            if spans:
                spans.pop().end()

        def fail(failed: Any) -> None:
            spans: list[Span] = (failed.connection.info.get(_STATEMENT_SPANS) if failed.connection else None) or []
            if spans:
                span = spans.pop()
                span.set_status(Status(StatusCode.ERROR))
                span.end()

        event.listen(database.engine, "before_cursor_execute", begin)
        event.listen(database.engine, "after_cursor_execute", end)
        event.listen(database.engine, "handle_error", fail)

    def _enter(self, span: Span) -> None:
        opened: list[Any] = self._open.__dict__.setdefault("spans", [])
        opened.append((span, context.attach(trace.set_span_in_context(span, Context()))))

    def _leave(self) -> Span:
        span: Span
        span, token = self._open.spans.pop()
        context.detach(token)
        return span


def init_app(
    app: Flask, database: Database, name: str, *, behind_proxy: bool, processor: SpanProcessor | None = None
) -> None:
    """Send spans to where the environment says, or to `processor`. The service is called `name` where
    OTEL_SERVICE_NAME does not say."""
    service = os.environ.get("OTEL_SERVICE_NAME", name)
    provider = TracerProvider(resource=Resource.create({"service.name": service}))
    provider.add_span_processor(processor or BatchSpanProcessor(OTLPSpanExporter()))
    traces = Traces(provider, behind_proxy=behind_proxy)
    traces.watch(database)
    observe(app, traces)
    app.extensions["asklater.traces"] = provider
