"""Taking over the gemeenten and places of a year, as CBS lists them: all of it or nothing."""

from contextlib import suppress
from dataclasses import replace

from auth_service.accounts.audit import NOBODY, AuditedAct, AuditLine
from auth_service.accounts.cbs_table import CbsTable
from auth_service.accounts.gemeente_changes import GemeenteChanges, changes_by
from auth_service.storage.database import Database, Transaction
from shared.clock import Clock


class OnlyTried(Exception):
    """Ends a transaction whose changes nobody wants to keep."""


class GemeenteImport:
    """Removes no gemeente: companies and accounts belong to it, also when it is part of another one."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def run(self, table: CbsTable, year: int) -> GemeenteChanges:
        """Make the list that of the table. Raises TableRefused, and nothing is changed then."""
        async with self._database.transaction() as tx:
            return await self._replace(tx, table, year)

    async def try_out(self, table: CbsTable, year: int) -> GemeenteChanges:
        """What `run` would change, and would raise."""
        with suppress(OnlyTried):
            async with self._database.transaction() as tx:
                changes = await self._replace(tx, table, year)
                raise OnlyTried
        return changes

    async def _replace(self, tx: Transaction, table: CbsTable, year: int) -> GemeenteChanges:
        known = await tx.gemeente_list.lock()
        changes = changes_by(table, year, known, await tx.gemeente_list.places())
        await tx.gemeente_list.replace(table, year)
        await self._tell(tx, changes)
        holdings = await tx.gemeente_list.holdings([gone.code for gone in changes.dissolved])
        told = [replace(gone, holding=holdings[gone.code]) for gone in changes.dissolved]
        return replace(changes, dissolved=told)

    async def _tell(self, tx: Transaction, changes: GemeenteChanges) -> None:
        """In the audit trail, for whoever has worked with these gemeenten."""
        codes = [renamed.code for renamed in changes.renamed]
        codes += [gone.code for gone in changes.dissolved]
        codes += [code for code, _ in changes.returned]
        for code in sorted(set(codes)):
            line = AuditLine(AuditedAct.GEMEENTE_CHANGED, self._clock(), NOBODY, gemeente_code=code)
            await tx.audit.add(line)
