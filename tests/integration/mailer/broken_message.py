"""A message that RabbitMQ takes and hands out as it is, and that the protocol library can't read."""

import aio_pika
from aiormq.abc import ChannelFrame
from pamqp.body import ContentBody
from pamqp.commands import Basic
from pamqp.header import ContentHeader

from shared.broker_topology import PARKING_QUEUE

# No client writes the latter, so it takes the place of the former in the frame.
READABLE, NO_UTF8 = b"readable", b"\xffeadable"
KEY = "mail.password_changed.v1"
BROKEN_KEY = f"mail.{READABLE.decode()}.v1"


async def publish_broken(amqp_url, exchange, *, key=KEY, body=b"hi", **properties):
    """Give one property the value READABLE, or `key` BROKEN_KEY: that one is no UTF-8 then."""
    # No confirms: the library doesn't count what it didn't publish itself.
    async with (
        await aio_pika.connect(amqp_url) as connection,
        connection.channel(publisher_confirms=False) as opened,
    ):
        channel = await opened.get_underlay_channel()
        frames = [
            Basic.Publish(exchange=exchange, routing_key=key),
            ContentHeader(body_size=len(body), properties=Basic.Properties(delivery_mode=2, **properties)),
            ContentBody(body),
        ]
        payload = ChannelFrame.marshall(channel.number, frames).payload
        assert payload.count(READABLE) == 1
        await channel.write_queue.put(ChannelFrame(payload.replace(READABLE, NO_UTF8), should_close=False))
        # Answered once the publish was dealt with.
        await channel.queue_declare(PARKING_QUEUE, passive=True)
