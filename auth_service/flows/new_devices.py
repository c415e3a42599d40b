"""Telling the owner of a login from where his account was never used before."""

from datetime import datetime

import structlog

from auth_service.accounts.account import Account
from auth_service.accounts.places import Gemeente
from auth_service.accounts.refusals import TooOften
from auth_service.accounts.visitors import Visitor
from auth_service.flows.account_notices import AccountNotices
from auth_service.flows.throttling import Throttle
from auth_service.storage.database import Database, Transaction

log = structlog.get_logger()


class NewDevices:
    def __init__(self, database: Database, notices: AccountNotices, throttle: Throttle) -> None:
        self._database = database
        self._notices = notices
        self._throttle = throttle

    async def is_worth_a_mail(self, account: Account) -> bool:
        """Whoever logs in again and again from elsewhere must not flood the owner."""
        try:
            await self._throttle.count_new_device(account)
        except TooOften:
            log.warning("new_device_not_told", account=str(account.id))
            return False
        return True

    async def tell(
        self, tx: Transaction, account: Account, gemeente: Gemeente, visitor: Visitor, now: datetime
    ) -> None:
        device = visitor.device
        await self._notices.new_device_login(
            tx, account, gemeente, now, browser=device.browser, system=device.system
        )

    async def tell_apart(self, account: Account, visitor: Visitor, now: datetime) -> None:
        """In a transaction of its own, where the login itself is one statement."""
        if not await self.is_worth_a_mail(account):
            return
        async with self._database.transaction() as tx:
            gemeente = await tx.gemeenten.existing(account.gemeente_code)
            await self.tell(tx, account, gemeente, visitor, now)
