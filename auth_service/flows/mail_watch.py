"""Looking after mails that were handed over: how many wait, and which of them nobody reported on."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

import structlog
from prometheus_client import Gauge

from auth_service.storage.database import Database
from auth_service.storage.mail_trail_table import Overdue
from auth_service.storage.waiting import Waiting
from shared.clock import Clock
from shared.metrics import REGISTRY

# A mailer that is well reports within seconds, also when it has to try again later.
REPORT_DUE = timedelta(minutes=15)
# A report that is this much later than the mail's own end won't come any more.
GIVEN_UP_AFTER = timedelta(days=1)
# Beyond that it makes no difference how many there are.
MOST_OVERDUE = 1_000
NAMED_IN_THE_LOG = 5

COUNT = Gauge(
    "dnr_waiting",
    "How many wait: events in the outbox, mail requests, and mails whose report is overdue.",
    ("what",),
    registry=REGISTRY,
)
AGE = Gauge(
    "dnr_waiting_oldest_seconds", "For how long the oldest of them does.", ("what",), registry=REGISTRY
)
LOOKED_AT = Gauge(
    "dnr_waiting_looked_at_seconds", "When they were counted last, in Unix time.", registry=REGISTRY
)

log = structlog.get_logger()


class MailWatch:
    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._warned_of: frozenset[UUID] = frozenset()

    async def look(self) -> bool:
        """Count what waits, and warn of mails without a report; False: once is enough."""
        now = self._clock()
        async with self._database.transaction() as tx:
            outbox = await tx.outbox.waiting()
            requests = await tx.mail_requests.waiting()
            overdue = await tx.mail_trail.overdue(
                due=now - REPORT_DUE, given_up=now - GIVEN_UP_AFTER, most=MOST_OVERDUE
            )
        reports = Waiting(len(overdue), overdue[0].published_at if overdue else None)
        show(now, {"outbox": outbox, "mail_requests": requests, "reports": reports})
        self._warn(overdue)
        return False

    def _warn(self, overdue: Sequence[Overdue]) -> None:
        """Once of each mail: its report may never come, and the next one is what matters then."""
        event_ids = [str(mail.event_id) for mail in overdue if mail.event_id not in self._warned_of]
        if event_ids:
            log.warning(
                "mails_without_report",
                count=len(overdue),
                oldest_at=overdue[0].published_at.isoformat(),
                new=event_ids[:NAMED_IN_THE_LOG],
            )
        self._warned_of = frozenset(mail.event_id for mail in overdue)


def show(now: datetime, all_that_waits: dict[str, Waiting]) -> None:
    for what, waiting in all_that_waits.items():
        COUNT.labels(what).set(waiting.count)
        AGE.labels(what).set(waiting.seconds(now))
    LOOKED_AT.set(now.timestamp())
