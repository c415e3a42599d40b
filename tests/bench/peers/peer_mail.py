"""The mail that the peers send: as many bytes as ours, with its words handed to them ready-made."""

from email.message import EmailMessage

# FastStream's pydantic wants this one before Python 3.12.
from typing_extensions import TypedDict

SENDER = "noreply@nachregister.example"


class Words(TypedDict):
    to: str
    subject: str
    text: str
    html: str
    message_id: str
    # The whole mail, for who need not build one.
    raw: str


def built(words: Words) -> bytes:
    """By the standard library, in the way its documentation shows."""
    mail = EmailMessage()
    mail["From"] = f"Digitaal Nachregister <{SENDER}>"
    mail["To"] = words["to"]
    mail["Subject"] = words["subject"]
    mail["Message-ID"] = words["message_id"]
    mail.set_content(words["text"])
    mail.add_alternative(words["html"], subtype="html")
    return mail.as_bytes()
