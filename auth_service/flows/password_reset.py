"""Choosing a new password with a mailed code (R-57…R-68); two-factor authentication stays as it is."""

from dataclasses import dataclass

import structlog

from auth_service.accounts.account import Account
from auth_service.accounts.audit import AuditedAct, own_act
from auth_service.accounts.one_time_codes import Owner, code_digest, read_code
from auth_service.accounts.passwords import PasswordRules
from auth_service.accounts.places import Gemeente
from auth_service.accounts.refusals import (
    CodeRejected,
    Field,
    FieldRefused,
    InputRefused,
    Problem,
    Violation,
)
from auth_service.accounts.visitors import Visitor
from auth_service.flows.known_browsers import remember_browser
from auth_service.flows.mail_facts import MailFacts
from auth_service.flows.throttling import Throttle
from auth_service.password_hashing import PasswordHashing
from auth_service.storage.database import Database
from shared.clock import Clock
from shared.mail_facts import LoggedOut

log = structlog.get_logger()


@dataclass(frozen=True)
class Change:
    """A new password that was found good, and the code that allows it."""

    code_digest: bytes
    account: Account
    gemeente: Gemeente
    new_hash: str


class PasswordReset:
    def __init__(
        self,
        database: Database,
        hashing: PasswordHashing,
        mail_facts: MailFacts,
        throttle: Throttle,
        rules: PasswordRules,
        clock: Clock,
    ) -> None:
        self._database = database
        self._hashing = hashing
        self._mail_facts = mail_facts
        self._throttle = throttle
        self._rules = rules
        self._clock = clock

    async def set_password(self, typed_code: str, new_password: str, visitor: Visitor) -> str | None:
        """Change the password, end every session, void every other code, and tell the owner by mail.

        Returns what the browser is known by from now on; no other browser is known any more.
        Raises InputRefused, CodeRejected, TooOften and TooBusy; each leaves the code unused.
        """
        refuse_empty(typed_code, new_password)
        code = read_code(typed_code)
        found = await self._account_of(code_digest(code)) if code else None
        if code is None or found is None:
            await self._throttle.count_form(visitor)
            raise CodeRejected
        await self._throttle.count_reset_password(code_digest(code))
        account, gemeente = found
        password = self._checked(new_password, account, gemeente)
        if await self._hashing.verify(account.password_hash, password):
            raise InputRefused(Violation(Field.NEW_PASSWORD, Problem.SAME_PASSWORD))
        new_hash = await self._hashing.hash(password)
        return await self._change(Change(code_digest(code), account, gemeente, new_hash), visitor)

    async def _account_of(self, digest: bytes) -> tuple[Account, Gemeente] | None:
        now = self._clock()
        async with self._database.transaction() as tx:
            account_id = await tx.codes.account_of(digest, now)
            account = await tx.accounts.with_id(account_id) if account_id else None
            if account is None:
                log.info("code_rejected", flow="password_reset", why=await tx.codes.why_rejected(digest, now))
                return None
            return account, await tx.gemeenten.existing(account.gemeente_code)

    def _checked(self, new_password: str, account: Account, gemeente: Gemeente) -> str:
        try:
            return self._rules.check(
                new_password, account.company_name or "", account.email.text, gemeente.name
            )
        except FieldRefused as refusal:
            raise InputRefused(Violation(Field.NEW_PASSWORD, refusal.problem)) from None

    async def _change(self, change: Change, visitor: Visitor) -> str | None:
        now = self._clock()
        digest, account = change.code_digest, change.account
        async with self._database.transaction() as tx:
            await tx.lock_address(account.email.key)
            await tx.accounts.lock(account.id)
            # Of many at once one passes here.
            if await tx.codes.use_for_account(digest, now) is None:
                log.info("code_rejected", flow="password_reset", why=await tx.codes.why_rejected(digest, now))
                raise CodeRejected
            await tx.accounts.change_password(account.id, change.new_hash, now)
            await tx.codes.void_all(Owner(account_id=account.id), now)
            await tx.email_changes.forget(account.id)
            await tx.sessions.end_all(account.id)
            await tx.known_browsers.forget_all(account.id)
            browser = await remember_browser(tx, visitor, account.id, now)
            await tx.audit.add(own_act(AuditedAct.PASSWORD_CHANGED, account, now))
            await self._mail_facts.password_changed(
                tx, account, change.gemeente, now, logged_out=LoggedOut.EVERYWHERE
            )
        log.info("password_reset", account=str(account.id))
        return browser


def refuse_empty(typed_code: str, new_password: str) -> None:
    typed = {Field.CODE: typed_code.strip(), Field.NEW_PASSWORD: new_password}
    empty = [Violation(field, Problem.EMPTY) for field, text in typed.items() if not text]
    if empty:
        raise InputRefused(*empty)
