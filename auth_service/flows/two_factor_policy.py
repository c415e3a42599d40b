"""Who asks for two-factor authentication (R-50, R-51), which never takes away what is set up (R-52)."""

from dataclasses import dataclass
from datetime import datetime, time
from uuid import UUID

import structlog

from auth_service.accounts.account import Account, Role
from auth_service.accounts.audit import Actor, AuditedAct, AuditLine
from auth_service.accounts.authority import serves
from auth_service.accounts.places import Gemeente
from auth_service.accounts.refusals import (
    Field,
    FieldRefused,
    InputRefused,
    NotAllowed,
    Problem,
    Violation,
)
from auth_service.accounts.start_dates import start_date
from auth_service.accounts.two_factor import Coverage
from auth_service.flows.acts_on_others import lock_deciding_staff
from auth_service.flows.sessions import LoggedIn, lock_proven_session, refuse_disputed, require_fresh_proof
from auth_service.flows.throttling import Throttle
from auth_service.flows.totp_reset import read_reason
from auth_service.storage.database import Database, Transaction
from shared.clock import Clock
from shared.dutch_times import AMSTERDAM

log = structlog.get_logger()


@dataclass(frozen=True)
class TypedPolicy:
    """What staff want of the entrepreneurs: `starts_on` None is at once; why not is to be documented."""

    required: bool
    starts_on: str | None = None
    reason: str = ""


@dataclass(frozen=True)
class Policy:
    """The same, read; `starts_at` is the beginning of that day in the Netherlands."""

    required: bool
    starts_at: datetime | None
    reason: str | None


@dataclass(frozen=True)
class Rollout:
    """How far a gemeente is: whether its announcement is still being mailed."""

    coverage: Coverage
    is_announcing: bool


class TwoFactorPolicy:
    """Holds from the next request of everybody concerned: their sessions then owe a factor."""

    def __init__(self, database: Database, throttle: Throttle, clock: Clock) -> None:
        self._database = database
        self._throttle = throttle
        self._clock = clock

    async def of_company(self, logged_in: LoggedIn) -> bool:
        """Whether his company asks for it, whatever the gemeente does."""
        company_id = logged_in.account.company_id
        async with self._database.transaction() as tx:
            return company_id is not None and await tx.accounts.company_requires_totp(company_id)

    async def choice_for_company(self, logged_in: LoggedIn) -> bool:
        """The same, for who may decide it. Raises NotAllowed."""
        company_he_decides_for(logged_in.account)
        return await self.of_company(logged_in)

    async def decide_for_company(self, logged_in: LoggedIn, *, required: bool) -> None:
        """For all users of his company.

        Raises NotAllowed, ProofNeeded, FactorOwed, TooOften and SessionGone.
        """
        company_id = company_he_decides_for(logged_in.account)
        require_fresh_proof(logged_in)
        await self._throttle.count_own_act(logged_in.account.id)
        async with self._database.transaction() as tx:
            account = await lock_proven_session(tx, logged_in, self._clock())
            refuse_disputed(account)
            if await tx.accounts.require_totp_in_company(company_id, required=required):
                act = AuditedAct.TOTP_REQUIRED if required else AuditedAct.TOTP_NOT_REQUIRED
                line = AuditLine(
                    act,
                    self._clock(),
                    actor_of(account),
                    company_id=company_id,
                    gemeente_code=account.gemeente_code,
                )
                await tx.audit.add(line)
                log.info("totp_policy", act=act, account=str(account.id))

    async def rollout(self, gemeente: Gemeente) -> Rollout:
        """For staff who may see the gemeente."""
        async with self._database.transaction() as tx:
            return Rollout(
                await tx.totp_policy.coverage(gemeente.code),
                await tx.totp_policy.is_announcing(gemeente.code),
            )

    async def decide_for_gemeente(self, logged_in: LoggedIn, gemeente_code: str, typed: TypedPolicy) -> bool:
        """For all entrepreneurs of the gemeente; False where it was decided like that already.

        Raises NoSuchGemeente, also for one that isn't his, InputRefused, ProofNeeded, FactorOwed, TooOften
        and SessionGone.
        """
        require_fresh_proof(logged_in)
        await self._throttle.count_own_act(logged_in.account.id)
        if await self._would_announce(logged_in, gemeente_code, typed):
            await self._throttle.count_announcement(gemeente_code)
        async with self._database.transaction() as tx:
            now = self._clock()
            actor, gemeente = await lock_deciding_staff(tx, logged_in, gemeente_code, now)
            # After the look at who asks: what nobody may decide for him isn't told either.
            policy = read_policy(typed, now)
            refuse_postponing(gemeente, policy)
            return await self._decide(tx, actor, gemeente, policy, now)

    async def _would_announce(self, logged_in: LoggedIn, gemeente_code: str, typed: TypedPolicy) -> bool:
        """Whoever may not, or slips in the date, uses up nothing of the gemeente."""
        if not serves(logged_in.account, gemeente_code):
            return False
        try:
            starts_at = read_policy(typed, self._clock()).starts_at
        except InputRefused:
            return False
        async with self._database.transaction() as tx:
            gemeente = await tx.gemeenten.with_code(gemeente_code)
        if gemeente is None or starts_at is None or gemeente.requires_totp:
            return False
        return starts_at != gemeente.requires_totp_from

    async def _decide(
        self, tx: Transaction, actor: Account, gemeente: Gemeente, policy: Policy, now: datetime
    ) -> bool:
        holds_now = policy.required and policy.starts_at is None
        if not await tx.totp_policy.decide(gemeente.code, required=holds_now, starts_at=policy.starts_at):
            return False
        if policy.starts_at is not None:
            await tx.totp_policy.announce(gemeente.code)
        act = act_of(gemeente, policy)
        line = AuditLine(act, now, actor_of(actor), gemeente_code=gemeente.code, reason=policy.reason)
        await tx.audit.add(line)
        log.info("totp_policy", act=act, account=str(actor.id), gemeente=gemeente.code)
        return True


