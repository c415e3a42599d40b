"""What a gemeente announced: entrepreneurs are told by mail, and at its date 2FA is required of them.

They are told in portions, each a transaction of its own that notes how far it came: whatever is cut off, the
next one goes on from there, and nobody is told twice.
"""

import structlog

from auth_service.accounts.audit import NOBODY, AuditedAct, AuditLine
from auth_service.flows.account_notices import AccountNotices
from auth_service.storage.database import Database, Transaction
from auth_service.storage.totp_policy_table import Announcement
from shared.clock import Clock

# So that the relay, and mails that matter more, get their turn between two of them.
PORTION = 100

log = structlog.get_logger()


class TotpRollout:
    def __init__(self, database: Database, notices: AccountNotices, clock: Clock) -> None:
        self._database = database
        self._notices = notices
        self._clock = clock

    async def go_on(self) -> bool:
        """Begin with what is due, or tell a portion of those who are to be told; whether there is more."""
        return await self._begin_next() or await self._tell_next()

    async def _begin_next(self) -> bool:
        now = self._clock()
        async with self._database.transaction() as tx:
            code = await tx.totp_policy.lock_next_due(now)
            if code is None:
                return False
            if await tx.totp_policy.decide(code, required=True):
                await tx.audit.add(AuditLine(AuditedAct.TOTP_REQUIRED, now, NOBODY, gemeente_code=code))
        log.info("totp_required", gemeente=code)
        return True

    async def _tell_next(self) -> bool:
        async with self._database.transaction() as tx:
            announcement = await tx.totp_policy.lock_next_announcement()
            if announcement is None:
                return False
            told = await self._tell_portion(tx, announcement)
        log.info("totp_announcement_told", gemeente=announcement.gemeente_code, accounts=told)
        return True

    async def _tell_portion(self, tx: Transaction, announcement: Announcement) -> int:
        now = self._clock()
        gemeente = await tx.gemeenten.existing(announcement.gemeente_code)
        starts_at = gemeente.requires_totp_from
        ids = await tx.totp_policy.next_to_tell(announcement, most=PORTION)
        if not ids or starts_at is None:
            await tx.totp_policy.end_announcement(gemeente.code)
            return 0
        for account_id in ids:
            if account := await tx.accounts.with_id(account_id):
                await self._notices.totp_required_announced(tx, account, gemeente, now, starts_at=starts_at)
        await tx.totp_policy.note_told(gemeente.code, ids[-1])
        return len(ids)
