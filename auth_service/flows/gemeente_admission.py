"""Which gemeenten take part, as those of the platform decide it."""

from collections.abc import Sequence
from dataclasses import dataclass

import structlog

from auth_service.accounts.account import Account, Role
from auth_service.accounts.audit import Actor, AuditLine
from auth_service.accounts.gemeente_admission import AdmissionForm, act_of, read_admission
from auth_service.accounts.gemeente_search import GemeenteSearch
from auth_service.accounts.gemeente_settings import changes_between
from auth_service.accounts.places import Gemeente
from auth_service.accounts.refusals import Field, InputRefused, NoSuchGemeente, NotAllowed, Problem, Violation
from auth_service.flows.acts_on_others import lock_deciding_staff
from auth_service.flows.sessions import LoggedIn, require_fresh_proof
from auth_service.flows.throttling import Throttle
from auth_service.storage.database import Database, Transaction
from shared.clock import Clock

PAGE_SIZE = 50

log = structlog.get_logger()


@dataclass(frozen=True)
class GemeenteCounted:
    gemeente: Gemeente
    companies: int
    staff: int


@dataclass(frozen=True)
class GemeentePage:
    """`number` counts from 1; `found` are on all of the `pages`."""

    gemeenten: Sequence[GemeenteCounted]
    number: int
    pages: int
    found: int


class GemeenteAdmission:
    def __init__(self, database: Database, throttle: Throttle, own_host: str, clock: Clock) -> None:
        """`own_host` is the host name of PUBLIC_URL."""
        self._database = database
        self._throttle = throttle
        self._own_host = own_host
        self._clock = clock

    async def search(self, logged_in: LoggedIn, search: GemeenteSearch, page: int) -> GemeentePage:
        """By name; the last page where there is none of that number. Raises NotAllowed."""
        refuse_others(logged_in.account)
        async with self._database.transaction() as tx:
            found = [gemeente for gemeente in await tx.gemeente_list.all() if search.finds(gemeente)]
            pages = max(1, -(-len(found) // PAGE_SIZE))
            number = min(max(1, page), pages)
            shown = found[(number - 1) * PAGE_SIZE : number * PAGE_SIZE]
            return GemeentePage(await counted(tx, shown), number, pages, len(found))

    async def one(self, logged_in: LoggedIn, code: str) -> GemeenteCounted:
        """Raises NotAllowed and NoSuchGemeente."""
        refuse_others(logged_in.account)
        async with self._database.transaction() as tx:
            gemeente = await tx.gemeenten.with_code(code)
            if gemeente is None:
                raise NoSuchGemeente
            return (await counted(tx, [gemeente]))[0]

    async def decide(self, logged_in: LoggedIn, code: str, form: AdmissionForm) -> bool:
        """False where nothing would change.

        Raises InputRefused, NotAllowed, NoSuchGemeente, ProofNeeded, FactorOwed, TooOften and SessionGone.
        """
        refuse_others(logged_in.account)
        require_fresh_proof(logged_in)
        await self._throttle.count_own_act(logged_in.account.id)
        async with self._database.transaction() as tx:
            actor, former = await lock_deciding_staff(tx, logged_in, code, self._clock())
            refuse_others(actor)
            wanted = read_admission(form, former, own_host=self._own_host)
            if wanted == former:
                return False
            await keep(tx, wanted)
            act, by = act_of(former, wanted), Actor(actor.id, actor.role)
            await tx.audit.add(
                AuditLine(
                    act, self._clock(), by, gemeente_code=code, reason=changes_between(former, wanted) or None
                )
            )
        log.info("gemeente_admitted", act=act, account=str(actor.id), gemeente=code)
        return True


def refuse_others(account: Account) -> None:
    """Raises NotAllowed for who isn't of the platform."""
    if account.role is not Role.BEHEERDER:
        raise NotAllowed


async def keep(tx: Transaction, wanted: Gemeente) -> None:
    """Raises InputRefused where its host is another gemeente's."""
    if not await tx.gemeenten.change(wanted):
        raise InputRefused(Violation(Field.HOST, Problem.HOST_TAKEN))


async def counted(tx: Transaction, gemeenten: Sequence[Gemeente]) -> list[GemeenteCounted]:
    counts = await tx.gemeente_list.counts([gemeente.code for gemeente in gemeenten])
    return [GemeenteCounted(gemeente, *counts[gemeente.code]) for gemeente in gemeenten]
