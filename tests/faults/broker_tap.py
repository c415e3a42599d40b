"""Copies of all that is published, as anybody with a right to read could make them."""

import threading
from collections.abc import Iterable

import aio_pika
from aio_pika.abc import AbstractConnection, AbstractIncomingMessage

from shared.broker_topology import COMMANDS, EVENTS, PARKING, RETRY, TIERS
from tests.faults.own_loop import OwnLoop

MORE_SECONDS = 30.0
# A direct exchange knows no pattern for all.
KEYS: dict[str, Iterable[str]] = {COMMANDS: ("#",), EVENTS: ("#",), PARKING: ("#",), RETRY: tuple(TIERS)}


class BrokerTap:
    """Listens from `open` on, in the loop that opened it, until the broker or the loop ends."""

    def __init__(self, own_loop: OwnLoop, url: str) -> None:
        self.messages: list[AbstractIncomingMessage] = []
        self._own_loop = own_loop
        self._url = url
        self._connection: AbstractConnection | None = None
        self._more = threading.Condition()

    @property
    def events(self) -> list[AbstractIncomingMessage]:
        """What auth published, doubles too."""
        return [message for message in self.messages if message.exchange == COMMANDS]

    @property
    def reports(self) -> list[AbstractIncomingMessage]:
        """What the mailer published about its mails."""
        return [message for message in self.messages if message.exchange == EVENTS]

    @property
    def event_ids(self) -> set[str | None]:
        return {message.message_id for message in self.events}

    @property
    def exchanges(self) -> set[str | None]:
        """Where something was published."""
        return {message.exchange for message in self.messages}

    def open(self) -> None:
        self._own_loop.run(self._open())

    def close(self) -> None:
        if self._connection is not None:
            self._own_loop.run(self._connection.close())

    def wait_for_more(self, events: int) -> None:
        """Return in the very moment in which so many more have been published."""
        with self._more:
            enough = len(self.events) + events
            assert self._more.wait_for(lambda: len(self.events) >= enough, MORE_SECONDS), "too few events"

    async def _open(self) -> None:
        self._connection = await aio_pika.connect(self._url)
        channel = await self._connection.channel()
        queue = await channel.declare_queue(exclusive=True)
        for exchange, keys in KEYS.items():
            for key in keys:
                await queue.bind(exchange, key)
        await queue.consume(self._keep, no_ack=True)

    async def _keep(self, message: AbstractIncomingMessage) -> None:
        with self._more:
            self.messages.append(message)
            self._more.notify_all()
