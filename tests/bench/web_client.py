"""One kept-alive connection to auth web, with little work per request: it takes the same cores."""

import asyncio
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self
from urllib.parse import urlencode

from auth_service.web.csrf import FIELD

HOST = "127.0.0.1"
# Of a made-up browser: the secret in the form must equal the one in the cookie, and that is all.
CSRF = "c" * 43
LENGTH = b"\r\ncontent-length:"
WAIT_SECONDS = 30.0


@dataclass(frozen=True)
class Answer:
    """`seconds` from just before the request is sent until its answer is complete."""

    status: int
    seconds: float


class WebClient:
    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    @classmethod
    async def connected(cls, port: int) -> Self:
        return cls(*await asyncio.open_connection(HOST, port))

    async def ask(self, request: bytes) -> Answer:
        began = time.perf_counter()
        self._writer.write(request)
        async with asyncio.timeout(WAIT_SECONDS):
            head = await self._reader.readuntil(b"\r\n\r\n")
            await self._reader.readexactly(length_of(head.lower()))
        return Answer(int(head[9:12]), time.perf_counter() - began)

    async def close(self) -> None:
        self._writer.close()
        await self._writer.wait_closed()


def length_of(head: bytes) -> int:
    return int(head.partition(LENGTH)[2].partition(b"\r\n")[0])


def form_post(path: str, fields: Mapping[str, str], *, network: str, port: int) -> bytes:
    """As a browser posts a form; `network` is where a gateway says that it comes from."""
    body = urlencode({**fields, FIELD: CSRF}).encode()
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Cookie": f"dnr-csrf={CSRF}"}
    return post(path, body, {**headers, "X-Forwarded-For": network}, port)


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
