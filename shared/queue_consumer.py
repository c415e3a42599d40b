"""One consumer of a queue, which can rest, survives what can't be read, and notices when it is fed nothing.

It lives longer than its connections, each of which gets a channel and a consumer tag of its own.
"""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Never

import structlog
from aio_pika import IncomingMessage
from aio_pika.abc import AbstractChannel, AbstractConnection, AbstractIncomingMessage
from aiormq.abc import DeliveredMessage
from prometheus_client import Gauge

from shared.broker import BROKER_ERRORS, BrokerLink, BrokerLost, loss, until_one_ends
from shared.metrics import REGISTRY
from shared.readiness import Trouble

Handler = Callable[[AbstractIncomingMessage], Awaitable[None]]
NoteEnd = Callable[..., None]

LOOK_SECONDS = 10.0
ANSWER_SECONDS = 5.0
CAREFUL_SECONDS = 10.0
LOOKS_OF_A_STALL = 2
LOOKS_OF_A_RENEWAL = 3
# A first time that nothing comes is a reason for a new connection, a second time for a new process.
STALLS_OF_THE_DEAD = 2

STALLED = Gauge(
    "dnr_dispatch_stalled",
    "How many times in a row messages waited in the queue and none came here, though there was room.",
    ("queue",),
    registry=REGISTRY,
)

log = structlog.get_logger()


class ReceivedMessage(IncomingMessage):
    # aio_pika's own asks at each of twenty attributes whether the message may still be changed.
    __setattr__ = object.__setattr__  # type: ignore[assignment]  # it takes any value.


async def for_ever() -> None:
    await asyncio.Event().wait()


async def at_once() -> None:
    """Nothing to wait for."""


@dataclass(frozen=True)
class Appetite:
    """When messages are wanted: each returns once that is so."""

    until_wanted: Callable[[], Awaitable[object]] = at_once
    until_unwanted: Callable[[], Awaitable[object]] = for_ever


ALWAYS = Appetite()


