"""Addresses that asked for a code; the worker finds out whether there is anything to send."""

from dataclasses import asdict, dataclass
from datetime import datetime
from uuid import UUID

import asyncpg

from auth_service.accounts.one_time_codes import CodePurpose
from auth_service.storage.rows import insert

CHANNEL = "mail_requests"


@dataclass(frozen=True)
class MailRequest:
    id: UUID
    purpose: CodePurpose
    email_key: str
    # Of the browser that asked, where it has one.
    receipt_digest: bytes | None
    requested_at: datetime


class MailRequestTable:
    def __init__(self, connection: asyncpg.Connection) -> None:
        self._connection = connection

    async def add(self, request: MailRequest) -> None:
        await insert(self._connection, "mail_requests", asdict(request))
        await self._connection.execute(f"NOTIFY {CHANNEL}")

    async def take_oldest(self) -> MailRequest | None:
        """Take the oldest request away, to be answered in this same transaction."""
        # SKIP LOCKED lets a second worker answer the next one meanwhile.
        row = await self._connection.fetchrow(
            "DELETE FROM mail_requests WHERE id = (SELECT id FROM mail_requests ORDER BY requested_at"
            " LIMIT 1 FOR UPDATE SKIP LOCKED) RETURNING *"
        )
        if row is None:
            return None
        return MailRequest(
            row["id"],
            CodePurpose(row["purpose"]),
            row["email_key"],
            row["receipt_digest"],
            row["requested_at"],
        )
