"""The site on connections as the process has them, and somebody with a bare connection to it."""

import asyncio
from contextlib import asynccontextmanager
from dataclasses import dataclass
from email.message import Message
from http.client import parse_headers
from io import BytesIO

from aiohttp.test_utils import TestServer

from auth_service.web.app import build_app
from auth_service.web.connections import SiteRunner

LONGEST_WAIT_SECONDS = 30


class SiteServer(TestServer):
    """On connections as the process has them; `silence`: for how many seconds one may say nothing."""

    def __init__(self, services, *, silence=60.0, **settings):
        super().__init__(build_app(services, **settings))
        self.silence = silence

    async def _make_runner(self, **_settings):
        # What a test leaves half sent is not waited for when it ends.
        return SiteRunner(self.app, silence=self.silence, shutdown_timeout=0.1)


@dataclass(frozen=True)
class Answer:
    status: int
    headers: Message
    body: bytes

    @property
    def text(self):
        return self.body.decode()


@asynccontextmanager
async def bare_connection(server):
    """To send what no client would; the block must end by itself."""
    reader, writer = await asyncio.open_connection(server.host, server.port)
    try:
        async with asyncio.timeout(LONGEST_WAIT_SECONDS):
            yield reader, writer
    finally:
        writer.close()


async def read_answer(reader):
    """One answer, without what goes before it to let a body come."""
    head = await reader.readuntil(b"\r\n\r\n")
    if head.startswith(b"HTTP/1.1 100 "):
        head = await reader.readuntil(b"\r\n\r\n")
    first, _, rest = head.partition(b"\r\n")
    headers = parse_headers(BytesIO(rest))
    body = await reader.readexactly(int(headers.get("Content-Length", 0)))
    return Answer(int(first.split()[1]), headers, body)


async def answer_to(server, sent):
    async with bare_connection(server) as (reader, writer):
        writer.write(sent)
        return await read_answer(reader)
