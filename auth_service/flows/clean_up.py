"""Removing what was promised to be removed: registrations that nobody confirmed, and their old codes."""

from datetime import timedelta

import structlog

from auth_service.storage.database import Database
from shared.clock import Clock

# An expired code is refused all the same; until then the log can tell why.
EXPIRED_CODES_KEPT = timedelta(days=1)

log = structlog.get_logger()


class CleanUp:
    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def sweep(self) -> bool:
        """Remove what is due; False, because there is nothing more to do for now."""
        now = self._clock()
        async with self._database.transaction() as tx:
            registrations = await tx.registrations.forget_unconfirmed(now)
            codes = await tx.codes.forget_expired(now - EXPIRED_CODES_KEPT)
        log.info("cleaned_up", registrations=registrations, codes=codes)
        return False
