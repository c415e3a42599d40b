"""Messages that wait for the broker."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg

from auth_service.accounts.mail_hitches import HELD_BACK
from auth_service.storage.rows import insert
from auth_service.storage.waiting import Waiting, count_some

CHANNEL = "outbox"

# A row that can't be published waits on its own and stops nobody else: 1 s, 2 s, 4 s … up to five minutes.
LONGEST_PAUSE = timedelta(minutes=5)
# SKIP LOCKED lets a second worker relay others meanwhile, without sending any twice.
DUE = f"""
SELECT outbox.event_id, event, recipient_key,
    CASE WHEN email_key IS NOT NULL THEN concat_ws(': ', '{HELD_BACK}', reply) END AS held_back
FROM outbox
LEFT JOIN suppressed_addresses ON email_key = recipient_key AND ends_at > $1
WHERE next_try_at <= $1 ORDER BY next_try_at LIMIT $2 FOR UPDATE OF outbox SKIP LOCKED
"""


@dataclass(frozen=True)
class OutboxRow:
    """`event` is a CloudEvent as JSON, in the form of the message contract.

    `held_back`: why it must not leave, where its recipient is mailed no more.
    """

    event_id: UUID
    event: dict[str, Any]
    recipient_key: str | None = None
    held_back: str | None = None


class OutboxTable:
    def __init__(self, connection: asyncpg.Connection) -> None:
        self._connection = connection

    async def add(
        self, event_id: UUID, event: dict[str, Any], now: datetime, *, recipient_key: str | None = None
    ) -> None:
        row = {
            "event_id": event_id,
            "event": event,
            "created_at": now,
            "next_try_at": now,
            "recipient_key": recipient_key,
        }
        await insert(self._connection, "outbox", row)
        await self._connection.execute(f"NOTIFY {CHANNEL}")

    async def take_due(self, now: datetime, *, most: int) -> list[OutboxRow]:
        """Lock the oldest rows that are due until the end of the transaction."""
        return [OutboxRow(**row) for row in await self._connection.fetch(DUE, now, most)]

    async def waiting(self) -> Waiting:
        row = await self._connection.fetchrow("SELECT count(*), min(created_at) FROM outbox")
        return Waiting(*row)

    async def late(self, after: datetime, before: datetime, *, most: int) -> Waiting:
        """Those that were written between these moments, and wait still."""
        query = "SELECT created_at FROM outbox WHERE created_at > $1 AND created_at <= $2"
        return await count_some(self._connection, query, after, before, most=most)

    async def forget(self, event_ids: Sequence[UUID]) -> None:
        await self._connection.execute("DELETE FROM outbox WHERE event_id = ANY($1)", list(event_ids))

    async def postpone(self, event_id: UUID, error: str, now: datetime) -> None:
        await self._connection.execute(
            "UPDATE outbox SET attempts = attempts + 1, last_error = $2,"
            " next_try_at = $3::timestamptz + least($4, interval '1 second' * 2 ^ least(attempts, 16))"
            " WHERE event_id = $1",
            event_id,
            error,
            now,
            LONGEST_PAUSE,
        )
