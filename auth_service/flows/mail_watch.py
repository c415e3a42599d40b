"""Looking after mails that were handed over: how many wait, and which of them nobody reported on."""

from datetime import timedelta

import structlog
from prometheus_client import Gauge

from auth_service.storage.database import Database
from shared.clock import Clock
from shared.metrics import REGISTRY

# A mailer that is well reports within seconds, also when it has to try again later.
REPORT_DUE = timedelta(minutes=15)
# A report that is this much later than the mail's own end won't come any more.
GIVEN_UP_AFTER = timedelta(days=1)

COUNT = Gauge(
    "dnr_waiting",
    "How many wait: events in the outbox, mail requests, and mails whose report is overdue.",
    ("what",),
    registry=REGISTRY,
)
AGE = Gauge(
    "dnr_waiting_oldest_seconds", "For how long the oldest of them does.", ("what",), registry=REGISTRY
)

log = structlog.get_logger()


class MailWatch:
    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def look(self) -> bool:
        """Count what waits, and warn of mails without a report; False: once is enough."""
        now = self._clock()
        async with self._database.transaction() as tx:
            outbox = await tx.outbox.waiting()
            requests = await tx.mail_requests.waiting()
            overdue = await tx.mail_trail.overdue(due=now - REPORT_DUE, given_up=now - GIVEN_UP_AFTER)
        for what, waiting in (("outbox", outbox), ("mail_requests", requests), ("reports", overdue)):
            COUNT.labels(what).set(waiting.count)
            AGE.labels(what).set(waiting.seconds(now))
        if overdue.count:
            log.warning("mails_without_report", count=overdue.count, oldest_at=str(overdue.oldest_at))
        return False
