"""Taking two-factor authentication away (R-53, R-54, R-56): the only thing that ever does."""

from datetime import datetime
from uuid import UUID

import structlog

from auth_service.accounts.account import Account
from auth_service.accounts.attempt_budgets import MailKind
from auth_service.accounts.audit import Actor, AuditedAct
from auth_service.accounts.identification import (
    Identification,
    TypedIdentification,
    one_line,
    read_identification,
)
from auth_service.accounts.places import Gemeente
from auth_service.accounts.refusals import Field, InputRefused, ResetWaits, TooOften, Violation
from auth_service.accounts.second_factor import NotEnrolled
from auth_service.accounts.two_factor import ResetBy
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
from auth_service.flows.totp_removal import ResetOrder, TotpRemoval, line_about
from auth_service.storage.database import Database, Transaction
from auth_service.storage.reset_wait_table import WaitingReset
from shared.clock import Clock

LONGEST_REASON = 500

log = structlog.get_logger()


class TotpReset:
    """Ends every session of the account, and tells its owner by mail."""

    def __init__(self, database: Database, notices: AccountNotices, throttle: Throttle, clock: Clock) -> None:
        self._database = database
        self._throttle = throttle
        self._notices = notices
        self._removal = TotpRemoval(notices)
        self._clock = clock

    async def reset_own(self, logged_in: LoggedIn) -> None:
        """Raises ProofNeeded, FactorOwed, NotEnrolled and SessionGone."""
        require_fresh_proof(logged_in)
        now = self._clock()
        async with self._database.transaction() as tx:
            account = await lock_proven_session(tx, logged_in, now)
            refuse_without_factor(account)
            await self._removal.remove(tx, account, ResetOrder(actor_of(account), ResetBy.OWNER), now)

    async def reset_for(
        self,
        logged_in: LoggedIn,
        account_id: UUID | None,
        typed_reason: str,
        identified: TypedIdentification | None = None,
    ) -> datetime | None:
        """Of somebody else, who must then prove his address before he enrols anew; None is nobody.

        Returns when it will be done, where his gemeente lets him object first. Staff say how they made sure
        who he is. Raises ProofNeeded, FactorOwed, InputRefused, TooOften, NotEnrolled, ResetWaits,
        SessionGone and, also for one that he may not know of, NoSuchAccount.
        """
        require_fresh_proof(logged_in)
        reason, identification = read_grounds(logged_in.account, typed_reason, identified)
        await count_reset(self._throttle, logged_in.account)
        now = self._clock()
        async with self._database.transaction() as tx:
            actor, subject, reset_by = await lock_both(tx, logged_in, account_id, now)
            refuse_without_factor(subject)
            order = ResetOrder(actor_of(actor), reset_by, reason, identification)
            gemeente = await tx.gemeenten.existing(subject.gemeente_code)
            if actor.role.is_staff and (wait := await self._waiting(tx, subject, gemeente, order, now)):
                return wait.due_at
            await self._removal.remove(tx, subject, order, now)
        return None

    async def _waiting(
        self, tx: Transaction, subject: Account, gemeente: Gemeente, order: ResetOrder, now: datetime
    ) -> WaitingReset | None:
        """None where the gemeente wants it done at once. Raises ResetWaits."""
        if before := await tx.reset_waits.of_account(subject.id):
            raise ResetWaits(before.due_at)
        if not (reset_wait := gemeente.reset_wait_at(now)):
            return None
        due_at = now + reset_wait
        wait = WaitingReset(
            subject.id, order.actor, order.by, order.reason or "", order.identification, now, due_at
        )
        await tx.reset_waits.add(wait)
        await tx.audit.add(line_about(AuditedAct.TOTP_RESET_ANNOUNCED, subject, order, now))
        await self._notices.totp_reset_announced(tx, subject, gemeente, now, by=order.by, due_at=due_at)
        log.info("totp_reset_announced", account=str(subject.id), actor=str(order.actor.id))
        return wait

    async def mail_code_again(self, logged_in: LoggedIn, visitor: Visitor) -> None:
        """A further code to enrol anew with; nothing where none is asked. Raises TooOften and SessionGone."""
        if not asks_mailed_code(logged_in.account):
            return
        await self._throttle.count_mail(visitor, logged_in.account.email.key, MailKind.CODE)
        async with self._database.transaction() as tx:
            account = await lock_session(tx, logged_in)
            # Meanwhile another session may have set it up.
            if (reset := account.two_factor.reset) and asks_mailed_code(account):
                await self._notices.totp_reset_by_other(
                    tx, account, logged_in.gemeente, self._clock(), reset=reset
                )


def asks_mailed_code(account: Account) -> bool:
    """Whether setting it up anew does; while that is frozen, nothing helps."""
    return account.two_factor.reset is not None and not account.two_factor.is_frozen


def actor_of(account: Account) -> Actor:
    return Actor(account.id, account.role)


def refuse_without_factor(account: Account) -> None:
    if not account.two_factor.is_enrolled:
        raise NotEnrolled


async def count_reset(throttle: Throttle, actor: Account) -> None:
    """Raises TooOften."""
    try:
        await throttle.count_reset_for_others(actor.id)
    except TooOften:
        # Nobody's day's work: his session may be in other hands.
        log.error("too_many_resets", actor=str(actor.id), role=actor.role, gemeente=actor.gemeente_code)
        raise


def read_grounds(
    actor: Account,
    typed_reason: str,
    identified: TypedIdentification | None,
    field: Field = Field.REASON,
) -> tuple[str, Identification | None]:
    """Why, and how the actor made sure of whom; staff must say the latter. Raises InputRefused."""
    violations: list[Violation] = []
    identification, reason = None, ""
    try:
        if actor.role.is_staff or (identified and identified.by):
            identification = read_identification(identified or TypedIdentification())
    except InputRefused as refusal:
        violations.extend(refusal.violations)
    try:
        reason = read_reason(typed_reason, field)
    except InputRefused as refusal:
        violations.extend(refusal.violations)
    if violations:
        raise InputRefused(*violations)
    return reason, identification


def read_reason(typed: str, field: Field = Field.REASON) -> str:
    """On one line; raises InputRefused."""
    return one_line(typed, field, longest=LONGEST_REASON)
