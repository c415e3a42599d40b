"""One id from the request to the reply of the mail server: in every log line, and in every message."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import structlog
from opentelemetry.trace import SpanKind

from shared.tracing import current_traceparent, span, trace_id_of


@dataclass(frozen=True)
class Origin:
    """Whose doing something is. `correlation_id` is the id of the trace too, where there are traces."""

    correlation_id: str | None = None
    traceparent: str | None = None


NOWHERE = Origin()


def current_origin() -> Origin:
    """What a message or a stored request carries along."""
    bound = structlog.contextvars.get_contextvars().get("correlation_id")
    return Origin(bound, current_traceparent())


@contextmanager
def beginning(name: str, traceparent: str | None = None) -> Iterator[str]:
    """Something that begins here, such as a request; yields its new correlation id."""
    with span(name, SpanKind.SERVER, traceparent) as opened:
        correlation_id = trace_id_of(opened) or secrets.token_hex(16)
        with structlog.contextvars.bound_contextvars(correlation_id=correlation_id):
            yield correlation_id


@contextmanager
def continuing(
    origin: Origin, name: str, kind: SpanKind = SpanKind.CONSUMER, **attributes: str | int
) -> Iterator[None]:
    """Something that `origin` brought about, perhaps in another process."""
    with (
        span(name, kind, origin.traceparent, **attributes),
        structlog.contextvars.bound_contextvars(correlation_id=origin.correlation_id),
    ):
        yield
