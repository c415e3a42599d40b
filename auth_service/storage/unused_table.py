"""Accounts of companies that nobody has used for long, and whether their owners know what comes of it."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import asyncpg

LAST_USED = "coalesce(last_login_at, created_at)"
# The release before this one leaves a warning where it is when somebody logs in.
IS_WARNED = f"coalesce(unused_warned_at > {LAST_USED}, false)"
# Without him others who use it would have nobody to manage it.
IS_NEEDED = (
    "role = 'ondernemer' AND (SELECT count(*) > 0 AND count(*) FILTER (WHERE other.role = 'ondernemer') = 0"
    " FROM accounts AS other WHERE other.company_id = accounts.company_id AND other.id <> accounts.id"
    " AND other.state = 'active')"
)
# Only who could have logged in: not the blocked, nor those of whom their gemeente has not approved.
DUE = (
    f"FROM accounts WHERE state = 'active' AND company_id IS NOT NULL AND {LAST_USED} <= $1"
    f" AND (NOT {IS_WARNED} OR unused_warned_at <= $2) AND NOT ({IS_NEEDED})"
    " AND EXISTS (SELECT FROM companies WHERE companies.id = company_id AND companies.state = 'approved')"
)


@dataclass(frozen=True)
class Terms:
    """Not used since the first; closed where its owner was warned before the second. Both aware."""

    unused_since: datetime
    warned_before: datetime


class UnusedTable:
    def __init__(self, connection: asyncpg.Connection) -> None:
        self._connection = connection

    async def due(self, terms: Terms, *, most: int) -> list[tuple[UUID, str]]:
        """Ids and keys of the addresses of those to warn or to close, the longest unused first."""
        rows = await self._connection.fetch(
            f"SELECT id, email_key {DUE} ORDER BY {LAST_USED}, id LIMIT $3",
            terms.unused_since,
            terms.warned_before,
            most,
        )
        return [(row["id"], row["email_key"]) for row in rows]

    async def lock(self, account_id: UUID, terms: Terms) -> bool | None:
        """Whether its owner was warned; None where it is due no more, or somebody works on it."""
        is_warned: bool | None = await self._connection.fetchval(
            f"SELECT {IS_WARNED} {DUE} AND id = $3 FOR NO KEY UPDATE SKIP LOCKED",
            terms.unused_since,
            terms.warned_before,
            account_id,
        )
        return is_warned

    async def is_needed(self, account_id: UUID) -> bool:
        """By others of its company, which is locked."""
        needed: bool = await self._connection.fetchval(
            f"SELECT {IS_NEEDED} FROM accounts WHERE id = $1", account_id
        )
        return needed

    async def note_warned(self, account_id: UUID, now: datetime) -> None:
        await self._connection.execute(
            "UPDATE accounts SET unused_warned_at = $2 WHERE id = $1", account_id, now
        )
