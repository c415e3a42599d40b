"""Sessions, found by the digest of their token."""

from dataclasses import dataclass, fields
from datetime import datetime
from uuid import UUID

import asyncpg

from auth_service.accounts.drift import Drift
from auth_service.accounts.sessions import Session, UsedSession
from auth_service.accounts.visitors import Device
from auth_service.storage.rows import forget_portion, rows_touched

SESSION = "SELECT id, account_id, started_at, last_seen_at, password_proven_at, totp_proven_at FROM sessions"


@dataclass(frozen=True)
class Renewal:
    """The digest of a session's new token, and what was proven by whom it is given to."""

    token_digest: bytes
    password_proven_at: datetime
    totp_proven_at: datetime | None


class SessionTable:
    def __init__(self, connection: asyncpg.Connection) -> None:
        self._connection = connection

    async def with_token(self, token_digest: bytes) -> Session | None:
        row = await self._connection.fetchrow(f"{SESSION} WHERE token_digest = $1", token_digest)
        return session_of(row) if row else None

    async def of_account(self, account_id: UUID) -> list[UsedSession]:
        """Those that are over and not swept yet too; the one used last comes first."""
        rows = await self._connection.fetch(
            "SELECT id, account_id, started_at, last_seen_at, password_proven_at, totp_proven_at,"
            " browser, system FROM sessions WHERE account_id = $1 ORDER BY last_seen_at DESC, id",
            account_id,
        )
        return [UsedSession(session_of(row), Device(row["browser"], row["system"])) for row in rows]

    async def note_use(self, session_id: UUID, now: datetime) -> None:
        await self._connection.execute("UPDATE sessions SET last_seen_at = $2 WHERE id = $1", session_id, now)

    async def lock(self, token_digest: bytes) -> Session | None:
        """As it is now, and its token stays good until the end of the transaction; None where it isn't."""
        row = await self._connection.fetchrow(
            f"{SESSION} WHERE token_digest = $1 FOR NO KEY UPDATE", token_digest
        )
        return session_of(row) if row else None

    async def renew(self, session_id: UUID, renewal: Renewal) -> None:
        """A new token, as at every step up."""
        await self._connection.execute(
            "UPDATE sessions SET token_digest = $2, password_proven_at = $3, totp_proven_at = $4,"
            " drift_steps = NULL, drift_step = NULL WHERE id = $1",
            session_id,
            renewal.token_digest,
            renewal.password_proven_at,
            renewal.totp_proven_at,
        )

    async def drift(self, session_id: UUID) -> Drift | None:
        """That of the code that was refused last."""
        row = await self._connection.fetchrow(
            "SELECT drift_steps, drift_step FROM sessions WHERE id = $1 AND drift_steps IS NOT NULL",
            session_id,
        )
        return Drift(row["drift_steps"], row["drift_step"]) if row else None

    async def note_drift(self, session_id: UUID, drift: Drift | None) -> None:
        await self._connection.execute(
            "UPDATE sessions SET drift_steps = $2, drift_step = $3 WHERE id = $1",
            session_id,
            drift.steps if drift else None,
            drift.step if drift else None,
        )

    async def end(self, token_digest: bytes) -> None:
        await self._connection.execute("DELETE FROM sessions WHERE token_digest = $1", token_digest)

    async def forget_ended(self, *, unused_since: datetime, started_before: datetime) -> int:
        """A portion of those past either limit; returns how many."""
        over = "last_seen_at <= $1 OR started_at <= $2"
        return await forget_portion(self._connection, "sessions", over, unused_since, started_before)

    async def end_all(self, account_id: UUID) -> None:
        await self._connection.execute("DELETE FROM sessions WHERE account_id = $1", account_id)

    async def end_others(self, session: Session) -> None:
        """All of the account but this one."""
        await self._connection.execute(
            "DELETE FROM sessions WHERE account_id = $1 AND id <> $2", session.account_id, session.id
        )

    async def end_of_account(self, session_id: UUID, account_id: UUID) -> bool:
        """False where the account has no such session."""
        done = await self._connection.execute(
            "DELETE FROM sessions WHERE id = $1 AND account_id = $2", session_id, account_id
        )
        return rows_touched(done) > 0


def session_of(row: asyncpg.Record) -> Session:
    return Session(**{field.name: row[field.name] for field in fields(Session)})
