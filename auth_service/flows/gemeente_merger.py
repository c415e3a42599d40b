"""Moving what belongs to a gemeente to the one that its places lie in now: all of it or nothing."""

from contextlib import suppress
from dataclasses import dataclass, replace

from auth_service.accounts.audit import NOBODY, AuditedAct, AuditLine
from auth_service.accounts.gemeente_merger import (
    GemeenteMove,
    MovedPeople,
    MoveRefused,
    Share,
    located,
    refuse_unfit,
)
from auth_service.accounts.place_names import typed_keys
from auth_service.accounts.places import Gemeente
from auth_service.flows.gemeente_import import OnlyTried
from auth_service.storage.database import Database, Transaction
from shared.clock import Clock


@dataclass(frozen=True)
class MoveOrder:
    """Codes of gemeenten; `reason` is what staff of both read of it."""

    former: str
    heir: str
    reason: str
    with_staff: bool = False


class GemeenteMerger:
    """What was done before stays where it was told: the audit trail is history."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def run(self, order: MoveOrder) -> GemeenteMove:
        """Sessions go on, under what the heir asks. Raises MoveRefused, and nothing is changed then."""
        async with self._database.transaction() as tx:
            return await self._move(tx, order)

    async def try_out(self, order: MoveOrder) -> GemeenteMove:
        """What `run` would move, and would raise."""
        with suppress(OnlyTried):
            async with self._database.transaction() as tx:
                done = await self._move(tx, order)
                raise OnlyTried
        return done

    async def _move(self, tx: Transaction, order: MoveOrder) -> GemeenteMove:
        # No import puts places elsewhere meanwhile.
        await tx.gemeente_list.hold()
        await tx.mergers.lock(order.former, order.heir)
        former, heir = await self._both(tx, order)
        shares = await located_shares(tx, former.code)
        going = [share for share in shares if share.goes(former.code, heir.code)]
        people = await tx.mergers.move(former.code, heir.code, [share.place for share in going])
        if order.with_staff:
            staff = await tx.mergers.move_staff(former.code, heir.code)
            people = MovedPeople(people.accounts, people.invitations + staff.invitations, staff.staff)
        staying = [share for share in shares if share not in going]
        left = await tx.mergers.staff_of(former.code)
        done = GemeenteMove(former, heir, going, staying, people, left)
        await self._tell(tx, order, done)
        return done

    async def _both(self, tx: Transaction, order: MoveOrder) -> tuple[Gemeente, Gemeente]:
        if order.former == order.heir:
            raise MoveRefused("That is one and the same gemeente.")
        former, heir = [await existing(tx, code) for code in (order.former, order.heir)]
        refuse_unfit(former, heir, with_staff=order.with_staff)
        return former, heir

    async def _tell(self, tx: Transaction, order: MoveOrder, done: GemeenteMove) -> None:
        """In the trail of both."""
        if done.is_empty:
            return
        line = AuditLine(
            AuditedAct.GEMEENTE_CHANGED, self._clock(), NOBODY, reason=f"{order.reason}: {done.companies}"
        )
        for gemeente in (done.former, done.heir):
            await tx.audit.add(replace(line, gemeente_code=gemeente.code))


async def existing(tx: Transaction, code: str) -> Gemeente:
    gemeente = await tx.gemeenten.with_code(code)
    if gemeente is None:
        raise MoveRefused(f"There is no gemeente {code}.")
    return gemeente


async def located_shares(tx: Transaction, code: str) -> list[Share]:
    shares = await tx.mergers.shares(code)
    keys = {key for share in shares for key in typed_keys(share.place)}
    gemeenten_by_key = await tx.mergers.gemeenten_by_key(sorted(keys))
    return [located(share, gemeenten_by_key) for share in shares]
