"""Words as bytes to send: a multipart/alternative mail, the same bytes for every try of the same event.

Put together from prepared pieces: the email package's own classes take five to thirty times the CPU.
"""

from dataclasses import dataclass
from email.utils import format_datetime
from uuid import UUID

from mailer_service.bounces.bounce_address import BounceAddresses
from mailer_service.writing.dkim_signing import DkimSigner
from mailer_service.writing.mail_addresses import domain_of, reply_address, wire_address
from mailer_service.writing.mail_body import alternative_body
from mailer_service.writing.mail_headers import HeaderField, header_text, safe, sender_value
from mailer_service.writing.rendering import RenderedMail
from shared.dutch_times import AMSTERDAM
from shared.mail_contract import Envelope
from shared.mail_facts import Fact

SAME_IN_ALL: tuple[HeaderField, ...] = (
    ("MIME-Version", "1.0"),
    ("Content-Language", "nl"),
    # RFC 3834: stops out-of-office replies. The second is Exchange's way of saying it; its value `All`
    # would stop bounces as well.
    ("Auto-Submitted", "auto-generated"),
    ("X-Auto-Response-Suppress", "OOF, AutoReply"),
)


@dataclass(frozen=True)
class ComposedMail:
    """`needs_smtputf8` where the recipient's own part of the address is not ASCII (RFC 6531)."""

    sender: str
    recipient: str
    content: bytes
    needs_smtputf8: bool


class Composer:
    """Without `bounces` they go to the sender itself; without a `signer` the relay may sign."""

    def __init__(
        self,
        *,
        product: str,
        sender: str,
        bounces: BounceAddresses | None = None,
        signer: DkimSigner | None = None,
    ) -> None:
        self._sender = wire_address(sender)
        self._from = ("From", sender_value(product, self._sender))
        self._bounces = bounces
        self._signer = signer

    def sender_for(self, event_id: UUID) -> str:
        """The envelope sender of the event's mail."""
        return self._sender if self._bounces is None else self._bounces.address_for(event_id)

    def compose(self, event: Envelope, fact: Fact, rendered: RenderedMail) -> ComposedMail:
        """Raises Unmailable for an address that can't be mailed or a value that would break the mail."""
        recipient = wire_address(fact.to)
        boundary = f"=_{event.id.hex}"
        headers = [
            *self._own_headers(event, fact, rendered.subject, recipient),
            *SAME_IN_ALL,
            ("Content-Type", f'multipart/alternative;\r\n boundary="{boundary}"'),
        ]
        body = alternative_body(rendered.text, rendered.html, boundary)
        if self._signer is not None:
            headers.insert(0, self._signer.signature(headers, body))
        head = "".join([f"{name}: {value}\r\n" for name, value in headers])
        is_ascii = recipient.isascii()
        return ComposedMail(
            sender=self.sender_for(event.id),
            recipient=recipient,
            content=head.encode("ascii" if is_ascii else "utf-8") + b"\r\n" + body,
            needs_smtputf8=not is_ascii,
        )

    def _own_headers(self, event: Envelope, fact: Fact, subject: str, recipient: str) -> list[HeaderField]:
        contact = reply_address(fact.gemeente.email)
        return [
            # When it happened, not when it was sent: a retry must not change a byte.
            ("Date", format_datetime(fact.occurred_at.astimezone(AMSTERDAM))),
            self._from,
            # Never with a name, which a stranger may have chosen. With SMTPUTF8 as it is (RFC 6532).
            ("To", safe(recipient)),
            *([("Reply-To", contact)] if contact else []),
            ("Subject", header_text("Subject", subject)),
            # From the event id, so that receivers recognise a repeat as the same mail.
            ("Message-ID", f"<{event.id}@{domain_of(self._sender)}>"),
        ]
