"""What is kept sealed, and by which keys: secrets of accounts in tables, codes inside waiting messages."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import Protocol
from uuid import UUID

from auth_service.accounts.sealing import AccountSeal, Sealed, SealUnreadable, key_fingerprint
from auth_service.storage.database import Database, Transaction
from auth_service.storage.outbox_codes import BEFORE_ALL, OutboxCode
from auth_service.storage.sealed_places import SealedPlace, SealedRow
from shared import sealing

# Short enough that nobody notices who needs one of those rows meanwhile.
PORTION = 500


class SealedStore(Protocol):
    """`fingerprint` is of the key that seals, `old_fingerprints` of those that only open."""

    name: str
    setting: str
    fingerprint: str
    old_fingerprints: frozenset[str]

    async def rows_by_key(self, database: Database) -> Counter[str | None]:
        """How many rows were sealed by which key; None where nothing tells."""

    async def hold(self, tx: Transaction, after: SealedRow | None) -> list[SealedRow]:
        """Lock the next portion, without waiting for rows that others hold; None is before the first."""

    def resealed(self, row: SealedRow) -> SealedRow:
        """The same, sealed by the key that seals; raises SealUnreadable."""

    async def replace(self, tx: Transaction, rows: Sequence[SealedRow]) -> None: ...


class AccountSecrets:
    setting = "SEALING_KEYS"

    def __init__(self, place: SealedPlace, seal: AccountSeal) -> None:
        self.name = place.table
        self.fingerprint = seal.fingerprint
        self.old_fingerprints = seal.fingerprints - {seal.fingerprint}
        self._place = place
        self._seal = seal

    async def rows_by_key(self, database: Database) -> Counter[str | None]:
        async with database.autocommit() as tables:
            return Counter(await tables.sealed_places.rows_by_key(self._place))

    async def hold(self, tx: Transaction, after: SealedRow | None) -> list[SealedRow]:
        after_key = after.key if after else ()
        return await tx.sealed_places.hold(self._place, self.old_fingerprints, after_key, most=PORTION)

    def resealed(self, row: SealedRow) -> SealedRow:
        kept = [Sealed(token, row.fingerprint or "") for token in row.tokens]
        secrets = [self._seal.open(row.owner, sealed) for sealed in kept]
        tokens = tuple(self._seal.seal(row.owner, secret).token for secret in secrets)
        return replace(row, tokens=tokens, fingerprint=self.fingerprint)

    async def replace(self, tx: Transaction, rows: Sequence[SealedRow]) -> None:
        await tx.sealed_places.replace(self._place, rows)


class MailedCodes:
    """No fingerprint stands beside these: which key opens one is found by trying."""

    name = "outbox"
    setting = "MESSAGE_SEALING_KEYS"

    def __init__(self, keys: Sequence[str]) -> None:
        self._seals = {key_fingerprint(key): sealing.MessageSeal([key]) for key in keys}
        self.fingerprint = key_fingerprint(keys[0])
        self.old_fingerprints = frozenset(self._seals) - {self.fingerprint}

    async def rows_by_key(self, database: Database) -> Counter[str | None]:
        found: Counter[str | None] = Counter()
        after = BEFORE_ALL
        while codes := await self._read(database, after):
            found.update(self._fingerprint_of(code) for code in codes)
            after = codes[-1].event_id
        return found

    async def _read(self, database: Database, after: UUID) -> list[OutboxCode]:
        async with database.autocommit() as tables:
            return await tables.outbox_codes.read(after, most=PORTION)

    async def hold(self, tx: Transaction, after: SealedRow | None) -> list[SealedRow]:
        codes = await tx.outbox_codes.hold(after.owner if after else BEFORE_ALL, most=PORTION)
        return [
            SealedRow((code.event_id,), code.event_id, (code.sealed,), self._fingerprint_of(code))
            for code in codes
        ]

    def resealed(self, row: SealedRow) -> SealedRow:
        if row.fingerprint is None:
            raise SealUnreadable("no key of MESSAGE_SEALING_KEYS opens this code")
        (sealed,) = row.tokens
        code = self._seals[row.fingerprint].open(row.owner, sealed)
        token = self._seals[self.fingerprint].seal(row.owner, code)
        return replace(row, tokens=(token,), fingerprint=self.fingerprint)

    async def replace(self, tx: Transaction, rows: Sequence[SealedRow]) -> None:
        await tx.outbox_codes.replace([OutboxCode(row.owner, row.tokens[0]) for row in rows])

    def _fingerprint_of(self, code: OutboxCode) -> str | None:
        return next((name for name, seal in self._seals.items() if opens(seal, code)), None)


def opens(seal: sealing.MessageSeal, code: OutboxCode) -> bool:
    try:
        seal.open(code.event_id, code.sealed)
    except sealing.SealUnreadable:
        return False
    return True
