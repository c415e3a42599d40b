"""Registering: what was typed stays a pending registration until its code is proven (R-19…R-25a)."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID, uuid4

from auth_service.accounts.attempt_budgets import MailKind
from auth_service.accounts.company_details import read_place
from auth_service.accounts.company_form import choices_among
from auth_service.accounts.one_time_codes import Owner
from auth_service.accounts.passwords import PasswordRules
from auth_service.accounts.pending_registration import KEPT, PendingRegistration
from auth_service.accounts.places import Gemeente
from auth_service.accounts.refusals import FieldRefused
from auth_service.accounts.registration_form import RegistrationForm, RegistrationReading
from auth_service.accounts.tokens import draw_token, token_digest
from auth_service.accounts.visitors import Visitor
from auth_service.flows.mail_facts import MailFacts
from auth_service.flows.throttling import Throttle
from auth_service.password_hashing import PasswordHashing
from auth_service.storage.database import Database, Transaction
from shared.clock import Clock


class Registration:
    def __init__(
        self,
        database: Database,
        hashing: PasswordHashing,
        mail_facts: MailFacts,
        throttle: Throttle,
        rules: PasswordRules,
        clock: Clock,
    ) -> None:
        self._database = database
        self._hashing = hashing
        self._mail_facts = mail_facts
        self._throttle = throttle
        self._rules = rules
        self._clock = clock

    async def register(
        self, form: RegistrationForm, visitor: Visitor, *, tenant: Gemeente | None = None
    ) -> str:
        """Keep the registration and mail its code; returns the receipt, by which this browser is known.

        `tenant` is the gemeente on whose pages somebody registers, which then is his. A browser keeps its
        receipt, so that it can confirm each of the registrations made in it.
        Raises InputRefused, TooOften and TooBusy.
        """
        await self._throttle.count_form(visitor)
        reading, gemeente = await self._read(form, tenant)
        async with self._throttle.counting_a_mail(visitor, reading.email.key, MailKind.REGISTRATION):
            password_hash = await self._hashing.hash(form.password)
        now = self._clock()
        async with self._database.transaction() as tx:
            await tx.lock_address(reading.email.key)
            receipt = await self._receipt_to_keep(tx, visitor.receipt, now)
            pending = PendingRegistration(
                id=uuid4(),
                receipt_digest=token_digest(receipt),
                email=reading.email,
                password_hash=password_hash,
                gemeente_code=gemeente.code,
                details=reading.details,
                registered_at=now,
                kept_until=now + KEPT,
            )
            await self._keep(tx, pending, now)
        return receipt

    async def correct(
        self,
        registration_id: UUID,
        form: RegistrationForm,
        visitor: Visitor,
        *,
        tenant: Gemeente | None = None,
    ) -> bool:
        """Replace what was typed in this browser before, and mail a new code; codes mailed before are void.

        An empty password keeps the one chosen then. False where there is nothing to correct (any more).
        Raises InputRefused, TooOften and TooBusy.
        """
        keeps_password = not form.password
        await self._throttle.count_form(visitor)
        reading, gemeente = await self._read(form, tenant, check_password=not keeps_password)
        async with self._throttle.counting_a_mail(visitor, reading.email.key, MailKind.REGISTRATION):
            new_hash = None if keeps_password else await self._hashing.hash(form.password)
        now = self._clock()
        async with self._database.transaction() as tx:
            await tx.lock_address(reading.email.key)
            # Locked, so that a code can't confirm it while it changes.
            pending = await tx.registrations.lock(registration_id)
            if pending is None or not is_from_browser(pending, visitor.receipt, now):
                return False
            await tx.codes.void_all(Owner(registration_id=pending.id), now)
            corrected = replace(
                pending,
                email=reading.email,
                password_hash=new_hash or pending.password_hash,
                gemeente_code=gemeente.code,
                details=reading.details,
                kept_until=now + KEPT,
            )
            await self._keep(tx, corrected, now)
        return True

    async def typed_before(self, receipt: str) -> PendingRegistration | None:
        """The newest registration made in the browser that has this receipt."""
        async with self._database.transaction() as tx:
            return await tx.registrations.of_receipt(token_digest(receipt), self._clock())

    async def gemeente_choices(self, place: str) -> Sequence[tuple[str, str]]:
        """(code, name) of the gemeenten to choose from, where a place lies in several."""
        try:
            read_place(place)
        except FieldRefused:
            return ()
        async with self._database.transaction() as tx:
            return choices_among(await tx.gemeenten.of_place(place))

    async def _read(
        self, form: RegistrationForm, tenant: Gemeente | None, *, check_password: bool = True
    ) -> tuple[RegistrationReading, Gemeente]:
        reading = RegistrationReading(form)
        gemeente = await self._gemeente_of(reading, tenant)
        known = gemeente or tenant
        if known:
            reading.check_accommodation(known)
        if check_password:
            reading.check_password(self._rules, known)
        reading.refuse_if_wrong()
        assert gemeente is not None  # noqa: S101 - a missing gemeente is a violation, refused above.
        return reading, gemeente

    async def _gemeente_of(self, reading: RegistrationReading, tenant: Gemeente | None) -> Gemeente | None:
        if reading.place is None:
            return None
        async with self._database.transaction() as tx:
            candidates = await tx.gemeenten.of_place(reading.place)
        return reading.choose_gemeente(candidates, tenant)

    async def _receipt_to_keep(self, tx: Transaction, receipt: str | None, now: datetime) -> str:
        if receipt and await tx.registrations.of_receipt(token_digest(receipt), now):
            return receipt
        return draw_token()

    async def _keep(self, tx: Transaction, pending: PendingRegistration, now: datetime) -> None:
        """Known and unknown addresses take the same steps here; only the mail differs."""
        await tx.registrations.put(pending)
        account = await tx.accounts.with_address(pending.email.key)
        # The owner of an account asks his own gemeente, whatever a stranger filled in.
        gemeente = await tx.gemeenten.existing(account.gemeente_code if account else pending.gemeente_code)
        await self._mail_facts.registered(tx, pending, gemeente, account, now, asked_here=True)


def is_from_browser(pending: PendingRegistration, receipt: str | None, now: datetime) -> bool:
    return pending.receipt_digest == token_digest(receipt or "") and now < pending.kept_until
