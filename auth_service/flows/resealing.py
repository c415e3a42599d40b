"""Changing keys: what an old key sealed is sealed by the first one, while everybody goes on working.

Portion by portion, each in a transaction of its own. What is done is kept, so that it can be stopped in any
way and started again; what others hold at that moment is passed over, and come back to.
"""

import asyncio
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from auth_service.accounts.sealing import SealUnreadable, sealed_at
from auth_service.flows.sealed_stores import SealedStore
from auth_service.storage.database import Database
from auth_service.storage.sealed_places import SealedRow
from shared.clock import Clock

# Nothing tells when somebody lets go of a row.
PAUSE_SECONDS = 1.0
# How often it looks again while others hold all that is left, or seal anew with an old key.
PATIENCE = 60


@dataclass(frozen=True)
class KeptSeals:
    """How many rows of a store were sealed by which key."""

    store: SealedStore
    rows_by_key: Counter[str | None]


@dataclass(frozen=True)
class Progress:
    store: str
    done: int
    total: int


@dataclass(frozen=True)
class StoreOutcome:
    """`late` of those resealed were sealed by an old key after all this began; `held` are others' still."""

    store: SealedStore
    resealed: int
    late: int
    held: int
    unreadable: Counter[str | None]


class Resealing:
    def __init__(self, database: Database, stores: Sequence[SealedStore], clock: Clock) -> None:
        self._database = database
        self._stores = stores
        self._clock = clock

    async def look(self) -> list[KeptSeals]:
        """Change nothing, and wait for nobody."""
        return [KeptSeals(store, await store.rows_by_key(self._database)) for store in self._stores]

    async def run(self, tell: Callable[[Progress], None]) -> list[StoreOutcome]:
        """Reseal what one of the keys opens; `tell` is called after each portion."""
        began = self._clock()
        works = [StoreWork(self._database, store, began, tell) for store in self._stores]
        return [await work.run() for work in works]


class StoreWork:
    def __init__(
        self, database: Database, store: SealedStore, began: datetime, tell: Callable[[Progress], None]
    ) -> None:
        self._database = database
        self._store = store
        self._began = began
        self._tell = tell
        self._expected = 0
        self._resealed = 0
        self._late = 0
        # As of the last look at all of them, and of the last pass through them.
        self._kept: Counter[str | None] = Counter()
        self._refused: Counter[str | None] = Counter()

    async def run(self) -> StoreOutcome:
        self._kept = await self._store.rows_by_key(self._database)
        self._expected = self._left()
        patience = PATIENCE
        while self._left() and patience:
            in_time = self._resealed - self._late
            await self._pass()
            self._kept = await self._store.rows_by_key(self._database)
            patience = PATIENCE if self._resealed - self._late > in_time else patience - 1
            if self._left():
                await asyncio.sleep(PAUSE_SECONDS)
        return StoreOutcome(self._store, self._resealed, self._late, self._left(), self._unreadable())

    def _left(self) -> int:
        """Sealed by an old key that we have, and not known to refuse it."""
        old = self._store.old_fingerprints
        return sum(max(0, self._kept[name] - self._refused[name]) for name in old)

    def _unreadable(self) -> Counter[str | None]:
        ours = self._store.old_fingerprints | {self._store.fingerprint}
        return self._refused | Counter({name: n for name, n in self._kept.items() if name not in ours})

    async def _pass(self) -> None:
        self._refused.clear()
        after = None
        while rows := await self._reseal_portion(after):
            after = rows[-1]
            # More than were expected where somebody seals meanwhile.
            total = max(self._resealed, self._expected)
            self._tell(Progress(self._store.name, self._resealed, total))

    async def _reseal_portion(self, after: SealedRow | None) -> list[SealedRow]:
        async with self._database.transaction() as tx:
            rows = await self._store.hold(tx, after)
            await self._store.replace(tx, self._reseal(rows))
        return rows

    def _reseal(self, rows: Sequence[SealedRow]) -> list[SealedRow]:
        """Those that weren't yet, and can be."""
        fresh = []
        for row in rows:
            if row.fingerprint == self._store.fingerprint:
                continue
            try:
                fresh.append(self._store.resealed(row))
            except SealUnreadable:
                self._refused[row.fingerprint] += 1
            else:
                self._late += sealed_at(row.tokens[0]) > self._began
        self._resealed += len(fresh)
        return fresh
