"""What happens to a message after its answer: report, then retry or park, and only then acknowledge.

Everything is published with confirms before the ack. A crash in between brings the message back and makes
a double report or copy; it never loses one. Reports go first: a double of those is harmless.
"""

import asyncio
from datetime import timedelta
from typing import Self
from uuid import UUID, uuid5

import aio_pika
import structlog
from aio_pika.abc import AbstractChannel, AbstractExchange, AbstractIncomingMessage
from aio_pika.exceptions import DeliveryError

from mailer_service.consuming.delivery_metrics import (
    count_accepted,
    count_answer,
    count_expired,
    count_parked,
    count_reply,
)
from mailer_service.consuming.message_copies import attempt_of, copy_of
from mailer_service.consuming.parking import parked_copy, parking_key
from mailer_service.consuming.retry_schedule import HAND_BACK_TIER, next_try_at, retry_copy, tier_after
from mailer_service.sending.smtp_answers import Ambiguous, Answer, Deferred, Delivered, Refused
from shared.address_masking import masked_addresses
from shared.broker import CONFIRM_SECONDS, Properties, event_properties, publish
from shared.broker_topology import EVENTS, PARKING, RETRY
from shared.clock import Clock
from shared.correlation import current_origin
from shared.mail_contract import (
    Envelope,
    MailDeferred,
    MailDelivered,
    MailExpired,
    MailRefused,
    Report,
    encode,
    report_event,
)
from shared.mail_facts import Fact
from shared.tracing import note_in_span

FIRST_PAUSE_SECONDS = 1.0
LONGEST_PAUSE_SECONDS = 30.0

log = structlog.get_logger()


class Outcomes:
    def __init__(
        self, *, events: AbstractExchange, retry: AbstractExchange, parking: AbstractExchange, clock: Clock
    ) -> None:
        self._events = events
        self._retry = retry
        self._parking = parking
        self._clock = clock

    @classmethod
    async def on(cls, channel: AbstractChannel, clock: Clock) -> Self:
        """Publishing on `channel`, which must be one of shared.broker.publishing_channel."""
        events, retry, parking = [
            await channel.get_exchange(name, ensure=False) for name in (EVENTS, RETRY, PARKING)
        ]
        return cls(events=events, retry=retry, parking=parking, clock=clock)

    async def settle(self, message: AbstractIncomingMessage, event: Envelope, answer: Answer) -> None:
        """Do what `answer` asks for; the message is acknowledged when this returns."""
        event_id, attempt, now = event.id, attempt_of(message), self._clock()
        # An ambiguous one is in all else a deferred one, and has a counter of its own.
        outcome = type(Deferred("") if isinstance(answer, Ambiguous) else answer).__name__.lower()
        count_answer(event, answer, outcome, attempt)
        if isinstance(event.data, Fact):
            count_reply(answer.reply, event.data.to)
        note_in_span(failed="refused" if outcome == "refused" else None, answer=outcome, attempt=attempt)
        match answer:
            case Delivered(reply=reply):
                count_accepted(event, now)
                await self._report(event_id, MailDelivered(at=now, attempt=attempt, reply=reply))
            case Deferred(reply=reply, wait_seconds=seconds):
                await self._retry_later(message, event_id, reply, timedelta(seconds=seconds))
            case Ambiguous(reply=reply):
                await self._retry_later(message, event_id, reply, timedelta())
            case Refused(reply=reply, address_unusable=unusable):
                refused = MailRefused(at=now, attempt=attempt, reply=reply, address_unusable=unusable)
                await self._report(event_id, refused)
                copy = parked_copy(message, f"smtp_refused: {reply}", now)
                await self._publish_copy(self._parking, copy, parking_key(message))
        await message.ack()

    async def _retry_later(
        self, message: AbstractIncomingMessage, event_id: UUID, reply: str, asked: timedelta
    ) -> None:
        attempt, now = attempt_of(message), self._clock()
        tier = tier_after(attempt, asked)
        report = MailDeferred(at=now, attempt=attempt, reply=reply, next_try_at=next_try_at(now, tier))
        await self._report(event_id, report)
        await self._publish_copy(self._retry, retry_copy(message, failed_at=now, error=reply), tier)

    async def expire(self, message: AbstractIncomingMessage, event: Envelope) -> None:
        count_expired(event.type, attempt_of(message))
        await self._report(event.id, MailExpired(at=self._clock(), attempt=attempt_of(message)))
        await message.ack()

    async def hand_back(self, message: AbstractIncomingMessage) -> None:
        """Let it wait in the broker instead of here, without using up a try."""
        await self._publish_copy(self._retry, copy_of(message, {}), HAND_BACK_TIER)
        await message.ack()

    async def park(self, message: AbstractIncomingMessage, event_id: UUID | None, reason: str) -> None:
        """Park what could not be tried; reported where it is known which event it was."""
        now = self._clock()
        count_parked(message.type)
        if event_id is not None:
            await self._report(event_id, MailRefused(at=now, attempt=attempt_of(message)))
        await self._publish_copy(self._parking, parked_copy(message, reason, now), parking_key(message))
        await message.ack()

    async def _report(self, event_id: UUID, report: Report) -> None:
        # The id follows from the content, so that a doubled report can be recognised as one.
        report_id = uuid5(event_id, f"{report.outcome} {report.attempt}")
        event = report_event(report_id, report, about=event_id, origin=current_origin())
        await self._publish(self._events, encode(event), event_properties(event), event.type)
        reply = masked_addresses(report.reply or "")
        log.info(f"mail_{report.outcome}", attempt=report.attempt, reply=reply)

    async def _publish_copy(self, exchange: AbstractExchange, copy: aio_pika.Message, key: str) -> None:
        await self._publish(exchange, copy.body, copy.properties, key)

    async def _publish(
        self, exchange: AbstractExchange, body: bytes, properties: Properties, key: str
    ) -> None:
        """Insist while the broker is there but won't take it: a queue is full or missing.

        Giving up would bring the message back at once, and fifty times of that park it.
        """
        pause = FIRST_PAUSE_SECONDS
        while True:
            try:
                await self._publish_once(exchange, body, properties, key)
            except DeliveryError as refusal:
                log.error("publish_refused", exchange=exchange.name, key=key, reason=str(refusal))
                await asyncio.sleep(pause)
                pause = min(pause * 2, LONGEST_PAUSE_SECONDS)
            else:
                return

    async def _publish_once(
        self, exchange: AbstractExchange, body: bytes, properties: Properties, key: str
    ) -> None:
        """For as long as the connection lives: a broker that is short of memory or disk confirms in the end.

        Given up, it would be published again. The connection's heartbeats find out where nobody is there.
        """
        late = asyncio.get_running_loop().call_later(CONFIRM_SECONDS, tell_unconfirmed, exchange.name, key)
        try:
            await publish(exchange, body, properties, key, seconds=None)
        finally:
            late.cancel()


def tell_unconfirmed(exchange: str, key: str) -> None:
    log.warning("publish_unconfirmed", exchange=exchange, key=key, seconds=CONFIRM_SECONDS)
