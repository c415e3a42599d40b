"""Sessions, found by the digest of their token."""

from dataclasses import dataclass, fields
from datetime import datetime
from uuid import UUID

import asyncpg

from auth_service.accounts.sessions import Session
from auth_service.storage.rows import forget_portion, rows_touched

# One statement for three tables: a round trip more is one percent more of a login, argon2id included.
START = (
    "WITH account AS (UPDATE accounts SET last_login_at = $4, password_hash = $3"
    "  WHERE id = $1 AND password_changed_at = $2 AND state = 'active' RETURNING id),"
    " browser AS (INSERT INTO known_browsers (token_digest, account_id, first_used_at, last_used_at)"
    "  SELECT $5, id, $4, $4 FROM account WHERE $5::bytea IS NOT NULL"
    "  ON CONFLICT (token_digest, account_id) DO UPDATE SET last_used_at = $4)"
    " INSERT INTO sessions (token_digest, id, account_id, started_at, last_seen_at, password_proven_at,"
    " totp_proven_at) SELECT $6, $7, id, $4, $4, $8, $9 FROM account"
)


@dataclass(frozen=True)
class SessionStart:
    """A session that begins where the account still is as it was read: its password, and that it is active.

    `password_hash` is the hash to keep, under newer parameters where there is one; `browser_digest` None
    where the browser is not to be known.
    """

    session: Session
    token_digest: bytes
    password_changed_at: datetime
    password_hash: str
    browser_digest: bytes | None


class SessionTable:
    def __init__(self, connection: asyncpg.Connection) -> None:
        self._connection = connection

    async def start(self, start: SessionStart) -> bool:
        """Open the session, note the login, and that the account was used in that browser.

        False, with nothing done, where the password or the state has changed since the account was read.
        """
        session = start.session
        done = await self._connection.execute(
            START,
            session.account_id,
            start.password_changed_at,
            start.password_hash,
            session.started_at,
            start.browser_digest,
            start.token_digest,
            session.id,
            session.password_proven_at,
            session.totp_proven_at,
        )
        return rows_touched(done) == 1

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
