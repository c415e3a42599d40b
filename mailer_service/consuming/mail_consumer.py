"""One message from the queue to its end: decode, prepare, send, settle."""

import asyncio
from contextlib import suppress
from typing import Never
from uuid import UUID

import aiormq
import structlog
from aio_pika.abc import AbstractChannel, AbstractConnection, AbstractIncomingMessage

from mailer_service.consuming.outcomes import Outcomes
from mailer_service.consuming.running_sends import RunningSends
from mailer_service.sending.smtp_answers import Answer, RelayDown
from mailer_service.sending.smtp_delivery import SmtpSession
from mailer_service.sending.smtp_relay import SESSIONS, Draining, SmtpRelay
from mailer_service.writing.composing import ComposedMail
from mailer_service.writing.mail_preparation import MailPreparation
from mailer_service.writing.unmailable import Unmailable
from shared.address_masking import masked_address
from shared.broker import BROKER_ERRORS, consume, open_connection, publishing_channel, until_closed
from shared.broker_topology import SEND_QUEUE
from shared.clock import Clock
from shared.correlation import continuing
from shared.mail_contract import Envelope, Undecodable, decode
from shared.mail_facts import Fact

# One being sent and one at hand for every session. More would only be more to hand out again after a loss.
PREFETCH = 2 * SESSIONS
# RabbitMQ ends the channel of whoever keeps a message for 30 minutes (consumer_timeout).
LONGEST_HOLD_SECONDS = 20 * 60.0
CANCEL_SECONDS = 3.0

log = structlog.get_logger()


class TooLate(Exception):
    """The mail has expired: what it says is no longer of use."""


class HeldTooLong(Exception):
    """The relay stayed down until the mail expired, or for as long as the broker lets us keep a message."""


class MailConsumer:
    def __init__(
        self,
        *,
        amqp_url: str,
        preparation: MailPreparation,
        relay: SmtpRelay,
        sends: RunningSends,
        clock: Clock,
    ) -> None:
        self._amqp_url = amqp_url
        self._preparation = preparation
        self._relay = relay
        self._sends = sends
        self._clock = clock
        self._channel: AbstractChannel | None = None
        self._handling: set[asyncio.Task[None]] = set()

    async def work(self, connection: AbstractConnection) -> None:
        """Consume on `connection` until it ends, or a second one that is for publishing.

        Two, because the broker stops reading from a connection that publishes too fast: acks would wait.
        """
        async with await open_connection(self._amqp_url, "mailer publishing") as publishing:
            await until_closed(publishing, lambda _: self._consume(connection, publishing))

    async def drain(self, seconds: float) -> None:
        """Take no new message, hand back those not begun, and finish the others, in at most `seconds`."""
        # Bounded: a broker that is frozen must not keep what is under way from ending.
        with suppress(*BROKER_ERRORS):
            async with asyncio.timeout(CANCEL_SECONDS):
                await self._stop_consuming()
        self._relay.drain()
        if self._handling:
            _, unfinished = await asyncio.wait(self._handling, timeout=seconds)
            log.info("mailer_drained", unfinished=len(unfinished))

    async def _stop_consuming(self) -> None:
        if self._channel is None or self._channel.is_closed:
            return
        channel = await self._channel.get_underlay_channel()
        if isinstance(channel, aiormq.Channel):
            for tag in list(channel.consumers):
                await channel.basic_cancel(tag)

    async def _consume(self, connection: AbstractConnection, publishing: AbstractConnection) -> Never:
        outcomes = await Outcomes.on(await publishing_channel(publishing), self._clock)
        self._channel = connection.channel()
        await self._channel.initialize()

        async def handle(message: AbstractIncomingMessage) -> None:
            try:
                await self._tracked(message, outcomes)
            except BROKER_ERRORS as error:
                # An ack fails when its connection is gone; the message comes back and joins its send.
                log.warning("settling_failed", message_id=message.message_id, reason=str(error))
                # Where only a channel died, the connections have to follow, or nothing would start anew.
                await publishing.close()

        await consume(self._channel, SEND_QUEUE, handle, prefetch=PREFETCH)

    async def _tracked(self, message: AbstractIncomingMessage, outcomes: Outcomes) -> None:
        task = asyncio.current_task()
        assert task is not None  # noqa: S101 - a coroutine that runs has a task.
        self._handling.add(task)
        try:
            await self._handle(message, outcomes)
        finally:
            self._handling.discard(task)

    async def _handle(self, message: AbstractIncomingMessage, outcomes: Outcomes) -> None:
        with structlog.contextvars.bound_contextvars(message_id=message.message_id):
            try:
                event = decode(message.body)
            except Undecodable as error:
                await park(message, outcomes, event_id_of(message), Unmailable("undecodable", str(error)))
                return
            if not isinstance(fact := event.data, Fact):
                misplaced = Unmailable("wrong_queue", f"{event.type} is a report, not a fact to mail")
                await park(message, outcomes, None, misplaced)
                return
            with (
                continuing(event.origin, f"deliver {event.type}"),
                structlog.contextvars.bound_contextvars(kind=fact.kind, to=masked_address(fact.to)),
            ):
                await self._mail(message, outcomes, event, fact)

    async def _mail(
        self, message: AbstractIncomingMessage, outcomes: Outcomes, event: Envelope, fact: Fact
    ) -> None:
        try:
            answer = await self._answer(event, fact)
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

    async def _answer(self, event: Envelope, fact: Fact) -> Answer:
        # One that is on its way, or has arrived, is not too late, whatever the time is now.
        if event.id not in self._sends:
            self._check_in_time(fact)
        mail = self._preparation.prepare(event, fact)
        try:
            return await self._send(event, fact, mail)
        except HeldTooLong:
            self._check_in_time(fact)
            raise

    async def _send(self, event: Envelope, fact: Fact, mail: ComposedMail) -> Answer:
        """The answer about this mail, however long the relay is down; raises HeldTooLong or Draining."""
        give_up_at = self._give_up_at(fact)
        while True:
            if event.id in self._sends:
                answer = await self._sends.join(event.id)
            else:
                session = await self._session(give_up_at)
                if event.id in self._sends:
                    # A double of this message was quicker.
                    self._relay.give_back(session)
                    continue
                answer = await self._sends.start(event.id, self._relay.deliver(session, mail))
            if not isinstance(answer, RelayDown):
                return answer

    async def _session(self, give_up_at: float) -> SmtpSession:
        try:
            # Waiting here can be cancelled, sending can't: a message that another mailer got meanwhile
            # must not be sent from here too once the relay is back.
            async with asyncio.timeout_at(give_up_at):
                return await self._relay.free_session()
        except TimeoutError:
            raise HeldTooLong from None

    def _give_up_at(self, fact: Fact) -> float:
        """In the loop's time."""
        until_expiry = (fact.expires_at - self._clock()).total_seconds()
        return asyncio.get_running_loop().time() + min(until_expiry, LONGEST_HOLD_SECONDS)

    def _check_in_time(self, fact: Fact) -> None:
        if fact.expires_at <= self._clock():
            raise TooLate


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
