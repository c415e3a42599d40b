"""Whether the broker is as we need it, told by what it does: AMQP shows no arguments and no permissions."""

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Literal

import aio_pika
import structlog
from aio_pika.abc import AbstractChannel, AbstractConnection
from aio_pika.exceptions import (
    ChannelInvalidStateError,
    ChannelNotFoundEntity,
    ChannelPreconditionFailed,
    PublishError,
)
from aiormq.exceptions import ChannelAccessRefused

from shared.broker_topology import EXCHANGES, QUEUES, declare, declare_exchange, declare_queue, key_into
from shared.settings import SettingsWrong

Topology = Literal["declare", "check"]
Act = Callable[[AbstractChannel], Awaitable[object]]

DEFINITIONS = "deploy/rabbitmq/definitions.json"
ANSWER_SECONDS = 10.0
# Bound by nobody who follows the contract: all keys of ours begin with `mail.` or are tiers.
UNROUTABLE = "unroutable"

REFUSALS = (ChannelAccessRefused, ChannelNotFoundEntity, ChannelPreconditionFailed)

log = structlog.get_logger()


class BrokerUnusable(Exception):
    """Something that we need isn't there, or isn't allowed: its operator can mend that while we wait."""


class Probe:
    """One channel after the other: the broker closes a channel on which it refuses something."""

    def __init__(self, connection: AbstractConnection) -> None:
        self._connection = connection
        self._channel: AbstractChannel | None = None

    async def refusal_of(self, act: Act) -> Exception | None:
        """What the broker has against `act`; None where it was done."""
        channel = await self._open_channel()
        closing = (await channel.get_underlay_channel()).closing
        try:
            await act(channel)
        except REFUSALS as refusal:
            self._channel = None
            return refusal
        except ChannelInvalidStateError:
            # A publish is refused some time later: what is asked just then finds a channel without a reason.
            self._channel = None
            async with asyncio.timeout(ANSWER_SECONDS):
                return await reason_of(closing)
        return None

    async def close(self) -> None:
        if self._channel is not None:
            await self._channel.close()

    async def _open_channel(self) -> AbstractChannel:
        if self._channel is None:
            # No confirms: RabbitMQ allows no transaction beside them.
            self._channel = self._connection.channel(publisher_confirms=False)
            await self._channel.initialize()
        return self._channel


async def reason_of(closing: Awaitable[object]) -> Exception:
    try:
        await closing
    except REFUSALS as refusal:
        return refusal
    raise BrokerUnusable("the broker closed a channel and gave no reason")


async def settle_topology(
    connection: AbstractConnection, topology: Topology, publishes_to: tuple[str, ...] = ()
) -> None:
    """Make what is missing (`declare`) or look (`check`), and try whether we may publish.

    Raises SettingsWrong where what exists differs, since nothing mends that by itself and mails could be lost
    by it, and BrokerUnusable where something is missing or not allowed.
    """
    probe = Probe(connection)
    if topology == "declare":
        await make_all(probe)
    else:
        await refuse_missing(probe)
        await refuse_others(probe)
    for exchange in publishes_to:
        await refuse_silence(probe, exchange)
    await probe.close()
    if topology == "check":
        await warn_of_swallowing(connection, publishes_to)


async def make_all(probe: Probe) -> None:
    refusal = await probe.refusal_of(declare)
    if isinstance(refusal, ChannelPreconditionFailed):
        raise differing(refusal)
    if refusal is not None:
        raise not_permitted(refusal)


async def refuse_missing(probe: Probe) -> None:
    looks: dict[str, Act] = {
        **{f"exchange {name}": partial(see_exchange, name=name) for name in EXCHANGES},
        **{f"queue {queue.name}": partial(see_queue, name=queue.name) for queue in QUEUES},
    }
    missing = [what for what, look in looks.items() if await probe.refusal_of(look) is not None]
    if missing:
        raise BrokerUnusable(f"the broker lacks {', '.join(missing)}: import {DEFINITIONS}")


async def see_exchange(channel: AbstractChannel, *, name: str) -> None:
    await channel.get_exchange(name, ensure=True)


async def see_queue(channel: AbstractChannel, *, name: str) -> None:
    await channel.get_queue(name, ensure=True)


async def refuse_others(probe: Probe) -> None:
    """To look compares names only; to declare what is there compares arguments, and changes nothing."""
    acts: list[Act] = [partial(declare_exchange, name=name) for name in EXCHANGES]
    acts += [partial(declare_queue, queue=queue) for queue in QUEUES]
    for act in acts:
        refusal = await probe.refusal_of(act)
        if isinstance(refusal, ChannelPreconditionFailed):
            raise differing(refusal)
        if refusal is not None:
            # The usual case in production: without the right to make things there is no comparing them.
            return


async def refuse_silence(probe: Probe, exchange: str) -> None:
    """Publish and take it back: whoever has no permission hears that, and nothing gets anywhere.

    Otherwise it would show at the first mail, as a channel that is closed, for ever.
    """

    async def publish_nothing(channel: AbstractChannel) -> None:
        target = await channel.get_exchange(exchange, ensure=False)
        transaction = channel.transaction()
        await transaction.select(ANSWER_SECONDS)
        await target.publish(aio_pika.Message(b""), key_into(exchange))
        await transaction.rollback(ANSWER_SECONDS)

    refusal = await probe.refusal_of(publish_nothing)
    if isinstance(refusal, ChannelAccessRefused):
        raise BrokerUnusable(f"the user of AMQP_URL needs the permission to write to the exchange {exchange}")
    if refusal is not None:
        raise BrokerUnusable(words_of(refusal))


async def warn_of_swallowing(connection: AbstractConnection, publishes_to: tuple[str, ...]) -> None:
    """A publish that reaches no queue must come back; an alternate exchange, of a policy too, hides that.

    No more than a warning, since a queue of somebody who listens in on all has the same effect.
    """
    async with connection.channel(publisher_confirms=True, on_return_raises=True) as channel:
        for name in publishes_to:
            # The parking queue takes whatever comes.
            if key_into(name) != "#" and await swallows(channel, name):
                log.warning("unroutable_swallowed", exchange=name)


async def swallows(channel: AbstractChannel, exchange_name: str) -> bool:
    exchange = await channel.get_exchange(exchange_name, ensure=False)
    # Expired as soon as it comes to any queue.
    nothing = aio_pika.Message(b"", expiration=0, type=UNROUTABLE)
    try:
        await exchange.publish(nothing, UNROUTABLE, timeout=ANSWER_SECONDS)
    except PublishError:
        return False
    return True


def differing(refusal: Exception) -> SettingsWrong:
    return SettingsWrong(
        f"The broker differs from {DEFINITIONS}, and mails could be lost by it: {words_of(refusal)}."
    )


def not_permitted(refusal: Exception) -> BrokerUnusable:
    return BrokerUnusable(f"the user of AMQP_URL needs a permission: {words_of(refusal)}")


def words_of(refusal: Exception) -> str:
    """RabbitMQ's own words without its code: they name the queue, the argument and both values."""
    return str(refusal).partition(" - ")[2] or str(refusal)
