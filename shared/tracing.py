"""Traces across the queue (W3C Trace Context); without OTEL_EXPORTER_OTLP_ENDPOINT they cost nothing."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

from opentelemetry import trace
from opentelemetry.trace import Span, SpanKind, Status, StatusCode
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

# What is still to be sent when the process stops gets this long.
LAST_SPANS_SECONDS = 5.0
TRACEPARENT = "traceparent"

propagator = TraceContextTextMapPropagator()
tracer = trace.get_tracer("dnr")


@asynccontextmanager
async def tracing(endpoint: str | None, *, service: str) -> AsyncIterator[None]:
    """Send spans to `endpoint` until the block ends; without one, nothing of the SDK is even imported."""
    if endpoint is None:
        yield
        return
    # Some 20 MB that only who wants traces should pay for.
    from shared.span_export import export_spans

    stop = export_spans(endpoint, service)
    try:
        yield
    finally:
        # In a thread of its own, because it may wait for a collector that is away.
        stopping = asyncio.get_running_loop().run_in_executor(None, stop)
        await asyncio.wait({stopping}, timeout=LAST_SPANS_SECONDS)


@contextmanager
def span(
    name: str, kind: SpanKind, traceparent: str | None = None, **attributes: str | int
) -> Iterator[Span]:
    """A span below `traceparent` where given, else below the current one."""
    if traceparent is None and isinstance(trace.get_tracer_provider(), trace.ProxyTracerProvider):
        # Nobody collects spans, and there is nothing to pass on.
        yield trace.get_current_span()
        return
    context = propagator.extract({TRACEPARENT: traceparent}) if traceparent else None
    with tracer.start_as_current_span(
        name,
        context,
        kind=kind,
        attributes=attributes,
        # What an error says may quote a row of the database, or an address: only its class goes out.
        record_exception=False,
        set_status_on_exception=False,
    ) as opened:
        try:
            yield opened
        except Exception as error:
            # Caught only to mark the span as failed; it goes on as it came.
            opened.set_status(Status(StatusCode.ERROR, type(error).__name__))
            raise


def note_in_span(*, failed: str | None = None, **attributes: str | int) -> None:
    """What came of what the current span is about; `failed` says why, in one word."""
    current = trace.get_current_span()
    current.set_attributes(attributes)
    if failed is not None:
        current.set_status(Status(StatusCode.ERROR, failed))


def current_traceparent() -> str | None:
    """What a message carries along, so that its receiver's spans join the trace; None without traces."""
    carrier: dict[str, str] = {}
    propagator.inject(carrier)
    return carrier.get(TRACEPARENT)


def trace_id_of(opened: Span) -> str | None:
    context = opened.get_span_context()
    return trace.format_trace_id(context.trace_id) if context.is_valid else None
