"""What came in, to whom it matters: a bounce to the queue of reports, anything else to the log."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Self
from uuid import uuid5

import structlog
from aio_pika.abc import AbstractExchange

from mailer_service.bounces.bounce_reading import Because, Bounce, NoBounce
from shared.address_masking import masked_addresses
from shared.broker import open_connection, publish_event, publishing_channel
from shared.broker_topology import EVENTS
from shared.clock import Clock
from shared.mail_contract import MailBounced, report_event

# What somebody should look at, when there is much of it.
WORTH_A_WARNING = {Because.FORGED, Because.OTHER_MAIL, Because.NOT_UNDERSTOOD}

log = structlog.get_logger()


class BounceReports:
    def __init__(self, events: AbstractExchange, clock: Clock) -> None:
        self._events = events
        self._clock = clock

    @classmethod
    @asynccontextmanager
    async def connected(cls, amqp_url: str, clock: Clock) -> AsyncIterator[Self]:
        """On a connection of its own for as long as the block lasts; raises one of BROKER_ERRORS."""
        async with await open_connection(amqp_url, "mailer bounces") as connection:
            channel = await publishing_channel(connection)
            yield cls(await channel.get_exchange(EVENTS, ensure=False), clock)

    async def send(self, bounce: Bounce) -> None:
        """Returns once the broker has the report safe; raises one of BROKER_ERRORS."""
        report = MailBounced(
            at=self._clock(), attempt=1, reply=bounce.reply or None, address_unusable=bounce.address_unusable
        )
        # The id follows from the event: the same bounce read twice makes the same report.
        report_id = uuid5(bounce.event_id, f"{report.outcome} {report.attempt}")
        event = report_event(report_id, report, about=bounce.event_id)
        await publish_event(self._events, event, key=event.type)
        log.info(
            "mail_bounced",
            event_id=str(bounce.event_id),
            reply=masked_addresses(bounce.reply),
            address_unusable=bounce.address_unusable,
        )


def log_no_bounce(reading: NoBounce) -> None:
    tell = log.warning if reading.because in WORTH_A_WARNING else log.info
    event_id = str(reading.event_id) if reading.event_id else None
    tell("no_bounce", because=reading.because, event_id=event_id, said=masked_addresses(reading.said))
