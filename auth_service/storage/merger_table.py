"""All that belongs to a gemeente, on its way to the one that it became part of."""

from collections.abc import Sequence

import asyncpg

from auth_service.accounts.anonymity import NO_DETAIL
from auth_service.accounts.gemeente_merger import MovedPeople, Share
from auth_service.storage.rows import rows_touched

# Accounts first, then companies and what refers to them: as everybody who decides about them.
LOCKS = (
    "SELECT FROM accounts WHERE gemeente_code = $1 ORDER BY id FOR NO KEY UPDATE",
    "SELECT FROM gemeenten WHERE code = ANY(ARRAY[$1, $2]) ORDER BY code FOR NO KEY UPDATE",
    "SELECT FROM pending_registrations WHERE gemeente_code = $1 ORDER BY id FOR NO KEY UPDATE",
    "SELECT FROM companies WHERE gemeente_code = $1 ORDER BY id FOR NO KEY UPDATE",
    "SELECT FROM invitations WHERE gemeente_code = $1 ORDER BY id FOR NO KEY UPDATE",
)
# By the company, wherever that is by now: nobody belongs to another gemeente than his company does.
OF_COMPANIES = "company_id IN (SELECT id FROM companies WHERE gemeente_code = $2)"
STAFF = "gemeente_code = $1 AND company_id IS NULL AND state <> 'closed'"


class MergerTable:
    def __init__(self, connection: asyncpg.Connection) -> None:
        self._connection = connection

    async def lock(self, former: str, heir: str) -> None:
        """Both gemeenten, and all rows of the former one that could move, until the transaction ends."""
        for lock in LOCKS:
            await self._connection.execute(lock, *((former, heir) if "$2" in lock else (former,)))

    async def shares(self, code: str) -> list[Share]:
        """By place as it was typed; of companies of which nothing is left nobody can tell where they were."""
        rows = await self._connection.fetch(
            "SELECT place, count(*) FILTER (WHERE is_company) AS companies,"
            " count(*) FILTER (WHERE NOT is_company) AS registrations FROM"
            " (SELECT place, true AS is_company FROM companies WHERE gemeente_code = $1 AND place <> $2"
            " UNION ALL SELECT place, false FROM pending_registrations WHERE gemeente_code = $1) AS each"
            " GROUP BY place ORDER BY place",
            code,
            NO_DETAIL,
        )
        return [Share(*row) for row in rows]

    async def gemeenten_by_key(self, keys: Sequence[str]) -> dict[str, list[str]]:
        """Codes of those that have a place under that key; none that is dissolved."""
        rows = await self._connection.fetch(
            "SELECT key, array_agg(DISTINCT gemeente_code ORDER BY gemeente_code) FROM places"
            " JOIN gemeenten ON gemeenten.code = gemeente_code"
            " WHERE dissolved_in IS NULL AND key = ANY($1::text[]) GROUP BY key",
            keys,
        )
        return {key: codes for key, codes in rows}

    async def staff_of(self, code: str) -> int:
        count: int = await self._connection.fetchval(f"SELECT count(*) FROM accounts WHERE {STAFF}", code)
        return count

    async def move(self, former: str, heir: str, places: Sequence[str]) -> MovedPeople:
        """Companies and registrations of these places, and who belongs to companies of the heir."""
        for table in ("companies", "pending_registrations"):
            await self._connection.execute(
                f"UPDATE {table} SET gemeente_code = $2 WHERE gemeente_code = $1 AND place = ANY($3::text[])",
                former,
                heir,
                places,
            )
        accounts = await self._move("accounts", former, heir, f"gemeente_code = $1 AND {OF_COMPANIES}")
        invitations = await self._move("invitations", former, heir, f"gemeente_code = $1 AND {OF_COMPANIES}")
        return MovedPeople(accounts, invitations)

    async def move_staff(self, former: str, heir: str) -> MovedPeople:
        """With the invitations of those who are to join them."""
        staff = await self._move("accounts", former, heir, STAFF)
        invited = await self._move("invitations", former, heir, "gemeente_code = $1 AND company_id IS NULL")
        return MovedPeople(invitations=invited, staff=staff)

    async def _move(self, table: str, former: str, heir: str, condition: str) -> int:
        done = await self._connection.execute(
            f"UPDATE {table} SET gemeente_code = $2 WHERE {condition}", former, heir
        )
        return rows_touched(done)
