"""Who is asking: the session behind a token, as of now."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from auth_service.accounts.account import Account, AccountState
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
        if session is None or account is None or account.state is not AccountState.ACTIVE:
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
    account = await tx.accounts.lock(logged_in.account.id)
    if account is None or not await tx.sessions.lock(logged_in.token_digest):
        raise SessionGone
    return account


def state_of(session: Session, account: Account) -> SessionState:
    """What the session may do now: the policy may have changed since it began."""
    two_factor = account.two_factor
    return session.state(enrolled=two_factor.is_enrolled, required=two_factor.is_required)
