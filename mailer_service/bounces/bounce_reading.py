"""Which mail of ours came back, and why; the type says whether to report it."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from mailer_service.bounces.bounce_address import PREFIX, BounceAddresses
from mailer_service.bounces.delivery_status import (
    ARRIVED,
    FAILED,
    RecipientStatus,
    address_in,
    recipient_statuses,
)
from mailer_service.bounces.incoming_mail import Part, Unreadable, header_block, headers_of, mail_of
from mailer_service.bounces.told_in_words import is_auto_reply, is_returned, told_failure
from mailer_service.sending.reply_meaning import is_unusable
from mailer_service.words_of_others import one_line

# Where relays write whom a mail came to; the last is what a report has in any case.
RECIPIENT_HEADERS = ("delivered-to", "x-original-to", "envelope-to", "x-envelope-to", "to")
# Also within an address that a forwarder wrapped around ours (SRS, BATV).
BOUNCE_ADDRESS = re.compile(re.escape(PREFIX) + r"[a-z2-7]{40}@", re.IGNORECASE)
RETURNED_MAIL = ("message/rfc822", "message/global", "message/global-headers")
RETURNED_HEADERS = "text/rfc822-headers"


@dataclass(frozen=True)
class Bounce:
    """`reply`: one line, as in other reports; it may name the recipient."""

    event_id: UUID
    reply: str
    address_unusable: bool


class Because(StrEnum):
    """Why something that came in is no bounce."""

    NOT_OURS = "not_ours"
    FORGED = "forged"
    OTHER_MAIL = "other_mail"
    NOT_FAILED = "not_failed"
    AUTO_REPLY = "auto_reply"
    NOT_UNDERSTOOD = "not_understood"


@dataclass(frozen=True)
class NoBounce:
    """`event_id` where it came to the address of a mail of ours all the same; `said` is for people."""

    because: Because
    event_id: UUID | None = None
    said: str = ""


class BounceReading:
    def __init__(self, addresses: BounceAddresses) -> None:
        self._addresses = addresses

    def read(self, raw: bytes, recipient: str = "") -> Bounce | NoBounce:
        """What `raw` says of a mail of ours; `recipient` is whom it came to, where the relay told."""
        event_id = None
        try:
            # Before all else: what is in a mail that wasn't caused by ours isn't worth any work.
            came_to = [recipient, *headers_of(raw).values(*RECIPIENT_HEADERS)]
            event_id, looked_like_ours = self._event_of(came_to)
            if event_id is None:
                return NoBounce(Because.FORGED if looked_like_ours else Because.NOT_OURS)
            return judged(event_id, mail_of(raw))
        except Unreadable as error:
            return NoBounce(Because.NOT_UNDERSTOOD, event_id, str(error))

    def _event_of(self, came_to: Iterable[str]) -> tuple[UUID | None, bool]:
        """The event whose bounce address is among these, and whether any looked like one."""
        found = [address for text in came_to for address in BOUNCE_ADDRESS.findall(text)]
        events = map(self._addresses.read_bounce_address, found)
        return next((event_id for event_id in events if event_id), None), bool(found)


def judged(event_id: UUID, mail: Part) -> Bounce | NoBounce:
    returned = returned_headers(mail)
    if other_event(returned, event_id):
        # Somebody sends mail of his own with an address that he got from us.
        return NoBounce(Because.OTHER_MAIL, event_id)
    if statuses := recipient_statuses(mail):
        return by_statuses(event_id, statuses, returned)
    if not is_returned(mail):
        return NoBounce(Because.AUTO_REPLY if is_auto_reply(mail) else Because.NOT_UNDERSTOOD, event_id)
    if (failure := told_failure(mail)) is None:
        return NoBounce(Because.NOT_UNDERSTOOD, event_id, "it tells no final failure")
    return Bounce(event_id, one_line(failure.words), is_unusable(failure.status))


def by_statuses(event_id: UUID, statuses: list[RecipientStatus], returned: Part | None) -> Bounce | NoBounce:
    actions = [status.action for status in statuses]
    # Our mails have one recipient: several are whom he forwards to, and then one that has it is enough.
    if FAILED not in actions or any(action in ARRIVED for action in actions):
        return NoBounce(Because.NOT_FAILED, event_id, ", ".join(sorted(set(actions))))
    mailed_to = address_in(returned.value("to")) if returned else ""
    failed = [status for status in statuses if status.action == FAILED]
    told = next((status for status in failed if status.final == mailed_to), failed[0])
    # Of another address it says nothing about the one we have: its owner may mend his forwarding.
    about_ours = not (mailed_to and told.final) or told.final == mailed_to
    return Bounce(
        event_id,
        one_line(f"{told.status} {told.diagnostic}"),
        about_ours and is_unusable(told.status),
    )


def returned_headers(mail: Part) -> Part | None:
    """Those of our own mail, where the report has them."""
    for part in mail.own_parts():
        if part.type in RETURNED_MAIL and part.parts:
            return part.parts[0]
        if part.type == RETURNED_HEADERS:
            return header_block(part.text)
    return None


def other_event(returned: Part | None, event_id: UUID) -> bool:
    message_id = returned.value("message-id") if returned else ""
    return bool(message_id) and f"<{event_id}@" not in message_id.lower()
