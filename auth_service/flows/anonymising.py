"""Taking away what is personal about an account that is no longer used, so that only its traces stay."""

from datetime import datetime, timedelta

import structlog

from auth_service.accounts.account import Account
from auth_service.accounts.audit import NOBODY, AuditedAct, AuditLine, told_to
from auth_service.accounts.one_time_codes import Owner
from auth_service.storage.database import Database, Transaction

# As long as a gemeente may have to answer for what somebody did with it; after a whole season, too.
CLOSED_KEPT = timedelta(days=365)
# Long enough to object; then its owner can register anew.
REJECTED_KEPT = timedelta(days=30)

log = structlog.get_logger()


async def anonymise_closed(database: Database, now: datetime) -> bool:
    """One account that was closed long enough ago; False where there is none."""
    async with database.transaction() as tx:
        account = await tx.retention.lock_closed(now - CLOSED_KEPT)
        return await anonymise(tx, account, now)


async def anonymise_rejected(database: Database, now: datetime) -> bool:
    """The same, of a company that its gemeente rejected."""
    async with database.transaction() as tx:
        account = await tx.retention.lock_rejected(now - REJECTED_KEPT)
        return await anonymise(tx, account, now)


async def anonymise(tx: Transaction, account: Account | None, now: datetime) -> bool:
    """Of the mails that it got, the trail has its own time."""
    if account is None:
        return False
    if account.company_id:
        # Before what searching for it follows; and of two who leave at once the second finds nobody left.
        await tx.companies.lock(account.company_id)
    await tx.retention.anonymise(account.id, now)
    await tx.totp.forget(account.id)
    await tx.email_changes.forget(account.id)
    await tx.kept_forms.forget_all(account.id)
    await tx.sessions.end_all(account.id)
    await tx.known_browsers.forget_all(account.id)
    if account.company_id:
        await tx.retention.anonymise_company(account.company_id)
    await tx.codes.void_all(Owner(account_id=account.id), now)
    line = AuditLine(
        AuditedAct.ACCOUNT_ANONYMISED,
        now,
        NOBODY,
        account_id=account.id,
        gemeente_code=told_to(account),
    )
    await tx.audit.add(line)
    log.info("account_anonymised", account=str(account.id))
    return True
