"""What has had its time and is in no table of its own."""

from datetime import datetime
from uuid import UUID

import asyncpg

from auth_service.accounts.account import Account
from auth_service.accounts.anonymity import NO_DETAIL, NO_PASSWORD, anonymous_address
from auth_service.storage.account_table import ACCOUNT, account_of
from auth_service.storage.rows import forget_portion

DUE = (
    "SELECT accounts.id FROM accounts LEFT JOIN companies ON companies.id = company_id"
    " WHERE anonymised_at IS NULL AND {condition} LIMIT 1 FOR NO KEY UPDATE OF accounts SKIP LOCKED"
)
CLOSED = DUE.format(condition="accounts.state = 'closed' AND closed_at <= $1")
REJECTED = DUE.format(condition="companies.state = 'rejected' AND decided_at <= $1")


class RetentionTable:
    def __init__(self, connection: asyncpg.Connection) -> None:
        self._connection = connection

    async def forget_invitations(self, expired_before: datetime) -> int:
        """A portion of them; returns how many."""
        return await forget_portion(self._connection, "invitations", "expires_at <= $1", expired_before)

    async def lock_closed(self, before: datetime) -> Account | None:
        """One that was closed before then and isn't anonymous yet, that nobody works on."""
        return await self._locked(CLOSED, before)

    async def lock_rejected(self, before: datetime) -> Account | None:
        """The same, of a company that was rejected before then."""
        return await self._locked(REJECTED, before)

    async def _locked(self, due: str, before: datetime) -> Account | None:
        account_id = await self._connection.fetchval(due, before)
        # Apart: `FOR UPDATE` can't be asked of all that an account is read from.
        return account_of(await self._connection.fetchrow(f"{ACCOUNT} WHERE accounts.id = $1", account_id))

    async def anonymise(self, account_id: UUID, now: datetime) -> None:
        """Closed from then on, if it wasn't; the row stays, since others refer to it."""
        address = anonymous_address(account_id)
        await self._connection.execute(
            "UPDATE accounts SET state = 'closed', closed_at = coalesce(closed_at, $5), anonymised_at = $5,"
            " email = $2, email_key = $3, password_hash = $4, last_login_at = NULL WHERE id = $1",
            account_id,
            address.text,
            address.key,
            NO_PASSWORD,
            now,
        )

    async def anonymise_company(self, company_id: UUID) -> bool:
        """Of one that is locked, unless somebody of it is left; its gemeente and its kind stay."""
        done = await self._connection.fetchval(
            "UPDATE companies SET name = $2, street_address = $2, postcode = $2, place = $2,"
            " kvk_number = NULL, phone = NULL WHERE id = $1 AND NOT EXISTS"
            " (SELECT FROM accounts WHERE company_id = $1 AND anonymised_at IS NULL) RETURNING true",
            company_id,
            NO_DETAIL,
        )
        if done:
            # Once its row has changed for the last time: a helpdesk has nothing to look for any more.
            await self._connection.execute("DELETE FROM company_search WHERE id = $1", company_id)
        return bool(done)
