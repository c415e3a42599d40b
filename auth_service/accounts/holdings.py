"""All that is held about somebody, as he may ask for it (AVG art. 15 and 20): no hashes, digests or seals."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from auth_service.accounts.account import Account
from auth_service.accounts.audit import AuditLine
from auth_service.accounts.company_details import CompanyDetails
from auth_service.accounts.email_change import PendingEmailChange
from auth_service.accounts.mail_progress import MailState
from auth_service.accounts.places import Gemeente
from auth_service.accounts.sessions import UsedSession
from auth_service.accounts.suppression import Suppression


@dataclass(frozen=True)
class AccountDates:
    created_at: datetime
    last_login_at: datetime | None


@dataclass(frozen=True)
class HeldMail:
    """`reported_at` is when its state was heard of, None where nothing was heard yet."""

    kind: str
    recipient: str
    state: MailState
    created_at: datetime
    reported_at: datetime | None


@dataclass(frozen=True)
class HeldBrowser:
    first_used_at: datetime
    last_used_at: datetime


@dataclass(frozen=True)
class Holdings:
    """Lists have the newest first; `company` None for staff, `suppression` while his address isn't mailed."""

    held_at: datetime
    account: Account
    dates: AccountDates
    gemeente: Gemeente
    company: CompanyDetails | None
    email_change: PendingEmailChange | None
    suppression: Suppression | None
    sessions: Sequence[UsedSession]
    mails: Sequence[HeldMail]
    browsers: Sequence[HeldBrowser]
    audit_lines: Sequence[AuditLine]
