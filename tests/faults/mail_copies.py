"""What came of each event, read off the queues: its reports, and what was parked.

Where auth reads its reports itself, copies of them are kept, and of the events too; they outlive every kill.
"""

import json
from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable

import aio_pika
from aio_pika.abc import AbstractChannel, AbstractConnection, AbstractIncomingMessage

from shared.broker_topology import COMMANDS, EVENTS, PARKING_QUEUE, REPORTS_QUEUE
from tests.faults.facts import ENDINGS
from tests.faults.own_loop import OwnLoop

REPORT_COPIES, EVENT_COPIES = "faults.reports", "faults.events"
PATTERN = "mail.*.v1"

Reader = Callable[[AbstractIncomingMessage], Awaitable[None]]


class MailCopies:
    """By event id: `endings` are the final reports, `published` and `parked` how often it was."""

    def __init__(self, own_loop: OwnLoop, url: str) -> None:
        self.endings: defaultdict[str, Counter[str]] = defaultdict(Counter)
        self.published: Counter[str] = Counter()
        self.parked: Counter[str] = Counter()
        # Reports of mails that are tried again later.
        self.deferred = 0
        self._own_loop = own_loop
        self._url = url
        self._readers: dict[str, Reader] = {
            REPORTS_QUEUE: self._note_report,
            PARKING_QUEUE: self._note_parked,
        }
        self._connection: AbstractConnection | None = None
        self._channel: AbstractChannel | None = None

    def keep(self) -> None:
        """From now on, also of the events; without this, reports are read where auth would."""
        self._own_loop.run(self._keep())

    def read(self) -> None:
        """Take off the queues what is there, and what still comes: no broker is to be killed any more."""
        if self._connection is None:
            self._own_loop.run(self._read())

    def are_all_read(self) -> bool:
        return self._own_loop.run(self._are_all_read())

    def close(self) -> None:
        self._own_loop.run(self._close())

    async def _keep(self) -> None:
        del self._readers[REPORTS_QUEUE]
        self._readers |= {REPORT_COPIES: self._note_report, EVENT_COPIES: self._note_event}
        async with await aio_pika.connect(self._url) as connection, connection.channel() as channel:
            for name, exchange in ((REPORT_COPIES, EVENTS), (EVENT_COPIES, COMMANDS)):
                queue = await channel.declare_queue(name, durable=True, arguments={"x-queue-type": "quorum"})
                await queue.bind(exchange, PATTERN)

    async def _read(self) -> None:
        self._connection = await aio_pika.connect(self._url)
        self._channel = await self._connection.channel()
        for name, note in self._readers.items():
            await (await self._channel.get_queue(name)).consume(note, no_ack=True)

    async def _are_all_read(self) -> bool:
        # On the channel of the deliveries: what was sent to us before these answers has been noted.
        assert self._channel is not None, "nothing is being read"
        found = [await self._channel.declare_queue(name, passive=True) for name in self._readers]
        return not any(queue.declaration_result.message_count for queue in found)

    async def _note_report(self, message: AbstractIncomingMessage) -> None:
        if message.type in ENDINGS:
            self.endings[json.loads(message.body)["subject"]][message.type] += 1
        else:
            self.deferred += 1

    async def _note_event(self, message: AbstractIncomingMessage) -> None:
        self.published[str(message.message_id)] += 1

    async def _note_parked(self, message: AbstractIncomingMessage) -> None:
        self.parked[str(message.message_id)] += 1

    async def _close(self) -> None:
        if self._connection is not None:
            await self._connection.close()
        # Deleting what isn't there is no error.
        async with await aio_pika.connect(self._url) as connection, connection.channel() as channel:
            for name in (REPORT_COPIES, EVENT_COPIES):
                await channel.queue_delete(name)
