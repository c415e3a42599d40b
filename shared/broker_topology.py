"""Exchanges and queues of the mail traffic, with the reason for every argument.

All queues are quorum queues. Dead-lettering is at-least-once, which RabbitMQ only honours together with
`reject-publish`: without it, it silently falls back to at-most-once.
"""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from aio_pika import ExchangeType
from aio_pika.abc import AbstractChannel, AbstractExchange, AbstractQueue

COMMANDS = "mail.commands"
RETRY = "mail.retry"
PARKING = "mail.parking"
EVENTS = "mail.events"

SEND_QUEUE = "mailer.send.v1"
PARKING_QUEUE = "mailer.parking.v1"
REPORTS_QUEUE = "auth.mail-events.v1"

# Names of the delay tiers, which are their routing keys too.
TIERS: dict[str, timedelta] = {
    "10s": timedelta(seconds=10),
    "1m": timedelta(minutes=1),
    "5m": timedelta(minutes=5),
    "15m": timedelta(minutes=15),
    "1h": timedelta(hours=1),
    "4h": timedelta(hours=4),
}

# Looking at a parked message counts as a delivery of it, and from RabbitMQ 4.0 on twenty would be the last.
PARKING_DELIVERY_LIMIT = 1_000_000
# A fuse against a message that kills its consumer, never the retry count: closing a connection counts too.
DELIVERY_LIMIT = 50

EXCHANGES: dict[str, ExchangeType] = {
    # No alternate exchange: a publish that reaches no queue must come back to the relay.
    COMMANDS: ExchangeType.TOPIC,
    RETRY: ExchangeType.DIRECT,
    PARKING: ExchangeType.TOPIC,
    EVENTS: ExchangeType.TOPIC,
}


@dataclass(frozen=True)
class Queue:
    name: str
    exchange: str
    routing_key: str
    arguments: dict[str, Any] = field(default_factory=dict)


def dead_letters_to(exchange: str, **more: Any) -> dict[str, Any]:
    return {
        "x-dead-letter-exchange": exchange,
        "x-dead-letter-strategy": "at-least-once",
        "x-overflow": "reject-publish",
        **more,
    }


def delay_tier(name: str, delay: timedelta) -> Queue:
    back_to_work = {
        "x-dead-letter-routing-key": SEND_QUEUE,
        "x-message-ttl": int(delay.total_seconds() * 1000),
    }
    return Queue(f"mailer.retry.v1.{name}", RETRY, name, dead_letters_to("", **back_to_work))


# Targets before their sources, so that nothing can dead-letter into the void during a first start.
QUEUES: tuple[Queue, ...] = (
    Queue(
        PARKING_QUEUE,
        PARKING,
        "#",
        {"x-overflow": "reject-publish", "x-delivery-limit": PARKING_DELIVERY_LIMIT},
    ),
    Queue(
        SEND_QUEUE, COMMANDS, "mail.*.v1", dead_letters_to(PARKING, **{"x-delivery-limit": DELIVERY_LIMIT})
    ),
    *(delay_tier(name, delay) for name, delay in TIERS.items()),
    Queue(
        REPORTS_QUEUE, EVENTS, "mail.*.v1", dead_letters_to(PARKING, **{"x-delivery-limit": DELIVERY_LIMIT})
    ),
)


async def declare(channel: AbstractChannel) -> None:
    """Make what is missing (development, tests); fails where something exists with other arguments."""
    for name in EXCHANGES:
        await declare_exchange(channel, name)
    for queue in QUEUES:
        declared = await declare_queue(channel, queue)
        await declared.bind(queue.exchange, queue.routing_key)


async def declare_exchange(channel: AbstractChannel, name: str) -> AbstractExchange:
    return await channel.declare_exchange(name, EXCHANGES[name], durable=True)


async def declare_queue(channel: AbstractChannel, queue: Queue) -> AbstractQueue:
    arguments = {"x-queue-type": "quorum", **queue.arguments}
    return await channel.declare_queue(queue.name, durable=True, arguments=arguments)


def key_into(exchange: str) -> str:
    """A routing key by which a message of ours may come there."""
    return next(queue.routing_key for queue in QUEUES if queue.exchange == exchange)
