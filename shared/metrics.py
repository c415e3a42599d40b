"""The registry that /metrics shows; whoever counts something defines it beside the code that knows it."""

from functools import cache

from prometheus_client import CollectorRegistry, Counter, ProcessCollector
from structlog.typing import EventDict, WrappedLogger

REGISTRY = CollectorRegistry(auto_describe=True)
ProcessCollector(namespace="dnr", registry=REGISTRY)

LOGGED = Counter(
    "dnr_logged", "What our own code logged, at any LOG_LEVEL.", ("level", "event"), registry=REGISTRY
)
# Kept, because `labels` makes its key anew each time, and takes a lock.
logged_of = cache(LOGGED.labels)


def count_event(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """A structlog processor: the names of our log events are few and fixed, so each is a counter as well."""
    logged_of(event["level"], event["event"]).inc()
    return event
