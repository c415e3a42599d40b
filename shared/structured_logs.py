"""Logs as one JSON object a line on standard error: what happened, to what, and never a code or password."""

import logging
import sys

import structlog

from shared.harmless_tracebacks import format_harmlessly
from shared.metrics import count_event


def configure_logs(level: str, *, service: str) -> None:
    """Route structlog and the libraries' own logging to standard error, from `level` up."""
    shared_steps: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.ExceptionRenderer(format_harmlessly),
    ]
    structlog.configure(
        processors=[*shared_steps, count_event, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.stdlib.BoundLogger,
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared_steps,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.JSONRenderer(),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level)
    structlog.contextvars.bind_contextvars(service=service)
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
