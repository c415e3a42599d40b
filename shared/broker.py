"""A connection to RabbitMQ that is rebuilt whole whenever it is lost, and publishing that is certain.

Rebuilt whole, with new channels and consumer tags: aio-pika's robust connection restores its parts one by
one, and a consumer restored next to a closing one can look subscribed while nothing reaches it.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Never, cast

import aio_pika
import aiormq
import structlog
from aio_pika.abc import AbstractChannel, AbstractConnection, AbstractExchange
from aio_pika.exceptions import (
    AMQPError,
    AuthenticationError,
    ChannelInvalidStateError,
    InvalidFrameError,
    ProbableAuthenticationError,
)
from aiormq.exceptions import ChannelAccessRefused

from shared.broker_check import BrokerUnusable, Topology, not_permitted, settle_topology
from shared.mail_contract import CONTENT_TYPE, Envelope, encode
from shared.readiness import Trouble
from shared.settings import SettingsWrong
from shared.tracing import TRACEPARENT

Properties = aiormq.spec.Basic.Properties
Work = Callable[[AbstractConnection], Awaitable[None]]

CONNECT_SECONDS = 10
CONFIRM_SECONDS = 30
# A blip mends itself within a second, a broker's start takes some ten.
FIRST_PAUSE_SECONDS = 0.5
LONGEST_PAUSE_SECONDS = 10.0
LONGEST_PAUSE_AFTER_WORK_SECONDS = 60.0
STEADY_SECONDS = 30.0
# Nobody else's deliveries are counted meanwhile, and the message is in the way until its fuse has blown.
PAUSE_AFTER_UNREADABLE_SECONDS = 0.1

log = structlog.get_logger()


class BrokerLost(Exception):
    """The connection, channel or consumer ended under the work that used it."""


class UnreadableMessage(BrokerLost):
    """The broker sent a message whose properties break the protocol library, and the connection with it."""


# What may go wrong between us and the broker. ChannelInvalidStateError is what a channel raises
# when it was closed a moment ago.
BROKER_ERRORS = (BrokerLost, BrokerUnusable, TimeoutError, AMQPError, ChannelInvalidStateError, OSError)


class BrokerLink:
    """One connection by name, and what is wrong with it, for whoever asks whether we are ready.

    `publishes_to`: the exchanges on which it needs the permission to write.
    """

    def __init__(self, name: str, *, publishes_to: tuple[str, ...] = ()) -> None:
        self.name = name
        self.publishes_to = publishes_to
        # An unreadable message ends the connection each time that it is handed out, and counts against the
        # delivery limit of all that were handed out with it: from then on one at a time, until it is parked.
        self.is_careful = False
        self.met_unreadable = False
        self._trouble: Trouble = "not connected yet"

    async def trouble(self) -> Trouble:
        return self._trouble

    def note_connected(self) -> None:
        self._trouble = None
        log.info("broker_connected", connection=self.name)

    def note_lost(self, error: BaseException) -> None:
        self._trouble = str(error) or type(error).__name__
        self.met_unreadable = isinstance(error, UnreadableMessage)
        self.is_careful |= self.met_unreadable
        # What its operator must mend is an error; a connection that is lost mends itself.
        tell = log.error if isinstance(error, BrokerUnusable | UnreadableMessage) else log.warning
        tell("broker_lost", connection=self.name, reason=self._trouble)


async def stay_connected(url: str, work: Work, *, link: BrokerLink, topology: Topology) -> Never:
    """Run `work` on a connection, for ever: connect anew, with growing pauses, when either of them ends.

    Raises SettingsWrong where the broker doesn't let us in, or differs from what we need.
    """
    pause = FIRST_PAUSE_SECONDS / 2
    while True:
        lived = await live_once(url, work, link=link, topology=topology)
        pause = next_pause(pause, lived)
        await asyncio.sleep(PAUSE_AFTER_UNREADABLE_SECONDS if link.met_unreadable else pause)


def next_pause(pause: float, lived: float) -> float:
    """`lived`: for how many seconds the work went on; 0 where there was no connection."""
    if lived >= STEADY_SECONDS:
        return FIRST_PAUSE_SECONDS
    # Every early end counts against the delivery limit of each message at hand: trying again without
    # pause would park them all, innocent as they are, within half a minute.
    longest = LONGEST_PAUSE_AFTER_WORK_SECONDS if lived else LONGEST_PAUSE_SECONDS
    return min(pause * 2, longest)


async def live_once(url: str, work: Work, *, link: BrokerLink, topology: Topology) -> float:
    loop = asyncio.get_running_loop()
    began = None
    try:
        async with await open_connection(url, link.name) as connection:
            await settle_topology(connection, topology, link.publishes_to)
            link.note_connected()
            began = loop.time()
            await until_closed(connection, work)
    except (AuthenticationError, ProbableAuthenticationError):
        # No broker mends this by itself: better to stop with the setting's name than to try for ever.
        raise SettingsWrong("AMQP_URL is wrong: the broker refuses its user or password.") from None
    except BROKER_ERRORS as error:
        if began is None and isinstance(error, InvalidFrameError):
            # What aiormq makes of a broker that closes instead of opening the vhost.
            raise SettingsWrong("AMQP_URL is wrong: the broker refuses its vhost.") from None
        link.note_lost(loss(error) if isinstance(error, AMQPError) else error)
    return 0.0 if began is None else loop.time() - began


async def open_connection(url: str, name: str, *, heartbeat: int | None = None) -> AbstractConnection:
    """`heartbeat`: in seconds; it ends once nothing came for a little over three times as long.

    Raises one of BROKER_ERRORS, AuthenticationError and ProbableAuthenticationError among them.
    """
    try:
        return await aio_pika.connect(
            url, timeout=CONNECT_SECONDS, heartbeat=heartbeat, client_properties={"connection_name": name}
        )
    except StopAsyncIteration:
        # What aiormq makes of an end that came early: a balancer that finds no broker behind it hangs up.
        raise BrokerLost("the connection ended before the broker had said a word") from None


async def until_closed(connection: AbstractConnection, work: Work) -> None:
    """Let `work` run until it ends or the connection does; the latter raises BrokerLost."""
    closed: asyncio.Future[BaseException | None] = asyncio.get_running_loop().create_future()

    def note_closing(_: object, error: BaseException | None) -> None:
        if not closed.done():
            closed.set_result(error)

    connection.close_callbacks.add(note_closing)
    await until_one_ends(work(connection), closed)
    raise loss(closed.result())


def loss(error: BaseException | None) -> BrokerLost | BrokerUnusable:
    """What it means for us that a connection or a channel was closed because of `error`."""
    if isinstance(error, ChannelAccessRefused):
        return not_permitted(error)
    if isinstance(error, InvalidFrameError):
        return UnreadableMessage(f"a message can't be read, and will be parked: {error}")
    return BrokerLost(str(error or "closed"))


async def until_one_ends(*works: Awaitable[object]) -> None:
    """Do all side by side until the first of them ends, raise what that raises, and cancel the others."""
    tasks = [asyncio.ensure_future(work) for work in works]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in tasks:
            if task.done():
                task.result()
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)


async def publishing_channel(connection: AbstractConnection) -> AbstractChannel:
    """A channel on which a publish is confirmed, and a message that reaches no queue raises."""
    channel = connection.channel(publisher_confirms=True, on_return_raises=True)
    await channel.initialize()
    return channel


async def publish_event(exchange: AbstractExchange, event: Envelope, *, key: str) -> None:
    """Publish persistent, mandatory, confirmed: returns once the broker has it safe, or raises."""
    await publish(exchange, encode(event), event_properties(event), key, seconds=CONFIRM_SECONDS)


async def publish(
    exchange: AbstractExchange, body: bytes, properties: Properties, key: str, *, seconds: float | None
) -> None:
    """Returns once the broker has it safe; `exchange` must be of a `publishing_channel`.

    Raises DeliveryError where the broker won't take it or it reaches no queue, and one of BROKER_ERRORS where
    that isn't known: after `seconds`, or when the channel ends.
    """
    # Below aio_pika's own `publish`, which also waits until the socket has it: the confirm says that too.
    channel = await cast(aio_pika.Exchange, exchange).channel.get_underlay_channel()
    await cast(aiormq.Channel, channel).basic_publish(
        body,
        exchange=exchange.name,
        routing_key=key,
        properties=properties,
        mandatory=True,
        timeout=seconds,
        wait=False,
    )


def event_properties(event: Envelope) -> Properties:
    return Properties(
        message_id=str(event.id),
        correlation_id=event.correlationid,
        message_type=event.type,
        timestamp=event.time,
        app_id=event.source.removeprefix("/"),
        content_type=CONTENT_TYPE,
        delivery_mode=aio_pika.DeliveryMode.PERSISTENT,
        headers={TRACEPARENT: event.traceparent} if event.traceparent else None,
    )
