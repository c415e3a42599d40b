"""Another address for an account: wanted by its owner, proven by the code that is mailed there.

Whether an address has an account shows in the mail only: asking costs the same and looks the same.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import structlog

from auth_service.accounts.account import Account
from auth_service.accounts.audit import AuditedAct, own_act
from auth_service.accounts.email_change import PendingEmailChange
from auth_service.accounts.mail_addresses import MailAddress
from auth_service.accounts.one_time_codes import CodePurpose, Owner, code_digest, read_code
from auth_service.accounts.refusals import (
    AddressTaken,
    CodeRejected,
    Field,
    FieldRefused,
    InputRefused,
    Problem,
    Violation,
)
from auth_service.accounts.registration_form import read_email
from auth_service.accounts.sessions import Session
from auth_service.accounts.tokens import token_digest
from auth_service.accounts.visitors import Visitor
from auth_service.flows.address_change_facts import AddressChangeFacts
from auth_service.flows.known_browsers import remember_browser_of
from auth_service.flows.reset_objection import refuse_while_objecting
from auth_service.flows.sessions import (
    LoggedIn,
    lock_full_session,
    lock_proven_session,
    refuse_disputed,
    require_fresh_proof,
)
from auth_service.flows.throttling import Throttle
from auth_service.storage.database import Database, Transaction
from auth_service.storage.session_table import Renewal
from shared.clock import Clock

log = structlog.get_logger()


@dataclass(frozen=True)
class Proven:
    """A code that may prove this address, and what the session is to be known by then."""

    code_digest: bytes
    email: MailAddress
    token_digest: bytes


class EmailChange:
    def __init__(
        self,
        database: Database,
        facts: AddressChangeFacts,
        throttle: Throttle,
        code_lifetime: timedelta,
        clock: Clock,
    ) -> None:
        self._database = database
        self._facts = facts
        self._throttle = throttle
        self._code_lifetime = code_lifetime
        self._clock = clock

    async def ask(self, logged_in: LoggedIn, typed_email: str, visitor: Visitor) -> None:
        """Mail a code to the new address and a warning to the old one; codes of an earlier wish are void.

        Raises ProofNeeded, FactorOwed, InputRefused, ResetOpenToObjection, TooOften and SessionGone.
        """
        require_fresh_proof(logged_in)
        email = read_new_email(typed_email, logged_in.account)
        await self._throttle.count_email_change(visitor, logged_in.account.id, email.key)
        now = self._clock()
        async with self._database.transaction() as tx:
            await tx.lock_address(email.key)
            account = await lock_proven_session(tx, logged_in, now)
            refuse_disputed(account)
            await refuse_while_objecting(tx, account, now)
            await tx.codes.void_for(account.id, CodePurpose.EMAIL_CHANGE, now)
            await tx.email_changes.put(
                PendingEmailChange(account.id, email, now, expires_at=now + self._code_lifetime)
            )
            await self._tell_of_wish(tx, account, email, now)
        log.info("email_change_asked", account=str(account.id))

    async def _tell_of_wish(
        self, tx: Transaction, account: Account, email: MailAddress, now: datetime
    ) -> None:
        """Known and unknown addresses take the same steps here; only the mail differs."""
        known = await tx.accounts.with_address(email.key)
        gemeente = await tx.gemeenten.existing((known or account).gemeente_code)
        if known:
            await self._facts.wanted_address_has_account(tx, account, known, gemeente, now)
        else:
            await self._facts.email_change_code_issued(tx, account, email, gemeente, now)
        own_gemeente = await tx.gemeenten.existing(account.gemeente_code)
        await self._facts.email_change_asked(tx, account, email, own_gemeente, now)

    async def waiting_for(self, account_id: UUID) -> PendingEmailChange | None:
        """What this account asked for and has not proven yet."""
        async with self._database.transaction() as tx:
            return await tx.email_changes.of_account(account_id, self._clock())

    async def confirm(
        self, logged_in: LoggedIn, typed_code: str, visitor: Visitor, *, token: str
    ) -> str | None:
        """Let the account have the address that this code was mailed to; its other sessions end.

        `token` is what the session is known by from then on: its present one, or a fresh one.
        Returns what the browser is known by from now on; no other browser is known any more.
        Raises InputRefused, CodeRejected, AddressTaken, ResetOpenToObjection, FactorOwed, TooOften and
        SessionGone.
        """
        if not typed_code.strip():
            raise InputRefused(Violation(Field.CODE, Problem.EMPTY))
        try:
            proven = await self._proven(logged_in, typed_code, token)
            return await self._change(logged_in, proven, visitor)
        except CodeRejected:
            await self._throttle.count_form(visitor)
            raise

    async def _proven(self, logged_in: LoggedIn, typed_code: str, token: str) -> Proven:
        code = read_code(typed_code)
        wish = await self.waiting_for(logged_in.account.id)
        if code is None or wish is None:
            raise CodeRejected
        return Proven(code_digest(code), wish.email, token_digest(token))

    async def _change(self, logged_in: LoggedIn, proven: Proven, visitor: Visitor) -> str | None:
        now = self._clock()
        email = proven.email
        async with self._database.transaction() as tx:
            account = await self._locked(tx, logged_in, email)
            await refuse_while_objecting(tx, account, now)
            # Of many at once one passes here; and only for the address that was locked.
            wish = await tx.email_changes.of_account(account.id, now)
            is_locked = wish is not None and wish.email == email
            if not (is_locked and await tx.codes.use_for_email_change(account.id, proven.code_digest, now)):
                why = await tx.codes.why_rejected(proven.code_digest, now)
                log.info("code_rejected", flow="email_change", why=why)
                raise CodeRejected
            if await tx.accounts.with_address(email.key):
                raise AddressTaken
            await tx.accounts.change_email(account.id, email)
            await self._void_what_was(tx, account, email, now)
            await self._keep_only(tx, logged_in.session, proven.token_digest)
            await tx.known_browsers.forget_all(account.id)
            browser = await remember_browser_of(tx, visitor, logged_in.session, now)
            gemeente = await tx.gemeenten.existing(account.gemeente_code)
            await self._facts.email_changed(tx, account, email, gemeente, now)
            await tx.audit.add(own_act(AuditedAct.EMAIL_CHANGED, account, now))
        log.info("email_changed", account=str(account.id))
        return browser

    async def _locked(self, tx: Transaction, logged_in: LoggedIn, email: MailAddress) -> Account:
        # In one order, whoever changes from what to what: two that swap would wait for each other.
        for key in sorted({logged_in.account.email.key, email.key}):
            await tx.lock_address(key)
        account = await lock_full_session(tx, logged_in)
        refuse_disputed(account)
        return account

    async def _keep_only(self, tx: Transaction, session: Session, token_digest: bytes) -> None:
        # ASVS 7.4.3: whoever logged in elsewhere, or holds this session's former token, is out.
        await tx.sessions.end_others(session)
        renewal = Renewal(token_digest, session.password_proven_at, session.totp_proven_at)
        await tx.sessions.renew(session.id, renewal)

    async def _void_what_was(
        self, tx: Transaction, former: Account, email: MailAddress, now: datetime
    ) -> None:
        await tx.email_changes.forget(former.id)
        await tx.codes.void_all(Owner(account_id=former.id), now)
        # Registrations of the new address stay, as at an activation, and can't be confirmed any more.
        await tx.codes.void_mailed_to(email.key, CodePurpose.ACTIVATION, now)


def read_new_email(typed: str, account: Account) -> MailAddress:
    try:
        email = read_email(typed)
    except FieldRefused as refusal:
        raise InputRefused(Violation(Field.EMAIL, refusal.problem)) from None
    if email.key == account.email.key:
        raise InputRefused(Violation(Field.EMAIL, Problem.SAME_EMAIL))
    return email
