"""Commands and replies on a connection: one by one, or several ahead where the relay takes them (RFC 2920).

The library opens the connection and hands it over here: it takes one reply at a time, and drops those that
come together.
"""

import asyncio
from collections import deque
from collections.abc import Collection
from contextlib import suppress

from aiosmtplib import SMTPReadTimeoutError, SMTPResponse, SMTPResponseException, SMTPServerDisconnected

from mailer_service.sending.session_errors import OutOfStep
from mailer_service.sending.smtp_replies import ReplyReader

BEGIN_MAIL = 354
LAST_DOT = b".\r\n"


class SmtpDialogue(asyncio.Protocol):
    """Takes over `transport`, on which no reply is due; `extensions` as EHLO told them, in small letters."""

    def __init__(self, transport: asyncio.Transport, extensions: Collection[str]) -> None:
        self._transport = transport
        self._extensions = extensions
        self._reader = ReplyReader()
        self._replies: deque[SMTPResponse] = deque()
        # How many replies are still to come, and to which commands that nobody has asked for yet.
        self._due = 0
        self._ahead: deque[bytes] = deque()
        self._waiter: asyncio.Future[None] | None = None
        self._end: Exception | None = None
        transport.set_protocol(self)

    @property
    def is_open(self) -> bool:
        return self._end is None and not self._transport.is_closing()

    def offers(self, extension: str) -> bool:
        return extension in self._extensions

    def send_ahead(self, *commands: bytes) -> None:
        """Send them now if the relay takes several at once; each is to be asked next, in this order."""
        if self.offers("pipelining"):
            self._write(b"".join([command + b"\r\n" for command in commands]), replies=len(commands))
            self._ahead.extend(commands)

    async def ask(self, command: bytes, *, expected: int = 2, seconds: float) -> None:
        """Send a command, unless it was ahead, and wait for its reply. Raises one of SESSION_ERRORS.

        `expected` is the class of the reply that means yes; SMTPResponseException where it is a refusal.
        """
        if not self._ahead:
            self._write(command + b"\r\n", replies=1)
        elif self._ahead.popleft() != command:
            raise RuntimeError("asked in another order than was sent ahead")
        reply = await self.reply(seconds=seconds)
        if reply.code // 100 == expected:
            return
        if reply.code < 400:
            raise OutOfStep(f"{reply.code} {reply.message}")
        raise SMTPResponseException(reply.code, reply.message)

    def send_mail(self, lines: bytes) -> None:
        """Send a mail that ends with its last dot; `reply` decides whether that worked.

        Raises one of SESSION_ERRORS where nothing of it was sent.
        """
        self._write(lines, replies=1)

    async def reply(self, *, seconds: float) -> SMTPResponse:
        """The next one that is due; raises one of SESSION_ERRORS where none comes in time."""
        if not self._replies and self._end is None:
            await self._wait(seconds)
        if self._replies:
            return self._replies.popleft()
        raise self._end or SMTPReadTimeoutError(f"no reply within {seconds:g} s")

    async def call_off(self, *, seconds: float) -> None:
        """Leave a mail that was refused before its content; `seconds` for each reply."""
        while self._ahead:
            self._ahead.popleft()
            reply = await self.reply(seconds=seconds)
            if reply.code == BEGIN_MAIL:
                # A relay may say so though it took no recipient, and then waits for the end (RFC 2920 § 3.1).
                self.send_mail(LAST_DOT)
                await self.reply(seconds=seconds)
        await self.ask(b"RSET", seconds=seconds)

    def close(self) -> None:
        """At once: of a mail that is only half sent, nothing more goes out."""
        self._transport.abort()

    def data_received(self, data: bytes) -> None:
        try:
            for reply in self._reader.read(data):
                self._note(reply)
        except OutOfStep as error:
            self._stop(error)

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop(SMTPServerDisconnected(str(exc or "Connection lost")))

    def _note(self, reply: SMTPResponse) -> None:
        if not self._due:
            # Of every later one it would be unclear what it answers.
            raise OutOfStep(f"unasked: {reply.code} {reply.message}")
        self._due -= 1
        self._replies.append(reply)
        self._wake()

    async def _wait(self, seconds: float) -> None:
        """For a reply or the end, whichever comes first, if one does."""
        self._waiter = asyncio.get_running_loop().create_future()
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._waiter

    def _write(self, data: bytes, *, replies: int) -> None:
        if not self.is_open:
            raise self._end or SMTPServerDisconnected("Connection lost")
        self._due += replies
        self._transport.write(data)

    def _stop(self, error: Exception) -> None:
        self._end = self._end or error
        self.close()
        self._wake()

    def _wake(self) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)
