"""Staff have a mail sent with which somebody chooses a new password; they never choose it themselves."""

from uuid import UUID

import structlog

from auth_service.accounts.account import Account
from auth_service.accounts.audit import Actor, AuditedAct, AuditLine, refused_act, told_to
from auth_service.accounts.authority import acts_as
from auth_service.accounts.refusals import NoSuchAccount
from auth_service.flows.acts_on_others import lock_helping_staff
from auth_service.flows.mail_facts import MailFacts
from auth_service.flows.sessions import LoggedIn
from auth_service.flows.throttling import Throttle
from auth_service.storage.database import Database, Transaction
from shared.clock import Clock

log = structlog.get_logger()


class ResetMailing:
    def __init__(self, database: Database, mail_facts: MailFacts, throttle: Throttle, clock: Clock) -> None:
        self._database = database
        self._mail_facts = mail_facts
        self._throttle = throttle
        self._clock = clock

    async def send(self, logged_in: LoggedIn, gemeente_code: str, account_id: UUID | None) -> Account:
        """To the address of the account, which is returned; `account_id` None is nobody's.

        Raises NoSuchGemeente, NoSuchAccount, also for one that he may not know of, FactorOwed, TooOften and
        SessionGone.
        """
        await self._throttle.count_own_act(logged_in.account.id)
        async with self._database.transaction() as tx:
            found = await self._subject(tx, logged_in.account, gemeente_code, account_id)
        await self._throttle.count_helping_mail(found.email.key)
        now = self._clock()
        async with self._database.transaction() as tx:
            await tx.lock_address(found.email.key)
            # In one order: two who act on each other would wait for each other.
            for each in sorted({logged_in.account.id, found.id}):
                await tx.accounts.lock(each)
            actor, gemeente = await lock_helping_staff(tx, logged_in, gemeente_code)
            subject = await self._subject(tx, actor, gemeente_code, found.id)
            await self._mail_facts.password_reset_requested(tx, subject, gemeente, now)
            await tx.audit.add(
                AuditLine(
                    AuditedAct.PASSWORD_RESET_SENT,
                    now,
                    Actor(actor.id, actor.role),
                    account_id=subject.id,
                    gemeente_code=told_to(subject),
                )
            )
        log.info("reset_mailed", actor=str(actor.id), account=str(subject.id))
        return subject

    async def _subject(
        self, tx: Transaction, actor: Account, gemeente_code: str, account_id: UUID | None
    ) -> Account:
        subject = await tx.accounts.with_id(account_id) if account_id else None
        if subject is None or subject.gemeente_code != gemeente_code or acts_as(actor, subject) is None:
            log.warning("act_refused", actor=str(actor.id), account=str(account_id))
            tx.note_refused(refused_act(actor, self._clock(), account_id))
            raise NoSuchAccount
        return subject
