"""Addresses as they go over the wire, and the contact to reply to."""

from functools import lru_cache

from email_validator import EmailNotValidError, validate_email

from mailer_service.writing.unmailable import Unmailable


def wire_address(address: str) -> str:
    """`address` with its domain in ASCII (A-labels); untouched where it is ASCII already."""
    try:
        # As lenient as the login is about special-use domains: what it takes must be mailed.
        valid = validate_email(
            address, check_deliverability=False, globally_deliverable=False, test_environment=True
        )
    except EmailNotValidError:
        raise Unmailable("address_unusable", "an address in the message is no mail address") from None
    return address if address.isascii() else f"{valid.local_part}@{valid.ascii_domain}"


def domain_of(address: str) -> str:
    return address.rpartition("@")[2]


# A gemeente has one for all of its mails, and there are some 340 of them.
@lru_cache(maxsize=1_000)
def reply_address(contact: str) -> str | None:
    """None where nobody could reply, or the whole mail would need SMTPUTF8; the footer has it too."""
    try:
        address = wire_address(contact)
    except Unmailable:
        return None
    return address if address.isascii() else None
