"""Handing over or sharing the management of a company: who is a manager, and who an ordinary user."""

from datetime import datetime
from uuid import UUID

import structlog

from auth_service.accounts.account import Account, AccountState, Role
from auth_service.accounts.audit import Actor, AuditedAct, AuditLine
from auth_service.accounts.authority import OF_A_COMPANY, manages
from auth_service.accounts.refusals import (
    Field,
    InputRefused,
    NoSuchAccount,
    NotAllowed,
    OnlyManager,
    Problem,
    Violation,
)
from auth_service.flows.acts_on_others import lock_both
from auth_service.flows.invitation_withdrawal import withdraw_those_of
from auth_service.flows.sessions import LoggedIn, lock_proven_session, refuse_disputed, require_fresh_proof
from auth_service.flows.throttling import Throttle
from auth_service.storage.database import Database, Transaction
from shared.clock import Clock

ACTS = {Role.ONDERNEMER: AuditedAct.MADE_MANAGER, Role.GEBRUIKER: AuditedAct.MADE_USER}

log = structlog.get_logger()


class CompanyRoles:
    def __init__(self, database: Database, throttle: Throttle, clock: Clock) -> None:
        self._database = database
        self._throttle = throttle
        self._clock = clock

    async def subject(self, logged_in: LoggedIn, account_id: UUID | None) -> Account:
        """Whose role he can change, his own too; raises NotAllowed and NoSuchAccount."""
        refuse_others_than_managers(logged_in.account)
        async with self._database.transaction() as tx:
            subject = await tx.accounts.with_id(account_id) if account_id else None
        if subject is None or not is_in_company_of(logged_in.account, subject):
            raise NoSuchAccount
        return subject

    async def can_stop(self, logged_in: LoggedIn) -> bool:
        """Whether the company keeps a manager without him."""
        async with self._database.transaction() as tx:
            return await tx.accounts.has_other_manager(logged_in.account)

    async def give(self, logged_in: LoggedIn, account_id: UUID | None, role: Role | None) -> bool:
        """His sessions end, since they may do more, or less, from now on. None is nobody, or no role.

        Of who stops as a manager the invitations end too.

        False where he has it already. Raises ProofNeeded, FactorOwed, InputRefused, NotAllowed, OnlyManager,
        TooOften, SessionGone and, also for one that he may not know of, NoSuchAccount.
        """
        refuse_others_than_managers(logged_in.account)
        require_fresh_proof(logged_in)
        if role not in OF_A_COMPANY:
            raise InputRefused(Violation(Field.ROLE, Problem.EMPTY))
        await self._throttle.count_own_act(logged_in.account.id)
        now = self._clock()
        async with self._database.transaction() as tx:
            actor, subject = await self._lock(tx, logged_in, account_id, now)
            if subject.role is role:
                return False
            await refuse_leaving_nobody(tx, actor, subject)
            # Whoever becomes a manager has invited nobody.
            await withdraw_those_of(tx, subject, actor, now)
            await tx.accounts.change_role(subject.id, role)
            await tx.sessions.end_all(subject.id)
            await tx.audit.add(self._line(actor, subject, role, now))
        log.info("role_changed", account=str(subject.id), role=role, actor=str(actor.id))
        return True

    async def _lock(
        self, tx: Transaction, logged_in: LoggedIn, account_id: UUID | None, now: datetime
    ) -> tuple[Account, Account]:
        if account_id == logged_in.account.id:
            actor = subject = await lock_proven_session(tx, logged_in, now)
            refuse_disputed(actor)
        else:
            actor, subject, _ = await lock_both(tx, logged_in, account_id, now)
        # Judged anew: his own role may have been changed meanwhile.
        refuse_others_than_managers(actor)
        if not is_in_company_of(actor, subject):
            raise NoSuchAccount
        return actor, subject

    def _line(self, actor: Account, subject: Account, role: Role, now: datetime) -> AuditLine:
        return AuditLine(
            ACTS[role],
            now,
            Actor(actor.id, actor.role),
            account_id=subject.id,
            gemeente_code=subject.gemeente_code,
        )


async def refuse_leaving_nobody(tx: Transaction, actor: Account, subject: Account) -> None:
    """Raises OnlyManager for who would leave his company without anybody to manage it."""
    assert subject.company_id is not None  # noqa: S101 - every user of a company has one.
    # Of two managers who stop at once the second sees that the first is gone.
    await tx.companies.lock(subject.company_id)
    if subject.id == actor.id and not await tx.accounts.has_other_manager(subject):
        gemeente = await tx.gemeenten.existing(subject.gemeente_code)
        raise OnlyManager(gemeente.name, gemeente.email)


def refuse_others_than_managers(account: Account) -> None:
    if account.role is not Role.ONDERNEMER:
        raise NotAllowed


def is_in_company_of(manager: Account, subject: Account) -> bool:
    is_there = subject.state is not AccountState.CLOSED and subject.company_id is not None
    return is_there and subject.company_id is not None and manages(manager, subject.company_id)
