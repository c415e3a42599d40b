"""Logs as one JSON object a line on standard error: what happened, to what, and never a code or password."""

import json
import logging
import sys
from contextlib import suppress
from typing import Any

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

from shared.harmless_tracebacks import format_harmlessly
from shared.metrics import count_event

TELLING: tuple[Processor, ...] = (
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.processors.ExceptionRenderer(format_harmlessly),
)
# Made once: json.dumps makes one for each line.
ENCODER = json.JSONEncoder(default=repr)
SEVERITY = {name.lower(): number for name, number in logging.getLevelNamesMapping().items()}


def configure_logs(level: str, *, service: str) -> None:
    """Write what we log, from `level` up, and what the libraries log, to standard error."""
    # Not through the logging of the standard library, which takes three times as long for each line.
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.stdlib.add_log_level,
            count_event,
            dropping_below(level),
            *TELLING,
            structlog.processors.JSONRenderer(as_json),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.DEBUG),
        logger_factory=StandardError,
        cache_logger_on_first_use=True,
    )
    structlog.contextvars.bind_contextvars(service=service)
    configure_libraries(level)


class StandardError:
    """Takes finished lines. One that can't be written is lost, as with the standard library's handlers.

    A full disk, or a collector that is gone, must never be why a request fails.
    """

    def __init__(self, *_names: object) -> None:
        pass

    def msg(self, line: str) -> None:
        with suppress(OSError, ValueError):
            sys.stderr.write(f"{line}\n")
            sys.stderr.flush()

    debug = info = warning = error = critical = msg


def dropping_below(level: str) -> Processor:
    least = SEVERITY[level.lower()]

    def drop(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
        if SEVERITY[event["level"]] < least:
            raise structlog.DropEvent
        return event

    return drop


def as_json(event: EventDict, **_options: Any) -> str:
    try:
        return ENCODER.encode(event)
    except (TypeError, ValueError):
        # A key that is no text, or something that holds itself.
        return ENCODER.encode({name: repr(value) for name, value in event.items()})


def configure_libraries(level: str) -> None:
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[
                structlog.contextvars.merge_contextvars,
                structlog.stdlib.add_log_level,
                *TELLING,
            ],
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.JSONRenderer(as_json),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level)
    # The libraries of broker and database announce every try to connect anew with a traceback; we log the
    # loss ourselves, once.
    # aiohttp.server quotes requests that it can't parse, with the session token of their cookie.
    for noisy in ("aio_pika", "aiormq", "asyncpg", "aiohttp.server"):
        logging.getLogger(noisy).setLevel(logging.CRITICAL)
    # A collector that is away is told of with every batch, and by several of its modules.
    handler.addFilter(OnceAMinute("opentelemetry"))


class OnceAMinute(logging.Filter):
    """Lets one message a minute pass of the loggers below `name`, and all of the others."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self._below = name
        self._quiet_until = 0.0

    def filter(self, record: logging.LogRecord) -> bool:
        if record.name.partition(".")[0] != self._below:
            return True
        is_due = record.created >= self._quiet_until
        if is_due:
            self._quiet_until = record.created + 60
        return is_due
