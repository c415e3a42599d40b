"""A connection to RabbitMQ that is rebuilt whole whenever it is lost, and publishing that is certain.

Rebuilt whole, with new channels and consumer tags: aio-pika's robust connection restores its parts one by
one, and a consumer restored next to a closing one can look subscribed while nothing reaches it.
"""

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any, Never

import aio_pika
import structlog
from aio_pika.abc import (
    AbstractChannel,
    AbstractConnection,
    AbstractExchange,
    AbstractIncomingMessage,
    HeadersType,
)
from aio_pika.exceptions import (
    AMQPError,
    AuthenticationError,
    ChannelInvalidStateError,
    InvalidFrameError,
    ProbableAuthenticationError,
)

from shared.broker_check import BrokerUnusable, Topology, settle_topology
from shared.mail_contract import CONTENT_TYPE, Envelope, encode
from shared.readiness import Trouble
from shared.settings import SettingsWrong
from shared.tracing import TRACEPARENT

Work = Callable[[AbstractConnection], Awaitable[None]]
Handler = Callable[[AbstractIncomingMessage], Awaitable[None]]

CONNECT_SECONDS = 10
CONFIRM_SECONDS = 30
# A blip mends itself within a second, a broker's start takes some ten.
FIRST_PAUSE_SECONDS = 0.5
LONGEST_PAUSE_SECONDS = 10.0
LONGEST_PAUSE_AFTER_WORK_SECONDS = 60.0
STEADY_SECONDS = 30.0

log = structlog.get_logger()


class BrokerLost(Exception):
    """The connection, channel or consumer ended under the work that used it."""


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
        self._trouble: Trouble = "not connected yet"

    async def trouble(self) -> Trouble:
        return self._trouble

    def note_connected(self) -> None:
        self._trouble = None
        log.info("broker_connected", connection=self.name)

    def note_lost(self, error: BaseException) -> None:
        self._trouble = str(error) or type(error).__name__
        # What its operator must mend is an error; a connection that is lost mends itself.
        tell = log.error if isinstance(error, BrokerUnusable) else log.warning
        tell("broker_lost", connection=self.name, reason=self._trouble)


async def stay_connected(url: str, work: Work, *, link: BrokerLink, topology: Topology) -> Never:
    """Run `work` on a connection, for ever: connect anew, with growing pauses, when either of them ends.

    Raises SettingsWrong where the broker doesn't let us in, or differs from what we need.
    """
    pause = FIRST_PAUSE_SECONDS / 2
    while True:
        lived = await live_once(url, work, link=link, topology=topology)
        pause = next_pause(pause, lived)
        await asyncio.sleep(pause)


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
        link.note_lost(error)
    return 0.0 if began is None else loop.time() - began


async def open_connection(url: str, name: str) -> AbstractConnection:
    return await aio_pika.connect(url, timeout=CONNECT_SECONDS, client_properties={"connection_name": name})


async def until_closed(connection: AbstractConnection, work: Work) -> None:
    """Let `work` run until it ends or the connection does; the latter raises BrokerLost."""
    closed: asyncio.Future[str] = asyncio.get_running_loop().create_future()

    def note_closing(_: object, error: BaseException | None) -> None:
        if not closed.done():
            closed.set_result(str(error or "closed"))

    connection.close_callbacks.add(note_closing)
    working = asyncio.ensure_future(work(connection))
    try:
        either: set[asyncio.Future[Any]] = {working, closed}
        await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
        if not working.done():
            raise BrokerLost(closed.result())
        working.result()
    finally:
        working.cancel()
        await asyncio.wait({working})


async def consume(channel: AbstractChannel, queue_name: str, handler: Handler, *, prefetch: int) -> Never:
    """Hand every message of the queue to `handler`; raises BrokerLost when the consumer is no more."""
    ended: asyncio.Future[str] = asyncio.get_running_loop().create_future()

    def note_end(*_: object) -> None:
        if not ended.done():
            ended.set_result(f"the consumer of {queue_name} was ended by the broker")

    channel.close_callbacks.add(note_end)
    # A queue that is deleted cancels its consumers and closes nothing: without this, silence for ever.
    (await channel.get_underlay_channel()).on_consumer_cancel_callbacks.add(note_end)
    await channel.set_qos(prefetch_count=prefetch)
    queue = await channel.get_queue(queue_name, ensure=False)
    await queue.consume(partial(handle_safely, handler))
    raise BrokerLost(await ended)


async def handle_safely(handler: Handler, message: AbstractIncomingMessage) -> None:
    """The edge of a consumer: a message that trips a bug is parked, so that it can't be stuck unseen."""
    try:
        await handler(message)
    except BROKER_ERRORS as error:
        # The connection went away under it: the broker delivers the message again.
        log.warning("message_returned", message_id=message.message_id, reason=str(error))
    except Exception:
        # The edge of the process: unanswered, the message would be kept from everybody until a restart.
        log.exception("message_tripped_a_bug", message_id=message.message_id)
        await message.reject(requeue=False)


async def publishing_channel(connection: AbstractConnection) -> AbstractChannel:
    """A channel on which a publish is confirmed, and a message that reaches no queue raises."""
    channel = connection.channel(publisher_confirms=True, on_return_raises=True)
    await channel.initialize()
    return channel


async def publish_event(
    exchange: AbstractExchange, event: Envelope, *, key: str, headers: HeadersType | None = None
) -> None:
    """Publish persistent, mandatory, confirmed: returns once the broker has it safe, or raises."""
    await exchange.publish(event_message(event, headers), key, timeout=CONFIRM_SECONDS)


def event_message(event: Envelope, headers: HeadersType | None = None) -> aio_pika.Message:
    traced: HeadersType = {TRACEPARENT: event.traceparent} if event.traceparent else {}
    return aio_pika.Message(
        encode(event),
        message_id=str(event.id),
        correlation_id=event.correlationid,
        type=event.type,
        timestamp=event.time,
        app_id=event.source.removeprefix("/"),
        content_type=CONTENT_TYPE,
        delivery_mode=aio_pika.DeliveryMode.PERSISTENT,
        headers={**traced, **(headers or {})},
    )
