"""What became of each mail; written with the fact, raised by the mailer's reports."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import asyncpg

from auth_service.accounts.mail_progress import MailState, TrailedState
from auth_service.accounts.one_time_codes import Owner
from auth_service.storage.rows import forget_portion, insert
from auth_service.storage.waiting import Waiting


@dataclass(frozen=True)
class TrailedMail:
    """A mail as it is handed to the outbox.

    `asked_here`: by the browser that registered, which may see what becomes of it.
    """

    event_id: UUID
    kind: str
    recipient: str
    owner: Owner
    created_at: datetime
    expires_at: datetime
    asked_here: bool = False


@dataclass(frozen=True)
class MailReport:
    """What the mailer said of one mail; `attempt` counts from 1."""

    event_id: UUID
    state: MailState
    attempt: int
    reply: str | None
    next_try_at: datetime | None
    at: datetime


class MailTrailTable:
    def __init__(self, connection: asyncpg.Connection) -> None:
        self._connection = connection

    async def add(self, mail: TrailedMail) -> None:
        row = {
            "event_id": mail.event_id,
            "kind": mail.kind,
            "recipient": mail.recipient,
            "registration_id": mail.owner.registration_id,
            "account_id": mail.owner.account_id,
            "created_at": mail.created_at,
            "expires_at": mail.expires_at,
            "asked_here": mail.asked_here,
        }
        await insert(self._connection, "mail_trail", row)

    async def record(self, report: MailReport) -> bool:
        """One idempotent update that only raises the rank; False where the event is unknown.

        Reports come doubled and out of order: a later deferral counts, a deferral after the delivery doesn't.
        """
        known = await self._connection.fetchval(
            "WITH raised AS ("
            "  UPDATE mail_trail"
            "  SET state = $2, attempts = $3, reply = $4, next_try_at = $5, reported_at = $6"
            "  WHERE event_id = $1 AND (state < $2 OR (state = $2 AND attempts < $3)))"
            " SELECT true FROM mail_trail WHERE event_id = $1",
            report.event_id,
            report.state,
            report.attempt,
            report.reply,
            report.next_try_at,
            report.at,
        )
        return bool(known)

    async def overdue(self, *, due: datetime, given_up: datetime) -> Waiting:
        """Mails that left the outbox, and whose first or next report should have come by `due`.

        Not those that expired before `given_up`: nobody can do anything about them any more.
        """
        row = await self._connection.fetchrow(
            "SELECT count(*), min(created_at) FROM mail_trail WHERE state IN ('queued', 'deferred')"
            " AND created_at <= $1 AND coalesce(next_try_at, created_at) <= $1 AND expires_at > $2"
            " AND NOT EXISTS (SELECT FROM outbox WHERE outbox.event_id = mail_trail.event_id)",
            due,
            given_up,
        )
        return Waiting(*row)

    async def asked_here(self, registration_id: UUID, since: datetime, *, most: int) -> list[TrailedState]:
        """What the browser of a registration caused since then, the newest first."""
        rows = await self._connection.fetch(
            "SELECT state, reply, created_at, expires_at, reported_at, next_try_at FROM mail_trail"
            " WHERE registration_id = $1 AND asked_here AND created_at >= $2"
            " ORDER BY created_at DESC, event_id LIMIT $3",
            registration_id,
            since,
            most,
        )
        return [TrailedState(**{**row, "state": MailState(row["state"])}) for row in rows]

    async def forget(self, before: datetime) -> int:
        """A portion of the mails of before then; returns how many."""
        return await forget_portion(self._connection, "mail_trail", "created_at <= $1", before)

    async def move_to_account(self, registration_id: UUID, account_id: UUID) -> None:
        """The mails of a registration become those of its account."""
        await self._connection.execute(
            "UPDATE mail_trail SET account_id = $2 WHERE registration_id = $1", registration_id, account_id
        )
