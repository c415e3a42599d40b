"""Who must have two-factor authentication, and who has it (R-50…R-54): an obligation only ever adds."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Obligation(StrEnum):
    """Who asks for it; where several do, the first of these."""

    ROLE = "role"
    GEMEENTE = "gemeente"
    COMPANY = "company"


class ResetBy(StrEnum):
    """Who took it away, as seen from the owner of the account; equal to the SQL type `reset_by`."""

    OWNER = "owner"
    COMPANY = "company"
    GEMEENTE = "gemeente"
    PLATFORM = "platform"


@dataclass(frozen=True)
class Reset:
    """`at` is aware."""

    by: ResetBy
    at: datetime


@dataclass(frozen=True)
class TwoFactor:
    """`enrolled_at` None where the account has none.

    `reset` is set where somebody else took it away since: enrolling anew then also asks a mailed code.
    `frozen_at` is set where its owner objected to that, and staff haven't spoken with him yet.
    """

    enrolled_at: datetime | None = None
    obligation: Obligation | None = None
    reset: Reset | None = None
    frozen_at: datetime | None = None

    @property
    def is_enrolled(self) -> bool:
        return self.enrolled_at is not None

    @property
    def is_required(self) -> bool:
        """Whether somebody asks for it; who is enrolled goes on using it either way (R-52)."""
        return self.obligation is not None

    @property
    def is_frozen(self) -> bool:
        """Nobody can set it up; and with the password alone the account is of no use."""
        return self.frozen_at is not None


@dataclass(frozen=True)
class Coverage:
    """How many accounts of entrepreneurs a gemeente has, and how many of them have no second factor."""

    accounts: int
    without: int


def obligation_of(*, is_staff: bool, gemeente_asks: bool, company_asks: bool) -> Obligation | None:
    """None where nobody asks for it. Staff always must (BIO2 5.17.01)."""
    if is_staff:
        return Obligation.ROLE
    if gemeente_asks:
        return Obligation.GEMEENTE
    return Obligation.COMPANY if company_asks else None
