"""From the mailer's reports to the mail trail; doubled and late reports change nothing.

An address that a mail server knows to be none is mailed no more.
"""

import asyncio
from uuid import UUID

import structlog
from aio_pika.abc import AbstractConnection, AbstractIncomingMessage

from auth_service.accounts.mail_addresses import read_mail_address
from auth_service.accounts.mail_progress import MailState
from auth_service.accounts.refusals import Unavailable
from auth_service.storage.database import Database
from auth_service.storage.mail_trail_table import MailReport
from shared.address_masking import masked_address
from shared.broker import BrokerLink
from shared.broker_topology import REPORTS_QUEUE
from shared.clock import Clock
from shared.correlation import continuing
from shared.mail_contract import Envelope, Failed, MailDeferred, Report, Undecodable, decode
from shared.queue_consumer import QueueConsumer

PREFETCH = 20
PAUSE_SECONDS = 1.0

log = structlog.get_logger()


class DeliveryReports:
    def __init__(self, database: Database, clock: Clock, link: BrokerLink) -> None:
        self._database = database
        self._clock = clock
        self.consumer = QueueConsumer(REPORTS_QUEUE, prefetch=PREFETCH, link=link)

    async def run(self, connection: AbstractConnection) -> None:
        """Record reports for as long as the connection lasts."""
        await self.consumer.run(connection, self._handle)

    async def _handle(self, message: AbstractIncomingMessage) -> None:
        try:
            event = decode(message.body)
            report = read_report(event)
        except Undecodable as error:
            log.error("report_parked", message_id=message.message_id, reason=str(error))
            # Not requeued: it dead-letters to the parking queue.
            await message.reject(requeue=False)
            return
        with continuing(event.origin, f"record {event.type}"):
            await self.record(report)
        await message.ack()

    async def record(self, report: MailReport) -> None:
        """Wait for the database rather than put the report back: that would count against it."""
        while True:
            try:
                async with self._database.transaction() as tx:
                    recipient = await tx.mail_trail.record(report)
                if recipient and report.address_unusable:
                    await self._suppress(recipient, report)
            except Unavailable as error:
                log.warning("work_paused", work="delivery_reports", reason=str(error))
                await asyncio.sleep(PAUSE_SECONDS)
            else:
                log.info(
                    "mail_reported", event_id=str(report.event_id), state=report.state, known=bool(recipient)
                )
                return

    async def _suppress(self, recipient: str, report: MailReport) -> None:
        address = read_mail_address(recipient)
        if address is None:
            return
        # Apart from the trail: whoever proves an address locks it first, and then its mails.
        async with self._database.transaction() as tx:
            await tx.lock_address(address.key)
            is_new = await tx.suppressions.suppress(
                address.key, report.event_id, report.state, report.reply, self._clock()
            )
        if is_new:
            log.info("address_suppressed", event_id=str(report.event_id), address=masked_address(recipient))


def read_report(event: Envelope) -> MailReport:
    """Raises Undecodable where the event is no report, or speaks of nothing."""
    if not isinstance(event.data, Report):
        raise Undecodable(f"{event.type} is no report")
    try:
        about = UUID(event.subject or "")
    except ValueError:
        raise Undecodable("the subject is no event id") from None
    return MailReport(
        event_id=about,
        state=MailState(event.data.outcome),
        attempt=event.data.attempt,
        reply=event.data.reply,
        next_try_at=event.data.next_try_at if isinstance(event.data, MailDeferred) else None,
        at=event.data.at,
        address_unusable=isinstance(event.data, Failed) and event.data.address_unusable,
    )
