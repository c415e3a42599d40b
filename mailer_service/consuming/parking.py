"""The parking queue: what no retry will mend, kept for a person to look at, with the reason."""

from datetime import datetime

import aio_pika
from aio_pika.abc import AbstractIncomingMessage

from mailer_service.consuming.message_copies import ATTEMPT, PARKED_AT, REASON, attempt_of, copy_of

LONGEST_REASON = 600


def parked_copy(message: AbstractIncomingMessage, reason: str, at: datetime) -> aio_pika.Message:
    headers: dict[str, str | int] = {
        REASON: reason[:LONGEST_REASON],
        ATTEMPT: attempt_of(message),
        PARKED_AT: at.isoformat(timespec="seconds"),
    }
    return copy_of(message, headers)


def parking_key(message: AbstractIncomingMessage) -> str:
    """The type where it has one: after a delay tier the routing key is the name of a queue."""
    return message.type or message.routing_key or "unknown"
