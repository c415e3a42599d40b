"""Telling an owner that many networks guess at his account (ASVS 6.3.5).

The worker finds it in the budgets. Logging in knows nothing of it, so that whoever guesses can't tell an
address that has an account from one that has none: not by the answer, nor by its time.
"""

import structlog

from auth_service.accounts.account import Account
from auth_service.accounts.attempt_budgets import Suspicion
from auth_service.accounts.refusals import TooOften
from auth_service.flows.account_notices import AccountNotices
from auth_service.flows.throttling import Throttle
from auth_service.storage.database import Database
from shared.clock import Clock

log = structlog.get_logger()


class SuspiciousLogins:
    def __init__(self, database: Database, notices: AccountNotices, throttle: Throttle, clock: Clock) -> None:
        self._database = database
        self._notices = notices
        self._throttle = throttle
        self._clock = clock

    async def look(self) -> bool:
        """Whoever looks less often than a budget's pause misses some; False, since nothing is left to do."""
        for suspicion in Suspicion:
            async with self._database.autocommit() as tables:
                guessed_at = await tables.throttle.accounts_used_up(suspicion, self._clock())
            for account in guessed_at:
                await self._tell(account, suspicion)
        return False

    async def _tell(self, account: Account, suspicion: Suspicion) -> None:
        """Once a day, also where two workers see it at once."""
        try:
            await self._throttle.count_suspicion(account.id, suspicion)
        except TooOften:
            return
        async with self._database.transaction() as tx:
            gemeente = await tx.gemeenten.existing(account.gemeente_code)
            await self._notices.suspicious_logins(tx, account, gemeente, self._clock(), suspicion)
        log.warning("suspicious_logins", account=str(account.id), guessed=suspicion)
