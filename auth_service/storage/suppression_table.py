"""Addresses that are mailed no more; the outbox looks at them when it is relayed."""

from datetime import datetime
from uuid import UUID

import asyncpg

from auth_service.accounts.mail_progress import MailState
from auth_service.accounts.suppression import SUPPRESSED_FOR, Suppression
from auth_service.storage.rows import forget_portion

# Of a mail of before its end, or before the address was proven, nothing new is learnt.
SUPPRESS = """
INSERT INTO suppressed_addresses AS known (email_key, event_id, outcome, reply, suppressed_at, ends_at)
SELECT $1, event_id, $3, $4, $5, $6 FROM mail_trail
WHERE event_id = $2 AND NOT EXISTS (
    SELECT FROM codes WHERE mailed_to_key = $1 AND used_at > mail_trail.created_at
)
ON CONFLICT (email_key) DO UPDATE SET
    event_id = EXCLUDED.event_id, outcome = EXCLUDED.outcome, reply = EXCLUDED.reply,
    suppressed_at = EXCLUDED.suppressed_at, ends_at = EXCLUDED.ends_at
WHERE known.ends_at <= (SELECT created_at FROM mail_trail WHERE event_id = $2)
RETURNING true
"""


class SuppressionTable:
    def __init__(self, connection: asyncpg.Connection) -> None:
        self._connection = connection

    async def suppress(
        self, email_key: str, event_id: UUID, outcome: MailState, reply: str | None, now: datetime
    ) -> bool:
        """By what was reported of a mail that is in the trail; False where that was known, or is no news."""
        ends_at = now + SUPPRESSED_FOR
        done = await self._connection.fetchval(SUPPRESS, email_key, event_id, outcome, reply, now, ends_at)
        return bool(done)

    async def of_address(self, email_key: str, now: datetime) -> Suppression | None:
        row = await self._connection.fetchrow(
            "SELECT suppressed_at, reply FROM suppressed_addresses WHERE email_key = $1 AND ends_at > $2",
            email_key,
            now,
        )
        return Suppression(*row) if row else None

    async def lift(self, email_key: str, now: datetime) -> bool:
        """Whether it was suppressed."""
        done = await self._connection.fetchval(
            "UPDATE suppressed_addresses SET ends_at = $2 WHERE email_key = $1 AND ends_at > $2"
            " RETURNING true",
            email_key,
            now,
        )
        return bool(done)

    async def forget(self, before: datetime) -> int:
        """A portion of those suppressed before then; returns how many."""
        return await forget_portion(self._connection, "suppressed_addresses", "suppressed_at <= $1", before)
