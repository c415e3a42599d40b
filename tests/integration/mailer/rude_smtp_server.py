"""An SMTP server that can be as rude as a TCP connection allows, at any step."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

Act = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]

REPLIES = {
    "CONNECT": "220 localhost ESMTP",
    "EHLO": "250-localhost\r\n250-8BITMIME\r\n250 AUTH PLAIN",
    "AUTH": "235 2.7.0 Welcome",
    "DATA": "354 Go ahead",
    ".": "250 2.0.0 Kept",
    "QUIT": "221 2.0.0 Bye",
}


class Dropped(Exception):
    """The connection is to be cut now."""


async def stay_silent(_reader: asyncio.StreamReader, _writer: asyncio.StreamWriter) -> None:
    await asyncio.Event().wait()


async def say_yes_and_stay_silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b"220 2.0.0 Begin\r\n")
    await stay_silent(reader, writer)


async def drip(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """A reply without an end, byte by byte."""
    while True:
        writer.write(b"2")
        await asyncio.sleep(0.01)


async def send_all_replies_together(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Wait after MAIL until RCPT and DATA are there as well."""
    await reader.readuntil(b"DATA\r\n")
    writer.write(b"250 2.1.0 Ok\r\n250 2.1.5 Ok\r\n354 Go ahead\r\n")
    await reader.readuntil(b"\r\n.\r\n")
    writer.write(b"250 2.0.0 Kept\r\n")


async def babble(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """A reply without an end, line by line."""
    while True:
        writer.write(b"250-2.0.0 and\r\n" * 100)
        await writer.drain()


async def drop(_reader: asyncio.StreamReader, _writer: asyncio.StreamWriter) -> None:
    raise Dropped


async def drop_in_the_middle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Let a mail come, and go once it has begun."""
    writer.write(b"354 Go ahead\r\n")
    await reader.readexactly(20)
    raise Dropped


class RudeSmtpServer:
    """`acts` at a step: a reply, or what to do instead; once each in turn where it is a list of these.

    The steps are CONNECT, the verbs of the commands, and the last dot.
    """

    def __init__(self, *, pipelining: bool = False) -> None:
        offers = REPLIES["EHLO"].replace("8BITMIME", "PIPELINING") if pipelining else REPLIES["EHLO"]
        self.acts: dict[str, Any] = {"EHLO": offers}
        self.connections = 0
        self.commands: list[str] = []
        # What came after DATA, with its last dot.
        self.contents: list[bytes] = []
        self.port = 0
        self._server: asyncio.Server | None = None
        self._talks: set[asyncio.Task[None]] = set()

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    async def start(self) -> None:
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        if self._server is not None:
            self._server.close()
        for talk in self._talks:
            talk.cancel()
        await asyncio.gather(*self._talks, return_exceptions=True)

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._talks.add(task)
        self.connections += 1
        try:
            await self._talk(reader, writer)
        except (Dropped, OSError, EOFError, asyncio.CancelledError):
            writer.transport.abort()
        finally:
            writer.close()
            self._talks.discard(task)

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await self._act("CONNECT", reader, writer)
        while line := await reader.readline():
            self.commands.append(line.decode().strip())
            verb = self.commands[-1].partition(" ")[0].upper()
            reply = await self._act(verb, reader, writer)
            if verb == "QUIT":
                return
            if reply.startswith("354"):
                self.contents.append(await content(reader))
                await self._act(".", reader, writer)

    async def _act(self, step: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> str:
        act = self.acts.get(step, REPLIES.get(step, "250 2.0.0 Ok"))
        if isinstance(act, list):
            act = act.pop(0) if act else REPLIES.get(step, "250 2.0.0 Ok")
        if not isinstance(act, str):
            await act(reader, writer)
            return ""
        writer.write(f"{act}\r\n".encode())
        return act


async def content(reader: asyncio.StreamReader) -> bytes:
    lines = [await reader.readuntil(b"\n")]
    while lines[-1] != b".\r\n":
        lines.append(await reader.readuntil(b"\n"))
    return b"".join(lines)
