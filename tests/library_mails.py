"""The same mails as ours, made by Python's own email package: what ours must equal, and be faster than."""

from email.charset import QP, Charset
from email.header import Header
from email.headerregistry import Address
from email.message import EmailMessage
from email.mime.multipart import MIMEMultipart
from email.mime.nonmultipart import MIMENonMultipart
from email.policy import SMTP, compat32
from email.utils import format_datetime, formataddr

from mailer_service.writing.composing import SAME_IN_ALL
from mailer_service.writing.rendering import RenderedMail
from shared.dutch_times import AMSTERDAM
from shared.mail_contract import Envelope
from shared.mail_facts import Fact

WIRE = compat32.clone(linesep="\r\n", mangle_from_=False)
UTF8 = Charset("utf-8")
UTF8.body_encoding = QP


class LibraryMails:
    def __init__(self, product: str, sender: str) -> None:
        self._product = product
        self._sender = sender

    def by_email_mime(self, event: Envelope, fact: Fact, rendered: RenderedMail) -> bytes:
        mail = MIMEMultipart("alternative", boundary=f"=_{event.id.hex}")
        mail["Date"] = format_datetime(fact.occurred_at.astimezone(AMSTERDAM))
        mail["From"] = formataddr((encoded(self._product), self._sender))
        mail["To"] = fact.to
        mail["Reply-To"] = fact.gemeente.email
        mail["Subject"] = encoded(rendered.subject)
        mail["Message-ID"] = self._message_id(event)
        for name, value in SAME_IN_ALL[1:]:
            mail[name] = value
        for text, subtype in ((rendered.text, "plain"), (rendered.html, "html")):
            part = MIMENonMultipart("text", subtype, charset="utf-8")
            part.set_payload(text, UTF8)
            mail.attach(part)
        return mail.as_bytes(policy=WIRE)

    def by_email_message(self, event: Envelope, fact: Fact, rendered: RenderedMail) -> bytes:
        mail = EmailMessage(policy=SMTP)
        mail["Date"] = fact.occurred_at.astimezone(AMSTERDAM)
        mail["From"] = Address(self._product, addr_spec=self._sender)
        mail["To"] = Address(addr_spec=fact.to)
        mail["Reply-To"] = Address(addr_spec=fact.gemeente.email)
        mail["Subject"] = rendered.subject
        mail["Message-ID"] = self._message_id(event)
        for name, value in SAME_IN_ALL[1:]:
            mail[name] = value
        mail.set_content(rendered.text, cte="quoted-printable")
        mail.add_alternative(rendered.html, subtype="html", cte="quoted-printable")
        mail.set_boundary(f"=_{event.id.hex}")
        return mail.as_bytes()

    def _message_id(self, event: Envelope) -> str:
        return f"<{event.id}@{self._sender.rpartition('@')[2]}>"


def encoded(text: str) -> str:
    return text if text.isascii() else Header(text, "utf-8").encode()
