"""Addresses as they go over the wire, and the contact to reply to."""

import re
from functools import lru_cache

from email_validator import EmailNotValidError, validate_email

from mailer_service.writing.unmailable import Unmailable

# What nearly all addresses look like: all that it matches would pass the full check, which takes sixty times
# as long, a twentieth of the CPU time of a mail. Lengths as in RFC 5321 § 4.5.3.1; A-labels left out.
ORDINARY = re.compile(
    r"(?=.{3,254}\Z)(?=[^@]{1,64}@)[A-Za-z0-9_+-]+(?:\.[A-Za-z0-9_+-]+)*"
    r"@(?:(?!..--)[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,63}"
)


def wire_address(address: str) -> str:
    """`address` with its domain in ASCII (A-labels); untouched where it is ASCII already."""
    if ORDINARY.fullmatch(address):
        return address
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
