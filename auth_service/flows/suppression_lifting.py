"""Staff let an address be mailed again that a mail server had said to be none."""

from uuid import UUID

import structlog

from auth_service.accounts.account import Account
from auth_service.accounts.audit import AuditedAct, AuditLine, act_on
from auth_service.accounts.mail_addresses import MailAddress
from auth_service.flows.acts_on_others import lock_helped, lock_helping_staff, person_helped
from auth_service.flows.code_resending import found_registration, line_about, lock_as_found
from auth_service.flows.sessions import LoggedIn
from auth_service.flows.throttling import Throttle
from auth_service.storage.database import Database, Transaction
from shared.address_masking import masked_address
from shared.clock import Clock

ACT = AuditedAct.SUPPRESSION_LIFTED

log = structlog.get_logger()


class SuppressionLifting:
    """Nothing is sent by it. Where the address is mailed already, nothing happens."""

    def __init__(self, database: Database, throttle: Throttle, clock: Clock) -> None:
        self._database = database
        self._throttle = throttle
        self._clock = clock

    async def lift_of_registration(
        self, logged_in: LoggedIn, gemeente_code: str, registration_id: UUID | None
    ) -> None:
        """`registration_id` None is nobody's.

        Raises NoSuchGemeente, NoSuchCompany, RegistrationMovedOn, FactorOwed, TooOften and SessionGone.
        """
        await self._throttle.count_own_act(logged_in.account.id)
        now = self._clock()
        found = await found_registration(self._database, gemeente_code, registration_id, now)
        async with self._database.transaction() as tx:
            await tx.lock_address(found.email.key)
            actor, _ = await lock_helping_staff(tx, logged_in, gemeente_code)
            pending = await lock_as_found(tx, found)
            await lift(tx, pending.email, line_about(pending, ACT, actor, now))

    async def lift_of_account(
        self, logged_in: LoggedIn, gemeente_code: str, account_id: UUID | None
    ) -> Account:
        """Of the account, which is returned; `account_id` None is nobody's.

        Raises NoSuchGemeente, NoSuchAccount, also for one that he may not know of, FactorOwed, TooOften and
        SessionGone.
        """
        await self._throttle.count_own_act(logged_in.account.id)
        now = self._clock()
        async with self._database.transaction() as tx:
            found = await person_helped(tx, logged_in.account, gemeente_code, account_id, now)
        async with self._database.transaction() as tx:
            actor, _, subject = await lock_helped(tx, logged_in, found, now)
            await lift(tx, subject.email, act_on(subject, ACT, actor, now))
        return subject


async def lift(tx: Transaction, email: MailAddress, line: AuditLine) -> None:
    if await tx.suppressions.lift(email.key, line.happened_at):
        await tx.audit.add(line)
        log.info("suppression_lifted", actor=str(line.actor.id), address=masked_address(email.text))
