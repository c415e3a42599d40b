"""Who belongs to a company, a gemeente or the platform, and the yearly look at the rights of staff."""

from collections.abc import Mapping
from dataclasses import replace
from uuid import UUID

import structlog

from auth_service.accounts.account import Account, Role
from auth_service.accounts.audit import Actor, AuditedAct, AuditLine
from auth_service.accounts.authority import serves
from auth_service.accounts.invitation import Invitation, still_stands
from auth_service.accounts.people import Invited, Person, Roster
from auth_service.accounts.refusals import NoSuchGemeente, NotAllowed
from auth_service.flows.acts_on_others import lock_helping_staff
from auth_service.flows.sessions import LoggedIn, lock_full_session
from auth_service.flows.throttling import Throttle
from auth_service.storage.database import Database, Transaction
from shared.clock import Clock

log = structlog.get_logger()


class Rosters:
    def __init__(self, database: Database, throttle: Throttle, clock: Clock) -> None:
        self._database = database
        self._throttle = throttle
        self._clock = clock

    async def of_company(self, logged_in: LoggedIn) -> Roster:
        """Of the company that he manages; raises NotAllowed."""
        company_id = logged_in.account.company_id
        if company_id is None or logged_in.account.role is not Role.ONDERNEMER:
            raise NotAllowed
        now = self._clock()
        async with self._database.transaction() as tx:
            people = await tx.people.of_company(company_id, now)
            invited = await judged(tx, await tx.people.invited_to_company(company_id, now))
        return Roster(people, invited, now)

    async def of_gemeente(self, logged_in: LoggedIn, code: str) -> Roster:
        """Its staff; raises NoSuchGemeente, also for one that isn't his."""
        if not serves(logged_in.account, code):
            raise NoSuchGemeente
        now = self._clock()
        async with self._database.transaction() as tx:
            people = await tx.people.of_gemeente(code, now)
            invited = await judged(tx, await tx.people.invited_to_gemeente(code, now))
            review = await tx.people.last_review(code)
        return Roster(people, invited, now, review)

    async def of_platform(self, logged_in: LoggedIn) -> Roster:
        """Those who run it; raises NotAllowed."""
        if logged_in.account.role is not Role.BEHEERDER:
            raise NotAllowed
        now = self._clock()
        async with self._database.transaction() as tx:
            people = await tx.people.of_platform(now)
            invited = await judged(tx, await tx.people.invited_to_platform(now))
            review = await tx.people.last_review(None)
        return Roster(people, invited, now, review)

    async def invited_by_such_as(self, logged_in: LoggedIn) -> tuple[Invited, ...]:
        """Who was invited to his company or gemeente; by or to any staff, where he is of the platform.

        Raises NotAllowed.
        """
        account, now = logged_in.account, self._clock()
        async with self._database.transaction() as tx:
            match account.role, account.company_id:
                case Role.BEHEERDER, _:
                    invited = await tx.people.invited_staff(now)
                case Role.GEMEENTEMEDEWERKER, _:
                    invited = await tx.people.invited_to_gemeente(account.gemeente_code, now)
                case Role.ONDERNEMER, UUID() as company_id:
                    invited = await tx.people.invited_to_company(company_id, now)
                case _:
                    raise NotAllowed
            return await judged(tx, invited)

    async def all_staff(self) -> tuple[Person, ...]:
        """For a command."""
        async with self._database.transaction() as tx:
            return await tx.people.all_staff(self._clock())

    async def note_review(self, logged_in: LoggedIn, gemeente_code: str | None) -> None:
        """He has looked at the rights of its staff, or with None at those of the platform.

        Raises NoSuchGemeente, also for one that isn't his, NotAllowed, FactorOwed, TooOften and SessionGone.
        """
        await self._throttle.count_own_act(logged_in.account.id)
        async with self._database.transaction() as tx:
            if gemeente_code is None:
                actor = await lock_full_session(tx, logged_in)
                if actor.role is not Role.BEHEERDER:
                    raise NotAllowed
            else:
                actor, _ = await lock_helping_staff(tx, logged_in, gemeente_code)
            by = Actor(actor.id, actor.role)
            line = AuditLine(AuditedAct.RIGHTS_REVIEWED, self._clock(), by, gemeente_code=gemeente_code)
            await tx.audit.add(line)
        log.info("rights_reviewed", actor=str(actor.id), gemeente=gemeente_code)


async def judged(tx: Transaction, invited: tuple[Invited, ...]) -> tuple[Invited, ...]:
    """Each with whether whoever invited could do so today."""
    inviters = await tx.accounts.with_ids({by for each in invited if (by := each.invitation.invited_by)})
    return tuple(replace(each, stands=stands(each.invitation, inviters)) for each in invited)


def stands(invitation: Invitation, inviters: Mapping[UUID, Account]) -> bool:
    by = invitation.invited_by
    return by is None or (by in inviters and still_stands(inviters[by], invitation))
