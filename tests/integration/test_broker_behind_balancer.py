"""A balancer in front of a broker that is away takes connections in, and hangs up at once."""

import asyncio
from typing import Any

import pytest

from shared.broker import BROKER_ERRORS, open_connection

OPEN = asyncio.open_connection


async def open_late(
    host: str, port: int, **options: Any
) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """As on a machine that is busy: the other side's end is here before anything was read."""
    reader, writer = await OPEN(host, port, **options)
    while not reader.at_eof():
        await asyncio.sleep(0)
    return reader, writer


@pytest.mark.parametrize("opened", [OPEN, open_late])
async def test_a_connection_that_ends_before_a_word_is_a_broker_that_is_away(
    opened: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("asyncio.open_connection", opened)
    async with await asyncio.start_server(lambda _, writer: writer.close(), "127.0.0.1", 0) as balancer:
        port = balancer.sockets[0].getsockname()[1]
        with pytest.raises(BROKER_ERRORS):
            await open_connection(f"amqp://user:password@127.0.0.1:{port}/", "test")
