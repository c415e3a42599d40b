"""The two statements of a login: one before its password is verified, one after.

Each commits itself, and each touches several tables: a round trip more is one percent more of a login,
argon2id included.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import asyncpg

from auth_service.accounts.account import Account
from auth_service.accounts.attempt_budgets import Claim
from auth_service.accounts.sessions import Session
from auth_service.accounts.visitors import Device
from auth_service.storage.account_table import ACCOUNT, account_of
from auth_service.storage.throttle_table import COUNT, keys_and_pauses, tries

# One row, whoever it is about.
BEGIN = (
    f"SELECT rested, account.* FROM {COUNT} AS rested"
    f" LEFT JOIN ({ACCOUNT} WHERE email_key = $5) AS account ON true"
)
# Everything hangs on `account`, the row that must still be as it was read. The budgets, on which others count
# meanwhile, come last: their function is called once all the rest has been read.
STEPS = (
    "account AS (UPDATE accounts SET last_login_at = $4, password_hash = $3, unused_warned_at = NULL"
    " WHERE id = $1 AND password_changed_at = $2 AND state = 'active' AND (company_id IS NULL OR EXISTS"
    " (SELECT FROM companies WHERE companies.id = accounts.company_id AND companies.state = 'approved'))"
    " RETURNING id)",
    "browser AS (INSERT INTO known_browsers (token_digest, account_id, first_used_at, last_used_at)"
    " SELECT $5, id, $4, $4 FROM account WHERE $5::bytea IS NOT NULL"
    " ON CONFLICT (token_digest, account_id) DO UPDATE SET last_used_at = $4 RETURNING xmax = 0 AS is_new)",
    "session AS (INSERT INTO sessions (token_digest, id, account_id, started_at, last_seen_at,"
    " password_proven_at, totp_proven_at, browser, system)"
    " SELECT $8, $9, id, $4, $4, $10, $11, $12, $13 FROM account RETURNING 1)",
)
END_FORMER = "former AS (DELETE FROM sessions USING account WHERE token_digest = $14 RETURNING 1)"
# Who has just logged in when the database server crashes logs in again: that is worth no wait for its disk.
GIVE_BACK = (
    "SELECT coalesce(device.is_new, false) AS is_new_device, give_back_tries($6, $7, $4)"
    " FROM session, (SELECT bool_or(is_new) AS is_new FROM browser) AS device,"
    " set_config('synchronous_commit', 'off', true)"
)
COMPLETE = f"WITH {', '.join(STEPS)} {GIVE_BACK}"
COMPLETE_AND_END_FORMER = (
    f"WITH {', '.join((*STEPS, END_FORMER))} {GIVE_BACK}, (SELECT count(*) FROM former) AS ended"
)


@dataclass(frozen=True)
class SessionStart:
    """A session that begins where the account still is as it was read: its password, and that it may be used.

    `password_hash` is the hash to keep, under newer parameters where there is one. `device_digest` is of what
    the account is used from, None where that is not to be known (yet); `former_digest` of the session that
    it takes the place of, if any. `guess` is what was counted as a wrong password, and is given back.
    """

    session: Session
    token_digest: bytes
    password_changed_at: datetime
    password_hash: str
    device_digest: bytes | None
    former_digest: bytes | None
    guess: Sequence[Claim]
    device: Device


@dataclass(frozen=True)
class SessionStarted:
    """`is_new_device`: the account was never used in that browser before."""

    is_new_device: bool


class LoginTable:
    def __init__(self, connection: asyncpg.Connection) -> None:
        self._connection = connection

    async def begin(
        self, email_key: str, claims: Sequence[Claim], now: datetime
    ) -> tuple[Sequence[datetime], Account | None]:
        """Count a try, as ThrottleTable.count does, and read whose account it is about."""
        row = await self._connection.fetchrow(BEGIN, *tries(claims, now), email_key)
        return row["rested"], account_of(row) if row["id"] else None

    async def complete(self, start: SessionStart) -> SessionStarted | None:
        """Open the session, note the login, that the account was used in that browser, and no wrong password.

        None, with nothing done, where the password or the state has changed since the account was read.
        """
        session = start.session
        former = [] if start.former_digest is None else [start.former_digest]
        done = await self._connection.fetchrow(
            COMPLETE_AND_END_FORMER if former else COMPLETE,
            session.account_id,
            start.password_changed_at,
            start.password_hash,
            session.started_at,
            start.device_digest,
            *keys_and_pauses(start.guess),
            start.token_digest,
            session.id,
            session.password_proven_at,
            session.totp_proven_at,
            start.device.browser,
            start.device.system,
            *former,
        )
        return SessionStarted(done["is_new_device"]) if done else None
