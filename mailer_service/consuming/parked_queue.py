"""The parking queue in the hands of an operator: look, send again, throw away.

Whatever is looked at is held by us and by nobody else until the channel closes, which puts it back. RabbitMQ
counts that as a delivery, which is why the queue has a delivery limit that nobody reaches.
"""

from collections.abc import AsyncIterator

import structlog
from aio_pika.abc import AbstractChannel, AbstractIncomingMessage
from aio_pika.exceptions import InvalidFrameError

from mailer_service.consuming.message_copies import replay_copy
from mailer_service.consuming.parked_mail import ParkedMail, read_parked
from shared.broker import CONFIRM_SECONDS
from shared.broker_topology import PARKING_QUEUE
from shared.clock import Clock

# All of them are held in memory until the last one is seen.
MOST_LOOKED_AT = 10_000

log = structlog.get_logger()


class InTheWay(Exception):
    """A message came that ends the connection, behind `seen` others: nobody can look past it."""

    def __init__(self, seen: int) -> None:
        self.seen = seen


class ParkedQueue:
    """`operator` is named in the audit line of whatever he does."""

    def __init__(self, channel: AbstractChannel, clock: Clock, *, operator: str) -> None:
        self._channel = channel
        self._clock = clock
        self._operator = operator
        self._held: dict[int, AbstractIncomingMessage] = {}

    async def mails(self) -> AsyncIterator[ParkedMail]:
        """Those that wait now, the oldest first, at most MOST_LOOKED_AT. Raises InTheWay."""
        queue = await self._channel.get_queue(PARKING_QUEUE)
        # No further: what is sent again and refused again at once would come by again and again.
        waiting = queue.declaration_result.message_count or 0
        for seen in range(min(waiting, MOST_LOOKED_AT)):
            try:
                message = await queue.get(fail=False)
            except InvalidFrameError as error:
                raise InTheWay(seen) from error
            if message is None:
                return
            mail = read_parked(message)
            self._held[mail.delivery_tag] = message
            yield mail

    async def replay(self, mail: ParkedMail) -> None:
        """Send it again, where it came from; the caller has asked for its `hindrance`.

        Published and confirmed, and then taken away: cut off in between it is in both places, never in none.
        """
        message, now = self._held[mail.delivery_tag], self._clock()
        exchange = await self._channel.get_exchange(mail.came_from, ensure=False)
        copy = replay_copy(message, f"{now.isoformat(timespec='seconds')} by {self._operator}")
        await exchange.publish(copy, mail.type, timeout=CONFIRM_SECONDS)
        await message.ack()
        self._tell("parked_replayed", mail)

    async def drop(self, mail: ParkedMail) -> None:
        await self._held[mail.delivery_tag].ack()
        self._tell("parked_dropped", mail)

    def _tell(self, done: str, mail: ParkedMail) -> None:
        """The audit line."""
        log.info(
            done, message_id=mail.id, type=mail.type, to=mail.to, reason=mail.reason, operator=self._operator
        )
