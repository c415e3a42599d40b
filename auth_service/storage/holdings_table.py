"""What an export tells of an account that no other table's code has to read."""

from collections.abc import Callable
from typing import TypeVar
from uuid import UUID

import asyncpg

from auth_service.accounts.holdings import AccountDates, HeldBrowser, HeldMail
from auth_service.accounts.mail_progress import MailState
from auth_service.storage.mail_trail_table import NOT_TOLD

Held = TypeVar("Held")


class HoldingsTable:
    def __init__(self, connection: asyncpg.Connection) -> None:
        self._connection = connection

    async def dates(self, account_id: UUID) -> AccountDates:
        row = await self._connection.fetchrow(
            "SELECT created_at, last_login_at FROM accounts WHERE id = $1", account_id
        )
        return AccountDates(**row)

    async def mails(self, account_id: UUID) -> list[HeldMail]:
        return await self._all(
            lambda row: HeldMail(**{**row, "state": MailState(row["state"])}),
            "SELECT kind, recipient, state, created_at, reported_at FROM mail_trail"
            " WHERE account_id = $1 AND kind <> $2 ORDER BY created_at DESC, kind, event_id",
            account_id,
            NOT_TOLD,
        )

    async def browsers(self, account_id: UUID) -> list[HeldBrowser]:
        return await self._all(
            lambda row: HeldBrowser(**row),
            "SELECT first_used_at, last_used_at FROM known_browsers"
            " WHERE account_id = $1 ORDER BY last_used_at DESC",
            account_id,
        )

    async def _all(
        self, held: Callable[[asyncpg.Record], Held], query: str, *arguments: object
    ) -> list[Held]:
        return [held(row) for row in await self._connection.fetch(query, *arguments)]
