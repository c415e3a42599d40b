"""What came of handing a mail to the relay; the type says what to do next."""

import re
from dataclasses import dataclass

LONGEST_REPLY = 500
# 24 random bytes, in whatever case they are quoted.
CODE = re.compile(r"[0-9a-fA-F]{48}")


@dataclass(frozen=True)
class Delivered:
    """The relay has taken responsibility for the mail."""

    reply: str


@dataclass(frozen=True)
class Deferred:
    """This mail could not be handed over now; a later try may succeed."""

    reply: str


@dataclass(frozen=True)
class Refused:
    """This mail will never be taken."""

    reply: str


@dataclass(frozen=True)
class RelayDown:
    """No mail at all can be handed over; says nothing about this one.

    `our_fault`: it will stay so until somebody mends the settings (login, sender, certificate).
    """

    reason: str
    our_fault: bool = False


Answer = Delivered | Deferred | Refused


def answer_of(code: int, text: str) -> Answer:
    """The answer a reply stands for, by its class alone; one that makes no sense counts as `later`."""
    reply = reply_line(code, text)
    if 200 <= code < 300:
        return Delivered(reply)
    return Refused(reply) if 500 <= code < 600 else Deferred(reply)


def reply_line(code: int, text: str) -> str:
    return one_line(f"{code} {text}")


def one_line(words: str) -> str:
    """A server's words as one printable line of bounded length: a stranger's, and they go into reports.

    A server that refuses a mail may quote it, and with it the code.
    """
    printable = "".join(char if char.isprintable() else " " for char in words)
    return CODE.sub("…", " ".join(printable.split()))[:LONGEST_REPLY]
