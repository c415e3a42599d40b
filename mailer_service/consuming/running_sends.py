"""The sends of this process: at most one per event at a time, living on when the broker connection drops.

aio-pika cancels a consumer's callback when its connection is lost, and the broker hands the message out
again at once. A send cut off in the middle of DATA may have arrived, so it runs in a task of its own; the
message, coming back, joins it or finds that the mail has been delivered.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Coroutine
from typing import Any
from uuid import UUID

from mailer_service.sending.smtp_answers import Answer, Delivered, RelayDown

# A redelivery follows within seconds; this is some minutes of a busy process.
REMEMBERED = 10_000


class RunningSends:
    def __init__(self, *, remembered: int = REMEMBERED) -> None:
        self._running: dict[UUID, asyncio.Task[Answer | RelayDown]] = {}
        # The replies to what was delivered: after any other answer another try is right. By the numbers of
        # the events, which take a third less memory than the events' ids and the answers themselves.
        self._delivered: OrderedDict[int, str] = OrderedDict()
        self._remembered = remembered

    def __contains__(self, event_id: UUID) -> bool:
        return event_id in self._running or event_id.int in self._delivered

    async def join(self, event_id: UUID) -> Answer | RelayDown:
        """The answer of the send of this event that was just delivered or is running; KeyError if neither."""
        if (reply := self._delivered.get(event_id.int)) is not None:
            return Delivered(reply)
        return await asyncio.shield(self._running[event_id])

    async def start(
        self, event_id: UUID, send: Coroutine[Any, Any, Answer | RelayDown]
    ) -> Answer | RelayDown:
        """Run `send` to its end, whatever becomes of the caller."""
        task = asyncio.create_task(send)
        self._running[event_id] = task
        task.add_done_callback(lambda done: self._note_end(event_id, done))
        return await asyncio.shield(task)

    def _note_end(self, event_id: UUID, task: asyncio.Task[Answer | RelayDown]) -> None:
        del self._running[event_id]
        # Who waits gets the exception; where nobody does, the message comes back and meets it again.
        if task.cancelled() or task.exception() is not None:
            return
        answer = task.result()
        if isinstance(answer, Delivered):
            self._delivered[event_id.int] = answer.reply
            if len(self._delivered) > self._remembered:
                self._delivered.popitem(last=False)
