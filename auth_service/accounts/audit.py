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


@dataclass(frozen=True)
class Actor:
    """Who did it; `id` None where that account is no longer kept."""

    id: UUID | None
    role: Role


@dataclass(frozen=True)
class AuditLine:
    """One of account, company and gemeente is what it was done to; `happened_at` is aware."""

    act: AuditedAct
    happened_at: datetime
    actor: Actor
    account_id: UUID | None = None
    company_id: UUID | None = None
    gemeente_code: str | None = None
    reason: str | None = None


def own_act(act: AuditedAct, account: Account, now: datetime) -> AuditLine:
    """What somebody did to his own account."""
    return AuditLine(act, now, Actor(account.id, account.role), account_id=account.id)
