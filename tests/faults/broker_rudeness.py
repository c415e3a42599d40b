"""What a broker, or whoever operates it, may do to those who consume, other than be killed."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

import aio_pika

from deploy.local.rabbitmq import PrivateRabbit
from shared import broker_topology
from shared.broker_topology import SEND_QUEUE

# RabbitMQ's defaults, in ms: for how long a message may be kept, and how often that is looked at.
PATIENCE, LOOKS = 30 * 60_000, 60_000
SHORT_PATIENCE, OFTEN = 1_500, 250
# Connections tell their names as a property.
CLOSE_MAILERS = (
    '[rabbit_networking:close_connection(Pid, "closed by an operator")'
    " || [{pid, Pid}, {client_properties, Properties}]"
    " <- rabbit_networking:connection_info_all([pid, client_properties]),"
    ' {<<"connection_name">>, _, <<"mailer", _/binary>>} <- Properties].'
)


def close_connections_of_mailers(rabbit: PrivateRabbit) -> None:
    rabbit.evaluate(CLOSE_MAILERS)


@contextmanager
def short_of_patience(rabbit: PrivateRabbit) -> Iterator[None]:
    """Channels opened meanwhile are closed when a message is kept on one for two seconds."""
    set_patience(rabbit, SHORT_PATIENCE, OFTEN)
    try:
        yield
    finally:
        set_patience(rabbit, PATIENCE, LOOKS)


def set_patience(rabbit: PrivateRabbit, patience: int, looks: int) -> None:
    rabbit.evaluate(
        f"application:set_env(rabbit, consumer_timeout, {patience}),"
        f" application:set_env(rabbit, channel_tick_interval, {looks}).",
    )


async def replace_send_queue(url: str, *, pause: float) -> None:
    """Delete it with all that it holds, and declare it anew after so many seconds, or let others do that."""
    async with await aio_pika.connect(url) as connection, connection.channel() as channel:
        await channel.queue_delete(SEND_QUEUE)
        await asyncio.sleep(pause)
        await broker_topology.declare(channel)
