"""Setting up two-factor authentication (R-37…R-49): secrets on offer until a code of one is typed."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import structlog

from auth_service.accounts.account import Account
from auth_service.accounts.audit import AuditedAct, own_act
from auth_service.accounts.one_time_codes import CodePurpose, code_digest, read_code
from auth_service.accounts.places import Gemeente
from auth_service.accounts.recovery_codes import draw_recovery_key
from auth_service.accounts.refusals import (
    CodeRejected,
    EnrolmentFrozen,
    Field,
    InputRefused,
    Problem,
    ProofNeeded,
    Violation,
)
from auth_service.accounts.sealing import AccountSeal
from auth_service.accounts.second_factor import (
    AlreadyEnrolled,
    Fault,
    NextCodeNeeded,
    SecondFactorRejected,
    totp_code,
)
from auth_service.accounts.sessions import SessionState
from auth_service.accounts.tokens import draw_token, token_digest
from auth_service.accounts.totp import draw_secret, seconds_until_next, step_at
from auth_service.accounts.totp_offers import (
    MOST_OFFERS,
    OFFER_LIFETIME,
    Fit,
    TotpOffer,
    drift_among,
    fits_among,
)
from auth_service.accounts.visitors import Visitor
from auth_service.flows.account_notices import AccountNotices
from auth_service.flows.code_proving import fault_of_clock
from auth_service.flows.known_browsers import remember_proven_browser
from auth_service.flows.recovery_codes import Codes, RecoveryCodes
from auth_service.flows.sessions import LoggedIn, OpenedSession, SessionGone, lock_session
from auth_service.flows.throttling import Throttle
from auth_service.storage.database import Database, Transaction
from auth_service.storage.session_table import Renewal
from auth_service.storage.totp_table import Enrolment, SealedOffer
from shared.clock import Clock

# With the app still to be found and installed; longer, and whoever finds the session open could set it up.
LONGEST_ENROLLING = timedelta(hours=1)

log = structlog.get_logger()


@dataclass(frozen=True)
class Offered:
    """A secret to be scanned; `seconds_left` until there is a next one, `good_until` aware."""

    step: int
    secret: str
    seconds_left: int
    good_until: datetime


@dataclass(frozen=True)
class Enrolled:
    """The session goes on under a new token; the recovery codes are without their hyphens."""

    session: OpenedSession
    recovery_codes: Codes


@dataclass(frozen=True)
class TypedCodes:
    """The app's code and, after a reset by somebody else, the digest of the mailed one."""

    totp: str
    mailed: bytes | None


