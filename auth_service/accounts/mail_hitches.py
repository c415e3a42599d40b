"""What a mail server's reply means for the person who waits: why his mail is late, or will not come."""

import re
from enum import StrEnum


class MailHitch(StrEnum):
    ADDRESS_UNKNOWN = "address_unknown"
    DOMAIN_UNKNOWN = "domain_unknown"
    MAILBOX_FULL = "mailbox_full"
    FILTERED = "filtered"
    BUSY = "busy"
    # No server was asked: the mail stopped on our side.
    NOT_SENT = "not_sent"
    OTHER = "other"


# Before what a server said of an earlier mail, where this one was therefore not sent.
HELD_BACK = "suppressed"
REPLY_CODE = re.compile(r"([245])\d\d")
# RFC 3463: class.subject.detail, right behind the reply code where a server gives it, and in front of what
# came back later.
ENHANCED_CODE = re.compile(r"(?:[245]\d\d[ -])?([245]\.\d{1,3}\.\d{1,3})\b")

# The first that matches; names by RFC 3463, RFC 7505 (5.1.10: the domain takes no mail) and what Microsoft's
# servers say (5.4.1 for an unknown recipient, 5.4.310 for an unknown domain).
BY_ENHANCED_CODE = (
    (re.compile(r"[45]\.1\.(2|10)|5\.4\.(4|310)"), MailHitch.DOMAIN_UNKNOWN),
    (re.compile(r"[45]\.1\.[01346]|5\.2\.[01]|5\.4\.1"), MailHitch.ADDRESS_UNKNOWN),
    (re.compile(r"[45]\.2\.2"), MailHitch.MAILBOX_FULL),
    (re.compile(r"5\.7\.\d+"), MailHitch.FILTERED),
    (re.compile(r"4\.\d+\.\d+"), MailHitch.BUSY),
)
# RFC 5321 § 4.2.3 and RFC 7504. Not 550, which stands for policy as well as for an unknown recipient.
BY_REPLY_CODE = {
    "521": MailHitch.DOMAIN_UNKNOWN,
    "551": MailHitch.ADDRESS_UNKNOWN,
    "552": MailHitch.MAILBOX_FULL,
    "553": MailHitch.ADDRESS_UNKNOWN,
    "556": MailHitch.DOMAIN_UNKNOWN,
}


def hitch_in(reply: str | None) -> MailHitch:
    """By the codes of the reply alone: its text is whatever a stranger wrote, in any language."""
    if reply is None:
        return MailHitch.NOT_SENT
    said = reply.removeprefix(f"{HELD_BACK}: ")
    if enhanced := ENHANCED_CODE.match(said):
        return by_enhanced_code(enhanced[1])
    if not (code := REPLY_CODE.match(said)):
        return MailHitch.OTHER
    return MailHitch.BUSY if code[1] == "4" else BY_REPLY_CODE.get(code[0], MailHitch.OTHER)


def by_enhanced_code(code: str) -> MailHitch:
    matching = (hitch for pattern, hitch in BY_ENHANCED_CODE if pattern.fullmatch(code))
    return next(matching, MailHitch.OTHER)
