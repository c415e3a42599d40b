"""Keeping somebody out for a reason, and letting him in again; his password and second factor stay."""

from uuid import UUID

import structlog

from auth_service.accounts.account import Account, AccountState, Role
from auth_service.accounts.audit import Actor, AuditedAct, AuditLine, refused_act, told_to
from auth_service.accounts.authority import acts_as, outranks
from auth_service.accounts.refusals import Field, NoSuchAccount, NotAllowed
from auth_service.accounts.two_factor import ResetBy
from auth_service.flows.acts_on_others import lock_both
from auth_service.flows.invitation_withdrawal import withdraw_those_of
from auth_service.flows.sessions import LoggedIn, require_fresh_proof
from auth_service.flows.throttling import Throttle
from auth_service.flows.totp_reset import read_reason
from auth_service.storage.database import Database, Transaction
from shared.clock import Clock

log = structlog.get_logger()


class AccountBlocking:
    """`gemeente_code` is where staff look after the account, None for whoever acts from elsewhere."""

    def __init__(self, database: Database, throttle: Throttle, clock: Clock) -> None:
        self._database = database
        self._throttle = throttle
        self._clock = clock

    async def subject(
        self, logged_in: LoggedIn, account_id: UUID | None, *, gemeente_code: str | None = None
    ) -> Account:
        """Whom he can block; raises NotAllowed for who never can, and NoSuchAccount."""
        refuse_without_others(logged_in.account)
        async with self._database.transaction() as tx:
            subject = await tx.accounts.with_id(account_id) if account_id else None
        if subject is None or acts_as(logged_in.account, subject) is None:
            raise NoSuchAccount
        refuse_elsewhere(subject, gemeente_code)
        return subject

    async def block(
        self,
        logged_in: LoggedIn,
        account_id: UUID | None,
        typed_reason: str,
        *,
        gemeente_code: str | None = None,
    ) -> bool:
        """End his sessions, and begin none until he is let in again; None is nobody.

        Whom he invited must be invited anew, by somebody else. False where he is blocked already, by somebody
        of no lower standing. Raises ProofNeeded, FactorOwed, InputRefused, NotAllowed, TooOften, SessionGone
        and, also for one that he may not know of, NoSuchAccount.
        """
        reason = await self._counted(logged_in, typed_reason)
        async with self._database.transaction() as tx:
            actor, subject, standing = await lock_both(tx, logged_in, account_id, self._clock())
            refuse_elsewhere(subject, gemeente_code)
            former = blocked_as(subject)
            if former is not None and not outranks(standing, former):
                return False
            await withdraw_those_of(tx, subject, actor, self._clock())
            await tx.accounts.block(subject.id, standing)
            await tx.sessions.end_all(subject.id)
            await self._note(tx, AuditedAct.ACCOUNT_BLOCKED, actor, subject, reason)
        return True

    async def unblock(
        self,
        logged_in: LoggedIn,
        account_id: UUID | None,
        typed_reason: str,
        *,
        gemeente_code: str | None = None,
    ) -> bool:
        """False where he isn't blocked. Raises the same, NotAllowed also for who stands below who blocked."""
        reason = await self._counted(logged_in, typed_reason)
        async with self._database.transaction() as tx:
            actor, subject, standing = await lock_both(tx, logged_in, account_id, self._clock())
            refuse_elsewhere(subject, gemeente_code)
            former = blocked_as(subject)
            if former is None:
                return False
            if outranks(former, standing):
                log.warning("act_refused", actor=str(actor.id), account=str(subject.id), blocked_by=former)
                tx.note_refused(refused_act(actor, self._clock(), subject.id))
                raise NotAllowed
            await tx.accounts.unblock(subject.id)
            await self._note(tx, AuditedAct.ACCOUNT_UNBLOCKED, actor, subject, reason)
        return True

    async def _counted(self, logged_in: LoggedIn, typed_reason: str) -> str:
        refuse_without_others(logged_in.account)
        require_fresh_proof(logged_in)
        await self._throttle.count_own_act(logged_in.account.id)
        return read_reason(typed_reason, Field.BLOCKING_REASON)

    async def _note(
        self, tx: Transaction, act: AuditedAct, actor: Account, subject: Account, reason: str
    ) -> None:
        line = AuditLine(
            act,
            self._clock(),
            Actor(actor.id, actor.role),
            account_id=subject.id,
            gemeente_code=told_to(subject),
            reason=reason,
        )
        await tx.audit.add(line)
        log.info(act.value, account=str(subject.id), actor=str(actor.id))


def blocked_as(account: Account) -> ResetBy | None:
    """Whose doing it is that he is blocked; somebody of the platform where nothing is known."""
    if account.state is not AccountState.BLOCKED:
        return None
    return account.blocked_by or ResetBy.PLATFORM


def refuse_without_others(actor: Account) -> None:
    """Who looks after nobody; raises NotAllowed."""
    if actor.role is Role.GEBRUIKER:
        raise NotAllowed


def refuse_elsewhere(subject: Account, gemeente_code: str | None) -> None:
    if gemeente_code is not None and subject.gemeente_code != gemeente_code:
        raise NoSuchAccount
