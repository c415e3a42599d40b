"""Whether mail as a whole is late, so that helpdesks need not look for the fault at one entrepreneur."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from auth_service.storage.database import Database
from auth_service.storage.waiting import Waiting
from shared.clock import Clock

# Mail goes out within seconds: after that many minutes something of ours stands still.
LATE_AFTER = timedelta(minutes=5)
# A single message that nobody can read any more must not be told of for ever.
TOLD_FOR = timedelta(days=1)
# Beyond that it makes no difference how many there are.
MOST_COUNTED = 1_000


@dataclass(frozen=True)
class MailDelay:
    """`since` the oldest one was asked for; `count` stops at MOST_COUNTED."""

    since: datetime
    count: int
    seen_at: datetime


class MailDelays:
    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def now(self) -> MailDelay | None:
        """None while all is well. What one receiving server puts off is his affair, and not counted."""
        at = self._clock()
        asked_after, late = at - TOLD_FOR, at - LATE_AFTER
        async with self._database.transaction() as tx:
            parts = [
                await tx.outbox.late(asked_after, late, most=MOST_COUNTED),
                await tx.mail_requests.late(asked_after, late, most=MOST_COUNTED),
                await tx.mail_trail.late(asked_after, late, at, most=MOST_COUNTED),
            ]
        return delay_of(parts, at)


def delay_of(parts: list[Waiting], at: datetime) -> MailDelay | None:
    oldest = [waiting.oldest_at for waiting in parts if waiting.oldest_at is not None]
    if not oldest:
        return None
    return MailDelay(min(oldest), min(MOST_COUNTED, sum(waiting.count for waiting in parts)), at)
