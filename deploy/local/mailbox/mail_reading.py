"""What a mail says, for a page and for JSON; a broken mail is shown as far as it can be read."""

from dataclasses import dataclass
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any, Literal

from deploy.local.mailbox.kept_mail import ReceivedMail


@dataclass(frozen=True)
class ReadMail:
    """`sender` is the address of the From header; `text` and `html` are empty where there is no such part."""

    id: str
    received_at: str
    sender: str
    recipients: tuple[str, ...]
    subject: str
    text: str
    html: str
    headers: dict[str, str]
    raw: str

    def as_json(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "receivedAt": self.received_at,
            "from": self.sender,
            "to": list(self.recipients),
            "subject": self.subject,
            "text": self.text,
            "html": self.html,
            "headers": self.headers,
            "raw": self.raw,
        }


def read(mail: ReceivedMail) -> ReadMail:
    # utf8: SMTPUTF8 mail has addresses and headers in raw UTF-8.
    message = message_from_bytes(mail.raw, policy=default.clone(utf8=True))
    headers = readable_headers(message)
    return ReadMail(
        id=mail.id,
        received_at=mail.received_at.isoformat(),
        sender=from_address(message) or mail.sender,
        recipients=mail.recipients,
        subject=headers.get("Subject", ""),
        text=part_of(message, "plain"),
        html=part_of(message, "html"),
        headers=headers,
        raw=mail.raw.decode("utf-8", errors="replace"),
    )


def readable_headers(message: EmailMessage) -> dict[str, str]:
    """Decoded; a header that occurs more than once has a line for each."""
    headers: dict[str, str] = {}
    for name, value in message.items():
        headers[name] = f"{headers[name]}\n{value}" if name in headers else str(value)
    return headers


def from_address(message: EmailMessage) -> str | None:
    header = message["From"]
    addresses = getattr(header, "addresses", ())
    return str(addresses[0].addr_spec) if addresses else None


def part_of(message: EmailMessage, subtype: Literal["plain", "html"]) -> str:
    part = message.get_body(preferencelist=(subtype,))
    if part is None:
        return ""
    payload = part.get_payload(decode=True)
    # SMTP ends lines with CR LF; a reader's text doesn't, and `raw` has them all.
    content = payload.replace(b"\r\n", b"\n") if isinstance(payload, bytes) else b""
    try:
        return content.decode(part.get_content_charset("utf-8"), errors="replace")
    except LookupError:
        return content.decode("utf-8", errors="replace")
