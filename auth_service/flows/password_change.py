"""Changing one's own password while logged in (ASVS 6.2.2, 6.2.3); two-factor authentication stays on."""

from dataclasses import dataclass

import structlog

from auth_service.accounts.account import Account
from auth_service.accounts.audit import AuditedAct, own_act
from auth_service.accounts.one_time_codes import Owner
from auth_service.accounts.passwords import PasswordRules, normalised
from auth_service.accounts.refusals import (
    Field,
    FieldRefused,
    InputRefused,
    PasswordRejected,
    Problem,
    Violation,
)
from auth_service.accounts.tokens import token_digest
from auth_service.accounts.visitors import Visitor
from auth_service.flows.known_browsers import remember_browser_of
from auth_service.flows.mail_facts import MailFacts
from auth_service.flows.sessions import LoggedIn, lock_full_session
from auth_service.flows.throttling import Throttle
from auth_service.password_hashing import PasswordHashing
from auth_service.storage.database import Database
from auth_service.storage.session_table import Renewal
from shared.clock import Clock
from shared.mail_facts import LoggedOut

NOT_THE_CURRENT_ONE = Violation(Field.CURRENT_PASSWORD, Problem.NOT_THIS_PASSWORD)

log = structlog.get_logger()


@dataclass(frozen=True)
class TypedPasswords:
    current: str
    new: str


class PasswordChange:
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

    async def change(
        self, logged_in: LoggedIn, typed: TypedPasswords, visitor: Visitor, *, token: str
    ) -> str | None:
        """End every other session, void every code, and tell the owner by mail.

        `token` is what this session is known by from then on: its present one, or a fresh one. Returns what
        the browser is known by; no other browser is known any more.
        Raises InputRefused, FactorOwed, TooOften, TooBusy and SessionGone.
        """
        refuse_empty(typed)
        # Counted and committed first: whatever is refused below, it was a try.
        is_current = await self._is_current(logged_in.account, typed.current, visitor)
        doubts = [] if is_current else [NOT_THE_CURRENT_ONE]
        if problem := self._problem_of_new(logged_in, typed):
            doubts.append(Violation(Field.NEW_PASSWORD, problem))
        if doubts:
            raise InputRefused(*doubts)
        return await self._store(logged_in, await self._hashing.hash(typed.new), visitor, token)

    async def _is_current(self, account: Account, password: str, visitor: Visitor) -> bool:
        try:
            async with self._throttle.counting_passwords(account, visitor):
                await self._prove(account, password)
        except PasswordRejected:
            return False
        return True

    async def _prove(self, account: Account, password: str) -> None:
        if not await self._hashing.verify(account.password_hash, password):
            log.info("password_rejected", account=str(account.id))
            raise PasswordRejected

    def _problem_of_new(self, logged_in: LoggedIn, typed: TypedPasswords) -> Problem | None:
        account = logged_in.account
        known = (account.company_name or "", account.email.text, logged_in.gemeente.name)
        try:
            self._rules.check(typed.new, *known)
        except FieldRefused as refusal:
            return refusal.problem
        is_same = normalised(typed.new) == normalised(typed.current)
        return Problem.SAME_PASSWORD if is_same else None

    async def _store(self, logged_in: LoggedIn, new_hash: str, visitor: Visitor, token: str) -> str | None:
        now = self._clock()
        session, verified = logged_in.session, logged_in.account
        async with self._database.transaction() as tx:
            await tx.lock_address(verified.email.key)
            account = await lock_full_session(tx, logged_in)
            if account.password_changed_at != verified.password_changed_at:
                # Changed by another request of this session, since it was verified.
                raise InputRefused(NOT_THE_CURRENT_ONE)
            await tx.accounts.change_password(account.id, new_hash, now)
            await tx.codes.void_all(Owner(account_id=account.id), now)
            await tx.email_changes.forget(account.id)
            await tx.sessions.end_others(session)
            await tx.sessions.renew(session.id, Renewal(token_digest(token), now, session.totp_proven_at))
            await tx.known_browsers.forget_all(account.id)
            browser = await remember_browser_of(tx, visitor, session, now)
            await tx.audit.add(own_act(AuditedAct.PASSWORD_CHANGED, account, now))
            await self._mail_facts.password_changed(
                tx, account, logged_in.gemeente, now, logged_out=LoggedOut.ELSEWHERE
            )
        log.info("password_changed", account=str(account.id))
        return browser


def refuse_empty(typed: TypedPasswords) -> None:
    fields = {Field.CURRENT_PASSWORD: typed.current, Field.NEW_PASSWORD: typed.new}
    empty = [Violation(field, Problem.EMPTY) for field, text in fields.items() if not text]
    if empty:
        raise InputRefused(*empty)
