"""What came of handing a mail to the relay; the type says what to do next."""

from dataclasses import dataclass
from enum import Enum

from mailer_service.sending.reply_meaning import STATUS, Meaning, meaning_of
from mailer_service.sending.waiting_times import asked_seconds
from mailer_service.words_of_others import one_line


class Doubt(Enum):
    """What may be wrong besides this one mail."""

    RELAY = "relay"
    OURS = "ours"


@dataclass(frozen=True)
class Delivered:
    """The relay has taken responsibility for the mail."""

    reply: str


@dataclass(frozen=True)
class Deferred:
    """This mail could not be handed over now; a later try may succeed.

    `wait_seconds` is how long the relay asked us to wait.
    """

    reply: str
    wait_seconds: int = 0
    doubt: Doubt | None = None


@dataclass(frozen=True)
class Ambiguous:
    """The whole mail was sent, and no answer came: perhaps the relay has it.

    It is tried again: a double is better than a mail that never comes, and has the same Message-ID.
    """

    reply: str


@dataclass(frozen=True)
class Refused:
    """This mail will never be taken, nor, where `address_unusable`, any other to that address."""

    reply: str
    address_unusable: bool = False


@dataclass(frozen=True)
class RelayDown:
    """No mail at all can be handed over; says nothing about this one.

    `our_fault`: it will stay so until somebody mends the settings (login, sender, certificate).
    `crowded`: only on a further session; those that are open still serve.
    """

    reason: str
    our_fault: bool = False
    crowded: bool = False


Answer = Delivered | Deferred | Ambiguous | Refused


def answer_of(code: int, text: str) -> Answer | RelayDown:
    """The answer that a reply to a mail stands for."""
    meaning, reply = meaning_of(code, text), reply_line(code, text)
    match meaning:
        case Meaning.DELIVERED:
            return Delivered(reply)
        case Meaning.LATER:
            return Deferred(reply, asked_seconds(text))
        case Meaning.RELAY_TROUBLE:
            return Deferred(reply, asked_seconds(text), Doubt.RELAY)
        case Meaning.PERHAPS_OURS:
            return Deferred(reply, asked_seconds(text), Doubt.OURS)
        case Meaning.REFUSED | Meaning.ADDRESS_UNUSABLE:
            return Refused(reply, address_unusable=meaning is Meaning.ADDRESS_UNUSABLE)
        case Meaning.SETTINGS_WRONG:
            return RelayDown(reply, our_fault=True)


def reply_line(code: int, text: str) -> str:
    """On whichever line the server has it, an enhanced status code comes right behind the reply code."""
    lines = sorted(text.split("\n"), key=lambda line: STATUS.match(line) is None)
    return one_line(f"{code} {' '.join(lines)}")