def actor_of(account: Account) -> Actor:
    return Actor(account.id, account.role)


def act_of(before: Gemeente, policy: Policy) -> AuditedAct:
    if policy.starts_at is not None:
        return AuditedAct.TOTP_REQUIRED_ANNOUNCED
    if policy.required:
        return AuditedAct.TOTP_REQUIRED
    if before.requires_totp:
        return AuditedAct.TOTP_NOT_REQUIRED
    return AuditedAct.TOTP_ANNOUNCEMENT_WITHDRAWN


def read_policy(typed: TypedPolicy, now: datetime) -> Policy:
    """Raises InputRefused."""
    starts_at = None
    if typed.required and typed.starts_on is not None:
        try:
            day = start_date(typed.starts_on, now.astimezone(AMSTERDAM).date())
        except FieldRefused as refusal:
            raise InputRefused(Violation(Field.STARTS_ON, refusal.problem)) from None
        starts_at = datetime.combine(day, time(), AMSTERDAM)
    # BIO2 5.17.01, ASVS 6.3.3: that a second factor is left to people is a decision to be documented.
    is_asked = not typed.required or typed.reason.strip()
    reason = read_reason(typed.reason, Field.POLICY_REASON) if is_asked else None
    return Policy(typed.required, starts_at, reason)


def refuse_postponing(gemeente: Gemeente, policy: Policy) -> None:
    """Raises InputRefused: what holds already can be stopped, but not announced."""
    if gemeente.requires_totp and policy.starts_at is not None:
        raise InputRefused(Violation(Field.STARTS_ON, Problem.HOLDS_ALREADY))


def company_he_decides_for(account: Account) -> UUID:
    """Raises NotAllowed."""
    if account.company_id is None or account.role is not Role.ONDERNEMER:
        raise NotAllowed
    return account.company_id
