"""When a deferred mail is tried again: a delay tier per attempt, the longest until it expires."""

from datetime import datetime, timedelta

import aio_pika
from aio_pika.abc import AbstractIncomingMessage

from mailer_service.consuming.message_copies import ATTEMPT, FIRST_FAILED_AT, LAST_ERROR, attempt_of, copy_of
from shared.broker_topology import TIERS

# For a message handed back because the relay is down: its own try is not used up.
HAND_BACK_TIER = "1m"


def tier_after(attempt: int, asked: timedelta = timedelta()) -> str:
    """The tier after failed attempt 1, 2, …: 10s, 1m, 5m, 15m, 1h, 4h, and 4h from then on.

    A longer one where the mail server `asked` for more time, the longest for whatever is beyond it.
    Also where that is past `expires_at`: the message then comes back, is not mailed, and is reported.
    """
    tiers = list(TIERS)[attempt - 1 :] or list(TIERS)[-1:]
    return next((tier for tier in tiers if TIERS[tier] >= asked), tiers[-1])


def next_try_at(now: datetime, tier: str) -> datetime:
    return now + TIERS[tier]


def retry_copy(message: AbstractIncomingMessage, *, failed_at: datetime, error: str) -> aio_pika.Message:
    """The message for its next try. `error` may name the recipient: not for logs."""
    first_failed_at = message.headers.get(FIRST_FAILED_AT) or failed_at.isoformat()
    return copy_of(
        message,
        {
            ATTEMPT: attempt_of(message) + 1,
            FIRST_FAILED_AT: str(first_failed_at),
            LAST_ERROR: error,
        },
    )
