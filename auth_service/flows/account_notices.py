"""The facts about an account that its owner is told by mail, so that he notices what wasn't his doing."""

from datetime import datetime

import structlog

from auth_service.accounts.account import Account
from auth_service.accounts.attempt_budgets import Suspicion
from auth_service.accounts.mail_addresses import MailAddress
from auth_service.accounts.one_time_codes import CodePurpose, Owner
from auth_service.accounts.places import Gemeente
from auth_service.accounts.two_factor import Reset, ResetBy
from auth_service.flows.fact_writer import (
    NOTICE_LIFETIME,
    FactWriter,
    Reader,
    facts_about,
    notice_to,
    reader_of,
)
from auth_service.storage.database import Transaction
from shared.mail_facts import (
    AccountClosed,
    AccountUnused,
    NewDeviceLogin,
    RecoveryCodesReplaced,
    RecoveryCodeUsed,
    SuspiciousLogins,
    TotpEnabled,
    TotpRequiredAnnounced,
    TotpReset,
    TotpResetAnnounced,
    TotpResetBy,
    TotpResetDisputed,
)

log = structlog.get_logger()


class AccountNotices:
    def __init__(self, writer: FactWriter) -> None:
        self._writer = writer

    async def totp_enabled(
        self, tx: Transaction, account: Account, gemeente: Gemeente, now: datetime
    ) -> None:
        await self._writer.notify(tx, account, TotpEnabled(**notice_to(account, gemeente, now)))

    async def totp_reset_by_owner(
        self, tx: Transaction, account: Account, gemeente: Gemeente, now: datetime
    ) -> None:
        fact = TotpReset(
            **notice_to(account, gemeente, now),
            reset_by=TotpResetBy.OWNER,
            required=account.two_factor.is_required,
        )
        await self._writer.notify(tx, account, fact)

    async def totp_reset_by_other(
        self, tx: Transaction, account: Account, gemeente: Gemeente, now: datetime, *, reset: Reset
    ) -> None:
        """With a code that enrolling anew asks for; stated again where somebody asks for a further one."""
        owner = Owner(account_id=account.id)
        code = await self._writer.issue_code(tx, CodePurpose.TOTP_ENROLMENT, owner, account.email, now)
        fact = TotpReset(
            **facts_about(reader_of(account, gemeente), now, code.expires_at),
            reset_by=TotpResetBy(reset.by),
            required=account.two_factor.is_required,
            reset_at=reset.at,
            sealed_code=code.sealed,
        )
        await self._writer.state(tx, code.event_id, fact, owner)

    async def totp_reset_announced(
        self,
        tx: Transaction,
        account: Account,
        gemeente: Gemeente,
        now: datetime,
        *,
        by: ResetBy,
        due_at: datetime,
    ) -> None:
        """With a code that stops it until then."""
        owner = Owner(account_id=account.id)
        code = await self._writer.issue_code(tx, CodePurpose.TOTP_RESET_OBJECTION, owner, account.email, now)
        fact = TotpResetAnnounced(
            # Later it would warn of what has been done.
            **facts_about(reader_of(account, gemeente), now, due_at),
            reset_by=TotpResetBy(by),
            reset_at=due_at,
            sealed_code=code.sealed,
        )
        await self._writer.state(tx, code.event_id, fact, owner)

    async def totp_reset_disputed(
        self,
        tx: Transaction,
        account: Account,
        gemeente: Gemeente,
        now: datetime,
        *,
        reset: Reset,
        prevented: bool,
    ) -> None:
        """To the gemeente, where it has an address."""
        if not gemeente.email:
            log.warning("gemeente_without_address", gemeente=gemeente.code, account=str(account.id))
            return
        reader = Reader(MailAddress(gemeente.email, gemeente.email), gemeente, account.company_name)
        fact = TotpResetDisputed(
            **facts_about(reader, now, now + NOTICE_LIFETIME),
            account_email=account.email.text,
            reset_by=TotpResetBy(reset.by),
            reset_at=reset.at,
            prevented=prevented,
        )
        await self._writer.notify(tx, account, fact)

    async def totp_required_announced(
        self, tx: Transaction, account: Account, gemeente: Gemeente, now: datetime, *, starts_at: datetime
    ) -> None:
        expires_at = min(now + NOTICE_LIFETIME, starts_at)
        fact = TotpRequiredAnnounced(
            **facts_about(reader_of(account, gemeente), now, expires_at), required_from=starts_at
        )
        await self._writer.notify(tx, account, fact)

    async def recovery_code_used(
        self, tx: Transaction, account: Account, gemeente: Gemeente, now: datetime, *, remaining: int
    ) -> None:
        fact = RecoveryCodeUsed(**notice_to(account, gemeente, now), remaining=remaining)
        await self._writer.notify(tx, account, fact)

    async def recovery_codes_replaced(
        self, tx: Transaction, account: Account, gemeente: Gemeente, now: datetime
    ) -> None:
        await self._writer.notify(tx, account, RecoveryCodesReplaced(**notice_to(account, gemeente, now)))

    async def new_device_login(
        self,
        tx: Transaction,
        account: Account,
        gemeente: Gemeente,
        now: datetime,
        *,
        browser: str | None,
        system: str | None,
    ) -> None:
        """`browser` and `system` where they are known; whatever they say, the mailer makes it harmless."""
        fact = NewDeviceLogin(**notice_to(account, gemeente, now), browser=browser, system=system)
        await self._writer.notify(tx, account, fact)

    async def suspicious_logins(
        self, tx: Transaction, account: Account, gemeente: Gemeente, now: datetime, suspicion: Suspicion
    ) -> None:
        fact = SuspiciousLogins(
            **notice_to(account, gemeente, now), password_was_right=suspicion is Suspicion.CODES
        )
        await self._writer.notify(tx, account, fact)

    async def account_unused(
        self, tx: Transaction, account: Account, gemeente: Gemeente, now: datetime, *, closes_at: datetime
    ) -> None:
        fact = AccountUnused(**notice_to(account, gemeente, now), closes_at=closes_at)
        await self._writer.notify(tx, account, fact)

    async def account_closed(
        self, tx: Transaction, account: Account, gemeente: Gemeente, now: datetime
    ) -> None:
        await self._writer.notify(tx, account, AccountClosed(**notice_to(account, gemeente, now)))
