"""Sessions, found by the digest of their token."""

from dataclasses import fields
from datetime import datetime
from uuid import UUID

import asyncpg

from auth_service.accounts.sessions import Session
from auth_service.storage.rows import forget_portion


class SessionTable:
    def __init__(self, connection: asyncpg.Connection) -> None:
        self._connection = connection

    async def with_token(self, token_digest: bytes) -> Session | None:
        row = await self._connection.fetchrow(
            "SELECT id, account_id, started_at, last_seen_at, password_proven_at, totp_proven_at"
            " FROM sessions WHERE token_digest = $1",
            token_digest,
        )
        if row is None:
            return None
        return Session(**{field.name: row[field.name] for field in fields(Session)})

    async def note_use(self, session_id: UUID, now: datetime) -> None:
        await self._connection.execute("UPDATE sessions SET last_seen_at = $2 WHERE id = $1", session_id, now)

    async def end(self, token_digest: bytes) -> None:
        await self._connection.execute("DELETE FROM sessions WHERE token_digest = $1", token_digest)

    async def forget_ended(self, *, unused_since: datetime, started_before: datetime) -> int:
        """A portion of those past either limit; returns how many."""
        over = "last_seen_at <= $1 OR started_at <= $2"
        return await forget_portion(self._connection, "sessions", over, unused_since, started_before)

    async def end_all(self, account_id: UUID) -> None:
        await self._connection.execute("DELETE FROM sessions WHERE account_id = $1", account_id)
