"""One kept-alive connection to auth web, with little work per request: it takes the same cores."""

import asyncio
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self, cast
from urllib.parse import urlencode

from auth_service.web.csrf import FIELD

HOST = "127.0.0.1"
# Of a made-up browser: the secret in the form must equal the one in the cookie, and that is all.
CSRF = "c" * 43
WAIT_SECONDS = 30.0
LENGTH = b"\r\ncontent-length:"


@dataclass(frozen=True)
class Answer:
    """`seconds` from just before the request is sent until its answer is complete."""

    status: int
    seconds: float


class WebClient(asyncio.Protocol):
    """One question at a time."""

    def __init__(self) -> None:
        self._transport: asyncio.WriteTransport | None = None
        self._received = b""
        self._asked: asyncio.Future[Answer] | None = None
        self._began = 0.0

    @classmethod
    async def connected(cls, port: int) -> Self:
        _, client = await asyncio.get_running_loop().create_connection(cls, HOST, port)
        return client

    async def ask(self, request: bytes) -> Answer:
        async with asyncio.timeout(WAIT_SECONDS):
            return await self.send(request)

    def send(self, request: bytes) -> asyncio.Future[Answer]:
        """Without a limit of its own, which would be work for each request."""
        assert self._transport is not None
        self._asked = asyncio.get_running_loop().create_future()
        self._began = time.perf_counter()
        self._transport.write(request)
        return self._asked

    def close(self) -> None:
        if self._transport is not None:
            self._transport.close()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # uvloop's own don't inherit from asyncio's.
        self._transport = cast("asyncio.WriteTransport", transport)

    def data_received(self, data: bytes) -> None:
        self._received += data
        head, end, body = self._received.partition(b"\r\n\r\n")
        if end and len(body) >= length_of(head.lower()) and self._asked is not None:
            self._received = b""
            self._asked.set_result(Answer(int(head[9:12]), time.perf_counter() - self._began))

    def connection_lost(self, error: Exception | None) -> None:
        if self._asked is not None and not self._asked.done():
            self._asked.set_exception(error or ConnectionResetError("the server hung up"))


def length_of(head: bytes) -> int:
    return int(head.partition(LENGTH)[2].partition(b"\r\n")[0])


def form_post(
    path: str, fields: Mapping[str, str], *, network: str, port: int, browser: str | None = None
) -> bytes:
    """As a browser posts a form; `network` is where a gateway says that it comes from.

    `browser` is what the browser is known by, if at all.
    """
    body = urlencode({**fields, FIELD: CSRF}).encode()
    known_by = f"; dnr-browser={browser}" if browser else ""
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Cookie": f"dnr-csrf={CSRF}{known_by}"}
    return post(path, body, {**headers, "X-Forwarded-For": network}, port)


def page_get(path: str, *, cookie: str, port: int) -> bytes:
    """As a browser asks for a page."""
    lines = [f"GET {path} HTTP/1.1", f"Host: localhost:{port}", f"Cookie: {cookie}"]
    return "\r\n".join(lines).encode() + b"\r\n\r\n"


def json_post(path: str, members: Mapping[str, str], *, network: str, port: int) -> bytes:
    headers = {"Content-Type": "application/json", "X-Forwarded-For": network}
    return post(path, json.dumps(members).encode(), headers, port)


def post(path: str, body: bytes, headers: Mapping[str, str], port: int) -> bytes:
    lines = [
        f"POST {path} HTTP/1.1",
        f"Host: localhost:{port}",
        f"Content-Length: {len(body)}",
        *(f"{name}: {value}" for name, value in headers.items()),
    ]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body