class TotpEnrolment:
    def __init__(
        self,
        database: Database,
        seal: AccountSeal,
        recovery_codes: RecoveryCodes,
        notices: AccountNotices,
        throttle: Throttle,
        clock: Clock,
    ) -> None:
        self._database = database
        self._seal = seal
        self._recovery_codes = recovery_codes
        self._notices = notices
        self._throttle = throttle
        self._clock = clock

    async def offer(self, logged_in: LoggedIn) -> Offered:
        """The secret of this session and time step, whatever is reloaded.

        Raises AlreadyEnrolled, EnrolmentFrozen, SessionGone, and ProofNeeded where a session begins with this
        long after its password, or takes too long.
        """
        refuse_to_enrol(logged_in.account, logged_in.gemeente)
        now = self._clock()
        account_id, session_id = logged_in.account.id, logged_in.session.id
        async with self._database.transaction() as tx:
            # Or it could end before its offer is kept.
            if await tx.sessions.lock(logged_in.token_digest) is None:
                raise SessionGone
            since = now - OFFER_LIFETIME
            if not (logged_in.is_freshly_proven or await self._began_in_time(tx, logged_in, now)):
                raise ProofNeeded
            await tx.totp.forget_old_offers(session_id, since)
            fresh = SealedOffer(step_at(now), self._seal.seal(account_id, draw_secret()), now, is_held=False)
            offer = await tx.totp.offer(session_id, fresh)
        secret = self._seal.open(account_id, offer.secret)
        good_until = offer.offered_at + OFFER_LIFETIME
        return Offered(offer.step, secret, seconds_until_next(offer.step, now), good_until)

    async def _began_in_time(self, tx: Transaction, logged_in: LoggedIn, now: datetime) -> bool:
        if self._takes_too_long(logged_in, now):
            return False
        return bool(await tx.totp.offers(logged_in.session.id, since=now - OFFER_LIFETIME, most=1))

    def _takes_too_long(self, logged_in: LoggedIn, now: datetime) -> bool:
        return now >= logged_in.session.password_proven_at + LONGEST_ENROLLING

    async def hold(self, logged_in: LoggedIn, step: int) -> bool:
        """Its QR was stopped or its key copied; False where the session has none of that step (any more)."""
        async with self._database.transaction() as tx:
            return await tx.totp.hold(logged_in.session.id, step)

    async def enrol(
        self, logged_in: LoggedIn, typed: str, visitor: Visitor, *, mailed_code: str = ""
    ) -> Enrolled:
        """Make the secret whose code was typed the account's, and forget the others.

        Raises InputRefused, AlreadyEnrolled, EnrolmentFrozen, ProofNeeded, SecondFactorRejected,
        NextCodeNeeded, CodeRejected, TooOften and SessionGone.
        """
        refuse_to_enrol(logged_in.account, logged_in.gemeente)
        if self._takes_too_long(logged_in, self._clock()):
            raise ProofNeeded
        codes = read_typed(logged_in.account, typed, mailed_code)
        # Committed: whatever is refused below, the try was counted.
        async with self._throttle.counting_enrolment(logged_in.account):
            return await self._complete(logged_in, codes, visitor)

    async def _complete(self, logged_in: LoggedIn, codes: TypedCodes, visitor: Visitor) -> Enrolled:
        now = self._clock()
        async with self._database.transaction() as tx:
            refuse_to_enrol(await lock_session(tx, logged_in), logged_in.gemeente)
            found = await self._scanned(tx, logged_in, codes.totp, now)
            if isinstance(found, Fit):
                await self._use_mailed_code(tx, logged_in.account, codes.mailed, now)
                enrolled = await self._put(tx, logged_in, found, visitor, now)
        if isinstance(found, Fault):
            log.info("totp_enrolment_rejected", account=str(logged_in.account.id), fault=found)
            raise SecondFactorRejected(found, now)
        log.info("totp_enabled", account=str(logged_in.account.id))
        return enrolled

    async def _scanned(self, tx: Transaction, logged_in: LoggedIn, code: str, now: datetime) -> Fit | Fault:
        """Which offer this is a code of. Raises NextCodeNeeded where that can't be told."""
        session_id, step = logged_in.session.id, step_at(now)
        kept = await tx.totp.offers(session_id, since=now - OFFER_LIFETIME, most=MOST_OFFERS)
        offers = [self._opened(logged_in.account.id, offer) for offer in kept]
        fits = fits_among(offers, code, step)
        if not fits:
            return await fault_of_clock(tx, logged_in.session, drift_among(offers, code, step))
        if len(fits) > 1:
            raise NextCodeNeeded
        return fits[0]

    async def _use_mailed_code(
        self, tx: Transaction, account: Account, digest: bytes | None, now: datetime
    ) -> None:
        if account.two_factor.reset is None:
            return
        if digest is None or not await tx.codes.use_for_enrolment(account.id, digest, now):
            log.info("code_rejected", flow="totp_enrolment", account=str(account.id))
            raise CodeRejected(Field.MAILED_CODE)

    async def _put(
        self, tx: Transaction, logged_in: LoggedIn, fit: Fit, visitor: Visitor, now: datetime
    ) -> Enrolled:
        account, key = logged_in.account, draw_recovery_key()
        sealed = Enrolment(self._seal.seal(account.id, fit.offer.secret), self._seal.seal(account.id, key))
        await tx.totp.enrol(account.id, sealed, last_step=fit.step, now=now)
        await tx.totp.forget_offers(account.id)
        await tx.accounts.forget_totp_reset(account.id)
        await tx.codes.void_for(account.id, CodePurpose.TOTP_ENROLMENT, now)
        codes = await self._recovery_codes.put(tx, logged_in, key, now)
        token = draw_token()
        renewal = Renewal(token_digest(token), logged_in.session.password_proven_at, totp_proven_at=now)
        await tx.sessions.renew(logged_in.session.id, renewal)
        browser = await remember_proven_browser(tx, visitor, account.id, now)
        await tx.audit.add(own_act(AuditedAct.TOTP_ENABLED, account, now))
        await self._notices.totp_enabled(tx, account, logged_in.gemeente, now)
        return Enrolled(OpenedSession(token, SessionState.FULL, browser), codes)

    def _opened(self, account_id: UUID, offer: SealedOffer) -> TotpOffer:
        secret = self._seal.open(account_id, offer.secret)
        return TotpOffer(offer.step, secret, offer.offered_at, offer.is_held)


def refuse_to_enrol(account: Account, gemeente: Gemeente) -> None:
    if account.two_factor.is_enrolled:
        raise AlreadyEnrolled
    if account.two_factor.is_frozen:
        raise EnrolmentFrozen(gemeente.name, gemeente.email)


def read_typed(account: Account, typed: str, mailed_code: str) -> TypedCodes:
    """Raises InputRefused, and CodeRejected for what can't be a mailed code."""
    if account.two_factor.reset is None:
        return TypedCodes(totp_code(typed).text, None)
    violations: list[Violation] = []
    try:
        totp = totp_code(typed).text
    except InputRefused as refusal:
        violations.extend(refusal.violations)
    if not mailed_code.strip():
        violations.append(Violation(Field.MAILED_CODE, Problem.EMPTY))
    if violations:
        raise InputRefused(*violations)
    code = read_code(mailed_code)
    return TypedCodes(totp, code_digest(code) if code else None)