class QueueConsumer:
    def __init__(
        self, queue_name: str, *, prefetch: int, link: BrokerLink, appetite: Appetite = ALWAYS
    ) -> None:
        self._queue_name = queue_name
        self._prefetch = prefetch
        self._link = link
        self._appetite = appetite
        self._stopping = asyncio.Event()
        self._stale = asyncio.Event()
        self._resting = asyncio.Event()
        self._resting.set()
        self._slots = prefetch
        self._in_hand = 0
        self._dispatched = 0
        self._stalls = 0
        STALLED.labels(queue_name).set(0)

    async def run(self, connection: AbstractConnection, handler: Handler) -> Never:
        """Hand every message of the queue to `handler`; raises BrokerLost when there will be no more."""
        ended: asyncio.Future[BaseException | None] = asyncio.get_running_loop().create_future()

        def note_end(_: object, error: BaseException | None = None) -> None:
            if not ended.done():
                ended.set_result(error)

        await until_one_ends(ended, self._consume(connection, handler, note_end), self._watch(connection))
        raise loss(ended.result() or BrokerLost(f"the broker ended the consumer of {self._queue_name}"))

    async def stop(self) -> None:
        """Take no more, now and on later connections; returns when the broker will send none."""
        self._stopping.set()
        await self._resting.wait()

    async def stalled(self) -> Trouble:
        if self._stalls < STALLS_OF_THE_DEAD:
            return None
        return f"messages wait in {self._queue_name}, and none came here on {self._stalls} connections"

    async def _consume(self, connection: AbstractConnection, handler: Handler, note_end: NoteEnd) -> Never:
        channel = await open_channel(connection, note_end)
        while True:
            await until_one_ends(self._appetite.until_wanted(), self._stopping.wait())
            if self._stopping.is_set():
                await for_ever()
            self._resting.clear()
            try:
                tag = await self._subscribe(channel, handler)
                await until_one_ends(
                    self._appetite.until_unwanted(),
                    self._stopping.wait(),
                    self._until_trusting(),
                    self._stale.wait(),
                )
                await (await channel.get_underlay_channel()).basic_cancel(tag, timeout=ANSWER_SECONDS)
            finally:
                self._resting.set()
            if self._stale.is_set() and not self._in_hand:
                await close_quietly(channel, note_end)
                channel = await open_channel(connection, note_end)
            self._stale.clear()

    async def _subscribe(self, channel: AbstractChannel, handler: Handler) -> str:
        """The tag, a new one each time: what is still on its way to an old one can't be mistaken."""
        self._slots = 1 if self._link.is_careful else self._prefetch
        await channel.set_qos(prefetch_count=self._slots, timeout=ANSWER_SECONDS)
        # Below aio_pika's own `consume`, which makes a task more for each message.
        underlay = await channel.get_underlay_channel()
        consuming = await underlay.basic_consume(
            self._queue_name, partial(self._dispatch, handler), timeout=ANSWER_SECONDS
        )
        return str(consuming.consumer_tag)

    async def _until_trusting(self) -> None:
        """Never returns where all was trusted anyway."""
        if not self._link.is_careful:
            await for_ever()
        await asyncio.sleep(CAREFUL_SECONDS)
        self._link.is_careful = False

    async def _dispatch(self, handler: Handler, delivered: DeliveredMessage) -> None:
        self._dispatched += 1
        self._in_hand += 1
        if self._stalls:
            self._note_stalls(0)
        try:
            await handle_safely(handler, delivered)
        finally:
            self._in_hand -= 1

    async def _watch(self, connection: AbstractConnection) -> Never:
        """Raise BrokerLost where messages wait, there is room for them here, and none comes.

        Where none waits either, subscribe anew now and then: when a queue is deleted and made again within
        milliseconds, RabbitMQ hands its messages out to the former consumer, and its channel drops them. They
        count as being at hand here, and only the end of that channel brings them back.
        """
        quiet = starved = 0
        while starved < LOOKS_OF_A_STALL:
            dispatched = self._dispatched
            await asyncio.sleep(LOOK_SECONDS)
            is_quiet = self._dispatched == dispatched and self._in_hand < self._slots
            quiet = quiet + 1 if is_quiet and not self._resting.is_set() else 0
            starved = starved + 1 if quiet and await self._waiting(connection) else 0
            if quiet and quiet % LOOKS_OF_A_RENEWAL == 0 and not self._in_hand:
                self._stale.set()
        self._note_stalls(self._stalls + 1)
        raise BrokerLost(f"messages wait in {self._queue_name}, and none comes here")

    async def _waiting(self, connection: AbstractConnection) -> bool:
        async with connection.channel(publisher_confirms=False) as channel:
            queue = await channel.declare_queue(self._queue_name, passive=True, timeout=ANSWER_SECONDS)
        return bool(queue.declaration_result.message_count)

    def _note_stalls(self, stalls: int) -> None:
        self._stalls = stalls
        STALLED.labels(self._queue_name).set(stalls)


async def open_channel(connection: AbstractConnection, note_end: NoteEnd) -> AbstractChannel:
    channel = connection.channel(publisher_confirms=False)
    await channel.initialize()
    channel.close_callbacks.add(note_end)
    # A queue that is deleted cancels its consumers and closes nothing: without this, silence for ever.
    (await channel.get_underlay_channel()).on_consumer_cancel_callbacks.add(note_end)
    return channel


async def close_quietly(channel: AbstractChannel, note_end: NoteEnd) -> None:
    channel.close_callbacks.discard(note_end)
    # The broker may take its time over a channel whose queue was deleted: then all begins anew.
    async with asyncio.timeout(ANSWER_SECONDS):
        await channel.close()


async def handle_safely(handler: Handler, delivered: DeliveredMessage) -> None:
    """The edge of a consumer: a message that trips a bug is parked, so that it can't be stuck unseen."""
    try:
        await handler(ReceivedMessage(delivered))
    except BROKER_ERRORS as error:
        # The connection went away under it: the broker delivers the message again.
        message_id = delivered.header.properties.message_id
        log.warning("message_returned", message_id=message_id, reason=str(error))
    except Exception:
        # The edge of the process: unanswered, the message would be kept from everybody until a restart.
        log.exception("message_tripped_a_bug", message_id=delivered.header.properties.message_id)
        with suppress(*BROKER_ERRORS):
            await delivered.channel.basic_reject(delivered.delivery_tag or 0, requeue=False)
