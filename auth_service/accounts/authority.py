"""Who may act on whom: nobody on a person of a higher role, nor on one of another gemeente (R-56)."""

from uuid import UUID

from auth_service.accounts.account import Account, AccountState, Role
from auth_service.accounts.two_factor import ResetBy

OF_A_COMPANY = frozenset({Role.ONDERNEMER, Role.GEBRUIKER})
BELOW_PLATFORM = OF_A_COMPANY | {Role.GEMEENTEMEDEWERKER}


def serves(actor: Account, gemeente_code: str) -> bool:
    """Whether he is staff of that gemeente, or of the platform."""
    match actor.role:
        case Role.BEHEERDER:
            return True
        case Role.GEMEENTEMEDEWERKER:
            return actor.gemeente_code == gemeente_code
        case _:
            return False


def manages(actor: Account, company_id: UUID) -> bool:
    return actor.role is Role.ONDERNEMER and actor.company_id == company_id


def is_beyond_doubt(actor: Account) -> bool:
    """Whether what he asked for, or offered, still counts.

    Not while a reset of his second factor leaves open in whose hands his account is; nor, of staff, while he
    has none.
    """
    two_factor = actor.two_factor
    if two_factor.is_frozen or two_factor.reset is not None:
        return False
    return two_factor.is_enrolled or not actor.role.is_staff


# From the lowest to the highest; who acts on himself stands nowhere.
STANDINGS = (ResetBy.COMPANY, ResetBy.GEMEENTE, ResetBy.PLATFORM)


def outranks(standing: ResetBy, other: ResetBy) -> bool:
    return STANDINGS.index(standing) > STANDINGS.index(other)


def acts_as(actor: Account, subject: Account) -> ResetBy | None:
    """As what the actor takes 2FA away from another, or blocks him.

    None where he may not even know of the account.
    """
    if actor.id == subject.id or subject.state is AccountState.CLOSED:
        return None
    match actor.role:
        case Role.BEHEERDER:
            return ResetBy.PLATFORM
        case Role.GEMEENTEMEDEWERKER:
            is_own = subject.role in BELOW_PLATFORM and subject.gemeente_code == actor.gemeente_code
            return ResetBy.GEMEENTE if is_own else None
        case Role.ONDERNEMER:
            is_own = subject.role in OF_A_COMPANY and subject.company_id == actor.company_id
            return ResetBy.COMPANY if is_own else None
        case Role.GEBRUIKER:
            return None
