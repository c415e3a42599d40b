"""What was done to somebody's account and company, for himself to read."""

from collections.abc import Sequence

from auth_service.accounts.account import Account
from auth_service.accounts.audit import AuditLine
from auth_service.storage.database import Database

MOST_LINES = 20


class AuditReading:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def newest(self, account: Account) -> Sequence[AuditLine]:
        """The newest first."""
        async with self._database.transaction() as tx:
            return await tx.audit.about_account(account, most=MOST_LINES)
