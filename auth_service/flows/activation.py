"""Proving an address with the mailed code: only then the account comes into being (R-26…R-36)."""

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID, uuid4

import structlog

from auth_service.accounts.account import Account, AccountState, CompanyState, Role
from auth_service.accounts.audit import Actor, AuditedAct, AuditLine
from auth_service.accounts.one_time_codes import CodePurpose, code_digest, read_code
from auth_service.accounts.pending_registration import PendingRegistration
from auth_service.accounts.refusals import (
    CodeRejected,
    Field,
    InputRefused,
    Problem,
    ProofMissing,
    Violation,
)
from auth_service.accounts.tokens import token_digest
from auth_service.accounts.visitors import Visitor
from auth_service.flows.known_browsers import remember_browser
from auth_service.flows.throttling import Throttle
from auth_service.password_hashing import PasswordHashing
from auth_service.storage.database import Database, Transaction
from shared.clock import Clock

log = structlog.get_logger()


@dataclass(frozen=True)
class OpenedAccount:
    """`browser` is what the browser is known by from now on, None for a program."""

    id: UUID
    browser: str | None
    awaits_approval: bool


class Activation:
    def __init__(
        self, database: Database, hashing: PasswordHashing, throttle: Throttle, clock: Clock
    ) -> None:
        self._database = database
        self._hashing = hashing
        self._throttle = throttle
        self._clock = clock

    async def activate(self, typed_code: str, *, password: str, visitor: Visitor) -> OpenedAccount:
        """Open the account of the registration that this code was mailed for.

        It takes proof that it is the same person too: the receipt of the browser that registered, or the
        password chosen then. So nobody can get the owner of an address to confirm a stranger's password.
        Where its gemeente wants to approve of its companies first, nobody can use it until it did.

        Raises InputRefused, CodeRejected, ProofMissing, TooOften and TooBusy; each leaves the code unused.
        """
        if not typed_code.strip():
            raise InputRefused(Violation(Field.CODE, Problem.EMPTY))
        code = read_code(typed_code)
        digest = code_digest(code) if code else None
        pending = await self._registration_of(digest) if digest else None
        if digest is None or pending is None:
            await self._throttle.count_form(visitor)
            raise CodeRejected
        if not has_receipt_of(pending, visitor):
            await self._prove_password(pending, password, digest)
        return await self._open_account(digest, pending, visitor)

    async def _registration_of(self, digest: bytes) -> PendingRegistration | None:
        now = self._clock()
        async with self._database.transaction() as tx:
            registration_id = await tx.codes.registration_of(digest, now)
            pending = await tx.registrations.with_id(registration_id) if registration_id else None
            if pending is None:
                log.info("code_rejected", flow="activation", why=await tx.codes.why_rejected(digest, now))
            return pending

    async def _prove_password(self, pending: PendingRegistration, password: str, digest: bytes) -> None:
        if not password:
            raise ProofMissing
        await self._throttle.count_activation_password(digest)
        if not await self._hashing.verify(pending.password_hash, password):
            raise InputRefused(Violation(Field.PASSWORD, Problem.NOT_THIS_PASSWORD))

    async def _open_account(
        self, digest: bytes, proven: PendingRegistration, visitor: Visitor
    ) -> OpenedAccount:
        now = self._clock()
        async with self._database.transaction() as tx:
            await tx.lock_address(proven.email.key)
            pending = await tx.registrations.lock(proven.id)
            # Of many at once one passes here; and only while the address is still the one proven above.
            if await tx.codes.use_for_registration(digest, now) != proven.id or pending is None:
                log.info("code_rejected", flow="activation", why=await tx.codes.why_rejected(digest, now))
                raise CodeRejected
            # Its gemeente may just have become part of another one.
            confirmed = replace(proven, gemeente_code=pending.gemeente_code)
            account = await self._add_account(tx, confirmed, now)
            await tx.mail_trail.move_to_account(proven.id, account.id)
            await tx.registrations.forget_own(proven)
            # Those of others stay as they are: that they vanish would tell a stranger what the owner did.
            await tx.codes.void_mailed_to(proven.email.key, CodePurpose.ACTIVATION, now)
            browser = await remember_browser(tx, visitor, account.id, now)
        log.info("account_opened", account=str(account.id), company_state=account.company_state)
        return OpenedAccount(account.id, browser, awaits_approval=not account.may_be_used)

    async def _add_account(self, tx: Transaction, pending: PendingRegistration, now: datetime) -> Account:
        # The registration's own: what was done to it, and by whom, is found with the company.
        company_id = pending.id
        gemeente = await tx.gemeenten.existing(pending.gemeente_code)
        state = CompanyState.AWAITING_APPROVAL if gemeente.requires_approval else CompanyState.APPROVED
        await tx.companies.add(company_id, gemeente.code, pending.details, pending.registered_at, state=state)
        account = Account(
            id=uuid4(),
            email=pending.email,
            password_hash=pending.password_hash,
            role=Role.ONDERNEMER,
            state=AccountState.ACTIVE,
            company_id=company_id,
            company_name=pending.details.name,
            gemeente_code=pending.gemeente_code,
            password_changed_at=pending.registered_at,
            company_state=state,
        )
        if not await tx.accounts.add(account, now):
            log.info("code_rejected", flow="activation", why="the address has an account already")
            raise CodeRejected
        actor = Actor(account.id, account.role)
        line = AuditLine(
            AuditedAct.ACCOUNT_OPENED, now, actor, company_id=company_id, gemeente_code=gemeente.code
        )
        await tx.audit.add(line)
        return account


def has_receipt_of(pending: PendingRegistration, visitor: Visitor) -> bool:
    return visitor.receipt is not None and token_digest(visitor.receipt) == pending.receipt_digest
