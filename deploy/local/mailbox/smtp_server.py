"""An SMTP server that keeps what it accepts, and whose replies can be scripted."""

import asyncio
from collections.abc import Callable
from enum import Enum

from aiosmtpd.smtp import SMTP, Envelope, Session

from deploy.local.mailbox.kept_mail import KeptMail, ReceivedMail
from shared.clock import Clock, utc_now

ACCEPTED = "250 2.0.0 Kept"
SIZE_LIMIT_BYTES = 25 * 1024 * 1024


class Moment(Enum):
    """When a reply is due."""

    RCPT = "RCPT"
    DATA = "DATA"


# Asked per recipient at RCPT, and per mail, with its first recipient, at the end of DATA.
# A reply such as "451 4.3.0 Try again later", or None to accept.
Reply = Callable[[Moment, str], str | None]


# By the part before the @: whom to register to see what a person sees whose mail doesn't come.
REPLIES = {
    "weiger-550": "550 5.1.1 No such user",
    "weiger-551": "550 5.1.2 No such domain",
    "weiger-552": "552 5.2.2 Mailbox full",
    "weiger-554": "554 5.7.1 Looks like spam",
    "vertraag-451": "451 4.7.1 Greylisted, try again later",
    "vertraag-452": "452 4.2.2 Mailbox full for now",
}


def accept_all(_moment: Moment, _recipient: str) -> str | None:
    return None


def reply_by_address(moment: Moment, recipient: str) -> str | None:
    return REPLIES.get(recipient.partition("@")[0].lower()) if moment is Moment.RCPT else None


class RecordingHandler:
    """aiosmtpd calls these by name; only what was answered with 250 is kept."""

    def __init__(self, kept: KeptMail, reply: Reply = accept_all, clock: Clock = utc_now) -> None:
        self.kept = kept
        self.reply = reply
        self._clock = clock

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name.
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        refusal = self.reply(Moment.RCPT, address)
        if refusal is not None:
            return refusal
        envelope.rcpt_tos.append(address)
        return ACCEPTED

    async def handle_DATA(  # noqa: N802 - aiosmtpd's name.
        self, _server: SMTP, _session: Session, envelope: Envelope
    ) -> str:
        refusal = self.reply(Moment.DATA, envelope.rcpt_tos[0])
        if refusal is not None:
            return refusal
        self.kept.add(received(envelope, self._clock))
        return ACCEPTED


def received(envelope: Envelope, clock: Clock) -> ReceivedMail:
    raw = envelope.original_content or b""
    return ReceivedMail(
        sender=envelope.mail_from or "",
        recipients=tuple(envelope.rcpt_tos),
        raw=raw,
        received_at=clock(),
    )


async def listen(handler: RecordingHandler, *, port: int = 0, host: str = "127.0.0.1") -> asyncio.Server:
    """Serve in the running loop (aiosmtpd's Controller would start a thread); port 0 means any free one."""
    loop = asyncio.get_running_loop()
    return await loop.create_server(
        lambda: SMTP(
            handler, loop=loop, hostname="localhost", enable_SMTPUTF8=True, data_size_limit=SIZE_LIMIT_BYTES
        ),
        host=host,
        port=port,
    )
