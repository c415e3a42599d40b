"""What became of each mail; written with the fact, raised by the mailer's reports."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import asyncpg

from auth_service.accounts.mail_progress import MailState, TrailedState
from auth_service.accounts.one_time_codes import Owner
from auth_service.storage.rows import forget_portion, insert
from auth_service.storage.waiting import Waiting, count_some

# To an address that isn't the account's yet: that it was mailed, or wasn't, tells whether it has an account.
NOT_TOLD = "email_change_code_issued"
# Of equal rank: what the mailer says when it is done with a mail.
ENDS = "('delivered', 'refused', 'expired')"


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
    """What the mailer said of one mail; `attempt` counts from 1.

    `address_unusable`: the address itself will never get a mail.
    """

    event_id: UUID
    state: MailState
    attempt: int
    reply: str | None
    next_try_at: datetime | None
    at: datetime
    address_unusable: bool = False


@dataclass(frozen=True)
class Overdue:
    """A mail of which nothing was heard."""

    event_id: UUID
    published_at: datetime


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
            "invitation_id": mail.owner.invitation_id,
            "created_at": mail.created_at,
            "expires_at": mail.expires_at,
            "asked_here": mail.asked_here,
        }
        await insert(self._connection, "mail_trail", row)

    async def record(self, report: MailReport) -> str | None:
        """One idempotent update that only raises the rank; the recipient, None where the event is unknown.

        Reports come doubled and out of order: a later deferral counts, a deferral after the delivery doesn't.
        Of two ends that of the later try counts: an operator may have sent again what was refused.
        """
        recipient: str | None = await self._connection.fetchval(
            "WITH raised AS ("
            "  UPDATE mail_trail"
            "  SET state = $2::mail_state, reply = $4, next_try_at = $5, reported_at = $6,"
            # Of which try a mail that came back was isn't told.
            "  attempts = greatest(attempts, $3)"
            "  WHERE event_id = $1 AND CASE"
            f"   WHEN state IN {ENDS} AND $2::mail_state IN {ENDS}"
            "   THEN (attempts, state) < ($3, $2::mail_state)"
            "   ELSE state < $2::mail_state OR (state = $2::mail_state AND attempts < $3) END)"
            " SELECT recipient FROM mail_trail WHERE event_id = $1",
            report.event_id,
            report.state,
            report.attempt,
            report.reply,
            report.next_try_at,
            report.at,
        )
        return recipient

    async def hold_back(self, replies: Mapping[UUID, str], now: datetime) -> None:
        """Note of mails by their event ids why they are not sent."""
        # Not where something was heard of it: a worker was killed between publishing it and noting that.
        await self._connection.execute(
            "UPDATE mail_trail SET state = 'refused', reply = held.reply, reported_at = $3"
            " FROM unnest($1::uuid[], $2::text[]) AS held (event_id, reply)"
            " WHERE mail_trail.event_id = held.event_id AND state = 'queued'",
            list(replies),
            list(replies.values()),
            now,
        )

    async def note_published(self, event_ids: Sequence[UUID], now: datetime) -> None:
        """The broker has them."""
        await self._connection.execute(
            "UPDATE mail_trail SET published_at = $2 WHERE event_id = ANY($1)", list(event_ids), now
        )

    async def overdue(self, *, due: datetime, given_up: datetime, most: int) -> list[Overdue]:
        """Published mails whose first or next report should have come by `due`, the oldest first.

        Not those that expired before `given_up`: nobody can do anything about them any more.
        """
        rows = await self._connection.fetch(
            "SELECT event_id, published_at FROM mail_trail WHERE state IN ('queued', 'deferred')"
            " AND published_at <= $1 AND coalesce(next_try_at, published_at) <= $1 AND expires_at > $2"
            " ORDER BY published_at LIMIT $3",
            due,
            given_up,
            most,
        )
        return [Overdue(*row) for row in rows]

    async def late(self, after: datetime, before: datetime, now: datetime, *, most: int) -> Waiting:
        """Those published between these moments of which the report that should have come did not."""
        query = (
            "SELECT created_at FROM mail_trail WHERE state IN ('queued', 'deferred')"
            " AND published_at > $1 AND published_at <= $2 AND coalesce(next_try_at, published_at) <= $2"
            " AND expires_at > $3"
        )
        return await count_some(self._connection, query, after, before, now, most=most)

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

    async def move_invited_to_account(self, invitation_id: UUID, account_id: UUID) -> None:
        """The mails of an invitation become those of the account that came of it."""
        await self._connection.execute(
            "UPDATE mail_trail SET account_id = $2, invitation_id = NULL WHERE invitation_id = $1",
            invitation_id,
            account_id,
        )

    async def move_to_account(self, registration_id: UUID, account_id: UUID) -> None:
        """The mails of a registration become those of its account."""
        await self._connection.execute(
            "UPDATE mail_trail SET account_id = $2 WHERE registration_id = $1", registration_id, account_id
        )
