"""An address that somebody wants for his account, until he has proven that he reads its mail."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from auth_service.accounts.mail_addresses import MailAddress


@dataclass(frozen=True)
class PendingEmailChange:
    account_id: UUID
    email: MailAddress
    requested_at: datetime
    expires_at: datetime
