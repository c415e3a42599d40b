"""The gemeente that staff work for at this moment."""

from auth_service.accounts.authority import serves
from auth_service.accounts.places import Gemeente
from auth_service.accounts.refusals import NoSuchGemeente
from auth_service.flows.sessions import LoggedIn
from auth_service.storage.database import Database


class ServedGemeenten:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def with_code(self, logged_in: LoggedIn, code: str) -> Gemeente:
        """Raises NoSuchGemeente, also for one that isn't his."""
        if not serves(logged_in.account, code):
            raise NoSuchGemeente
        async with self._database.transaction() as tx:
            gemeente = await tx.gemeenten.with_code(code)
        if gemeente is None:
            raise NoSuchGemeente
        return gemeente
