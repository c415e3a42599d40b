"""A balancer in front of replicas: each new connection goes to the next one that says that it is ready."""

import asyncio
from collections import Counter
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass

import aiohttp

LOOK_AGAIN_SECONDS = 0.1
ANSWER = aiohttp.ClientTimeout(total=2)


@dataclass(frozen=True)
class Replica:
    port: int
    ready: str


class Balancer:
    """Hides nothing: what fails at a replica fails for whoever asked, and is never tried at another one."""

    def __init__(self, replicas: Mapping[str, Replica], port: int) -> None:
        self.ready: set[str] = set()
        # Connections by replica.
        self.led_to: Counter[str] = Counter()
        self._replicas = replicas
        self._port = port
        self._server: asyncio.Server | None = None
        self._looking: asyncio.Task[None] | None = None

    async def open(self) -> None:
        self._looking = asyncio.create_task(self._keep_looking())
        self._server = await asyncio.start_server(self._forward, "127.0.0.1", self._port)

    async def close(self) -> None:
        if self._server is not None:
            self._server.close()
        if self._looking is not None:
            self._looking.cancel()
            await asyncio.wait({self._looking})

    async def _keep_looking(self) -> None:
        async with aiohttp.ClientSession(timeout=ANSWER) as client:
            while True:
                self.ready = {name for name in self._replicas if await self._says_ready(client, name)}
                await asyncio.sleep(LOOK_AGAIN_SECONDS)

    async def _says_ready(self, client: aiohttp.ClientSession, name: str) -> bool:
        try:
            async with client.get(self._replicas[name].ready) as answer:
                return answer.status == 200
        except (aiohttp.ClientError, TimeoutError):
            return False

    async def _forward(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        # The one with the fewest so far: each has its turn.
        name = min(self.ready, key=lambda ready: self.led_to[ready], default=None)
        if name is None:
            writer.close()
            return
        self.led_to[name] += 1
        try:
            far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self._replicas[name].port)
        except OSError:
            writer.close()
            return
        await asyncio.gather(pump(reader, far_writer), pump(far_reader, writer))


async def pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(ConnectionError):
        while data := await reader.read(65_536):
            writer.write(data)
            await writer.drain()
    writer.close()
