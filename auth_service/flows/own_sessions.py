"""Where somebody is logged in: his running sessions, each of which he can end at once (ASVS 7.5.2)."""

from uuid import UUID

import structlog

from auth_service.accounts.refusals import NoSuchSession
from auth_service.accounts.sessions import SessionLimits, UsedSession
from auth_service.flows.sessions import LoggedIn, lock_full_session
from auth_service.storage.database import Database
from shared.clock import Clock

log = structlog.get_logger()


class OwnSessions:
    def __init__(self, database: Database, limits: SessionLimits, clock: Clock) -> None:
        self._database = database
        self._limits = limits
        self._clock = clock

    async def running(self, logged_in: LoggedIn) -> list[UsedSession]:
        """The one that asks comes first, then the one used last."""
        now = self._clock()
        async with self._database.transaction() as tx:
            sessions = await tx.sessions.of_account(logged_in.account.id)
        running = [used for used in sessions if used.session.end(self._limits, now) is None]
        return sorted(running, key=lambda used: used.session.id != logged_in.session.id)

    async def end(self, logged_in: LoggedIn, session_id: UUID) -> None:
        """Raises NoSuchSession where it isn't his, or not there any more; FactorOwed and SessionGone."""
        async with self._database.transaction() as tx:
            await lock_full_session(tx, logged_in)
            if not await tx.sessions.end_of_account(session_id, logged_in.account.id):
                raise NoSuchSession
        log.info("session_ended", account=str(logged_in.account.id), session=str(session_id))

    async def end_others(self, logged_in: LoggedIn) -> None:
        """Raises FactorOwed and SessionGone."""
        async with self._database.transaction() as tx:
            # First, as whoever changes his password does: two that end each other would wait for each other.
            await lock_full_session(tx, logged_in)
            await tx.sessions.end_others(logged_in.session)
        log.info("other_sessions_ended", account=str(logged_in.account.id))
