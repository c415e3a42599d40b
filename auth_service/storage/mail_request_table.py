"""Addresses that asked for a code; the worker finds out whether there is anything to send."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import asyncpg

from auth_service.accounts.one_time_codes import CodePurpose
from auth_service.storage.rows import insert
from auth_service.storage.waiting import Waiting, count_some
from shared.correlation import NOWHERE, Origin

CHANNEL = "mail_requests"


@dataclass(frozen=True)
class MailRequest:
    id: UUID
    purpose: CodePurpose
    email_key: str
    # Of the browser that asked, where it has one.
    receipt_digest: bytes | None
    requested_at: datetime
    origin: Origin = NOWHERE


class MailRequestTable:
    def __init__(self, connection: asyncpg.Connection) -> None:
        self._connection = connection

    async def add(self, request: MailRequest) -> None:
        row = {
            "id": request.id,
            "purpose": request.purpose,
            "email_key": request.email_key,
            "receipt_digest": request.receipt_digest,
            "requested_at": request.requested_at,
            "correlation_id": request.origin.correlation_id,
            "traceparent": request.origin.traceparent,
            "next_try_at": request.requested_at,
        }
        await insert(self._connection, "mail_requests", row)
        await self._connection.execute(f"NOTIFY {CHANNEL}")

    async def take_due(self, now: datetime) -> MailRequest | None:
        """Take the request away that has waited longest, to be answered in this same transaction."""
        # SKIP LOCKED lets a second worker answer the next one meanwhile.
        row = await self._connection.fetchrow(
            "DELETE FROM mail_requests WHERE id = (SELECT id FROM mail_requests WHERE next_try_at <= $1"
            " ORDER BY next_try_at LIMIT 1 FOR UPDATE SKIP LOCKED)"
            " RETURNING id, purpose, email_key, receipt_digest, requested_at, correlation_id, traceparent",
            now,
        )
        if row is None:
            return None
        return MailRequest(
            row["id"],
            CodePurpose(row["purpose"]),
            row["email_key"],
            row["receipt_digest"],
            row["requested_at"],
            Origin(row["correlation_id"], row["traceparent"]),
        )

    async def waiting(self) -> Waiting:
        row = await self._connection.fetchrow("SELECT count(*), min(requested_at) FROM mail_requests")
        return Waiting(*row)

    async def late(self, after: datetime, before: datetime, *, most: int) -> Waiting:
        """Those that were asked between these moments, and wait still."""
        query = "SELECT requested_at FROM mail_requests WHERE requested_at > $1 AND requested_at <= $2"
        return await count_some(self._connection, query, after, before, most=most)

    async def postpone(self, request_id: UUID, until: datetime) -> None:
        await self._connection.execute(
            "UPDATE mail_requests SET next_try_at = $2 WHERE id = $1", request_id, until
        )
