"""Putting a backlog into a queue, and emptying what is left of it."""

import asyncio
from collections.abc import Iterable, Sequence
from itertools import islice

import aio_pika
from aio_pika.abc import AbstractChannel, AbstractConnection

AT_ONCE = 200


async def fill(connection: AbstractConnection, queue: str, messages: Iterable[aio_pika.Message]) -> None:
    """Confirmed, straight to the queue."""
    coming = iter(messages)
    async with connection.channel(publisher_confirms=True, on_return_raises=True) as channel:
        while batch := list(islice(coming, AT_ONCE)):
            await publish_all(channel, queue, batch)


async def publish_all(channel: AbstractChannel, queue: str, batch: Sequence[aio_pika.Message]) -> None:
    await asyncio.gather(*(channel.default_exchange.publish(message, queue) for message in batch))


async def make_queue(connection: AbstractConnection, queue: str) -> None:
    """As a peer would declare it: durable, and classic by default."""
    async with connection.channel() as channel:
        await channel.declare_queue(queue, durable=True)


async def empty(connection: AbstractConnection, queues: Sequence[str]) -> None:
    async with connection.channel() as channel:
        for name in queues:
            await (await channel.get_queue(name, ensure=False)).purge()
