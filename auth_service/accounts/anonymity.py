"""Accounts of which nothing personal is left: only that there was one, which acted and was acted on."""

from uuid import UUID

from auth_service.accounts.mail_addresses import MailAddress

# RFC 2606: mail to it goes nowhere.
DOMAIN = "@removed.invalid"
NO_PASSWORD = "!"  # noqa: S105 - no hash that a password could have.
NO_DETAIL = "verwijderd"


def anonymous_address(account_id: UUID) -> MailAddress:
    text = f"removed-{account_id}{DOMAIN}"
    return MailAddress(text, text)


def is_anonymous(email: str) -> bool:
    return email.endswith(DOMAIN)
