"""A message as it came, to be published once more with headers of ours."""

from collections.abc import Mapping

import aio_pika
from aio_pika.abc import AbstractIncomingMessage

from mailer_service.consuming.lenient_properties import UNREADABLE
from shared.mail_contract import MOST_ATTEMPTS

ATTEMPT = "mailer-attempt"
FIRST_FAILED_AT = "mailer-first-failed-at"
LAST_ERROR = "mailer-last-error"
REASON = "mailer-reason"
PARKED_AT = "mailer-parked-at"
# When, and by whom, a parked message was sent again.
REPLAYED = "mailer-replayed"


def copy_of(message: AbstractIncomingMessage, headers: Mapping[str, str | int]) -> aio_pika.Message:
    """Body and identity untouched, `headers` added or replaced, persistent.

    Left out: headers starting with x-, which are the broker's (x-death); the expiration, which would let a
    parked message vanish; and the user id, which the broker refuses from anyone but that user.
    """
    kept = {name: value for name, value in message.headers.items() if not name.lower().startswith("x-")}
    return aio_pika.Message(
        message.body,
        headers={**kept, **headers},
        content_type=message.content_type,
        content_encoding=message.content_encoding,
        correlation_id=message.correlation_id,
        message_id=message.message_id,
        timestamp=message.timestamp,
        type=message.type,
        app_id=message.app_id,
        delivery_mode=aio_pika.DeliveryMode.PERSISTENT,
    )


def replay_copy(message: AbstractIncomingMessage, replayed: str) -> aio_pika.Message:
    """The message for a further try, as its first one was; what came of the former ones stays in the logs."""
    copy = copy_of(message, {ATTEMPT: attempt_of(message) + 1, REPLAYED: replayed})
    for name in (REASON, PARKED_AT, FIRST_FAILED_AT, LAST_ERROR, UNREADABLE):
        copy.headers.pop(name, None)
    return copy


def attempt_of(message: AbstractIncomingMessage) -> int:
    """Which try this is, from 1 to MOST_ATTEMPTS; a header that is no such number counts as none."""
    attempt = message.headers.get(ATTEMPT)
    return attempt if isinstance(attempt, int) and 1 <= attempt <= MOST_ATTEMPTS else 1
