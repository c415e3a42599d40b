"""Being asked to join a company, the staff of a gemeente, or those of the platform."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from auth_service.accounts.account import Account, AccountState, Role
from auth_service.accounts.authority import OF_A_COMPANY, is_beyond_doubt, manages, serves
from auth_service.accounts.mail_addresses import MailAddress


@dataclass(frozen=True)
class Place:
    """What somebody is invited to join, and as what; `company_id` None for staff.

    For staff of the platform `gemeente_code` only says whom their mails name as contact.
    """

    role: Role
    company_id: UUID | None
    gemeente_code: str


@dataclass(frozen=True)
class Invitation:
    """Open until it is accepted or withdrawn; `invited_by` None where a command did. Times are aware."""

    id: UUID
    email: MailAddress
    place: Place
    invited_by: UUID | None
    invited_at: datetime
    expires_at: datetime

    def is_expired(self, now: datetime) -> bool:
        return now >= self.expires_at


def may_invite_to(actor: Account, place: Place) -> bool:
    """Nobody to what is above him, and nobody to another's company or gemeente."""
    match place.role:
        case Role.BEHEERDER:
            return actor.role is Role.BEHEERDER
        case Role.GEMEENTEMEDEWERKER:
            return serves(actor, place.gemeente_code)
        case _:
            return place.company_id is not None and manages(actor, place.company_id)


def still_stands(inviter: Account, invitation: Invitation) -> bool:
    """Whether his invitation is worth anything: not once he is blocked or gone, or may not invite there.

    Nor while nobody can say in whose hands his account is.
    """
    return (
        inviter.state is AccountState.ACTIVE
        and is_beyond_doubt(inviter)
        and may_invite_to(inviter, invitation.place)
    )


def place_of_company_user(manager: Account, role: Role) -> Place | None:
    """In his company; None where the role is none of a company, or he manages none."""
    if role not in OF_A_COMPANY or manager.role is not Role.ONDERNEMER:
        return None
    return Place(role, manager.company_id, manager.gemeente_code)
