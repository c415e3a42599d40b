"""Sending spans by OTLP over HTTP; imported only where traces are wanted."""

from collections.abc import Callable

from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor

# A collector that is away must hold up neither the thread that sends nor our stop.
EXPORT_SECONDS = 3.0


def export_spans(endpoint: str, service: str) -> Callable[[], None]:
    """Send every span of this process to the collector at `endpoint` (its base URL) from now on.

    Returns what sends the last ones and ends it; it may take a while.
    """
    # Other standard names, such as OTEL_EXPORTER_OTLP_HEADERS, are read by the library itself.
    exporter = OTLPSpanExporter(f"{endpoint.rstrip('/')}/v1/traces", timeout=EXPORT_SECONDS)
    provider = TracerProvider(resource=Resource.create({"service.name": service}))
    provider.add_span_processor(BatchSpanProcessor(exporter, schedule_delay_millis=1_000))
    trace.set_tracer_provider(provider)
    return provider.shutdown
