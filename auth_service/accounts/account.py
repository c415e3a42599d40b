"""Who somebody is, and whether the account may be used."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from auth_service.accounts.mail_addresses import MailAddress
from auth_service.accounts.two_factor import ResetBy, TwoFactor


class Role(StrEnum):
    """Equal to the SQL type `account_role`."""

    ONDERNEMER = "ondernemer"
    GEBRUIKER = "gebruiker"
    GEMEENTEMEDEWERKER = "gemeentemedewerker"
    BEHEERDER = "beheerder"

    @property
    def is_staff(self) -> bool:
        return self in (Role.GEMEENTEMEDEWERKER, Role.BEHEERDER)


class AccountState(StrEnum):
    """Equal to the SQL type `account_state`."""

    ACTIVE = "active"
    BLOCKED = "blocked"
    CLOSED = "closed"


class CompanyState(StrEnum):
    """Whether its gemeente approves of it, where that is asked; equal to the SQL type `company_state`."""

    AWAITING_APPROVAL = "awaiting_approval"
    APPROVED = "approved"
    REJECTED = "rejected"


@dataclass(frozen=True)
class Account:
    """Somebody who can log in; people of a company have a `company_id`.

    `gemeente_code` is the gemeente that works with it, or that can be asked for help. `company_state` is None
    for staff. `blocked_by` is as what it was blocked, where it is.
    """

    id: UUID
    email: MailAddress
    password_hash: str
    role: Role
    state: AccountState
    company_id: UUID | None
    company_name: str | None
    gemeente_code: str
    password_changed_at: datetime
    two_factor: TwoFactor = field(default_factory=TwoFactor)
    company_state: CompanyState | None = None
    blocked_by: ResetBy | None = None

    @property
    def may_be_used(self) -> bool:
        """Neither blocked nor closed, nor of a company of which its gemeente doesn't approve (yet)."""
        return self.state is AccountState.ACTIVE and self.company_state in (None, CompanyState.APPROVED)
