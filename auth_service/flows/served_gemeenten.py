"""The gemeente that staff work for at this moment."""

import structlog

from auth_service.accounts.audit import refused_act
from auth_service.accounts.authority import serves
from auth_service.accounts.places import Gemeente
from auth_service.accounts.refusals import NoSuchGemeente
from auth_service.flows.sessions import LoggedIn
from auth_service.storage.database import Database
from shared.clock import Clock

log = structlog.get_logger()


class ServedGemeenten:
    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def with_code(self, logged_in: LoggedIn, code: str) -> Gemeente:
        """Raises NoSuchGemeente, also for one that isn't his."""
        async with self._database.transaction() as tx:
            if not serves(logged_in.account, code):
                log.warning("act_refused", actor=str(logged_in.account.id), gemeente=code)
                tx.note_refused(refused_act(logged_in.account, self._clock()))
                raise NoSuchGemeente
            gemeente = await tx.gemeenten.with_code(code)
        if gemeente is None:
            raise NoSuchGemeente
        return gemeente
