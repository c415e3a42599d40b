"""How far each budget is used up, shared by all replicas."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import asyncpg

from auth_service.accounts.attempt_budgets import Claim
from auth_service.storage.rows import forget_portion

# For what `tries` gives; see the migration that makes the function.
COUNT = "count_tries($1::bytea[], $2::interval[], $3::interval[], $4::timestamptz)"


class ThrottleTable:
    def __init__(self, connection: asyncpg.Connection) -> None:
        self._connection = connection

    async def count(self, claims: Sequence[Claim], now: datetime) -> Sequence[datetime]:
        """Use up one more try of each budget, or of none where one of them has none left.

        Returns when each will be whole again, or would have been had the try counted.
        """
        rested: list[datetime] = await self._connection.fetchval(f"SELECT {COUNT}", *tries(claims, now))
        return rested

    async def give_back(self, claims: Sequence[Claim], now: datetime) -> None:
        """Undo one try on each of them."""
        await self._connection.execute("SELECT give_back_tries($1, $2, $3)", *keys_and_pauses(claims), now)

    async def forget_rested(self, now: datetime) -> int:
        """A portion of those that are whole again; returns how many."""
        return await forget_portion(self._connection, "throttle", "rested_at <= $1", now)


def tries(
    claims: Sequence[Claim], now: datetime
) -> tuple[list[bytes], list[timedelta], list[timedelta], datetime]:
    return *keys_and_pauses(claims), [claim.budget.allowance for claim in claims], now


def keys_and_pauses(claims: Sequence[Claim]) -> tuple[list[bytes], list[timedelta]]:
    return [claim.key for claim in claims], [claim.budget.pause for claim in claims]
