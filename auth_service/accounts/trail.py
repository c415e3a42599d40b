"""The audit trail of a gemeente: what its staff can look for, and how a line of it reads."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from auth_service.accounts.audit import AuditedAct, AuditLine, AuditOrigin

PAGE_SIZE = 50


class ActGroup(StrEnum):
    """Each act is in one of them."""

    TWO_FACTOR = "2fa"
    ACCOUNT = "account"
    COMPANY = "bedrijf"
    PEOPLE = "gebruikers"
    GEMEENTE = "gemeente"
    REFUSED = "geweigerd"


GROUPS: dict[ActGroup, frozenset[AuditedAct]] = {
    ActGroup.TWO_FACTOR: frozenset(
        {
            AuditedAct.TOTP_ENABLED,
            AuditedAct.TOTP_RESET,
            AuditedAct.TOTP_RESET_ANNOUNCED,
            AuditedAct.TOTP_RESET_CANCELLED,
            AuditedAct.TOTP_RESET_DISPUTED,
            AuditedAct.ENROLMENT_RELEASED,
            AuditedAct.RECOVERY_CODE_USED,
            AuditedAct.RECOVERY_CODES_MADE,
            AuditedAct.TOTP_REQUIRED,
            AuditedAct.TOTP_NOT_REQUIRED,
            AuditedAct.TOTP_REQUIRED_ANNOUNCED,
            AuditedAct.TOTP_ANNOUNCEMENT_WITHDRAWN,
        }
    ),
    ActGroup.ACCOUNT: frozenset(
        {
            AuditedAct.PASSWORD_CHANGED,
            AuditedAct.PASSWORD_RESET_SENT,
            AuditedAct.EMAIL_CHANGED,
            AuditedAct.ACCOUNT_OPENED,
            AuditedAct.ACCOUNT_BLOCKED,
            AuditedAct.ACCOUNT_UNBLOCKED,
            AuditedAct.ACCOUNT_CLOSED,
            AuditedAct.ACCOUNT_ANONYMISED,
            AuditedAct.SUPPRESSION_LIFTED,
        }
    ),
    ActGroup.COMPANY: frozenset(
        {
            AuditedAct.DETAILS_CORRECTED,
            AuditedAct.ACTIVATION_CODE_SENT,
            AuditedAct.REGISTRATION_CORRECTED,
            AuditedAct.COMPANY_APPROVED,
            AuditedAct.COMPANY_REJECTED,
        }
    ),
    ActGroup.PEOPLE: frozenset(
        {
            AuditedAct.INVITED,
            AuditedAct.INVITATION_WITHDRAWN,
            AuditedAct.INVITATION_ACCEPTED,
            AuditedAct.SUPPRESSION_LIFTED_FOR_INVITED,
            AuditedAct.MADE_MANAGER,
            AuditedAct.MADE_USER,
            AuditedAct.RIGHTS_REVIEWED,
        }
    ),
    ActGroup.GEMEENTE: frozenset(
        {
            AuditedAct.GEMEENTE_CHANGED,
            AuditedAct.GEMEENTE_JOINED,
            AuditedAct.GEMEENTE_LEFT,
            AuditedAct.TRAIL_EXPORTED,
        }
    ),
    ActGroup.REFUSED: frozenset({AuditedAct.ACT_REFUSED}),
}


@dataclass(frozen=True)
class TrailFilter:
    """`first_day` and `last_day` are those of the Netherlands; `email_key`: of who did it, or had it done."""

    first_day: date | None = None
    last_day: date | None = None
    group: ActGroup | None = None
    email_key: str | None = None


@dataclass(frozen=True)
class TrailLine:
    """A line, with those it names as they are called now; None where that is nobody's to know, or gone."""

    id: UUID
    line: AuditLine
    origin: AuditOrigin | None
    correlation_id: str | None
    actor_email: str | None
    account_email: str | None
    company_name: str | None
    invited_email: str | None


@dataclass(frozen=True)
class TrailPage:
    """The newest first; `older` is where the next page goes on, None on the last one."""

    lines: tuple[TrailLine, ...]
    older: UUID | None
