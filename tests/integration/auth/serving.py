"""The site on connections as the process has them, and somebody with a bare connection to it."""

import asyncio
from contextlib import asynccontextmanager
from dataclasses import dataclass
from email.message import Message
from http.client import parse_headers
from io import BytesIO

import aiohttp_jinja2
from aiohttp.test_utils import TestServer
from jinja2 import BytecodeCache

from auth_service.web.app import build_app
from auth_service.web.connections import SiteRunner

LONGEST_WAIT_SECONDS = 30


class CompiledOnce(BytecodeCache):
    """Of a thousand sites in a run, each would compile the same templates."""

    def __init__(self):
        self._code = {}

    def load_bytecode(self, bucket):
        bucket.code = self._code.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket):
        self._code[bucket.key, bucket.checksum] = bucket.code


COMPILED = CompiledOnce()


class SiteServer(TestServer):
    """On connections as the process has them; `silence`: for how many seconds one may say nothing."""

    def __init__(self, services, *, silence=60.0, **settings):
        app = build_app(services, **settings)
        aiohttp_jinja2.get_env(app).bytecode_cache = COMPILED
        super().__init__(app)
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
