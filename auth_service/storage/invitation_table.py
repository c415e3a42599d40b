"""People who were invited and have not accepted yet."""

from uuid import UUID

import asyncpg

from auth_service.accounts.account import Role
from auth_service.accounts.invitation import Invitation, Place
from auth_service.accounts.mail_addresses import MailAddress
from auth_service.storage.rows import insert

COLUMNS = (
    "invitations.id, invitations.email, invitations.email_key, role, company_id, gemeente_code, invited_by,"
    " invited_at, invitations.expires_at"
)
INVITATION = f"SELECT {COLUMNS} FROM invitations"


class InvitationTable:
    def __init__(self, connection: asyncpg.Connection) -> None:
        self._connection = connection

    async def put(self, invitation: Invitation) -> None:
        """Add it, or store its renewal."""
        row = {
            "id": invitation.id,
            "email": invitation.email.text,
            "email_key": invitation.email.key,
            "role": invitation.place.role,
            "company_id": invitation.place.company_id,
            "gemeente_code": invitation.place.gemeente_code,
            "invited_by": invitation.invited_by,
            "invited_at": invitation.invited_at,
            "expires_at": invitation.expires_at,
        }
        changes = ", ".join(f"{column} = EXCLUDED.{column}" for column in row)
        await insert(
            self._connection, "invitations", row, on_conflict=f"ON CONFLICT (id) DO UPDATE SET {changes}"
        )

    async def lock_for(self, email_key: str, place: Place) -> Invitation | None:
        """That of this address to the same company, gemeente or platform, expired or not; locked."""
        # A company's can be renewed with another role, and who is invited to the platform has any contact.
        return invitation_of(
            await self._connection.fetchrow(
                f"{INVITATION} WHERE email_key = $1 AND company_id IS NOT DISTINCT FROM $2"
                " AND (company_id IS NOT NULL OR role = $3)"
                " AND (company_id IS NOT NULL OR role = 'beheerder' OR gemeente_code = $4) FOR UPDATE",
                email_key,
                place.company_id,
                place.role,
                place.gemeente_code,
            )
        )

    async def with_id(self, invitation_id: UUID) -> Invitation | None:
        return invitation_of(await self._connection.fetchrow(f"{INVITATION} WHERE id = $1", invitation_id))

    async def lock(self, invitation_id: UUID) -> Invitation | None:
        """As it is now, and unchanged by others until the end of the transaction."""
        return invitation_of(
            await self._connection.fetchrow(f"{INVITATION} WHERE id = $1 FOR UPDATE", invitation_id)
        )

    async def lock_those_of(self, inviter_id: UUID) -> list[Invitation]:
        """Those that are his word, expired or not; locked in one order."""
        rows = await self._connection.fetch(
            f"{INVITATION} WHERE invited_by = $1 ORDER BY id FOR UPDATE", inviter_id
        )
        return [invitation for row in rows if (invitation := invitation_of(row))]

    async def forget(self, invitation_id: UUID) -> None:
        """Accepted, or withdrawn; its codes must be used or void."""
        await self._connection.execute("DELETE FROM invitations WHERE id = $1", invitation_id)


def invitation_of(row: asyncpg.Record | None) -> Invitation | None:
    if row is None:
        return None
    return Invitation(
        id=row["id"],
        email=MailAddress(row["email"], row["email_key"]),
        place=Place(Role(row["role"]), row["company_id"], row["gemeente_code"]),
        invited_by=row["invited_by"],
        invited_at=row["invited_at"],
        expires_at=row["expires_at"],
    )
