"""Gemeenten and the places that lie in them."""

from collections.abc import Iterable

import asyncpg

from auth_service.accounts.place_names import place_keys, typed_keys
from auth_service.accounts.places import FormerWait, Gemeente

GEMEENTE = (
    "SELECT code, name, email, phone, host, participating, totp_required, totp_required_from,"
    " approval_required, accommodation_types, reset_wait, dissolved_in,"
    " former_reset_wait, former_reset_wait_until FROM gemeenten"
)


class GemeenteTable:
    def __init__(self, connection: asyncpg.Connection) -> None:
        self._connection = connection

    async def existing(self, code: str) -> Gemeente:
        """The gemeente that another row refers to; a foreign key guarantees it."""
        return gemeente_of(await self._connection.fetchrow(f"{GEMEENTE} WHERE code = $1", code))

    async def with_code(self, code: str) -> Gemeente | None:
        row = await self._connection.fetchrow(f"{GEMEENTE} WHERE code = $1", code)
        return gemeente_of(row) if row else None

    async def lock(self, code: str) -> Gemeente | None:
        """As it is now, and unchanged by others until the end of the transaction."""
        # NO KEY: whoever writes a row that names the gemeente must not wait.
        row = await self._connection.fetchrow(f"{GEMEENTE} WHERE code = $1 FOR NO KEY UPDATE", code)
        return gemeente_of(row) if row else None

    async def of_place(self, name: str) -> list[Gemeente]:
        """All gemeenten that have a place of this name, by name; most often one. None that is dissolved."""
        for key in typed_keys(name):
            rows = await self._connection.fetch(
                f"{GEMEENTE} WHERE dissolved_in IS NULL"
                " AND code IN (SELECT gemeente_code FROM places WHERE key = $1) ORDER BY name",
                key,
            )
            if rows:
                return [gemeente_of(row) for row in rows]
        return []

    async def by_host(self) -> dict[str, Gemeente]:
        """Those that have pages of their own, by their host name in lower case."""
        rows = await self._connection.fetch(f"{GEMEENTE} WHERE host IS NOT NULL")
        return {row["host"].lower(): gemeente_of(row) for row in rows}

    async def change(self, gemeente: Gemeente) -> bool:
        """Keep all that platform, operator and staff choose; False where another has its host."""
        former = gemeente.former_wait
        try:
            # A savepoint: the transaction can go on after a refusal.
            async with self._connection.transaction():
                await self._connection.execute(
                    "UPDATE gemeenten SET email = $2, phone = $3, host = $4, participating = $5,"
                    " totp_required = $6, totp_required_from = $7, approval_required = $8,"
                    " accommodation_types = $9, reset_wait = $10, former_reset_wait = $11,"
                    " former_reset_wait_until = $12 WHERE code = $1",
                    gemeente.code,
                    gemeente.email or None,
                    gemeente.phone,
                    gemeente.host,
                    gemeente.participating,
                    gemeente.requires_totp,
                    gemeente.requires_totp_from,
                    gemeente.requires_approval,
                    gemeente.accommodation_types,
                    gemeente.reset_wait,
                    former.wait if former else None,
                    former.until if former else None,
                )
        except asyncpg.UniqueViolationError:
            return False
        return True

    async def put(self, gemeente: Gemeente, place_names: Iterable[str]) -> None:
        """Add the gemeente and its places, or bring its details up to date; places are only added.

        What it asks of its entrepreneurs is for its staff to change.
        """
        await self._connection.execute(
            "INSERT INTO gemeenten (code, name, email, phone, host, participating, totp_required)"
            " VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (code) DO UPDATE SET name = $2, email = $3,"
            " phone = $4, host = $5, participating = $6",
            gemeente.code,
            gemeente.name,
            gemeente.email or None,
            gemeente.phone,
            gemeente.host,
            gemeente.participating,
            gemeente.requires_totp,
        )
        await self._connection.executemany(
            "INSERT INTO places (key, gemeente_code, name) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
            [(key, gemeente.code, name) for name in place_names for key in place_keys(name)],
        )


def gemeente_of(row: asyncpg.Record) -> Gemeente:
    types, former_wait = row["accommodation_types"], row["former_reset_wait"]
    return Gemeente(
        code=row["code"],
        name=row["name"],
        email=row["email"] or "",
        phone=row["phone"],
        host=row["host"],
        participating=row["participating"],
        requires_totp=row["totp_required"],
        requires_totp_from=row["totp_required_from"],
        requires_approval=row["approval_required"],
        accommodation_types=None if types is None else tuple(types),
        reset_wait=row["reset_wait"],
        dissolved_in=row["dissolved_in"],
        former_wait=None if former_wait is None else FormerWait(former_wait, row["former_reset_wait_until"]),
    )
