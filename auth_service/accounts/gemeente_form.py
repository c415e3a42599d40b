"""How a gemeente can be reached, as typed: whom its people ask, and where its pages are."""

import re

from auth_service.accounts.company_details import read_phone, shown_phone
from auth_service.accounts.mail_addresses import read_mail_address
from auth_service.accounts.refusals import FieldRefused, Problem

LONGEST_HOST = 253
# Two labels at least, none of digits only at the end: so an IPv4 address is none.
HOST = re.compile(
    r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+(?![0-9]+$)[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
)


def read_contact_email(typed: str) -> str:
    """The address that its mails ask to answer to. Raises FieldRefused: EMPTY or WRONG."""
    if not typed.strip():
        raise FieldRefused(Problem.EMPTY)
    address = read_mail_address(typed)
    if address is None:
        raise FieldRefused(Problem.WRONG)
    return address.text


def read_contact_phone(typed: str) -> str | None:
    """As people write and read it, `0228 123 456` or `14 0228`; None where the field was left empty.

    Raises FieldRefused: WRONG.
    """
    number = read_phone(typed)
    return shown_phone(number) if number else None


def read_host(typed: str, *, own_host: str) -> str | None:
    """A host name in lower case, without scheme or port; None where the field was left empty.

    Raises FieldRefused: WRONG, also for the one of PUBLIC_URL, which belongs to no gemeente.
    """
    host = typed.strip().lower().removesuffix(".")
    if not host:
        return None
    if len(host) > LONGEST_HOST or not HOST.fullmatch(host) or host == own_host.lower():
        raise FieldRefused(Problem.WRONG)
    return host
