"""Where something is kept that SEALING_KEYS sealed; a further such place is one line here."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

import asyncpg


@dataclass(frozen=True)
class SealedPlace:
    """What the columns `sealed` hold is sealed for `account`, by the key that `key_fingerprint` names."""

    table: str
    primary_key: tuple[str, ...]
    sealed: tuple[str, ...]
    account: str = "place.account_id"


OF_SESSION = "(SELECT account_id FROM sessions WHERE sessions.id = place.session_id)"
SEALED_PLACES = (
    SealedPlace("totp_enrolments", ("account_id",), ("sealed_secret", "sealed_recovery_key")),
    SealedPlace("totp_offers", ("session_id", "step"), ("sealed_secret",), OF_SESSION),
    SealedPlace("shown_recovery_codes", ("session_id",), ("sealed_codes",), OF_SESSION),
    SealedPlace("kept_forms", ("token_digest",), ("sealed_fields",)),
)

RowKey = tuple[object, ...]


@dataclass(frozen=True)
class SealedRow:
    """`key` finds it; `owner` is the account, or the event, that it was sealed for.

    `fingerprint` names the key that sealed it; None where none of ours did and nothing tells which.
    """

    key: RowKey
    owner: UUID
    tokens: tuple[str, ...]
    fingerprint: str | None


class SealedPlaces:
    def __init__(self, connection: asyncpg.Connection) -> None:
        self._connection = connection

    async def rows_by_key(self, place: SealedPlace) -> Counter[str]:
        """How many rows were sealed by which key."""
        rows = await self._connection.fetch(
            f"SELECT key_fingerprint, count(*) FROM {place.table} GROUP BY key_fingerprint"
        )
        return Counter(dict(rows))

    async def hold(
        self, place: SealedPlace, fingerprints: Collection[str], after: RowKey, *, most: int
    ) -> list[SealedRow]:
        """Lock the next rows that one of these keys sealed until the end of the transaction.

        In the order of their keys; `after` is the last one before them, () at the beginning.
        """
        key = ", ".join(f"place.{column}" for column in place.primary_key)
        further = f"AND ({key}) > ({placeholders(after, first=3)})" if after else ""
        # SKIP LOCKED: who holds one longs for it more than we do; it is come back to.
        rows = await self._connection.fetch(
            f"SELECT {key}, {place.account} AS owner, {', '.join(place.sealed)}, key_fingerprint"
            f" FROM {place.table} AS place WHERE key_fingerprint = ANY($1) {further}"
            f" ORDER BY {key} LIMIT $2 FOR NO KEY UPDATE OF place SKIP LOCKED",
            list(fingerprints),
            most,
            *after,
        )
        return [sealed_row(place, row) for row in rows]

    async def replace(self, place: SealedPlace, rows: Sequence[SealedRow]) -> None:
        """Keep the tokens of these rows, which `hold` locked, and the fingerprint of their key."""
        changes = [*place.sealed, "key_fingerprint"]
        news = ", ".join(f"{column} = ${position}" for position, column in enumerate(changes, start=1))
        key = ", ".join(place.primary_key)
        await self._connection.executemany(
            f"UPDATE {place.table} SET {news}"
            f" WHERE ({key}) = ({placeholders(place.primary_key, first=len(changes) + 1)})",
            [(*row.tokens, row.fingerprint, *row.key) for row in rows],
        )

    async def enrolments_beyond(self, fingerprints: Collection[str]) -> dict[str, int]:
        """How many accounts can't log in without which further key."""
        rows = await self._connection.fetch(
            "SELECT key_fingerprint, count(*) FROM totp_enrolments"
            " WHERE key_fingerprint <> ALL($1) GROUP BY key_fingerprint ORDER BY key_fingerprint",
            list(fingerprints),
        )
        return dict(rows)


def placeholders(values: Sequence[object], *, first: int) -> str:
    return ", ".join(f"${position}" for position in range(first, first + len(values)))


def sealed_row(place: SealedPlace, row: asyncpg.Record) -> SealedRow:
    return SealedRow(
        key=tuple(row[column] for column in place.primary_key),
        owner=row["owner"],
        tokens=tuple(row[column] for column in place.sealed),
        fingerprint=row["key_fingerprint"],
    )
