"""Browsers in which an account was used, by the digest of a token that only they hold."""

from datetime import datetime
from uuid import UUID

import asyncpg

from auth_service.storage.rows import forget_portion, rows_touched

COUNTED_AS = "coalesce(counted_as, token_digest)"


class KnownBrowserTable:
    def __init__(self, connection: asyncpg.Connection) -> None:
        self._connection = connection

    async def is_of(self, token_digest: bytes, account_id: UUID) -> bool:
        """Whether this account was used there."""
        found = await self._connection.fetchval(
            "SELECT true FROM known_browsers WHERE token_digest = $1 AND account_id = $2",
            token_digest,
            account_id,
        )
        return bool(found)

    async def counted_as(self, token_digest: bytes, email_key: str) -> bytes | None:
        """As what it is tried there for the account of this address; None where that was never used there."""
        counted_as: bytes | None = await self._connection.fetchval(
            f"SELECT {COUNTED_AS} FROM known_browsers JOIN accounts ON accounts.id = account_id"
            " WHERE token_digest = $1 AND email_key = $2",
            token_digest,
            email_key,
        )
        return counted_as

    async def note_use(self, token_digest: bytes, account_id: UUID, now: datetime) -> None:
        await self._connection.execute(
            "INSERT INTO known_browsers (token_digest, account_id, first_used_at, last_used_at)"
            " VALUES ($1, $2, $3, $3) ON CONFLICT (token_digest, account_id) DO UPDATE SET last_used_at = $3",
            token_digest,
            account_id,
            now,
        )

    async def note_factor(self, token_digest: bytes, account_id: UUID, now: datetime) -> None:
        """That the second factor was proven there."""
        await self._connection.execute(
            "UPDATE known_browsers SET factor_proven_at = $3 WHERE token_digest = $1 AND account_id = $2",
            token_digest,
            account_id,
            now,
        )

    async def proven_as(self, token_digest: bytes, account_id: UUID) -> bytes | None:
        """As what codes are tried there; None where the account's second factor was never proven there."""
        counted_as: bytes | None = await self._connection.fetchval(
            f"SELECT {COUNTED_AS} FROM known_browsers"
            " WHERE token_digest = $1 AND account_id = $2 AND factor_proven_at IS NOT NULL",
            token_digest,
            account_id,
        )
        return counted_as

    async def change_token(self, former_digest: bytes, token_digest: bytes, *, used_by: UUID) -> None:
        """Of a browser, for all its accounts; second factors stay proven if `used_by` is one of them."""
        # In one order: two of its accounts at once would wait for each other.
        await self._connection.execute(
            "WITH former AS (SELECT account_id FROM known_browsers WHERE token_digest = $1"
            " ORDER BY account_id FOR UPDATE)"
            f" UPDATE known_browsers SET token_digest = $2, counted_as = {COUNTED_AS}, factor_proven_at ="
            " CASE WHEN EXISTS (SELECT FROM former WHERE account_id = $3) THEN factor_proven_at END"
            " FROM former WHERE token_digest = $1 AND known_browsers.account_id = former.account_id",
            former_digest,
            token_digest,
            used_by,
        )

    async def forget_factors(self, account_id: UUID) -> None:
        await self._connection.execute(
            "UPDATE known_browsers SET factor_proven_at = NULL WHERE account_id = $1", account_id
        )

    async def forget_all(self, account_id: UUID) -> None:
        await self._connection.execute("DELETE FROM known_browsers WHERE account_id = $1", account_id)

    async def forget_unused(self, since: datetime) -> int:
        """A portion of those not used since then; returns how many."""
        return await forget_portion(self._connection, "known_browsers", "last_used_at <= $1", since)

    async def forget_surplus(self, kept: int) -> int:
        """All but the `kept` newest of each account; returns how many."""
        done = await self._connection.execute(
            "WITH ranked AS (SELECT token_digest, account_id, row_number()"
            " OVER (PARTITION BY account_id ORDER BY last_used_at DESC) AS place FROM known_browsers)"
            " DELETE FROM known_browsers USING ranked"
            " WHERE ranked.place > $1 AND ranked.token_digest = known_browsers.token_digest"
            " AND ranked.account_id = known_browsers.account_id",
            kept,
        )
        return rows_touched(done)
