"""A look from outside at what the database and the broker hold; each look is a connection of its own."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any

import aio_pika
import asyncpg

from shared import broker_topology
from tests.faults.own_loop import OwnLoop


class DatabaseLook:
    def __init__(self, own_loop: OwnLoop, url: str) -> None:
        self.url = url
        self._own_loop = own_loop

    def rows(self, query: str, *arguments: object) -> list[tuple[Any, ...]]:
        return self._own_loop.run(self._rows(query, *arguments))

    def value(self, query: str, *arguments: object) -> Any:
        return self.rows(query, *arguments)[0][0]

    def do(self, statement: str) -> None:
        self._own_loop.run(self._rows(statement))

    @contextmanager
    def holding(self, lock: str) -> Iterator[None]:
        """A transaction that has executed `lock` stays open until the block ends."""
        connection = self._own_loop.run(asyncpg.connect(self.url))
        transaction = connection.transaction()
        self._own_loop.run(transaction.start())
        try:
            self._own_loop.run(connection.execute(lock))
            yield
        finally:
            self._own_loop.run(transaction.rollback())
            self._own_loop.run(connection.close())

    async def _rows(self, query: str, *arguments: object) -> list[tuple[Any, ...]]:
        connection = await asyncpg.connect(self.url)
        try:
            return [tuple(row) for row in await connection.fetch(query, *arguments)]
        finally:
            await connection.close()


class BrokerLook:
    def __init__(self, own_loop: OwnLoop, url: str) -> None:
        self.url = url
        self._own_loop = own_loop

    def ready(self, queue: str) -> int:
        """How many messages wait there for somebody to take them."""
        return self._own_loop.run(self._counts(queue))[0]

    def consumers(self, queue: str) -> int:
        return self._own_loop.run(self._counts(queue))[1]

    def start_afresh(self) -> None:
        """All queues there, and empty."""
        self._own_loop.run(self._start_afresh())

    async def _counts(self, queue: str) -> tuple[int, int]:
        async with self._channel() as channel:
            found = (await channel.declare_queue(queue, passive=True)).declaration_result
            return found.message_count or 0, found.consumer_count or 0

    async def _start_afresh(self) -> None:
        async with self._channel() as channel:
            await broker_topology.declare(channel)
            for queue in broker_topology.QUEUES:
                await (await channel.get_queue(queue.name)).purge()

    @asynccontextmanager
    async def _channel(self) -> AsyncIterator[aio_pika.abc.AbstractChannel]:
        async with await aio_pika.connect(self.url) as connection, connection.channel() as channel:
            yield channel
