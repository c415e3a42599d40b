"""Reading the audit trail of a gemeente, a page at a time or as a whole (BIO2 8.15.02)."""

from collections.abc import AsyncIterator, Sequence
from uuid import UUID

import structlog

from auth_service.accounts.audit import Actor, AuditedAct, AuditLine
from auth_service.accounts.trail import PAGE_SIZE, TrailFilter, TrailLine, TrailPage
from auth_service.flows.acts_on_others import lock_deciding_staff
from auth_service.flows.sessions import LoggedIn, require_fresh_proof
from auth_service.flows.throttling import Throttle
from auth_service.storage.database import Database
from shared.clock import Clock

# So much at a time: nobody's memory holds a whole trail.
EXPORT_PORTION = 1_000

log = structlog.get_logger()


class GemeenteTrail:
    def __init__(self, database: Database, throttle: Throttle, clock: Clock) -> None:
        self._database = database
        self._throttle = throttle
        self._clock = clock

    async def page(self, code: str, sought: TrailFilter, older_than: UUID | None = None) -> TrailPage:
        """For who was found to serve that gemeente."""
        async with self._database.transaction() as tx:
            found = await tx.trail.of_gemeente(code, sought, older_than=older_than, most=PAGE_SIZE + 1)
        shown = tuple(found[:PAGE_SIZE])
        return TrailPage(shown, shown[-1].id if len(found) > PAGE_SIZE else None)

    async def begin_export(self, logged_in: LoggedIn, code: str) -> None:
        """Leave a line about it.

        Raises NoSuchGemeente, also for one that isn't his, and ProofNeeded, FactorOwed, TooOften and
        SessionGone.
        """
        require_fresh_proof(logged_in)
        await self._throttle.count_trail_export(logged_in.account.id)
        now = self._clock()
        async with self._database.transaction() as tx:
            actor, gemeente = await lock_deciding_staff(tx, logged_in, code, now)
            line = AuditLine(
                AuditedAct.TRAIL_EXPORTED, now, Actor(actor.id, actor.role), gemeente_code=gemeente.code
            )
            await tx.audit.add(line)
        log.info("trail_exported", actor=str(actor.id), gemeente=code)

    async def all_lines(self, code: str, sought: TrailFilter) -> AsyncIterator[Sequence[TrailLine]]:
        """In portions, once the export has begun."""
        older_than = None
        while True:
            async with self._database.autocommit() as tables:
                lines = await tables.trail.of_gemeente(
                    code, sought, older_than=older_than, most=EXPORT_PORTION
                )
            if lines:
                yield lines
                older_than = lines[-1].id
            if len(lines) < EXPORT_PORTION:
                return
