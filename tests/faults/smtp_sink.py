"""A mail server that notes what it accepts, and can be made to stand still in the middle of a mail."""

import asyncio
import email
import email.policy
import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

from aiosmtpd.smtp import SMTP, Envelope, Session

ACCEPTED = "250 2.0.0 Kept"


class Point(Enum):
    BEFORE_DATA = "before DATA"
    # The mail is here, and whoever sent it doesn't know yet.
    AFTER_LAST_DOT = "after the last dot, before the 250"


# What codes look like; a mail has one on a line of its own.
CODE = re.compile(r"^[0-9a-f]{48}$", re.MULTILINE)


@dataclass(frozen=True)
class SunkMail:
    message_id: str
    recipient: str
    text: str

    @property
    def code(self) -> str | None:
        found = CODE.search(self.text)
        return found and found[0]


def sunk_mail(envelope: Envelope) -> SunkMail:
    mail = email.message_from_bytes(envelope.original_content or b"", policy=email.policy.default)
    body = mail.get_body(("plain",))
    text = body.get_content().replace("\r\n", "\n") if body else ""
    return SunkMail(str(mail["Message-ID"]), envelope.rcpt_tos[0], text)


class SmtpSink:
    """Lives in the loop that opens it; `mails` and `held` may be read from anywhere."""

    def __init__(self, port: int) -> None:
        self.mails: list[SunkMail] = []
        self.refused: list[SunkMail] = []
        # Conversations that stand still now.
        self.held = 0
        self._port = port
        self._server: asyncio.Server | None = None
        self._sessions: list[SMTP] = []
        self._hold: tuple[Point, int] | None = None
        self._released = asyncio.Event()
        self._refusals: dict[str, Callable[[SunkMail], str]] = {}
        self._on_accepting: tuple[int, Callable[[], object]] | None = None

    async def open(self) -> None:
        loop = asyncio.get_running_loop()

        def session() -> SMTP:
            self._sessions.append(SMTP(self, loop=loop, hostname="localhost", enable_SMTPUTF8=True))
            return self._sessions[-1]

        self._server = await loop.create_server(session, "127.0.0.1", self._port)

    async def close(self) -> None:
        """Break every conversation and refuse new ones."""
        if self._server is not None:
            self._server.close()
        for session in self._sessions:
            if isinstance(session.transport, asyncio.Transport):
                session.transport.abort()
        self._sessions.clear()

    async def hold_at(self, point: Point, *, after: int) -> None:
        """Once so many mails are accepted, every conversation stands still at that point."""
        self._released.clear()
        self._hold = (point, after)

    async def release(self) -> None:
        self._hold = None
        self._released.set()

    def has_taken(self, number: int) -> bool:
        return len(self.mails) >= number

    def when_accepting(self, number: int, act: Callable[[], object]) -> None:
        """Do that in the moment before the mail of that number, counted from 1, is said to be accepted."""
        self._on_accepting = (number, act)

    def refuse(self, recipient: str, reply: Callable[[SunkMail], str]) -> None:
        """Answer mails to that address with this reply, and keep them apart."""
        self._refusals[recipient] = reply

    # aiosmtpd calls these by name, and cancels them when the client is gone.
    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name.
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        await self._stand_still(Point.BEFORE_DATA)
        envelope.rcpt_tos.append(address)
        return ACCEPTED

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's name.
        mail = sunk_mail(envelope)
        if refusal := self._refusals.get(mail.recipient):
            self.refused.append(mail)
            return refusal(mail)
        stands_still = self._holds(Point.AFTER_LAST_DOT)
        self.mails.append(mail)
        if stands_still:
            await self._stand_still(Point.AFTER_LAST_DOT)
        if self._on_accepting is not None and len(self.mails) == self._on_accepting[0]:
            self._on_accepting[1]()
        return ACCEPTED

    def _holds(self, point: Point) -> bool:
        return self._hold is not None and self._hold[0] is point and len(self.mails) >= self._hold[1]

    async def _stand_still(self, point: Point) -> None:
        if not self._holds(point):
            return
        self.held += 1
        try:
            await self._released.wait()
        finally:
            self.held -= 1
