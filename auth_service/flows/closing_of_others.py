"""Closing the account of somebody who left: by a manager in his company, by staff in their gemeente."""

from uuid import UUID

import structlog

from auth_service.accounts.account import Account
from auth_service.accounts.audit import Actor, AuditedAct, AuditLine, refused_act, told_to
from auth_service.accounts.authority import outranks
from auth_service.accounts.refusals import Field, NoOtherManager, NoSuchAccount, NotAllowed
from auth_service.accounts.two_factor import ResetBy
from auth_service.flows.account_blocking import blocked_as, refuse_elsewhere, refuse_without_others
from auth_service.flows.account_closing import end_account, leaves_nobody
from auth_service.flows.account_notices import AccountNotices
from auth_service.flows.acts_on_others import lock_both
from auth_service.flows.sessions import LoggedIn, require_fresh_proof
from auth_service.flows.throttling import Throttle
from auth_service.flows.totp_reset import read_reason
from auth_service.storage.database import Database, Transaction
from shared.clock import Clock

log = structlog.get_logger()


class ClosingOfOthers:
    """Of whom he can block, see AccountBlocking.subject."""

    def __init__(self, database: Database, notices: AccountNotices, throttle: Throttle, clock: Clock) -> None:
        self._database = database
        self._notices = notices
        self._throttle = throttle
        self._clock = clock

    async def close(
        self,
        logged_in: LoggedIn,
        account_id: UUID | None,
        typed_reason: str,
        *,
        gemeente_code: str | None = None,
    ) -> None:
        """For good, and all that closing one's own account does; None is nobody.

        Raises ProofNeeded, FactorOwed, InputRefused, NotAllowed, also for who stands below who blocked him,
        NoOtherManager, TooOften, SessionGone and, also for one that he may not know of, NoSuchAccount.
        """
        refuse_without_others(logged_in.account)
        require_fresh_proof(logged_in)
        await self._throttle.count_own_act(logged_in.account.id)
        reason = read_reason(typed_reason, Field.BLOCKING_REASON)
        now = self._clock()
        found = await self._found(account_id)
        async with self._database.transaction() as tx:
            # So that nobody is mailed a code for it meanwhile.
            await tx.lock_address(found.email.key)
            actor, subject, standing = await lock_both(tx, logged_in, found.id, now)
            refuse_elsewhere(subject, gemeente_code)
            if subject.email.key != found.email.key:
                # It moved to an address that isn't locked; whoever asks again finds it there.
                raise NoSuchAccount
            self._refuse_below(tx, actor, subject, standing)
            if await leaves_nobody(tx, subject):
                raise NoOtherManager
            line = AuditLine(
                AuditedAct.ACCOUNT_CLOSED,
                now,
                Actor(actor.id, actor.role),
                account_id=subject.id,
                gemeente_code=told_to(subject),
                reason=reason,
            )
            await end_account(tx, self._notices, subject, actor=actor, now=now)
            await tx.audit.add(line)
        log.info("account_closed", account=str(subject.id), actor=str(actor.id))

    async def _found(self, account_id: UUID | None) -> Account:
        async with self._database.transaction() as tx:
            found = await tx.accounts.with_id(account_id) if account_id else None
        if found is None:
            raise NoSuchAccount
        return found

    def _refuse_below(self, tx: Transaction, actor: Account, subject: Account, standing: ResetBy) -> None:
        """Whom the gemeente keeps out is for the gemeente to deal with."""
        former = blocked_as(subject)
        if former is not None and outranks(former, standing):
            log.warning("act_refused", actor=str(actor.id), account=str(subject.id), blocked_by=former)
            tx.note_refused(refused_act(actor, self._clock(), subject.id))
            raise NotAllowed
