"""Looks at the queues of a real broker, each of which waits until there is something to see."""

import asyncio
from collections.abc import Awaitable, Callable

from aio_pika.abc import AbstractChannel, AbstractIncomingMessage

from shared.broker_topology import REPORTS_QUEUE

PATIENCE_SECONDS = 20


async def became_true(condition: Callable[[], Awaitable[bool]]) -> None:
    """Wait for `condition`, bounded; an assertion tells when it never came true."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while not await condition():
            await asyncio.sleep(0.02)


async def next_message(channel: AbstractChannel, queue_name: str) -> AbstractIncomingMessage:
    queue = await channel.get_queue(queue_name)
    async with asyncio.timeout(PATIENCE_SECONDS):
        while (message := await queue.get(fail=False)) is None:
            await asyncio.sleep(0.02)
    await message.ack()
    return message


async def nothing_unrecorded(channel: AbstractChannel) -> bool:
    queue = await channel.declare_queue(REPORTS_QUEUE, passive=True)
    return queue.declaration_result.message_count == 0
