"""From the mailer's reports to the mail trail; doubled and late reports change nothing."""

import asyncio
from uuid import UUID

import structlog
from aio_pika.abc import AbstractConnection, AbstractIncomingMessage

from auth_service.accounts.mail_progress import MailState
from auth_service.accounts.refusals import Unavailable
from auth_service.storage.database import Database
from auth_service.storage.mail_trail_table import MailReport
from shared.broker import BrokerLink
from shared.broker_topology import REPORTS_QUEUE
from shared.correlation import continuing
from shared.mail_contract import Envelope, MailDeferred, Report, Undecodable, decode
from shared.queue_consumer import QueueConsumer

PREFETCH = 20
PAUSE_SECONDS = 1.0

log = structlog.get_logger()


class DeliveryReports:
    def __init__(self, database: Database, link: BrokerLink) -> None:
        self._database = database
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
            await self._record(report)
        await message.ack()

    async def _record(self, report: MailReport) -> None:
        """Wait for the database rather than put the report back: that would count against it."""
        while True:
            try:
                async with self._database.transaction() as tx:
                    known = await tx.mail_trail.record(report)
            except Unavailable as error:
                log.warning("work_paused", work="delivery_reports", reason=str(error))
                await asyncio.sleep(PAUSE_SECONDS)
            else:
                log.info("mail_reported", event_id=str(report.event_id), state=report.state, known=known)
                return


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
    )
