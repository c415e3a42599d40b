"""Lists of people, for whoever looks after them: accounts that aren't closed, and who is invited."""

from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg

from auth_service.accounts.account import AccountState, Role
from auth_service.accounts.mail_progress import MailState, TrailedState
from auth_service.accounts.people import Invited, Person, RightsReview
from auth_service.accounts.suppression import Suppression
from auth_service.accounts.two_factor import ResetBy
from auth_service.storage.invitation_table import COLUMNS, invitation_of

# In all of them $1 is now.
PERSON = (
    "SELECT id, email, role, state, blocked_by, gemeente_code, created_at, last_login_at, enrolled_at,"
    " suppressed_at, reply"
    " FROM accounts LEFT JOIN totp_enrolments ON totp_enrolments.account_id = accounts.id"
    " LEFT JOIN suppressed_addresses AS suppressed"
    " ON suppressed.email_key = accounts.email_key AND ends_at > $1"
    " WHERE state <> 'closed'"
)
IN_ORDER = "ORDER BY accounts.email_key"
INVITED = (
    f"SELECT {COLUMNS}, mail.*, suppressed.email_key IS NOT NULL AS is_suppressed,"
    " coalesce(suppressed.event_id = mail_id, false) AS mail_showed_it"
    " FROM invitations LEFT JOIN LATERAL ("
    " SELECT event_id AS mail_id, state AS mail_state, reply, created_at AS mailed_at,"
    " mail_trail.expires_at AS mail_expires_at, reported_at, next_try_at"
    " FROM mail_trail WHERE invitation_id = invitations.id"
    " ORDER BY created_at DESC, event_id LIMIT 1) AS mail ON true"
    " LEFT JOIN suppressed_addresses AS suppressed"
    " ON suppressed.email_key = invitations.email_key AND ends_at > $1"
)
NEWEST_FIRST = "ORDER BY invited_at DESC, invitations.id"
OF_COMPANY = "company_id = $2"
OF_GEMEENTE = "role = 'gemeentemedewerker' AND gemeente_code = $2"
OF_PLATFORM = "role = 'beheerder'"


class PeopleTable:
    def __init__(self, connection: asyncpg.Connection) -> None:
        self._connection = connection

    async def of_company(self, company_id: UUID, now: datetime) -> tuple[Person, ...]:
        return await self._people(OF_COMPANY, now, company_id)

    async def of_gemeente(self, code: str, now: datetime) -> tuple[Person, ...]:
        """Its staff."""
        return await self._people(OF_GEMEENTE, now, code)

    async def of_platform(self, now: datetime) -> tuple[Person, ...]:
        return await self._people(OF_PLATFORM, now)

    async def all_staff(self, now: datetime) -> tuple[Person, ...]:
        return await self._people("role IN ('gemeentemedewerker', 'beheerder')", now)

    async def invited_to_company(self, company_id: UUID, now: datetime) -> tuple[Invited, ...]:
        return await self._invited(OF_COMPANY, now, company_id)

    async def invited_to_gemeente(self, code: str, now: datetime) -> tuple[Invited, ...]:
        """Its staff to be."""
        return await self._invited(OF_GEMEENTE, now, code)

    async def invited_to_platform(self, now: datetime) -> tuple[Invited, ...]:
        return await self._invited(OF_PLATFORM, now)

    async def invited_staff(self, now: datetime) -> tuple[Invited, ...]:
        """Of every gemeente and of the platform."""
        return await self._invited("company_id IS NULL", now)

    async def awaits_word(self, invitation_id: UUID, now: datetime) -> bool:
        """Of an invitation, see Invited; False where there is none."""
        found = await self._invited("invitations.id = $2", now, invitation_id)
        return any(each.awaits_word for each in found)

    async def last_review(self, gemeente_code: str | None) -> RightsReview | None:
        """Of the staff of that gemeente, to whom nobody of the platform is named; None is the platform."""
        row = await self._connection.fetchrow(
            "SELECT happened_at, email, actor_role FROM audit_trail LEFT JOIN accounts"
            " ON accounts.id = actor_id AND ($1::text IS NULL OR role <> 'beheerder')"
            " WHERE act = 'rights_reviewed' AND audit_trail.gemeente_code IS NOT DISTINCT FROM $1"
            " ORDER BY happened_at DESC LIMIT 1",
            gemeente_code,
        )
        return RightsReview(row["happened_at"], row["email"], Role(row["actor_role"])) if row else None

    async def _people(self, which: str, now: datetime, *of: object) -> tuple[Person, ...]:
        rows = await self._connection.fetch(f"{PERSON} AND {which} {IN_ORDER}", now, *of)
        return tuple(person_of(row) for row in rows)

    async def _invited(self, which: str, now: datetime, *of: object) -> tuple[Invited, ...]:
        rows = await self._connection.fetch(f"{INVITED} WHERE {which} {NEWEST_FIRST}", now, *of)
        return tuple(invited_of(row) for row in rows)


def person_of(row: asyncpg.Record) -> Person:
    return Person(
        id=row["id"],
        email=row["email"],
        role=Role(row["role"]),
        state=AccountState(row["state"]),
        blocked_by=ResetBy(row["blocked_by"]) if row["blocked_by"] else None,
        gemeente_code=row["gemeente_code"],
        since=row["created_at"],
        last_login_at=row["last_login_at"],
        enrolled_at=row["enrolled_at"],
        suppression=Suppression(row["suppressed_at"], row["reply"]) if row["suppressed_at"] else None,
    )


def invited_of(row: Any) -> Invited:
    invitation = invitation_of(row)
    assert invitation is not None  # noqa: S101 - only None gives None.
    mail = trailed_state(row) if row["mail_state"] else None
    return Invited(invitation, mail, is_suppressed=row["is_suppressed"], mail_showed_it=row["mail_showed_it"])


def trailed_state(row: asyncpg.Record) -> TrailedState:
    return TrailedState(
        state=MailState(row["mail_state"]),
        reply=row["reply"],
        created_at=row["mailed_at"],
        expires_at=row["mail_expires_at"],
        reported_at=row["reported_at"],
        next_try_at=row["next_try_at"],
    )
