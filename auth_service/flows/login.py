"""Logging in: address and password, the same work and the same answer for every address (R-12…R-18, R-27)."""

from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

import structlog

from auth_service.accounts.account import Account, AccountState, CompanyState
from auth_service.accounts.attempt_budgets import login_claims, login_work_claims
from auth_service.accounts.mail_addresses import MailAddress
from auth_service.accounts.pending_registration import PendingRegistration
from auth_service.accounts.refusals import (
    AccountBlocked,
    AccountClosed,
    AwaitingApproval,
    Field,
    FieldRefused,
    InputRefused,
    LoginRejected,
    NotActivated,
    NotApproved,
    Problem,
    Violation,
)
from auth_service.accounts.registration_form import read_email
from auth_service.accounts.sessions import Session, SessionState
from auth_service.accounts.tokens import draw_token, token_digest
from auth_service.accounts.visitors import Visitor
from auth_service.flows.known_browsers import known_as, new_token, take_others_along
from auth_service.flows.new_devices import NewDevices
from auth_service.flows.sessions import OpenedSession, state_of
from auth_service.flows.throttling import Claims, Throttle, known_browser, refuse_used_up
from auth_service.password_hashing import PasswordHashing
from auth_service.storage.database import Database, Tables
from auth_service.storage.login_table import SessionStart
from shared.clock import Clock

log = structlog.get_logger()


@dataclass(frozen=True)
class LoginTry:
    """A try that was counted, with what its password may be of.

    `account` is that of the address, `pending` the registration of the address made in this very browser.
    `guess` is what was counted as a wrong password; that somebody's password had to be checked stays counted.
    """

    account: Account | None
    pending: PendingRegistration | None
    in_known_browser: bool
    guess: Claims


class Login:
    def __init__(
        self,
        database: Database,
        hashing: PasswordHashing,
        new_devices: NewDevices,
        throttle: Throttle,
        clock: Clock,
    ) -> None:
        self._database = database
        self._new_devices = new_devices
        self._hashing = hashing
        self._throttle = throttle
        self._clock = clock

    async def log_in(
        self, typed_email: str, password: str, *, visitor: Visitor, old_token: str | None = None
    ) -> OpenedSession:
        """Start a session; the one this browser had before, `old_token`, is over.

        Raises InputRefused, LoginRejected, NotActivated, AccountBlocked (also as AccountClosed,
        AwaitingApproval or NotApproved), TooOften and TooBusy.
        """
        email = read_credentials(typed_email, password)
        # Committed: whatever is refused below, the try was counted.
        tried = await self._count(email, visitor)
        async with self._throttle.counting_only_guesses(tried.guess):
            account, password_hash = await self._proven(tried, password)
            return await self._start_session(account, password_hash, tried, visitor, old_token)

    async def _count(self, email: MailAddress, visitor: Visitor) -> LoginTry:
        now = self._clock()
        async with self._database.autocommit() as tables:
            known = await known_browser(tables, visitor, email.key)
            guess = login_claims(visitor, email.key, known_browser=known)
            claims = (*guess, *login_work_claims(visitor, known_browser=known))
            rested, account = await tables.logins.begin(email.key, claims, now)
            refuse_used_up(claims, rested, now)
            pending = await self._registered_here(tables, email, visitor.receipt, now)
        return LoginTry(account, pending, known is not None, guess)

    async def _registered_here(
        self, tables: Tables, email: MailAddress, receipt: str | None, now: datetime
    ) -> PendingRegistration | None:
        if receipt is None:
            return None
        return await tables.registrations.with_receipt(email.key, token_digest(receipt), now)

    async def _proven(self, tried: LoginTry, password: str) -> tuple[Account, str]:
        """The account that this is the password of, and its hash under the newest parameters."""
        account, pending = tried.account, tried.pending
        pending_matches = pending is not None and await self._hashing.verify(pending.password_hash, password)
        # Always exactly one verification here, of an account's hash or of nobody's.
        hash_or_dummy = account.password_hash if account else self._hashing.dummy_hash
        matches = await self._hashing.verify(hash_or_dummy, password)
        if account is None or not matches:
            log.info("login_rejected", account=str(account.id) if account else None)
            raise NotActivated if pending_matches else LoginRejected
        if not account.may_be_used:
            raise await self._refusal_of(account)
        return account, await self._current_hash(account, password)

    async def _refusal_of(self, account: Account) -> AccountBlocked:
        async with self._database.autocommit() as tables:
            gemeente = await tables.gemeenten.existing(account.gemeente_code)
        return why_refused(account)(gemeente.name, gemeente.email)

    async def _current_hash(self, account: Account, password: str) -> str:
        if not self._hashing.is_outdated(account.password_hash):
            return account.password_hash
        return await self._hashing.hash(password)

    async def _start_session(
        self,
        account: Account,
        password_hash: str,
        tried: LoginTry,
        visitor: Visitor,
        old_token: str | None,
    ) -> OpenedSession:
        now = self._clock()
        token = draw_token()
        session = Session(
            id=uuid4(),
            account_id=account.id,
            started_at=now,
            last_seen_at=now,
            password_proven_at=now,
            totp_proven_at=None,
        )
        state = state_of(session, account)
        async with self._database.autocommit() as tables:
            browser, device_digest = known_from_now_on(account, tried, visitor, state)
            start = SessionStart(
                session,
                token_digest(token),
                account.password_changed_at,
                password_hash,
                device_digest=device_digest,
                former_digest=token_digest(old_token) if old_token else None,
                guess=tried.guess,
                device=visitor.device,
            )
            # A reset or block that came while the password was verified has ended all sessions already.
            started = await tables.logins.complete(start)
            if started is None:
                raise LoginRejected
            if browser != visitor.browser:
                await take_others_along(tables, visitor, browser, account.id)
        if started.is_new_device:
            # Before anybody has the token: nobody is in of whom the owner isn't told.
            await self._new_devices.tell_apart(account, visitor, now)
        log.info("logged_in", account=str(account.id), session=str(session.id))
        return OpenedSession(token, state, browser)


def why_refused(account: Account) -> type[AccountBlocked]:
    """Of one that may not be used."""
    match account.state, account.company_state:
        case AccountState.CLOSED, _:
            return AccountClosed
        case AccountState.ACTIVE, CompanyState.AWAITING_APPROVAL:
            return AwaitingApproval
        case AccountState.ACTIVE, CompanyState.REJECTED:
            return NotApproved
        case _:
            return AccountBlocked


def known_from_now_on(
    account: Account, tried: LoginTry, visitor: Visitor, state: SessionState
) -> tuple[str | None, bytes | None]:
    """What the browser holds from now on, and by what the account knows where it is used."""
    if tried.in_known_browser:
        return visitor.browser, known_as(visitor, visitor.browser, account.id)
    if state is SessionState.AWAITING_TOTP:
        # With the password alone he would get a budget of his own for guessing codes.
        return visitor.browser, None
    browser = new_token(visitor)
    return browser, known_as(visitor, browser, account.id)


def read_credentials(typed_email: str, password: str) -> MailAddress:
    violations = []
    email = None
    try:
        email = read_email(typed_email)
    except FieldRefused as refusal:
        violations.append(Violation(Field.EMAIL, refusal.problem))
    if not password:
        violations.append(Violation(Field.PASSWORD, Problem.NO_PASSWORD))
    if email is None or violations:
        raise InputRefused(*violations)
    return email
