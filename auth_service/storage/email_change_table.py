"""Addresses that somebody wants for his account and has not proven yet; one for each account."""

from datetime import datetime
from uuid import UUID

import asyncpg

from auth_service.accounts.email_change import PendingEmailChange
from auth_service.accounts.mail_addresses import MailAddress
from auth_service.storage.rows import forget_portion, insert


class EmailChangeTable:
    def __init__(self, connection: asyncpg.Connection) -> None:
        self._connection = connection

    async def put(self, change: PendingEmailChange) -> None:
        """In the place of what the account asked for before."""
        row = {
            "account_id": change.account_id,
            "email": change.email.text,
            "email_key": change.email.key,
            "requested_at": change.requested_at,
            "expires_at": change.expires_at,
        }
        changes = ", ".join(f"{column} = EXCLUDED.{column}" for column in row)
        on_conflict = f"ON CONFLICT (account_id) DO UPDATE SET {changes}"
        await insert(self._connection, "email_changes", row, on_conflict=on_conflict)

    async def of_account(self, account_id: UUID, now: datetime) -> PendingEmailChange | None:
        row = await self._connection.fetchrow(
            "SELECT email, email_key, requested_at, expires_at FROM email_changes"
            " WHERE account_id = $1 AND expires_at > $2",
            account_id,
            now,
        )
        if row is None:
            return None
        email = MailAddress(row["email"], row["email_key"])
        return PendingEmailChange(account_id, email, row["requested_at"], row["expires_at"])

    async def forget(self, account_id: UUID) -> None:
        await self._connection.execute("DELETE FROM email_changes WHERE account_id = $1", account_id)

    async def forget_expired(self, now: datetime) -> int:
        """A portion of those whose time is over; returns how many."""
        return await forget_portion(self._connection, "email_changes", "expires_at <= $1", now)
