"""Taking two-factor authentication away (R-53, R-54, R-56): the only thing that ever does."""

from uuid import UUID

import structlog

from auth_service.accounts.account import Account
from auth_service.accounts.attempt_budgets import MailKind
from auth_service.accounts.audit import Actor, AuditedAct, AuditLine
from auth_service.accounts.one_time_codes import CodePurpose
from auth_service.accounts.refusals import (
    Field,
    InputRefused,
    Problem,
    Violation,
)
from auth_service.accounts.second_factor import NotEnrolled
from auth_service.accounts.two_factor import Reset, ResetBy
from auth_service.accounts.visitors import Visitor
from auth_service.flows.account_notices import AccountNotices
from auth_service.flows.acts_on_others import lock_both
from auth_service.flows.sessions import (
    LoggedIn,
    lock_proven_session,
    lock_session,
    require_fresh_proof,
)
from auth_service.flows.throttling import Throttle
from auth_service.storage.database import Database, Transaction
from shared.clock import Clock

LONGEST_REASON = 500

log = structlog.get_logger()


class TotpReset:
    """Ends every session of the account, and tells its owner by mail."""

    def __init__(self, database: Database, notices: AccountNotices, throttle: Throttle, clock: Clock) -> None:
        self._database = database
        self._throttle = throttle
        self._notices = notices
        self._clock = clock

    async def reset_own(self, logged_in: LoggedIn) -> None:
        """Raises ProofNeeded, FactorOwed, NotEnrolled and SessionGone."""
        require_fresh_proof(logged_in)
        async with self._database.transaction() as tx:
            account = await lock_proven_session(tx, logged_in, self._clock())
            await self._reset(tx, logged_in, account, ResetBy.OWNER, reason=None)

    async def reset_for(self, logged_in: LoggedIn, account_id: UUID | None, typed_reason: str) -> None:
        """Of somebody else, who must then prove his address before he enrols anew; None is nobody.

        Raises ProofNeeded, FactorOwed, InputRefused, NotEnrolled, SessionGone and, also for one that he may
        not know of, NoSuchAccount.
        """
        require_fresh_proof(logged_in)
        reason = read_reason(typed_reason)
        async with self._database.transaction() as tx:
            _, subject, reset_by = await lock_both(tx, logged_in, account_id, self._clock())
            await self._reset(tx, logged_in, subject, reset_by, reason)

    async def mail_code_again(self, logged_in: LoggedIn, visitor: Visitor) -> None:
        """A further code to enrol anew with; nothing where none is asked. Raises TooOften and SessionGone."""
        if logged_in.account.two_factor.reset is None:
            return
        await self._throttle.count_mail(visitor, logged_in.account.email.key, MailKind.CODE)
        async with self._database.transaction() as tx:
            account = await lock_session(tx, logged_in)
            # Meanwhile another session may have set it up.
            if reset := account.two_factor.reset:
                await self._notices.totp_reset_by_other(
                    tx, account, logged_in.gemeente, self._clock(), reset=reset
                )

    async def _reset(
        self, tx: Transaction, logged_in: LoggedIn, account: Account, reset_by: ResetBy, reason: str | None
    ) -> None:
        if not account.two_factor.is_enrolled:
            raise NotEnrolled
        now = self._clock()
        await tx.totp.forget(account.id)
        # Those of a former reset: a code enrols after the reset that its mail told of, and no other.
        await tx.codes.void_for(account.id, CodePurpose.TOTP_ENROLMENT, now)
        await tx.known_browsers.forget_factors(account.id)
        await tx.sessions.end_all(account.id)
        actor = Actor(logged_in.account.id, logged_in.account.role)
        line = AuditLine(
            AuditedAct.TOTP_RESET,
            now,
            actor,
            account_id=account.id,
            gemeente_code=account.gemeente_code,
            reason=reason,
        )
        await tx.audit.add(line)
        gemeente = await tx.gemeenten.existing(account.gemeente_code)
        if reset_by is ResetBy.OWNER:
            await self._notices.totp_reset_by_owner(tx, account, gemeente, now)
        else:
            reset = Reset(reset_by, now)
            await tx.accounts.note_totp_reset(account.id, reset)
            await self._notices.totp_reset_by_other(tx, account, gemeente, now, reset=reset)
        log.info("totp_reset", account=str(account.id), actor=str(actor.id), reset_by=reset_by)


def read_reason(typed: str, field: Field = Field.REASON) -> str:
    """On one line; raises InputRefused."""
    reason = " ".join(typed.split())
    if not reason:
        raise InputRefused(Violation(field, Problem.EMPTY))
    if len(reason) > LONGEST_REASON:
        raise InputRefused(Violation(field, Problem.TOO_LONG))
    if not reason.isprintable():
        raise InputRefused(Violation(field, Problem.CONTROL_CHARACTER))
    return reason
