"""Accounts of companies that nobody uses: their owners are warned by mail, and later they are closed.

Those of staff are left alone: who works for a gemeente is told of in its yearly review, with his last login.
"""

from datetime import datetime, timedelta
from uuid import UUID

import structlog

from auth_service.accounts.account import Account
from auth_service.accounts.audit import NOBODY, AuditedAct, AuditLine
from auth_service.flows.account_closing import end_account
from auth_service.flows.account_notices import AccountNotices
from auth_service.storage.database import Database, Transaction
from auth_service.storage.unused_table import Terms
from shared.clock import Clock

# 22 months; with the time to react two years.
UNUSED_BEFORE_WARNING = timedelta(days=670)
WARNED_BEFORE_CLOSING = timedelta(days=60)
# In one sweep: a great many at once look like spam to the mail servers that get them.
MOST_MAILS = 200

log = structlog.get_logger()


class UnusedAccounts:
    def __init__(self, database: Database, notices: AccountNotices, clock: Clock) -> None:
        self._database = database
        self._notices = notices
        self._clock = clock

    async def sweep(self) -> bool:
        """Warn or close those that are due, each in a transaction of its own; what is too much waits."""
        now = self._clock()
        terms = Terms(now - UNUSED_BEFORE_WARNING, now - WARNED_BEFORE_CLOSING)
        async with self._database.transaction() as tx:
            due = await tx.unused.due(terms, most=MOST_MAILS)
        for account_id, email_key in due:
            async with self._database.transaction() as tx:
                await tx.lock_address(email_key)
                await self._look_after(tx, account_id, terms, now)
        return False

    async def _look_after(self, tx: Transaction, account_id: UUID, terms: Terms, now: datetime) -> None:
        is_warned = await tx.unused.lock(account_id, terms)
        account = await tx.accounts.with_id(account_id)
        if is_warned is None or account is None or account.company_id is None:
            return
        if not is_warned:
            await self._warn(tx, account, now)
            return
        # Of two managers of whom both are due the second stays where others use the company.
        await tx.companies.lock(account.company_id)
        if not await tx.unused.is_needed(account.id):
            await self._close(tx, account, now)

    async def _warn(self, tx: Transaction, account: Account, now: datetime) -> None:
        gemeente = await tx.gemeenten.existing(account.gemeente_code)
        closes_at = now + WARNED_BEFORE_CLOSING
        await self._notices.account_unused(tx, account, gemeente, now, closes_at=closes_at)
        await tx.unused.note_warned(account.id, now)
        log.info("unused_account_warned", account=str(account.id))

    async def _close(self, tx: Transaction, account: Account, now: datetime) -> None:
        await end_account(tx, self._notices, account, actor=None, now=now)
        line = AuditLine(
            AuditedAct.ACCOUNT_CLOSED, now, NOBODY, account_id=account.id, gemeente_code=account.gemeente_code
        )
        await tx.audit.add(line)
        log.info("unused_account_closed", account=str(account.id))
