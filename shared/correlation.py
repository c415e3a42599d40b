"""One id from the request to the reply of the mail server: in every log line, and in every message."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import structlog
from opentelemetry.trace import Span, SpanKind

from shared.tracing import current_traceparent, span, trace_id_of


@dataclass(frozen=True)
class Origin:
    """Whose doing something is."""

    correlation_id: str | None = None
    traceparent: str | None = None


NOWHERE = Origin()


def current_origin() -> Origin:
    """What a message or a stored request carries along."""
    bound = structlog.contextvars.get_contextvars().get("correlation_id")
    return Origin(bound, current_traceparent())


def current_door() -> str | None:
    """Through which door this came; None outside a request or a worker."""
    door: str | None = structlog.contextvars.get_contextvars().get("door")
    return door


@contextmanager
def beginning(name: str, traceparent: str | None = None, *, door: str) -> Iterator[str]:
    """Something that begins here, such as a request; yields its new correlation id.

    `door`: through which it came, for the log and the audit trail.

    Never one that came along: whoever sends it could make many requests look like one.
    """
    correlation_id = secrets.token_hex(16)
    with (
        span(name, SpanKind.SERVER, traceparent, correlation_id=correlation_id) as opened,
        structlog.contextvars.bound_contextvars(correlation_id=correlation_id, door=door, **trace_of(opened)),
    ):
        yield correlation_id


@contextmanager
def continuing(
    origin: Origin, name: str, kind: SpanKind = SpanKind.CONSUMER, **attributes: str | int
) -> Iterator[None]:
    """Something that `origin` brought about, perhaps in another process."""
    with (
        span(name, kind, origin.traceparent, **attributes) as opened,
        structlog.contextvars.bound_contextvars(correlation_id=origin.correlation_id, **trace_of(opened)),
    ):
        yield


def trace_of(opened: Span) -> dict[str, str]:
    """For the log, beside the correlation id, where there is a trace."""
    trace_id = trace_id_of(opened)
    return {"trace_id": trace_id} if trace_id else {}
