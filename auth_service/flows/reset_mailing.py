"""Staff have a mail sent with which somebody chooses a new password; they never choose it themselves."""

from uuid import UUID

import structlog

from auth_service.accounts.account import Account
from auth_service.accounts.audit import AuditedAct, act_on
from auth_service.flows.acts_on_others import lock_helped, person_helped
from auth_service.flows.mail_facts import MailFacts
from auth_service.flows.sessions import LoggedIn
from auth_service.flows.throttling import Throttle
from auth_service.storage.database import Database
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
        now = self._clock()
        async with self._database.transaction() as tx:
            found = await person_helped(tx, logged_in.account, gemeente_code, account_id, now)
        await self._throttle.count_helping_mail(found.email.key)
        async with self._database.transaction() as tx:
            actor, gemeente, subject = await lock_helped(tx, logged_in, found, now)
            await self._mail_facts.password_reset_requested(tx, subject, gemeente, now)
            await tx.audit.add(act_on(subject, AuditedAct.PASSWORD_RESET_SENT, actor, now))
        log.info("reset_mailed", actor=str(actor.id), account=str(subject.id))
        return subject
