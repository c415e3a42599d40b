"""Whoever publishes to the mailer's queue by hand: a sender of facts, and an operator without patience."""

import asyncio
from collections.abc import Sequence

import aio_pika

from mailer_service.consuming.message_copies import copy_of
from shared.broker import open_connection, publish_event, publishing_channel
from shared.broker_topology import COMMANDS, SEND_QUEUE, TIERS
from shared.mail_contract import Envelope

AT_ONCE = 200
# Ten seconds are waited for.
LONGER_TIERS = [f"mailer.retry.v1.{tier}" for tier in TIERS if tier != "10s"]


async def publish_facts(url: str, events: Sequence[Envelope]) -> None:
    """Returns when the broker has confirmed each of them; raises where it didn't."""
    async with await open_connection(url, "faults publishing") as connection:
        exchange = await (await publishing_channel(connection)).get_exchange(COMMANDS, ensure=False)
        for begin in range(0, len(events), AT_ONCE):
            portion = events[begin : begin + AT_ONCE]
            await asyncio.gather(*(publish_event(exchange, event, key=event.type) for event in portion))


async def publish_body(url: str, message_id: str, body: bytes, *, key: str) -> None:
    """Whatever it is, confirmed."""
    async with await open_connection(url, "faults publishing") as connection:
        exchange = await (await publishing_channel(connection)).get_exchange(COMMANDS, ensure=False)
        mode = aio_pika.DeliveryMode.PERSISTENT
        await exchange.publish(aio_pika.Message(body, message_id=message_id, delivery_mode=mode), key)


async def hurry_retries(url: str) -> int:
    """What waits in a longer tier goes back to the mailer's queue now; how many did."""
    moved = 0
    async with await open_connection(url, "faults hurrying") as connection:
        channel = await publishing_channel(connection)
        for tier in LONGER_TIERS:
            queue = await channel.get_queue(tier, ensure=False)
            while message := await queue.get(fail=False):
                await channel.default_exchange.publish(copy_of(message, {}), SEND_QUEUE)
                await message.ack()
                moved += 1
    return moved
