"""Staff send an entrepreneur the code once more that confirms his address."""

from datetime import datetime
from uuid import UUID

import structlog

from auth_service.accounts.account import Account
from auth_service.accounts.audit import Actor, AuditedAct, AuditLine
from auth_service.accounts.pending_registration import PendingRegistration
from auth_service.accounts.refusals import NoSuchCompany, RegistrationMovedOn
from auth_service.flows.acts_on_others import lock_helping_staff
from auth_service.flows.mail_facts import MailFacts
from auth_service.flows.sessions import LoggedIn
from auth_service.flows.throttling import Throttle
from auth_service.storage.database import Database, Transaction
from shared.clock import Clock

log = structlog.get_logger()


class CodeResending:
    def __init__(self, database: Database, mail_facts: MailFacts, throttle: Throttle, clock: Clock) -> None:
        self._database = database
        self._mail_facts = mail_facts
        self._throttle = throttle
        self._clock = clock

    async def resend(self, logged_in: LoggedIn, gemeente_code: str, registration_id: UUID | None) -> None:
        """Earlier codes stay good. `registration_id` None is nobody's.

        Raises NoSuchGemeente, NoSuchCompany, RegistrationMovedOn, FactorOwed, TooOften and SessionGone.
        """
        await self._throttle.count_own_act(logged_in.account.id)
        pending = await found_registration(self._database, gemeente_code, registration_id, self._clock())
        await self._throttle.count_helping_mail(pending.email.key)
        now = self._clock()
        async with self._database.transaction() as tx:
            await tx.lock_address(pending.email.key)
            actor, _ = await lock_helping_staff(tx, logged_in, gemeente_code)
            current = await lock_as_found(tx, pending)
            await mail_code(tx, self._mail_facts, current, now)
            await tx.audit.add(line_about(current, AuditedAct.ACTIVATION_CODE_SENT, actor, now))
        log.info("code_resent", actor=str(actor.id), registration=str(pending.id))


async def found_registration(
    database: Database, gemeente_code: str, registration_id: UUID | None, now: datetime
) -> PendingRegistration:
    """That waits for its code in this gemeente; raises NoSuchCompany and RegistrationMovedOn."""
    if registration_id is None:
        raise NoSuchCompany
    async with database.transaction() as tx:
        pending = await tx.registrations.with_id(registration_id)
        head = await tx.stories.head(registration_id)
    if head is not None and head.gemeente_code == gemeente_code:
        raise RegistrationMovedOn
    if pending is None or pending.gemeente_code != gemeente_code or now >= pending.kept_until:
        raise NoSuchCompany
    return pending


async def lock_as_found(tx: Transaction, found: PendingRegistration) -> PendingRegistration:
    """Its address, which is locked, and its gemeente are as they were found.

    Raises RegistrationMovedOn, and NoSuchCompany where it is another gemeente's by now.
    """
    pending = await tx.registrations.lock(found.id)
    if pending is None or pending.email.key != found.email.key:
        raise RegistrationMovedOn
    if pending.gemeente_code != found.gemeente_code:
        raise NoSuchCompany
    return pending


async def mail_code(
    tx: Transaction, mail_facts: MailFacts, pending: PendingRegistration, now: datetime
) -> None:
    """To its address; where that has an account, its owner is told instead. The browser that registered sees
    what becomes of it, as of the mails before."""
    account = await tx.accounts.with_address(pending.email.key)
    gemeente = await tx.gemeenten.existing(account.gemeente_code if account else pending.gemeente_code)
    await mail_facts.registered(tx, pending, gemeente, account, now, asked_here=True)


def line_about(
    pending: PendingRegistration,
    act: AuditedAct,
    actor: Account,
    now: datetime,
    *,
    reason: str | None = None,
) -> AuditLine:
    return AuditLine(
        act,
        now,
        Actor(actor.id, actor.role),
        company_id=pending.id,
        gemeente_code=pending.gemeente_code,
        reason=reason,
    )
