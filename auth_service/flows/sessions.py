"""Who is asking: the session behind a token, as of now."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from auth_service.accounts.account import Account
from auth_service.accounts.places import Gemeente
from auth_service.accounts.refusals import ProofNeeded
from auth_service.accounts.sessions import Session, SessionEnd, SessionLimits, SessionState
from auth_service.accounts.tokens import token_digest
from auth_service.storage.database import Database, Transaction
from shared.clock import Clock

# The idle limit counts in minutes; a write at every request would buy nothing.
NOTE_USE_AFTER = timedelta(minutes=1)


@dataclass(frozen=True)
class LoggedIn:
    """Somebody with a running session, and the gemeente that can be asked for help.

    `ends_at` is when the session is over if it isn't used any more. `is_freshly_proven`: what matters may be
    done without asking for password and code again.
    """

    account: Account
    gemeente: Gemeente
    session: Session
    token_digest: bytes
    state: SessionState
    ends_at: datetime
    is_freshly_proven: bool


@dataclass(frozen=True)
class OpenedSession:
    """The session's token, what it still owes, and what the browser is known by from now on."""

    token: str
    state: SessionState
    browser: str | None


class SessionOver(Exception):
    """The token was good once; `end` says why it no longer is."""

    def __init__(self, end: SessionEnd) -> None:
        super().__init__(end)
        self.end = end


class SessionGone(Exception):
    """The token was good when the request began: meanwhile it was replaced, or its session ended."""


class FactorOwed(Exception):
    """The session is not full, or no longer; `state` says what it still owes."""

    def __init__(self, state: SessionState) -> None:
        super().__init__(state)
        self.state = state


class EnrolmentOwed(FactorOwed):
    """Two-factor authentication was reset by somebody else, and its owner has not set it up anew.

    Who has his password alone must not take the account to another address, where the mailed code that
    enrolling anew asks for would reach him, nor close it.
    """

    def __init__(self) -> None:
        super().__init__(SessionState.AWAITING_TOTP_SETUP)


class Sessions:
    def __init__(self, database: Database, limits: SessionLimits, clock: Clock) -> None:
        self._database = database
        self._limits = limits
        self._clock = clock

    async def logged_in(self, token: str) -> LoggedIn | None:
        """Whose token this is; None where it is nobody's. Raises SessionOver after the limits."""
        now = self._clock()
        async with self._database.transaction() as tx:
            found = await self._behind(tx, token, now)
            if found is None or now < found.session.last_seen_at + NOTE_USE_AFTER:
                return found
            await tx.sessions.note_use(found.session.id, now)
            session = replace(found.session, last_seen_at=now)
            return replace(found, session=session, ends_at=session.ends_at(self._limits))

    async def looked_at(self, token: str) -> LoggedIn | None:
        """The same for what a page asks by itself: it doesn't keep the session from ending."""
        async with self._database.transaction() as tx:
            return await self._behind(tx, token, self._clock())

    async def _behind(self, tx: Transaction, token: str, now: datetime) -> LoggedIn | None:
        digest = token_digest(token)
        session = await tx.sessions.with_token(digest)
        account = await tx.accounts.with_id(session.account_id) if session else None
        if session is None or account is None or not account.may_be_used:
            return None
        if end := session.end(self._limits, now):
            raise SessionOver(end)
        return LoggedIn(
            account,
            await tx.gemeenten.existing(account.gemeente_code),
            session,
            digest,
            state=state_of(session, account),
            ends_at=session.ends_at(self._limits),
            is_freshly_proven=session.is_freshly_proven(enrolled=account.two_factor.is_enrolled, now=now),
        )

    async def log_out(self, token: str) -> None:
        async with self._database.transaction() as tx:
            await tx.sessions.end(token_digest(token))


def require_fresh_proof(logged_in: LoggedIn) -> None:
    """For what matters (ASVS 7.5.1); raises ProofNeeded."""
    if not logged_in.is_freshly_proven:
        raise ProofNeeded


async def lock_session(tx: Transaction, logged_in: LoggedIn) -> Account:
    """The account as it is now; neither it nor the session's token changes until the end of the transaction.

    Raises SessionGone where another request was quicker, such as the second press on a button.
    """
    account, _ = await both_locked(tx, logged_in)
    return account


async def lock_full_session(tx: Transaction, logged_in: LoggedIn) -> Account:
    """The same, for what a session may do only while it owes nothing; raises FactorOwed too.

    Judged anew: since `logged_in` was read, somebody may have set up two-factor authentication elsewhere.
    """
    account, session = await both_locked(tx, logged_in)
    refuse_owing(session, account)
    return account


async def lock_proven_session(tx: Transaction, logged_in: LoggedIn, now: datetime) -> Account:
    """The same, for what matters, as in require_fresh_proof; raises FactorOwed and ProofNeeded too."""
    account, session = await both_locked(tx, logged_in)
    refuse_owing(session, account)
    if not session.is_freshly_proven(enrolled=account.two_factor.is_enrolled, now=now):
        raise ProofNeeded
    return account


async def both_locked(tx: Transaction, logged_in: LoggedIn) -> tuple[Account, Session]:
    account = await tx.accounts.lock(logged_in.account.id)
    session = await tx.sessions.lock(logged_in.token_digest)
    if account is None or session is None or not account.may_be_used:
        raise SessionGone
    return account, session


def refuse_owing(session: Session, account: Account) -> None:
    state = state_of(session, account)
    if state is not SessionState.FULL:
        raise FactorOwed(state)


def refuse_disputed(account: Account) -> None:
    """Raises EnrolmentOwed."""
    if account.two_factor.reset is not None:
        raise EnrolmentOwed


def state_of(session: Session, account: Account) -> SessionState:
    """What the session may do now: the policy may have changed since it began."""
    two_factor = account.two_factor
    # Where its owner objected to a reset the password alone opens nothing, whoever asks for more or doesn't.
    required = two_factor.is_required or two_factor.is_frozen
    return session.state(enrolled=two_factor.is_enrolled, required=required)
