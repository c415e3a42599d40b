"""From the outbox to the broker: publish with confirm, then forget the row; never the other way round.

A crash in between publishes the same event again, with the same id, which the mailer recognises. What goes to
an address that is mailed no more is not published, and noted as refused.
"""

import asyncio
import json
from functools import partial

import structlog
from aio_pika.abc import AbstractConnection, AbstractExchange
from aio_pika.exceptions import DeliveryError
from opentelemetry.trace import SpanKind

from auth_service.messaging.steady_work import work_steadily
from auth_service.storage.database import Database, Transaction
from auth_service.storage.outbox_table import OutboxRow
from shared.address_masking import masked_address
from shared.broker import publish_event, publishing_channel
from shared.broker_topology import COMMANDS
from shared.clock import Clock
from shared.correlation import continuing, current_origin
from shared.mail_contract import Undecodable, decode

BATCH = 100

log = structlog.get_logger()


class OutboxRelay:
    def __init__(self, database: Database, wake_up: asyncio.Event, clock: Clock) -> None:
        self._database = database
        self._wake_up = wake_up
        self._clock = clock

    async def run(self, connection: AbstractConnection) -> None:
        """Relay for as long as the connection lasts; raises what shared.broker calls BROKER_ERRORS."""
        channel = await publishing_channel(connection)
        exchange = await channel.get_exchange(COMMANDS, ensure=False)
        await work_steadily(partial(self._relay_batch, exchange), self._wake_up, name="outbox_relay")

    async def _relay_batch(self, exchange: AbstractExchange) -> bool:
        async with self._database.transaction() as tx:
            due = await tx.outbox.take_due(self._clock(), most=BATCH)
            rows = await self._hold_back(tx, due)
            outcomes = await asyncio.gather(
                *(self._publish(exchange, row) for row in rows), return_exceptions=True
            )
            lost = await self._settle(tx, rows, outcomes)
        if lost is not None:
            raise lost
        return len(due) == BATCH

    async def _hold_back(self, tx: Transaction, due: list[OutboxRow]) -> list[OutboxRow]:
        """Be done with what must not leave; returns the rest."""
        held_back = {row.event_id: row.held_back for row in due if row.held_back}
        if not held_back:
            return due
        await tx.mail_trail.hold_back(held_back, self._clock())
        await tx.outbox.forget(list(held_back))
        for row in due:
            if row.held_back:
                # The log's own counter of events is the metric of it.
                to = masked_address(row.recipient_key or "")
                log.info("mail_held_back", event_id=str(row.event_id), to=to)
        return [row for row in due if row.event_id not in held_back]

    async def _publish(self, exchange: AbstractExchange, row: OutboxRow) -> None:
        event = decode(json.dumps(row.event).encode())
        with continuing(event.origin, f"publish {event.type}", SpanKind.PRODUCER):
            # The receiver's spans belong below this one.
            traced = event.model_copy(
                update={"traceparent": current_origin().traceparent or event.traceparent}
            )
            await publish_event(exchange, traced, key=event.type)
            log.info("event_published", event_id=str(event.id), type=event.type)

    async def _settle(
        self, tx: Transaction, rows: list[OutboxRow], outcomes: list[BaseException | None]
    ) -> BaseException | None:
        """Forget what was published, postpone what was refused; the error where the connection is lost."""
        lost = None
        published = []
        for row, outcome in zip(rows, outcomes, strict=True):
            if outcome is None:
                published.append(row.event_id)
            elif isinstance(outcome, DeliveryError | Undecodable):
                log.error("event_not_published", event_id=str(row.event_id), reason=str(outcome))
                await tx.outbox.postpone(row.event_id, str(outcome), self._clock())
            else:
                lost = outcome
        await tx.outbox.forget(published)
        await tx.mail_trail.note_published(published, self._clock())
        return lost
