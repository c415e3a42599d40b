"""All gemeenten at once: as CBS lists them each year, and as the platform looks at them."""

from collections.abc import Iterable, Sequence

import asyncpg

from auth_service.accounts.cbs_table import FIRST_MADE_UP, CbsTable, ListedPlace
from auth_service.accounts.gemeente_changes import Holding, KnownGemeente
from auth_service.accounts.place_names import place_keys
from auth_service.accounts.places import Gemeente, place_key
from auth_service.storage.gemeente_table import GEMEENTE, gemeente_of

# Any number that nobody else locks: one at a time changes the list.
LIST_LOCK = 0x67656D65

# What belongs to a gemeente, and its table.
HELD_IN = {"companies": "companies", "accounts": "accounts", "registrations": "pending_registrations"}

# Key, code of the gemeente, code of the place, name.
Name = tuple[str, str, str, str]


class GemeenteListTable:
    def __init__(self, connection: asyncpg.Connection) -> None:
        self._connection = connection

    async def hold(self) -> None:
        """No other import, nor a merger, until the end of the transaction."""
        await self._connection.execute("SELECT pg_advisory_xact_lock($1)", LIST_LOCK)

    async def lock(self) -> list[KnownGemeente]:
        """All there are, unchanged by others until the end of the transaction."""
        await self.hold()
        # NO KEY: whoever registers or logs in meanwhile writes rows that name a gemeente, and must not wait.
        rows = await self._connection.fetch(
            "SELECT code, name, participating, listed_in, dissolved_in FROM gemeenten"
            " ORDER BY code FOR NO KEY UPDATE"
        )
        return [KnownGemeente(**dict(row)) for row in rows]

    async def all(self) -> list[Gemeente]:
        """By name, as somebody looks for one."""
        rows = await self._connection.fetch(GEMEENTE)
        return sorted(map(gemeente_of, rows), key=lambda gemeente: (place_key(gemeente.name), gemeente.code))

    async def counts(self, codes: Sequence[str]) -> dict[str, tuple[int, int]]:
        """How many companies each has, and how many people who work for it."""
        rows = await self._connection.fetch(
            "SELECT chosen.code,"
            " (SELECT count(*) FROM companies WHERE gemeente_code = chosen.code) AS companies,"
            " (SELECT count(*) FROM accounts WHERE gemeente_code = chosen.code"
            " AND role = 'gemeentemedewerker' AND state <> 'closed') AS staff"
            " FROM unnest($1::text[]) AS chosen (code)",
            codes,
        )
        return {code: (companies, staff) for code, companies, staff in rows}

    async def places(self) -> list[ListedPlace]:
        """Those of the newest table."""
        rows = await self._connection.fetch(
            "SELECT DISTINCT code, name, gemeente_code FROM places WHERE code IS NOT NULL ORDER BY code"
        )
        return [ListedPlace(**dict(row)) for row in rows]

    async def holdings(self, codes: Sequence[str]) -> dict[str, Holding]:
        """What belongs to these gemeenten."""
        counts = ", ".join(
            f"(SELECT count(*) FROM {table} WHERE gemeente_code = of.code) AS {name}"
            for name, table in HELD_IN.items()
        )
        rows = await self._connection.fetch(
            f"SELECT of.code, {counts} FROM unnest($1::text[]) AS of (code)",
            codes,
        )
        return {row["code"]: Holding(**{name: row[name] for name in HELD_IN}) for row in rows}

    async def replace(self, table: CbsTable, year: int) -> None:
        """Make the list that of this year; what is so already is left as it is."""
        await self._put_gemeenten(table, year)
        await self._connection.execute(
            "UPDATE gemeenten SET dissolved_in = $2"
            " WHERE dissolved_in IS NULL AND NOT code = ANY($1::text[]) AND code < $3",
            list(table.gemeenten),
            year,
            FIRST_MADE_UP,
        )
        await self._replace_places(table.places)

    async def _put_gemeenten(self, table: CbsTable, year: int) -> None:
        await self._connection.execute(
            "INSERT INTO gemeenten (code, name, participating, listed_in)"
            " SELECT code, name, false, $3::smallint FROM unnest($1::text[], $2::text[]) AS now (code, name)"
            " ON CONFLICT (code) DO UPDATE SET name = excluded.name, listed_in = $3, dissolved_in = NULL"
            " WHERE (gemeenten.name, gemeenten.listed_in, gemeenten.dissolved_in)"
            " IS DISTINCT FROM (excluded.name, excluded.listed_in, NULL::smallint)",
            list(table.gemeenten),
            list(table.gemeenten.values()),
            year,
        )

    async def _replace_places(self, places: Iterable[ListedPlace]) -> None:
        rows = await self._connection.fetch(
            "SELECT key, gemeente_code, code, name FROM places WHERE gemeente_code < $1", FIRST_MADE_UP
        )
        had = {tuple(row) for row in rows}
        wanted = {
            (key, place.gemeente_code, place.code, place.name)
            for place in places
            for key in place_keys(place.name)
        }
        await self._connection.execute(
            "DELETE FROM places USING unnest($1::text[], $2::text[], $3::text[], $4::text[])"
            " AS gone (key, gemeente_code, code, name)"
            " WHERE (places.key, places.gemeente_code, places.code, places.name)"
            " IS NOT DISTINCT FROM (gone.key, gone.gemeente_code, gone.code, gone.name)",
            *columns(had - wanted),
        )
        await self._connection.execute(
            "INSERT INTO places (key, gemeente_code, code, name)"
            " SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[])",
            *columns(wanted - had),
        )


def columns(names: Iterable[Name]) -> list[list[str]]:
    return [list(column) for column in zip(*names, strict=True)] or [[], [], [], []]
