"""A gemeente approves of the companies that registered, or rejects them, where it wants to do so."""

from datetime import datetime
from uuid import UUID

import structlog

from auth_service.accounts.account import Account, CompanyState
from auth_service.accounts.audit import Actor, AuditedAct, AuditLine
from auth_service.accounts.company_details import CompanyDetails, read_line
from auth_service.accounts.places import Gemeente
from auth_service.accounts.refusals import (
    AlreadyDecided,
    Field,
    FieldRefused,
    InputRefused,
    NoSuchCompany,
    Violation,
)
from auth_service.flows.acts_on_others import lock_deciding_staff, lock_helping_staff
from auth_service.flows.fact_writer import FactWriter, notice_to
from auth_service.flows.sessions import LoggedIn, require_fresh_proof
from auth_service.flows.throttling import Throttle
from auth_service.storage.database import Database, Transaction
from shared.clock import Clock
from shared.mail_facts import RegistrationApproved, RegistrationRejected

LONGEST_REASON = 500

log = structlog.get_logger()


class CompanyApproval:
    """Decides once about each; its managers are told by mail. A company id of None is nobody's."""

    def __init__(self, database: Database, writer: FactWriter, throttle: Throttle, clock: Clock) -> None:
        self._database = database
        self._writer = writer
        self._throttle = throttle
        self._clock = clock

    async def awaiting(self, gemeente: Gemeente, company_id: UUID | None) -> CompanyDetails:
        """What a company told of itself that waits for this gemeente.

        Raises AlreadyDecided and, also for one that isn't of this gemeente, NoSuchCompany.
        """
        async with self._database.transaction() as tx:
            return await tx.companies.details(await lock_awaiting(tx, gemeente, company_id))

    async def approve(self, logged_in: LoggedIn, gemeente_code: str, company_id: UUID | None) -> None:
        """Its people can log in from now on.

        Raises NoSuchGemeente, NoSuchCompany, AlreadyDecided, FactorOwed, TooOften and SessionGone.
        """
        await self._throttle.count_own_act(logged_in.account.id)
        now = self._clock()
        async with self._database.transaction() as tx:
            actor, gemeente = await lock_helping_staff(tx, logged_in, gemeente_code)
            awaiting = await lock_awaiting(tx, gemeente, company_id)
            await tx.companies.decide(awaiting, CompanyState.APPROVED, now)
            for manager in await tx.accounts.managers_of(awaiting):
                fact = RegistrationApproved(**notice_to(manager, gemeente, now))
                await self._writer.notify(tx, manager, fact)
            await tx.audit.add(decision(AuditedAct.COMPANY_APPROVED, actor, gemeente, awaiting, now))

    async def reject(
        self, logged_in: LoggedIn, gemeente_code: str, company_id: UUID | None, typed_reason: str
    ) -> None:
        """Nobody of it can log in; the reason is mailed to its managers.

        Raises InputRefused, NoSuchGemeente, NoSuchCompany, AlreadyDecided, ProofNeeded, FactorOwed, TooOften
        and SessionGone.
        """
        require_fresh_proof(logged_in)
        await self._throttle.count_own_act(logged_in.account.id)
        now = self._clock()
        async with self._database.transaction() as tx:
            actor, gemeente = await lock_deciding_staff(tx, logged_in, gemeente_code, now)
            awaiting = await lock_awaiting(tx, gemeente, company_id)
            reason = read_rejection_reason(typed_reason)
            await tx.companies.decide(awaiting, CompanyState.REJECTED, now)
            for manager in await tx.accounts.managers_of(awaiting):
                fact = RegistrationRejected(**notice_to(manager, gemeente, now), reason=reason)
                await self._writer.notify(tx, manager, fact)
            line = decision(AuditedAct.COMPANY_REJECTED, actor, gemeente, awaiting, now, reason)
            await tx.audit.add(line)


async def lock_awaiting(tx: Transaction, gemeente: Gemeente, company_id: UUID | None) -> UUID:
    """Of two who decide at once the second finds it decided. Raises NoSuchCompany and AlreadyDecided."""
    state = await tx.companies.lock_state(company_id, gemeente.code) if company_id else None
    if company_id is None or state is None:
        raise NoSuchCompany
    if state is not CompanyState.AWAITING_APPROVAL:
        raise AlreadyDecided
    return company_id


def decision(
    act: AuditedAct,
    actor: Account,
    gemeente: Gemeente,
    company_id: UUID,
    now: datetime,
    reason: str | None = None,
) -> AuditLine:
    log.info(act, company=str(company_id), actor=str(actor.id), gemeente=gemeente.code)
    return AuditLine(
        act,
        now,
        Actor(actor.id, actor.role),
        company_id=company_id,
        gemeente_code=gemeente.code,
        reason=reason,
    )


def read_rejection_reason(typed: str) -> str:
    """On one line; raises InputRefused."""
    try:
        return read_line(typed, longest=LONGEST_REASON)
    except FieldRefused as refusal:
        raise InputRefused(Violation(Field.REJECTION_REASON, refusal.problem)) from None
