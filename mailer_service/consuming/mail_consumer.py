"""One message from the queue to its end: decode, prepare, send, settle."""

import asyncio
from contextlib import suppress
from typing import Never
from uuid import UUID

import structlog
from aio_pika.abc import AbstractConnection, AbstractIncomingMessage
from opentelemetry.trace import SpanKind

from mailer_service.consuming.handover import Handover, HeldTooLong, TooLate
from mailer_service.consuming.outcomes import Outcomes
from mailer_service.sending.smtp_relay import Draining
from mailer_service.writing.unmailable import Unmailable
from shared.address_masking import masked_address
from shared.broker import BROKER_ERRORS, open_connection, publishing_channel, until_closed
from shared.clock import Clock
from shared.correlation import trace_of
from shared.mail_contract import Envelope, Undecodable, decode
from shared.mail_facts import Fact
from shared.queue_consumer import QueueConsumer
from shared.tracing import span

CANCEL_SECONDS = 3.0
# What is published waits for its confirm for as long as the connection lives, so one to a broker that is gone
# must end soon.
HEARTBEAT_SECONDS = 10

log = structlog.get_logger()


class MailConsumer:
    def __init__(self, *, amqp_url: str, queue: QueueConsumer, handover: Handover, clock: Clock) -> None:
        self._amqp_url = amqp_url
        self._queue = queue
        self._handover = handover
        self._clock = clock
        self._handling: set[asyncio.Task[None]] = set()

    async def work(self, connection: AbstractConnection) -> None:
        """Consume on `connection` until it ends, or a second one that is for publishing.

        Two, because the broker stops reading from a connection that publishes too fast: acks would wait.
        """
        async with await open_connection(
            self._amqp_url, "mailer publishing", heartbeat=HEARTBEAT_SECONDS
        ) as publishing:
            await until_closed(publishing, lambda _: self._consume(connection, publishing))

    async def drain(self, seconds: float) -> None:
        """Take no new message, hand back those not begun, and finish the others, in at most `seconds`."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + seconds
        # Bounded: a broker that is frozen must not keep what is under way from ending.
        with suppress(*BROKER_ERRORS):
            async with asyncio.timeout(CANCEL_SECONDS):
                await self._queue.stop()
        self._handover.drain()
        if self._handling:
            _, unfinished = await asyncio.wait(self._handling, timeout=max(deadline - loop.time(), 0))
            log.info("mailer_drained", unfinished=len(unfinished))

    async def _consume(self, connection: AbstractConnection, publishing: AbstractConnection) -> Never:
        outcomes = await Outcomes.on(await publishing_channel(publishing), self._clock)

        async def handle(message: AbstractIncomingMessage) -> None:
            try:
                await self._tracked(message, outcomes)
            except BROKER_ERRORS as error:
                # An ack fails when its connection is gone; the message comes back and joins its send.
                log.warning("settling_failed", message_id=message.message_id, reason=str(error))
                # Where only a channel died, the connections have to follow, or nothing would start anew.
                await publishing.close()

        await self._queue.run(connection, handle)

    async def _tracked(self, message: AbstractIncomingMessage, outcomes: Outcomes) -> None:
        task = asyncio.current_task()
        assert task is not None  # noqa: S101 - a coroutine that runs has a task.
        self._handling.add(task)
        try:
            await self._handle(message, outcomes)
        finally:
            self._handling.discard(task)

    async def _handle(self, message: AbstractIncomingMessage, outcomes: Outcomes) -> None:
        # Never unbound: each message has a task, and with it a context, of its own.
        structlog.contextvars.bind_contextvars(message_id=message.message_id)
        try:
            event = decode(message.body)
        except Undecodable as error:
            await park(message, outcomes, event_id_of(message), Unmailable("undecodable", str(error)))
            return
        if not isinstance(fact := event.data, Fact):
            misplaced = Unmailable("wrong_queue", f"{event.type} is a report, not a fact to mail")
            await park(message, outcomes, None, misplaced)
            return
        with span(f"deliver {event.type}", SpanKind.CONSUMER, event.traceparent) as opened:
            structlog.contextvars.bind_contextvars(
                correlation_id=event.correlationid,
                kind=fact.kind,
                to=masked_address(fact.to),
                **trace_of(opened),
            )
            await self._mail(message, outcomes, event, fact)

    async def _mail(
        self, message: AbstractIncomingMessage, outcomes: Outcomes, event: Envelope, fact: Fact
    ) -> None:
        try:
            answer = await self._handover.answer(event, fact)
        except Unmailable as refusal:
            await park(message, outcomes, event.id, refusal)
        except TooLate:
            await outcomes.expire(message, event)
        except HeldTooLong:
            await outcomes.hand_back(message)
        except Draining:
            await message.nack(requeue=True)
        except Exception as bug:
            # The edge of the process: the queue goes on, and a person looks at this one.
            log.exception("mail_failed")
            await park(message, outcomes, event.id, Unmailable("internal_error", type(bug).__name__))
        else:
            await outcomes.settle(message, event, answer)


def event_id_of(message: AbstractIncomingMessage) -> UUID | None:
    """The event whose body can't be read, by the message id, which is the same."""
    given = message.message_id or ""
    try:
        event_id = UUID(given)
    except ValueError:
        return None
    # Without hyphens it is none of ours: aiormq makes such up for a message that has no id.
    return event_id if str(event_id) == given else None


async def park(
    message: AbstractIncomingMessage, outcomes: Outcomes, event_id: UUID | None, refusal: Unmailable
) -> None:
    log.error("message_parked", reason=refusal.reason, detail=refusal.detail)
    await outcomes.park(message, event_id, str(refusal))
