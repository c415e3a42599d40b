"""Returned mails whose reason stands in their text alone, as qmail and older systems write them."""

import re
from typing import NamedTuple

from mailer_service.bounces.delivery_status import STATUS
from mailer_service.bounces.incoming_mail import Part

SMTP_REPLY = re.compile(r"(?<![\d.])[45]\d\d[ -](?=[\w(<])")
# From here on it quotes our own mail.
COPY = re.compile(r"^[ >]*--.*?\b(?:copy|message|headers?|original|returned)\b", re.IGNORECASE | re.MULTILINE)
SYSTEMS = re.compile(r"\b(?:mailer-daemon|postmaster|microsoftexchange\w*)@", re.IGNORECASE)


class ToldFailure(NamedTuple):
    """`status` such as 5.1.1, empty where it isn't said; `words` begin with it or with an SMTP reply."""

    status: str
    words: str


def is_returned(mail: Part) -> bool:
    """Whether a mail system sent it about a mail, and neither a person nor his holiday reply."""
    # First, because many systems say "auto-replied" of their reports too.
    if mail.value("x-failed-recipients") or any(map(SYSTEMS.search, mail.values("from"))):
        return True
    return "<>" in mail.values("return-path") and not is_auto_reply(mail)


def is_auto_reply(mail: Part) -> bool:
    """RFC 3834, and how it was said before."""
    # Exchange says auto-generated of holiday replies too.
    automatic = mail.value("auto-submitted").lower().startswith(("auto-replied", "auto-generated"))
    return automatic or bool(mail.values("x-autoreply", "x-autorespond"))


def told_failure(mail: Part) -> ToldFailure | None:
    """The first line that says that it was refused for good; None where no line does."""
    text = "\n".join(part.text for part in mail.own_parts() if part.type.startswith("text/"))
    lines = COPY.split(text, maxsplit=1)[0].splitlines()
    return next(filter(None, map(failure_in, lines)), None)


def failure_in(line: str) -> ToldFailure | None:
    status, reply = STATUS.search(line), SMTP_REPLY.search(line)
    told = status or reply
    if told is None or not told[0].startswith("5"):
        return None
    code = status[0] if status else ""
    # As in other reports: from the reply on, or else with the code in front.
    words = line[reply.start() :] if reply else line.strip()
    in_front = words.startswith(code) or (reply is not None and code in words)
    return ToldFailure(code, words if in_front else f"{code} {words}")
