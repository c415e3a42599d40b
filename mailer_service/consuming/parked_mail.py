"""One parked message as a person may see it, and whether it can be sent again."""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from aio_pika.abc import AbstractIncomingMessage, HeadersType

from mailer_service.consuming.lenient_properties import UNREADABLE
from mailer_service.consuming.message_copies import PARKED_AT, REASON, attempt_of
from mailer_service.words_of_others import one_line
from shared.address_masking import masked_address, masked_addresses
from shared.broker_topology import COMMANDS, EVENTS
from shared.mail_contract import Envelope, Undecodable, decode
from shared.mail_facts import Fact

# What the broker notes where it parked a message itself, such as one that kept killing its consumer.
BROKERS_REASON = "x-first-death-reason"
UNKNOWN = "unknown"


@dataclass(frozen=True)
class ParkedMail:
    """`id` is the event's, or the beginning of the body's SHA-256 where neither message nor body has one."""

    id: str
    # By which the broker knows it for as long as we hold it.
    delivery_tag: int
    type: str
    reason: str
    attempt: int
    # As it was written down when it was parked; None where the broker did that.
    parked_at: str | None
    event: Envelope | None
    # Why this release can't read it.
    unreadable: str | None

    @property
    def fact(self) -> Fact | None:
        return self.event.data if self.event is not None and isinstance(self.event.data, Fact) else None

    @property
    def domain(self) -> str | None:
        """Of whom it was to be mailed to."""
        return self.fact.to.rpartition("@")[2].lower() if self.fact else None

    @property
    def to(self) -> str | None:
        return one_line(masked_address(self.fact.to)) if self.fact else None

    @property
    def expires_at(self) -> datetime | None:
        return self.fact.expires_at if self.fact else None

    @property
    def came_from(self) -> str:
        """The exchange that it goes back to."""
        return COMMANDS if self.fact else EVENTS

    def hindrance(self, now: datetime) -> str | None:
        """Why it can't be sent again; None where it can."""
        if self.unreadable is not None:
            return f"this release can't read it either: {self.unreadable}"
        if self.expires_at is not None and self.expires_at <= now:
            return (
                f"it expired at {self.expires_at:%Y-%m-%d %H:%M} UTC: nobody is helped by this mail any more"
            )
        return None


def read_parked(message: AbstractIncomingMessage) -> ParkedMail:
    event, unreadable = None, None
    try:
        event = decode(message.body)
    except Undecodable as error:
        unreadable = str(error)
    headers = message.headers
    own_id = str(event.id) if event else f"sha256-{hashlib.sha256(message.body).hexdigest()[:16]}"
    return ParkedMail(
        id=one_line(message.message_id or "") or own_id,
        delivery_tag=message.delivery_tag or 0,
        type=event.type if event else one_line(message.type or UNKNOWN),
        reason=reason_in(headers),
        attempt=attempt_of(message),
        parked_at=str(headers[PARKED_AT]) if headers.get(PARKED_AT) else None,
        event=event,
        unreadable=unreadable,
    )


def reason_in(headers: HeadersType) -> str:
    noted = str(headers.get(REASON) or headers.get(BROKERS_REASON) or UNKNOWN)
    if UNREADABLE in headers:
        noted = f"{noted}; a property can't be read: {headers[UNREADABLE]!s}"
    return masked_addresses(one_line(noted))
