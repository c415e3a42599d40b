"""Lists of people, for whoever looks after them: accounts that aren't closed, and who is invited."""

from typing import Any
from uuid import UUID

import asyncpg

from auth_service.accounts.account import AccountState, Role
from auth_service.accounts.mail_progress import MailState, TrailedState
from auth_service.accounts.people import Invited, Person, RightsReview
from auth_service.accounts.two_factor import ResetBy
from auth_service.storage.invitation_table import COLUMNS, invitation_of

PERSON = (
    "SELECT id, email, role, state, blocked_by, gemeente_code, created_at, last_login_at, enrolled_at"
    " FROM accounts LEFT JOIN totp_enrolments ON totp_enrolments.account_id = accounts.id"
    " WHERE state <> 'closed'"
)
IN_ORDER = "ORDER BY email_key"
INVITED = (
    f"SELECT {COLUMNS}, mail.* FROM invitations LEFT JOIN LATERAL ("
    " SELECT state AS mail_state, reply, created_at AS mailed_at, mail_trail.expires_at AS mail_expires_at,"
    " reported_at, next_try_at FROM mail_trail WHERE invitation_id = invitations.id"
    " ORDER BY created_at DESC, event_id LIMIT 1) AS mail ON true"
)
NEWEST_FIRST = "ORDER BY invited_at DESC, invitations.id"
OF_COMPANY = "company_id = $1"
OF_GEMEENTE = "role = 'gemeentemedewerker' AND gemeente_code = $1"
OF_PLATFORM = "role = 'beheerder'"


class PeopleTable:
    def __init__(self, connection: asyncpg.Connection) -> None:
        self._connection = connection

    async def of_company(self, company_id: UUID) -> tuple[Person, ...]:
        return await self._people(OF_COMPANY, company_id)

    async def of_gemeente(self, code: str) -> tuple[Person, ...]:
        """Its staff."""
        return await self._people(OF_GEMEENTE, code)

    async def of_platform(self) -> tuple[Person, ...]:
        return await self._people(OF_PLATFORM)

    async def all_staff(self) -> tuple[Person, ...]:
        return await self._people("role IN ('gemeentemedewerker', 'beheerder')")

    async def invited_to_company(self, company_id: UUID) -> tuple[Invited, ...]:
        return await self._invited(OF_COMPANY, company_id)

    async def invited_to_gemeente(self, code: str) -> tuple[Invited, ...]:
        """Its staff to be."""
        return await self._invited(OF_GEMEENTE, code)

    async def invited_to_platform(self) -> tuple[Invited, ...]:
        return await self._invited(OF_PLATFORM)

    async def invited_staff(self) -> tuple[Invited, ...]:
        """Of every gemeente and of the platform."""
        return await self._invited("company_id IS NULL")

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

    async def _people(self, which: str, *arguments: object) -> tuple[Person, ...]:
        rows = await self._connection.fetch(f"{PERSON} AND {which} {IN_ORDER}", *arguments)
        return tuple(person_of(row) for row in rows)

    async def _invited(self, which: str, *arguments: object) -> tuple[Invited, ...]:
        rows = await self._connection.fetch(f"{INVITED} WHERE {which} {NEWEST_FIRST}", *arguments)
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
    )


def invited_of(row: Any) -> Invited:
    invitation = invitation_of(row)
    assert invitation is not None  # noqa: S101 - only None gives None.
    return Invited(invitation, trailed_state(row) if row["mail_state"] else None)


def trailed_state(row: asyncpg.Record) -> TrailedState:
    return TrailedState(
        state=MailState(row["mail_state"]),
        reply=row["reply"],
        created_at=row["mailed_at"],
        expires_at=row["mail_expires_at"],
        reported_at=row["reported_at"],
        next_try_at=row["next_try_at"],
    )
