"""A registration whose address is not confirmed yet."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from auth_service.accounts.company_details import CompanyDetails
from auth_service.accounts.mail_addresses import MailAddress

# An unconfirmed registration is removed after this; also how long its browser keeps the receipt.
KEPT = timedelta(days=7)


@dataclass(frozen=True)
class PendingRegistration:
    """Everything somebody typed, with the password as a hash and the browser's receipt as a digest."""

    id: UUID
    receipt_digest: bytes
    email: MailAddress
    password_hash: str
    gemeente_code: str
    details: CompanyDetails
    registered_at: datetime
    kept_until: datetime

    @property
    def typed_at(self) -> datetime:
        """When it was made or last corrected; codes mailed before that are void."""
        return self.kept_until - KEPT
