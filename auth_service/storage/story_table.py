"""All that is known of one company or registration, for the helpdesk of its gemeente."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import asyncpg

from auth_service.accounts.account import AccountState, CompanyState, Role
from auth_service.accounts.company_story import DoneAct, Person, StoryMail
from auth_service.accounts.mail_progress import MailState, TrailedState
from auth_service.accounts.suppression import Suppression
from auth_service.storage.audit_table import LINE, line_of
from auth_service.storage.mail_trail_table import NOT_TOLD

PEOPLE = (
    "SELECT accounts.id, email, role, state, created_at AS opened_at, last_login_at, enrolled_at,"
    " totp_reset_at AS reset_at, enrolment_frozen_at AS frozen_at, due_at AS reset_due_at,"
    " suppressed_at, reply"
    " FROM accounts LEFT JOIN totp_enrolments ON totp_enrolments.account_id = accounts.id"
    " LEFT JOIN totp_reset_waits ON totp_reset_waits.account_id = accounts.id"
    " LEFT JOIN suppressed_addresses AS suppressed"
    " ON suppressed.email_key = accounts.email_key AND ends_at > $2"
    " WHERE company_id = $1 ORDER BY state = 'closed', role, created_at, accounts.id"
)
MAILS = (
    "SELECT kind, recipient, account_id, mail_trail.state, reply, created_at, mail_trail.expires_at,"
    " reported_at, next_try_at FROM mail_trail"
    " LEFT JOIN invitations ON invitations.id = mail_trail.invitation_id"
    f" WHERE (registration_id = $1 OR account_id = ANY ($2) OR company_id = $1) AND kind <> '{NOT_TOLD}'"
    " ORDER BY created_at DESC, event_id LIMIT $3"
)
# What was done, and not what was refused to somebody. Of the platform nobody is named.
ACTS = (
    "SELECT line.*, actor.email AS actor_email, subject.email AS subject_email FROM"
    f" ({LINE} WHERE (company_id = $1 OR account_id = ANY ($2)) AND result = 'done'"
    " ORDER BY happened_at DESC, id LIMIT $3) AS line"
    " LEFT JOIN accounts AS actor ON actor.id = line.actor_id AND actor.role <> 'beheerder'"
    " LEFT JOIN accounts AS subject ON subject.id = line.account_id"
    " ORDER BY line.happened_at DESC, line.id"
)


@dataclass(frozen=True)
class CompanyHead:
    gemeente_code: str
    registered_at: datetime
    state: CompanyState
    decided_at: datetime | None


class StoryTable:
    def __init__(self, connection: asyncpg.Connection) -> None:
        self._connection = connection

    async def head(self, company_id: UUID) -> CompanyHead | None:
        row = await self._connection.fetchrow(
            "SELECT gemeente_code, registered_at, state, decided_at FROM companies WHERE id = $1", company_id
        )
        return CompanyHead(**{**row, "state": CompanyState(row["state"])}) if row else None

    async def people(self, company_id: UUID, now: datetime) -> list[Person]:
        """Managers first, closed accounts last."""
        return [person_of(row) for row in await self._connection.fetch(PEOPLE, company_id, now)]

    async def mails(
        self, company_id: UUID, people: Sequence[UUID], now: datetime, *, most: int
    ) -> list[StoryMail]:
        """Of the registration, of these people, and of who was invited; the newest first."""
        rows = await self._connection.fetch(MAILS, company_id, list(people), most)
        return [mail_of(row, now) for row in rows]

    async def acts(self, company_id: UUID, people: Sequence[UUID], *, most: int) -> list[DoneAct]:
        """On the registration, the company or these people; the newest first."""
        rows = await self._connection.fetch(ACTS, company_id, list(people), most)
        return [DoneAct(line_of(row), row["actor_email"], row["subject_email"]) for row in rows]

    async def registrations_of(self, email_key: str, gemeente_code: str, now: datetime) -> list[UUID]:
        """That wait for their code, the newest first."""
        rows = await self._connection.fetch(
            "SELECT id FROM pending_registrations WHERE email_key = $1 AND gemeente_code = $2"
            " AND kept_until > $3 ORDER BY registered_at DESC, id DESC",
            email_key,
            gemeente_code,
            now,
        )
        return [registration_id for (registration_id,) in rows]


def person_of(row: asyncpg.Record) -> Person:
    columns = dict(row)
    since, reply = columns.pop("suppressed_at"), columns.pop("reply")
    columns |= {"role": Role(row["role"]), "state": AccountState(row["state"])}
    return Person(**columns, suppression=Suppression(since, reply) if since else None)


def mail_of(row: asyncpg.Record, now: datetime) -> StoryMail:
    trailed = TrailedState(
        state=MailState(row["state"]),
        reply=row["reply"],
        created_at=row["created_at"],
        expires_at=row["expires_at"],
        reported_at=row["reported_at"],
        next_try_at=row["next_try_at"],
    )
    return StoryMail(
        kind=row["kind"],
        recipient=row["recipient"],
        sent_at=row["created_at"],
        progress=trailed.progress(now),
        reply=row["reply"],
        account_id=row["account_id"],
    )
