"""A cable between us and a server, which a test can cut, squeeze and mend."""

import asyncio
from contextlib import suppress
from urllib.parse import urlsplit, urlunsplit


class Cable:
    """Forwards TCP to `server_url`; `url` is the same address through the cable."""

    def __init__(self, server_url: str) -> None:
        self._target = urlsplit(server_url)
        self._writers: set[asyncio.StreamWriter] = set()
        self._server: asyncio.Server | None = None
        self._port = 0
        self._flowing = asyncio.Event()
        self._to_hide = 0
        self.hidden_ends = 0

    @property
    def url(self) -> str:
        credentials, at, _ = self._target.netloc.rpartition("@")
        return urlunsplit(self._target._replace(netloc=f"{credentials}{at}127.0.0.1:{self._port}"))

    async def mend(self) -> None:
        self._flowing.set()
        self._server = await asyncio.start_server(self._forward, "127.0.0.1", self._port)
        self._port = self._server.sockets[0].getsockname()[1]

    async def cut(self) -> None:
        """Break every connection and refuse new ones."""
        if self._server:
            self._server.close()
        for writer in self._writers:
            writer.transport.abort()
        self._writers.clear()

    def squeeze(self) -> None:
        """Let nothing through any more, in either direction, and break no connection."""
        self._flowing.clear()

    def release(self) -> None:
        """Let through again, also what came meanwhile."""
        self._flowing.set()

    def hide_next_end(self) -> None:
        """The next time that one side closes a connection, the other doesn't see it."""
        self._to_hide += 1

    async def _forward(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        far_reader, far_writer = await asyncio.open_connection(self._target.hostname, self._target.port)
        self._writers |= {writer, far_writer}
        await asyncio.gather(self._pump(reader, far_writer), self._pump(far_reader, writer))

    async def _pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError):
            while data := await reader.read(65_536):
                await self._flowing.wait()
                writer.write(data)
                await writer.drain()
        if self.hidden_ends < self._to_hide:
            self.hidden_ends += 1
        else:
            writer.close()
