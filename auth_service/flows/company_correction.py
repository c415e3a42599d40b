"""Correcting what a company told of itself; its gemeente stays the same."""

from dataclasses import dataclass
from uuid import UUID

import structlog

from auth_service.accounts.account import Account, Role
from auth_service.accounts.audit import Actor, AuditedAct, AuditLine
from auth_service.accounts.company_details import CompanyDetails
from auth_service.accounts.company_form import CompanyForm, CompanyReading
from auth_service.accounts.places import place_key
from auth_service.accounts.refusals import NotAllowed
from auth_service.flows.sessions import LoggedIn, lock_full_session
from auth_service.flows.throttling import Throttle
from auth_service.storage.database import Database, Transaction
from shared.clock import Clock

log = structlog.get_logger()


@dataclass(frozen=True)
class Company:
    id: UUID
    details: CompanyDetails


class CompanyCorrection:
    def __init__(self, database: Database, throttle: Throttle, clock: Clock) -> None:
        self._database = database
        self._throttle = throttle
        self._clock = clock

    async def details_for(self, account: Account) -> CompanyDetails | None:
        """Of the company of the account; None for staff."""
        if account.company_id is None:
            return None
        async with self._database.transaction() as tx:
            return await tx.companies.details(account.company_id)

    async def correct(self, logged_in: LoggedIn, form: CompanyForm) -> bool:
        """Replace the details of the company of which he is a manager.

        False where nothing would change. Raises InputRefused, NotAllowed, FactorOwed, TooOften and
        SessionGone.
        """
        await self._throttle.count_own_act(logged_in.account.id)
        async with self._database.transaction() as tx:
            account = await lock_full_session(tx, logged_in)
            if account.role is not Role.ONDERNEMER or account.company_id is None:
                raise NotAllowed
            # Of two managers at once the second finds what the first has written.
            company = Company(account.company_id, await tx.companies.lock(account.company_id))
            details = await self._read(tx, form, account, company.details)
            if details == company.details:
                return False
            await tx.companies.correct(company.id, details)
            await tx.audit.add(self._line_about(company.id, account))
        log.info("company_corrected", account=str(account.id), company=str(company.id))
        return True

    async def _read(
        self, tx: Transaction, form: CompanyForm, account: Account, former: CompanyDetails
    ) -> CompanyDetails:
        reading = CompanyReading(form)
        own = await tx.gemeenten.existing(account.gemeente_code)
        # A place that was found good once isn't judged anew: the list of places may have changed since.
        is_as_before = reading.place is not None and place_key(reading.place) == place_key(former.place)
        if reading.place is not None and not (is_as_before and form.gemeente in ("", own.code)):
            reading.stay_in(own, await tx.gemeenten.of_place(reading.place))
        reading.check_accommodation(own, kept=former.accommodation)
        reading.refuse_if_wrong()
        return reading.details

    def _line_about(self, company_id: UUID, manager: Account) -> AuditLine:
        actor = Actor(manager.id, manager.role)
        return AuditLine(
            AuditedAct.DETAILS_CORRECTED,
            self._clock(),
            actor,
            company_id=company_id,
            gemeente_code=manager.gemeente_code,
        )
