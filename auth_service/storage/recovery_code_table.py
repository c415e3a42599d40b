"""Recovery codes as keyed digests and, for some minutes, sealed as a whole for who must still keep them."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

import asyncpg

from auth_service.accounts.sealing import Sealed
from auth_service.storage.rows import forget_portion, rows_touched


class RecoveryCodeTable:
    def __init__(self, connection: asyncpg.Connection) -> None:
        self._connection = connection

    async def replace(self, account_id: UUID, digests: Iterable[bytes]) -> None:
        """These are its codes from now on, and no others."""
        await self._connection.execute("DELETE FROM recovery_codes WHERE account_id = $1", account_id)
        await self._connection.executemany(
            "INSERT INTO recovery_codes (account_id, digest) VALUES ($1, $2)",
            [(account_id, digest) for digest in digests],
        )

    async def use(self, account_id: UUID, digest: bytes, now: datetime) -> bool:
        """False where it isn't one of the account's, or was used before."""
        done = await self._connection.execute(
            "UPDATE recovery_codes SET used_at = $3"
            " WHERE account_id = $1 AND digest = $2 AND used_at IS NULL",
            account_id,
            digest,
            now,
        )
        return rows_touched(done) > 0

    async def left(self, account_id: UUID) -> int:
        count: int = await self._connection.fetchval(
            "SELECT count(*) FROM recovery_codes WHERE account_id = $1 AND used_at IS NULL", account_id
        )
        return count

    async def show(self, session_id: UUID, codes: Sealed, until: datetime) -> None:
        await self._connection.execute(
            "INSERT INTO shown_recovery_codes (session_id, sealed_codes, key_fingerprint, show_until)"
            " VALUES ($1, $2, $3, $4) ON CONFLICT (session_id) DO UPDATE"
            " SET sealed_codes = $2, key_fingerprint = $3, show_until = $4",
            session_id,
            codes.token,
            codes.fingerprint,
            until,
        )

    async def shown(self, session_id: UUID, now: datetime) -> Sealed | None:
        row = await self._connection.fetchrow(
            "SELECT sealed_codes, key_fingerprint FROM shown_recovery_codes"
            " WHERE session_id = $1 AND show_until > $2",
            session_id,
            now,
        )
        return Sealed(row["sealed_codes"], row["key_fingerprint"]) if row else None

    async def stop_showing(self, account_id: UUID) -> None:
        """In all its sessions."""
        await self._connection.execute(
            "DELETE FROM shown_recovery_codes USING sessions"
            " WHERE session_id = sessions.id AND account_id = $1",
            account_id,
        )

    async def forget_shown(self, now: datetime) -> int:
        """A portion of those that nobody may see any more; returns how many."""
        return await forget_portion(self._connection, "shown_recovery_codes", "show_until <= $1", now)
