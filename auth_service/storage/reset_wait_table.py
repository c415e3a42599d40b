"""Resets of two-factor authentication that wait until their owners had time to object."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import asyncpg

from auth_service.accounts.account import Role
from auth_service.accounts.audit import Actor
from auth_service.accounts.identification import Identification
from auth_service.accounts.two_factor import ResetBy
from auth_service.storage.audit_table import identification_of
from auth_service.storage.rows import insert, rows_touched

WAIT = (
    "SELECT account_id, actor_id, actor_role, reset_by, reason, identified_by, identified_how, asked_at,"
    " due_at FROM totp_reset_waits"
)


@dataclass(frozen=True)
class WaitingReset:
    """`asked_at` and `due_at` are aware."""

    account_id: UUID
    actor: Actor
    reset_by: ResetBy
    reason: str
    identification: Identification | None
    asked_at: datetime
    due_at: datetime


class ResetWaitTable:
    def __init__(self, connection: asyncpg.Connection) -> None:
        self._connection = connection

    async def add(self, wait: WaitingReset) -> None:
        row = {
            "account_id": wait.account_id,
            "actor_id": wait.actor.id,
            "actor_role": wait.actor.role,
            "reset_by": wait.reset_by,
            "reason": wait.reason,
            "identified_by": wait.identification.by if wait.identification else None,
            "identified_how": wait.identification.how if wait.identification else None,
            "asked_at": wait.asked_at,
            "due_at": wait.due_at,
        }
        await insert(self._connection, "totp_reset_waits", row)

    async def of_account(self, account_id: UUID) -> WaitingReset | None:
        row = await self._connection.fetchrow(f"{WAIT} WHERE account_id = $1", account_id)
        return wait_of(row) if row else None

    async def lock_next_due(self, now: datetime) -> WaitingReset | None:
        """Its account is locked with it, as by everybody who decides about the account."""
        # SKIP LOCKED: two workers do each once, and neither waits for somebody who is deciding about it.
        account_id = await self._connection.fetchval(
            "SELECT accounts.id FROM totp_reset_waits JOIN accounts ON accounts.id = account_id"
            " WHERE due_at <= $1 ORDER BY due_at LIMIT 1 FOR NO KEY UPDATE OF accounts SKIP LOCKED",
            now,
        )
        # Read anew: meanwhile its owner may have objected.
        return await self.of_account(account_id) if account_id else None

    async def forget(self, account_id: UUID) -> bool:
        """False where none waits."""
        done = await self._connection.execute(
            "DELETE FROM totp_reset_waits WHERE account_id = $1", account_id
        )
        return rows_touched(done) > 0


def wait_of(row: asyncpg.Record) -> WaitingReset:
    return WaitingReset(
        account_id=row["account_id"],
        actor=Actor(row["actor_id"], Role(row["actor_role"])),
        reset_by=ResetBy(row["reset_by"]),
        reason=row["reason"],
        identification=identification_of(row),
        asked_at=row["asked_at"],
        due_at=row["due_at"],
    )
