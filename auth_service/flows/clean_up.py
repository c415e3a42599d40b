"""Removing what has had its time, as the privacy page and the mails promise."""

from datetime import timedelta

import structlog

from auth_service.accounts.sessions import SessionLimits
from auth_service.storage.database import Database, Transaction
from shared.clock import Clock

# An expired code, or session, is refused all the same; until then the log, or the page, can tell why.
EXPIRED_CODES_KEPT = timedelta(days=1)
ENDED_SESSIONS_KEPT = timedelta(days=1)
# Long enough for a helpdesk to see what became of a mail.
MAIL_TRAIL_KEPT = timedelta(days=30)
# As long as the cookie that names it.
KNOWN_BROWSERS_KEPT = timedelta(days=365)

BUDGETS_AT_ONCE = 10_000

log = structlog.get_logger()


class CleanUp:
    """Mail requests and the outbox need none: their rows go with the work that empties them."""

    def __init__(self, database: Database, session_limits: SessionLimits, clock: Clock) -> None:
        self._database = database
        self._session_limits = session_limits
        self._clock = clock

    async def sweep(self) -> bool:
        """Remove what is due; whether there may be more."""
        async with self._database.transaction() as tx:
            await self._remove_what_expired(tx)
        # Apart, and in portions: who tries something now must not wait for long.
        async with self._database.transaction() as tx:
            rested = await tx.throttle.forget_rested(self._clock(), most=BUDGETS_AT_ONCE)
        log.info("budgets_swept", forgotten=rested)
        return rested == BUDGETS_AT_ONCE

    async def _remove_what_expired(self, tx: Transaction) -> None:
        now, limits = self._clock(), self._session_limits
        log.info(
            "cleaned_up",
            registrations=await tx.registrations.forget_unconfirmed(now),
            codes=await tx.codes.forget_expired(now - EXPIRED_CODES_KEPT),
            sessions=await tx.sessions.forget_ended(
                unused_since=now - ENDED_SESSIONS_KEPT - limits.idle,
                started_before=now - ENDED_SESSIONS_KEPT - limits.longest,
            ),
            mail_trail=await tx.mail_trail.forget(now - MAIL_TRAIL_KEPT),
            known_browsers=await tx.known_browsers.forget_unused(now - KNOWN_BROWSERS_KEPT),
        )
