"""Closing an account: nobody logs in with it any more, and its secrets go at once."""

from datetime import datetime

import structlog

from auth_service.accounts.account import Account, Role
from auth_service.accounts.audit import AuditedAct, own_act
from auth_service.accounts.one_time_codes import Owner
from auth_service.accounts.refusals import LastManager, NotAllowed
from auth_service.flows.account_notices import AccountNotices
from auth_service.flows.invitation_withdrawal import withdraw_those_of
from auth_service.flows.reset_objection import refuse_while_objecting
from auth_service.flows.sessions import LoggedIn, lock_proven_session, refuse_disputed, require_fresh_proof
from auth_service.storage.database import Database, Transaction
from shared.clock import Clock

log = structlog.get_logger()


class AccountClosing:
    def __init__(self, database: Database, notices: AccountNotices, clock: Clock) -> None:
        self._database = database
        self._notices = notices
        self._clock = clock

    async def close(self, logged_in: LoggedIn) -> None:
        """One's own.

        Raises ProofNeeded, FactorOwed, ResetOpenToObjection, NotAllowed, LastManager and SessionGone.
        """
        require_fresh_proof(logged_in)
        now = self._clock()
        async with self._database.transaction() as tx:
            await tx.lock_address(logged_in.account.email.key)
            account = await lock_proven_session(tx, logged_in, now)
            refuse_disputed(account)
            await refuse_while_objecting(tx, account, now)
            await self._refuse_if_needed(tx, account)
            await end_account(tx, self._notices, account, actor=account, now=now)
            await tx.audit.add(own_act(AuditedAct.ACCOUNT_CLOSED, account, now))
        log.info("account_closed", account=str(account.id))

    async def _refuse_if_needed(self, tx: Transaction, account: Account) -> None:
        """Staff are let go by whoever invited them; a company with users keeps somebody to manage them."""
        if account.company_id is None:
            raise NotAllowed
        if await leaves_nobody(tx, account):
            gemeente = await tx.gemeenten.existing(account.gemeente_code)
            raise LastManager(gemeente.name, gemeente.email)


async def end_account(
    tx: Transaction, notices: AccountNotices, account: Account, *, actor: Account | None, now: datetime
) -> None:
    """End its sessions, void its codes, take away two-factor authentication, and tell the owner by mail.

    Whom it invited must be invited anew, by somebody else. What the gemeente must keep stays: the company,
    and who was who in the audit trail. The password's hash stays too, so that only its owner is told why he
    can't log in. The account is locked.
    """
    await withdraw_those_of(tx, account, actor, now)
    await tx.accounts.close(account.id, now)
    await tx.totp.forget(account.id)
    await tx.email_changes.forget(account.id)
    await tx.kept_forms.forget_all(account.id)
    await tx.codes.void_all(Owner(account_id=account.id), now)
    await tx.sessions.end_all(account.id)
    await tx.known_browsers.forget_all(account.id)
    gemeente = await tx.gemeenten.existing(account.gemeente_code)
    await notices.account_closed(tx, account, gemeente, now)


async def leaves_nobody(tx: Transaction, account: Account) -> bool:
    """Whether the users of a company would have nobody to manage them; the company is locked from then on."""
    if account.company_id is None:
        return False
    # Of two managers who leave at once the second sees that the first is gone.
    await tx.companies.lock(account.company_id)
    return account.role is Role.ONDERNEMER and await tx.accounts.left_without_manager(account)
