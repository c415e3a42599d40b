"""Companies: what an entrepreneur tells of where his guests sleep."""

from dataclasses import asdict, fields
from datetime import datetime
from uuid import UUID

import asyncpg

from auth_service.accounts.account import CompanyState
from auth_service.accounts.company_details import CompanyDetails
from auth_service.storage.rows import insert

COLUMNS = [field.name for field in fields(CompanyDetails)]
DETAILS = f"SELECT {', '.join(COLUMNS)} FROM companies WHERE id = $1"
CORRECTION = ", ".join(f"{column} = ${place}" for place, column in enumerate(COLUMNS, start=2))


class CompanyTable:
    def __init__(self, connection: asyncpg.Connection) -> None:
        self._connection = connection

    async def add(
        self,
        company_id: UUID,
        gemeente_code: str,
        details: CompanyDetails,
        registered_at: datetime,
        *,
        state: CompanyState = CompanyState.APPROVED,
    ) -> None:
        """`registered_at` is when its details were typed, however much later the address was confirmed."""
        told = {
            "id": company_id,
            "gemeente_code": gemeente_code,
            "registered_at": registered_at,
            "state": state,
        }
        await insert(self._connection, "companies", told | asdict(details))

    async def lock_state(self, company_id: UUID, gemeente_code: str) -> CompanyState | None:
        """As it is now, and unchanged by others until the end of the transaction; None where it has none."""
        # NO KEY: whoever writes a row that names the company must not wait.
        state = await self._connection.fetchval(
            "SELECT state FROM companies WHERE id = $1 AND gemeente_code = $2 FOR NO KEY UPDATE",
            company_id,
            gemeente_code,
        )
        return CompanyState(state) if state else None

    async def decide(self, company_id: UUID, state: CompanyState, now: datetime) -> None:
        await self._connection.execute(
            "UPDATE companies SET state = $2, decided_at = $3 WHERE id = $1", company_id, state, now
        )

    async def details(self, company_id: UUID) -> CompanyDetails:
        """Of a company that another row refers to; a foreign key guarantees it."""
        return details_of(await self._connection.fetchrow(DETAILS, company_id))

    async def lock(self, company_id: UUID) -> CompanyDetails:
        """As it is now, and unchanged by others until the end of the transaction."""
        # NO KEY: as above.
        return details_of(await self._connection.fetchrow(f"{DETAILS} FOR NO KEY UPDATE", company_id))

    async def standing(self, company_id: UUID) -> tuple[CompanyState, str] | None:
        """What its gemeente thinks of it, and the code of that; both stay until the transaction ends."""
        row = await self._connection.fetchrow(
            "SELECT state, gemeente_code FROM companies WHERE id = $1 FOR SHARE", company_id
        )
        return (CompanyState(row["state"]), row["gemeente_code"]) if row else None

    async def correct(self, company_id: UUID, details: CompanyDetails) -> None:
        await self._connection.execute(
            f"UPDATE companies SET {CORRECTION} WHERE id = $1", company_id, *asdict(details).values()
        )


def details_of(row: asyncpg.Record) -> CompanyDetails:
    return CompanyDetails(**dict(row))
