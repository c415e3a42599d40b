"""Staff change what their gemeente decides for itself."""

import structlog

from auth_service.accounts.audit import Actor, AuditedAct, AuditLine
from auth_service.accounts.gemeente_settings import GemeenteSettingsForm, changes_between, slow_to_shorten
from auth_service.accounts.places import FormerWait, Gemeente
from auth_service.flows.acts_on_others import lock_deciding_staff
from auth_service.flows.sessions import LoggedIn, require_fresh_proof
from auth_service.flows.throttling import Throttle
from auth_service.storage.database import Database
from shared.clock import Clock

log = structlog.get_logger()


class GemeenteSettings:
    def __init__(self, database: Database, throttle: Throttle, clock: Clock) -> None:
        self._database = database
        self._throttle = throttle
        self._clock = clock

    def former_wait(self, gemeente: Gemeente) -> FormerWait | None:
        """A longer wait that still holds, where it was made shorter."""
        return gemeente.former_wait_at(self._clock())

    async def change(self, logged_in: LoggedIn, gemeente_code: str, form: GemeenteSettingsForm) -> bool:
        """False where nothing would change.

        Raises InputRefused, NoSuchGemeente, ProofNeeded, FactorOwed, TooOften and SessionGone.
        """
        require_fresh_proof(logged_in)
        await self._throttle.count_own_act(logged_in.account.id)
        now = self._clock()
        async with self._database.transaction() as tx:
            # Of two who save at once the second judges what the first has written.
            actor, gemeente = await lock_deciding_staff(tx, logged_in, gemeente_code, now)
            wanted = form.applied_to(gemeente)
            if wanted == gemeente:
                return False
            await tx.gemeenten.change(slow_to_shorten(gemeente, wanted, now))
            line = AuditLine(
                AuditedAct.GEMEENTE_CHANGED,
                now,
                Actor(actor.id, actor.role),
                gemeente_code=gemeente.code,
                reason=changes_between(gemeente, wanted),
            )
            await tx.audit.add(line)
        log.info("gemeente_changed", actor=str(actor.id), gemeente=gemeente.code)
        return True
