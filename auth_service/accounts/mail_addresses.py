"""Mail addresses: kept as typed for sending, compared by a key."""

import re
import unicodedata
from dataclasses import dataclass

from email_validator import EmailNotValidError, validate_email

# A pasted address brings spaces, a `mailto:`, or the brackets around it in a mail header.
WRAPPING = re.compile(r"^(mailto:|<)+", re.IGNORECASE)
CLUTTER = re.compile(r"[\s\u00ad\u200b-\u200f\u2060\ufeff]+")
LONGEST = 254
# A paste with its clutter; beyond it nobody typed an address.
LONGEST_PASTE = 1_000


@dataclass(frozen=True)
class MailAddress:
    """`text` is what we send to, `key` is what makes two addresses the same."""

    text: str
    key: str


def read_mail_address(typed: str) -> MailAddress | None:
    """The address in what was typed, or None where it can't be one. Dots and +tags are left alone."""
    if len(typed) > LONGEST_PASTE:
        return None
    bare = CLUTTER.sub("", unicodedata.normalize("NFC", typed))
    candidate = WRAPPING.sub("", bare).rstrip(">")
    if len(candidate) > LONGEST:
        return None
    try:
        # Special-use domains (.example, .test) pass: whether mail arrives is for the mail to show.
        parsed = validate_email(candidate, check_deliverability=False, test_environment=True)
    except EmailNotValidError:
        return None
    return MailAddress(text=parsed.normalized, key=f"{parsed.local_part}@{parsed.ascii_domain}".casefold())
