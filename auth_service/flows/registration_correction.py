"""Staff correct the address of a registration, where its mail can't arrive."""

from dataclasses import dataclass, replace
from uuid import UUID

import structlog

from auth_service.accounts.audit import AuditedAct
from auth_service.accounts.mail_addresses import MailAddress
from auth_service.accounts.one_time_codes import Owner
from auth_service.accounts.pending_registration import KEPT, PendingRegistration
from auth_service.accounts.refusals import (
    Field,
    FieldRefused,
    InputRefused,
    Problem,
    Violation,
)
from auth_service.accounts.registration_form import read_email
from auth_service.flows.acts_on_others import lock_deciding_staff
from auth_service.flows.code_resending import found_registration, line_about, lock_as_found, mail_code
from auth_service.flows.mail_facts import MailFacts
from auth_service.flows.sessions import LoggedIn, require_fresh_proof
from auth_service.flows.throttling import Throttle
from auth_service.flows.totp_reset import read_reason
from auth_service.storage.database import Database
from shared.clock import Clock

log = structlog.get_logger()


@dataclass(frozen=True)
class TypedCorrection:
    email: str
    reason: str


@dataclass(frozen=True)
class Correction:
    email: MailAddress
    reason: str


class RegistrationCorrection:
    def __init__(self, database: Database, mail_facts: MailFacts, throttle: Throttle, clock: Clock) -> None:
        self._database = database
        self._mail_facts = mail_facts
        self._throttle = throttle
        self._clock = clock

    async def waiting(self, gemeente_code: str, registration_id: UUID | None) -> PendingRegistration:
        """What there is to correct. Raises NoSuchCompany and RegistrationMovedOn."""
        return await found_registration(self._database, gemeente_code, registration_id, self._clock())

    async def correct(
        self, logged_in: LoggedIn, gemeente_code: str, registration_id: UUID | None, typed: TypedCorrection
    ) -> None:
        """Mail a code to the new address; those mailed to the former one are void. The password stays.

        An address that has an account is answered alike; its owner is told by mail. Raises InputRefused,
        ProofNeeded, NoSuchGemeente, NoSuchCompany, RegistrationMovedOn, FactorOwed, TooOften and SessionGone.
        """
        require_fresh_proof(logged_in)
        await self._throttle.count_own_act(logged_in.account.id)
        former = await self.waiting(gemeente_code, registration_id)
        correction = read_correction(typed, former.email)
        await self._throttle.count_correction(logged_in.account.id, correction.email.key)
        await self._replace(logged_in, former, correction)

    async def _replace(
        self, logged_in: LoggedIn, former: PendingRegistration, correction: Correction
    ) -> None:
        now = self._clock()
        async with self._database.transaction() as tx:
            for key in sorted({former.email.key, correction.email.key}):
                await tx.lock_address(key)
            actor, _ = await lock_deciding_staff(tx, logged_in, former.gemeente_code, now)
            # As it is now: a code may just have confirmed it.
            pending = await lock_as_found(tx, former)
            await tx.codes.void_all(Owner(registration_id=pending.id), now)
            corrected = replace(pending, email=correction.email, kept_until=now + KEPT)
            await tx.registrations.put(corrected)
            await mail_code(tx, self._mail_facts, corrected, now)
            act = AuditedAct.REGISTRATION_CORRECTED
            await tx.audit.add(line_about(corrected, act, actor, now, reason=correction.reason))
        log.info("registration_corrected", actor=str(actor.id), registration=str(pending.id))


def read_correction(typed: TypedCorrection, former: MailAddress) -> Correction:
    """Raises InputRefused for all that is wrong at once."""
    violations: list[Violation] = []
    email = reason = None
    try:
        email = read_email(typed.email)
        if email.key == former.key:
            violations.append(Violation(Field.EMAIL, Problem.NOT_CORRECTED))
    except FieldRefused as refusal:
        violations.append(Violation(Field.EMAIL, refusal.problem))
    try:
        reason = read_reason(typed.reason)
    except InputRefused as refusal:
        violations.extend(refusal.violations)
    if email is None or reason is None or violations:
        raise InputRefused(*violations)
    return Correction(email, reason)
