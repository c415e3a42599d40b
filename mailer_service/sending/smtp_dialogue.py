"""Commands and replies on a connection: one by one, or several ahead where the relay takes them (RFC 2920).

The library opens the connection and hands it over here: it takes one reply at a time, and drops those that
come together.
"""

import asyncio
import re
from collections import deque
from collections.abc import Collection

from aiosmtplib import SMTPReadTimeoutError, SMTPResponse, SMTPResponseException, SMTPServerDisconnected

from mailer_service.sending.session_errors import OutOfStep

# Of one reply, over all its lines. An EHLO has a few kB.
LONGEST_REPLY_BYTES = 32_768
REPLY_LINE = re.compile(rb"[2-5][0-9]{2}(?:[ -]|$)")
BEGIN_MAIL = 354
LAST_DOT = b".\r\n"


class SmtpDialogue(asyncio.Protocol):
    """Takes over `transport`, on which no reply is due; `extensions` as EHLO told them, in small letters."""

    def __init__(self, transport: asyncio.Transport, extensions: Collection[str]) -> None:
        self._transport = transport
        self._extensions = extensions
        self._rest = b""
        self._lines: list[bytes] = []
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
        if self._ahead:
            self._ahead.popleft()
        else:
            self._write(command + b"\r\n", replies=1)
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
            self._waiter = asyncio.get_running_loop().create_future()
            try:
                async with asyncio.timeout(seconds):
                    await self._waiter
            except TimeoutError:
                raise SMTPReadTimeoutError(f"no reply within {seconds:g} s") from None
            finally:
                self._waiter = None
        if self._replies:
            return self._replies.popleft()
        raise self._ended()

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
        *lines, self._rest = (self._rest + data).split(b"\n")
        for line in lines:
            # Behind what can't be relied on, nothing can.
            if self._end is None:
                self._take(line.rstrip(b"\r"))
        if len(self._rest) + sum(map(len, self._lines)) > LONGEST_REPLY_BYTES:
            self._stop(OutOfStep("a reply without an end"))

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop(SMTPServerDisconnected(str(exc or "Connection lost")))

    def _take(self, line: bytes) -> None:
        self._lines.append(line[4:].strip())
        if not REPLY_LINE.match(line):
            self._stop(OutOfStep(f"no reply: {readable(line)}"))
        elif line[3:4] != b"-":
            self._note(SMTPResponse(int(line[:3]), readable(b"\n".join(self._lines))))
            self._lines.clear()

    def _note(self, reply: SMTPResponse) -> None:
        if not self._due:
            # Of every later one it would be unclear what it answers.
            self._stop(OutOfStep(f"unasked: {reply.code} {reply.message}"))
            return
        self._due -= 1
        self._replies.append(reply)
        self._wake()

    def _write(self, data: bytes, *, replies: int) -> None:
        if not self.is_open:
            raise self._ended()
        self._due += replies
        self._transport.write(data)

    def _ended(self) -> Exception:
        return self._end or SMTPServerDisconnected("Connection lost")

    def _stop(self, error: Exception) -> None:
        self._end = self._end or error
        self.close()
        self._wake()

    def _wake(self) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)


def readable(line: bytes) -> str:
    return line.decode("utf-8", "surrogateescape")
