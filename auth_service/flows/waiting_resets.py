"""Resets of two-factor authentication that wait: done when they are due, or withdrawn by who may."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import structlog

from auth_service.accounts.account import Account, AccountState
from auth_service.accounts.audit import NOBODY, AuditedAct, AuditLine, told_to
from auth_service.accounts.authority import acts_as, is_beyond_doubt
from auth_service.accounts.refusals import NoSuchAccount, NothingWaits
from auth_service.flows.account_notices import AccountNotices
from auth_service.flows.acts_on_others import lock_both
from auth_service.flows.reset_objection import undo_wait
from auth_service.flows.sessions import LoggedIn, require_fresh_proof
from auth_service.flows.throttling import Throttle
from auth_service.flows.totp_removal import ResetOrder, TotpRemoval, line_about
from auth_service.flows.totp_reset import actor_of
from auth_service.storage.database import Database, Transaction
from auth_service.storage.reset_wait_table import WaitingReset
from shared.clock import Clock

log = structlog.get_logger()


@dataclass(frozen=True)
class Resettable:
    """Somebody else whose second factor may be reset, and the reset of it that waits, if any.

    `reset_wait` is for how long one by staff would wait.
    """

    account: Account
    waiting: WaitingReset | None
    reset_wait: timedelta


class WaitingResets:
    def __init__(self, database: Database, notices: AccountNotices, throttle: Throttle, clock: Clock) -> None:
        self._database = database
        self._removal = TotpRemoval(notices)
        self._throttle = throttle
        self._clock = clock

    async def subject(self, logged_in: LoggedIn, account_id: UUID | None) -> Resettable:
        """Raises NoSuchAccount, also for one that he may not act on; None is nobody."""
        async with self._database.transaction() as tx:
            account = await tx.accounts.with_id(account_id) if account_id else None
            if account is None or acts_as(logged_in.account, account) is None:
                raise NoSuchAccount
            gemeente = await tx.gemeenten.existing(account.gemeente_code)
            waiting = await tx.reset_waits.of_account(account.id)
            return Resettable(account, waiting, gemeente.reset_wait_at(self._clock()))

    async def due_for(self, logged_in: LoggedIn) -> datetime | None:
        """When his own is reset, which he can stop until then; None where nobody asked for it."""
        async with self._database.transaction() as tx:
            wait = await tx.reset_waits.of_account(logged_in.account.id)
        return wait.due_at if wait else None

    async def withdraw(self, logged_in: LoggedIn, account_id: UUID | None) -> None:
        """Raises NoSuchAccount, NothingWaits, ProofNeeded, FactorOwed, TooOften and SessionGone."""
        require_fresh_proof(logged_in)
        await self._throttle.count_own_act(logged_in.account.id)
        now = self._clock()
        async with self._database.transaction() as tx:
            actor, subject, reset_by = await lock_both(tx, logged_in, account_id, now)
            wait = await tx.reset_waits.of_account(subject.id)
            if wait is None:
                raise NothingWaits
            await undo_wait(tx, wait, now)
            order = ResetOrder(actor_of(actor), reset_by)
            await tx.audit.add(line_about(AuditedAct.TOTP_RESET_CANCELLED, subject, order, now))
        log.info("totp_reset_withdrawn", account=str(subject.id), actor=str(actor.id))

    async def do_next(self) -> bool:
        """The next one that is due; False where there is none."""
        now = self._clock()
        async with self._database.transaction() as tx:
            wait = await tx.reset_waits.lock_next_due(now)
            account = await tx.accounts.with_id(wait.account_id) if wait else None
            if wait is None or account is None:
                return False
            if account.two_factor.is_enrolled and await still_may(tx, wait, account):
                order = ResetOrder(wait.actor, wait.reset_by, wait.reason, wait.identification)
                await self._removal.remove(tx, account, order, now)
            else:
                await self._drop(tx, account, wait)
        return True

    async def _drop(self, tx: Transaction, account: Account, wait: WaitingReset) -> None:
        now = self._clock()
        await undo_wait(tx, wait, now)
        line = AuditLine(
            AuditedAct.TOTP_RESET_CANCELLED,
            now,
            NOBODY,
            account_id=account.id,
            gemeente_code=told_to(account),
        )
        await tx.audit.add(line)
        log.info("totp_reset_dropped", account=str(account.id))


async def still_may(tx: Transaction, wait: WaitingReset, account: Account) -> bool:
    """Whoever asked may have been blocked or reset since, because his account was in other hands."""
    asker = await tx.accounts.with_id(wait.actor.id) if wait.actor.id else None
    if asker is None or asker.state is not AccountState.ACTIVE or not is_beyond_doubt(asker):
        return False
    return acts_as(asker, account) is not None
