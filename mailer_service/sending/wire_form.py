"""A mail as it goes over the wire: MAIL and RCPT, and the lines after DATA."""

import re
from dataclasses import dataclass
from typing import Self

from mailer_service.writing.composing import ComposedMail

# Nothing that could end an address on a command line, and start a parameter.
ADDRESS = re.compile(r"[^\s<>\x00-\x1f\x7f]+")


@dataclass(frozen=True)
class Envelope:
    """The commands that name who sends a mail and who gets it."""

    mail: bytes
    rcpt: bytes

    @classmethod
    def of(cls, mail: ComposedMail) -> Self:
        # Never BODY=8BITMIME: but for an address that needs SMTPUTF8, our mails are ASCII.
        options = b" SMTPUTF8" if mail.needs_smtputf8 else b""
        return cls(b"MAIL FROM:" + path(mail.sender) + options, b"RCPT TO:" + path(mail.recipient))


def path(address: str) -> bytes:
    """An address as a command has it (RFC 5321 § 4.1.2); raises ValueError where it holds more than that."""
    if not ADDRESS.fullmatch(address):
        raise ValueError("an address that would break out of its command")
    return f"<{address}>".encode()


def dotted(content: bytes) -> bytes:
    """`content` as it goes over the wire after DATA: CRLF throughout, dots doubled, and the last dot.

    RFC 5321 § 4.5.2. A bare CR or LF left in would let some servers see the end of the mail there.
    """
    lines = b"\r\n".join([b"", *content.splitlines()]).replace(b"\r\n.", b"\r\n..")
    return lines[2:] + b"\r\n.\r\n"
