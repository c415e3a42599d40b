"""What was done to an account, a company or a gemeente, by whom and why (BIO2 8.15.01)."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from auth_service.accounts.account import Account, Role
from auth_service.accounts.identification import Identification


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
    # Of whoever may not even know of what he tried it on; the log has the rest.
    ACT_REFUSED = "act_refused"
    SUPPRESSION_LIFTED = "suppression_lifted"
    SUPPRESSION_LIFTED_FOR_INVITED = "suppression_lifted_for_invited"


class AuditResult(StrEnum):
    """Equal to the SQL type `audit_result`."""

    DONE = "done"
    REFUSED = "refused"


class AuditOrigin(StrEnum):
    """Through which door it came; equal to the SQL type `audit_origin`."""

    PAGE = "page"
    API = "api"
    COMMAND = "command"
    WORKER = "worker"


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
    stand beside the others: whose staff can read the line. Where it came from is added when it is kept.
    """

    act: AuditedAct
    happened_at: datetime
    actor: Actor
    account_id: UUID | None = None
    company_id: UUID | None = None
    gemeente_code: str | None = None
    invitation_id: UUID | None = None
    reason: str | None = None
    result: AuditResult = AuditResult.DONE
    identification: Identification | None = None


def told_to(account: Account) -> str | None:
    """The gemeente whose staff read what is done to an account, or by it to itself.

    None of those who run the platform: that they have a gemeente is for their mails alone.
    """
    return None if account.role is Role.BEHEERDER else account.gemeente_code


def own_act(act: AuditedAct, account: Account, now: datetime) -> AuditLine:
    """What somebody did to his own account."""
    actor = Actor(account.id, account.role)
    return AuditLine(act, now, actor, account_id=account.id, gemeente_code=told_to(account))


def act_on(subject: Account, act: AuditedAct, actor: Account, now: datetime) -> AuditLine:
    """What somebody did to the account of another."""
    doer = Actor(actor.id, actor.role)
    return AuditLine(act, now, doer, account_id=subject.id, gemeente_code=told_to(subject))


def refused_act(actor: Account, now: datetime, account_id: UUID | None = None) -> AuditLine:
    """For the staff of the gemeente of whoever tried it, to whom nothing is told of the other's."""
    return AuditLine(
        AuditedAct.ACT_REFUSED,
        now,
        Actor(actor.id, actor.role),
        account_id=account_id,
        gemeente_code=told_to(actor),
        result=AuditResult.REFUSED,
    )
