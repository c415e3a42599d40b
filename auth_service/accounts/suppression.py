"""Addresses that are mailed no more, since a mail server said that they never take a mail."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from auth_service.accounts.mail_hitches import HELD_BACK, MailHitch, hitch_in

# A domain or a mailbox may come back; and as long as the trail of the mail that showed it is kept.
SUPPRESSED_FOR = timedelta(days=30)
NO_ADDRESS = frozenset({MailHitch.ADDRESS_UNKNOWN, MailHitch.DOMAIN_UNKNOWN})


@dataclass(frozen=True)
class Suppression:
    """`since` when; `reply` is the raw one of the mail that was refused or came back."""

    since: datetime
    reply: str | None

    @property
    def hitch(self) -> MailHitch:
        return hitch_in(held_back_by(self.reply))


def held_back_by(reply: str | None) -> str:
    """What the trail says of a mail that isn't sent because of it."""
    return f"{HELD_BACK}: {reply}" if reply else HELD_BACK


def is_held_back(reply: str | None) -> bool:
    return reply is not None and (reply == HELD_BACK or reply.startswith(f"{HELD_BACK}: "))


def says_no_address(reply: str | None) -> bool:
    """Whether the trail says of a mail that its address is none, or that it wasn't sent because of that."""
    return is_held_back(reply) or hitch_in(reply) in NO_ADDRESS


def reply_before(reply: str) -> str | None:
    """What the server said of the earlier mail, from what the trail says of one that was held back."""
    return reply.removeprefix(HELD_BACK).removeprefix(": ") or None
