"""What was done to an account, a company or a gemeente, by whom and why (BIO2 8.15.01)."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from auth_service.accounts.account import Account, Role


class AuditedAct(StrEnum):
    """Equal to the SQL type `audited_act`."""

    TOTP_ENABLED = "totp_enabled"
    TOTP_RESET = "totp_reset"
    RECOVERY_CODE_USED = "recovery_code_used"
    RECOVERY_CODES_MADE = "recovery_codes_made"
    TOTP_REQUIRED = "totp_required"
    TOTP_NOT_REQUIRED = "totp_not_required"
    PASSWORD_CHANGED = "password_changed"  # noqa: S105 - an act, not a password.
    EMAIL_CHANGED = "email_changed"
    DETAILS_CORRECTED = "details_corrected"
    ACCOUNT_CLOSED = "account_closed"
    ACCOUNT_OPENED = "account_opened"
    ACCOUNT_BLOCKED = "account_blocked"
    ACCOUNT_UNBLOCKED = "account_unblocked"
    ACCOUNT_ANONYMISED = "account_anonymised"
    ACTIVATION_CODE_SENT = "activation_code_sent"
    REGISTRATION_CORRECTED = "registration_corrected"
    PASSWORD_RESET_SENT = "password_reset_sent"  # noqa: S105 - an act, not a password.
    COMPANY_APPROVED = "company_approved"
    COMPANY_REJECTED = "company_rejected"
    TOTP_RESET_ANNOUNCED = "totp_reset_announced"
    TOTP_RESET_CANCELLED = "totp_reset_cancelled"
    TOTP_RESET_DISPUTED = "totp_reset_disputed"
    ENROLMENT_RELEASED = "enrolment_released"
    TOTP_REQUIRED_ANNOUNCED = "totp_required_announced"
    TOTP_ANNOUNCEMENT_WITHDRAWN = "totp_announcement_withdrawn"
    INVITED = "invited"
    INVITATION_WITHDRAWN = "invitation_withdrawn"
    INVITATION_ACCEPTED = "invitation_accepted"
    MADE_MANAGER = "made_manager"
    MADE_USER = "made_user"
    GEMEENTE_CHANGED = "gemeente_changed"
    GEMEENTE_JOINED = "gemeente_joined"
    GEMEENTE_LEFT = "gemeente_left"
    RIGHTS_REVIEWED = "rights_reviewed"
    TRAIL_EXPORTED = "trail_exported"


@dataclass(frozen=True)
class Actor:
    """Who did it; both None where a command did, or the worker at the time that somebody set."""

    id: UUID | None
    role: Role | None


# A command of an operator, or the worker.
NOBODY = Actor(None, None)


@dataclass(frozen=True)
class AuditLine:
    """One of account, company and gemeente is what it was done to; `happened_at` is aware.

    `company_id` can be that of a registration, which becomes the company of the same id. `gemeente_code` may
    stand beside the others: whose staff can read the line.
    """

    act: AuditedAct
    happened_at: datetime
    actor: Actor
    account_id: UUID | None = None
    company_id: UUID | None = None
    gemeente_code: str | None = None
    invitation_id: UUID | None = None
    reason: str | None = None


def own_act(act: AuditedAct, account: Account, now: datetime) -> AuditLine:
    """What somebody did to his own account."""
    return AuditLine(act, now, Actor(account.id, account.role), account_id=account.id)
