"""An SMTP server in our own process that keeps no mail and notes when it accepted one."""

import asyncio
import time
from contextlib import suppress

END_OF_MAIL = b"\r\n.\r\n"
LONGEST_MAIL = 1_000_000
REPLIES = {b"EHLO": b"250 sink", b"HELO": b"250 sink", b"DATA": b"354 go on", b"QUIT": b"221 bye"}
OK = b"250 ok"


class SmtpSink:
    """`accepted` counts the mails."""

    def __init__(self) -> None:
        self.accepted = 0
        self._waiting: dict[str, asyncio.Future[float]] = {}

    async def listen(self, port: int) -> None:
        await asyncio.start_server(self._serve, "127.0.0.1", port, limit=LONGEST_MAIL)

    def expect(self, recipient: str) -> asyncio.Future[float]:
        """When (perf_counter) the mail to `recipient` is answered with 250 to its final dot."""
        self._waiting[recipient] = asyncio.get_running_loop().create_future()
        return self._waiting[recipient]

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 sink\r\n")
        # Cut off at the end of a measurement, with a session open that the mailer keeps.
        with suppress(ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            await self._converse(reader, writer)
        writer.close()

    async def _converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        recipient = ""
        while line := await reader.readline():
            verb = line[:4].upper()
            writer.write(REPLIES.get(verb, OK) + b"\r\n")
            if verb == b"RCPT":
                recipient = line.decode().partition("<")[2].partition(">")[0]
            elif verb == b"DATA":
                await reader.readuntil(END_OF_MAIL)
                writer.write(OK + b"\r\n")
                self._note(recipient, time.perf_counter())
            elif verb == b"QUIT":
                return

    def _note(self, recipient: str, at: float) -> None:
        self.accepted += 1
        if (waiting := self._waiting.pop(recipient, None)) and not waiting.done():
            waiting.set_result(at)
