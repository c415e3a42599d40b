"""Words as bytes to send: a multipart/alternative mail, the same bytes for every try of the same event.

Built with `email.mime` and `email.header.Header`: `EmailMessage` does the same at five times the CPU.
"""

from dataclasses import dataclass
from email import policy
from email.charset import QP, Charset
from email.header import Header
from email.mime.multipart import MIMEMultipart
from email.mime.nonmultipart import MIMENonMultipart
from email.utils import format_datetime, formataddr

from email_validator import EmailNotValidError, validate_email

from mailer_service.writing.rendering import RenderedMail
from mailer_service.writing.unmailable import Unmailable
from shared.dutch_times import AMSTERDAM
from shared.mail_contract import Envelope
from shared.mail_facts import Fact

# No ">From ": the mail is not going to an mbox, and a changed byte breaks a signature.
WIRE = policy.compat32.clone(linesep="\r\n", mangle_from_=False)

UTF8 = Charset("utf-8")
# Quoted-printable keeps Dutch readable in the source, and every line short and ASCII.
UTF8.body_encoding = QP


@dataclass(frozen=True)
class ComposedMail:
    """`needs_smtputf8` where the recipient's own part of the address is not ASCII (RFC 6531)."""

    sender: str
    recipient: str
    content: bytes
    needs_smtputf8: bool


class Composer:
    def __init__(self, *, product: str, sender: str) -> None:
        self.sender = wire_address(sender)
        self.sender_header = formataddr((encoded(product), self.sender))

    def compose(self, event: Envelope, fact: Fact, rendered: RenderedMail) -> ComposedMail:
        """Raises Unmailable for an address that can't be mailed or a value that would break a header."""
        recipient = wire_address(fact.to)
        mail = MIMEMultipart("alternative", boundary=f"=_{event.id.hex}")
        for name, value in self._headers(event, fact, rendered.subject, recipient):
            mail[name] = value
        # A reader shows the last part it understands, so HTML comes second (RFC 2046 § 5.1.4).
        mail.attach(body_part(rendered.text, "plain"))
        mail.attach(body_part(rendered.html, "html"))
        return ComposedMail(
            sender=self.sender,
            recipient=recipient,
            content=mail.as_bytes(policy=WIRE),
            needs_smtputf8=not recipient.isascii(),
        )

    def _headers(self, event: Envelope, fact: Fact, subject: str, recipient: str) -> list[tuple[str, str]]:
        return [
            ("From", self.sender_header),
            ("To", raw(recipient)),
            *reply_to(fact.gemeente.email),
            ("Subject", encoded(subject)),
            # When it happened, not when it was sent: a retry must not change a byte.
            ("Date", format_datetime(fact.occurred_at.astimezone(AMSTERDAM))),
            # From the event id, so that receivers recognise a repeat as the same mail.
            ("Message-ID", f"<{event.id}@{self.sender.rpartition('@')[2]}>"),
            ("Content-Language", "nl"),
            # RFC 3834: stops out-of-office replies. The second is Exchange's way of saying it; its value
            # `All` would stop bounces as well.
            ("Auto-Submitted", "auto-generated"),
            ("X-Auto-Response-Suppress", "OOF, AutoReply"),
        ]


def reply_to(contact: str) -> list[tuple[str, str]]:
    """Left out where nobody could reply, or the whole mail would need SMTPUTF8; the footer has it too."""
    try:
        address = wire_address(contact)
    except Unmailable:
        return []
    return [("Reply-To", address)] if address.isascii() else []


def body_part(text: str, subtype: str) -> MIMENonMultipart:
    part = MIMENonMultipart("text", subtype, charset="utf-8")
    part.set_payload(text, UTF8)
    return part


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


def encoded(value: str) -> str:
    """As an RFC 2047 header value. Control characters would start a header of their own: refused."""
    if not value.isprintable():
        raise Unmailable("header_unsafe", "a header value holds a line break or another control character")
    return value if value.isascii() else Header(value, "utf-8").encode()


def raw(address: str) -> str:
    """Non-ASCII as it is (RFC 6532); surrogates are how the email package spells bytes it must not encode."""
    return address.encode().decode("ascii", "surrogateescape")
