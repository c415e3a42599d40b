"""How far each budget is used up, shared by all replicas."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import asyncpg

from auth_service.accounts.account import Account
from auth_service.accounts.attempt_budgets import CODE_ACCOUNT, LOGIN_ACCOUNT, Budget, Claim, Suspicion
from auth_service.storage.account_table import ACCOUNT, account_of
from auth_service.storage.rows import forget_portion

# For what `tries` gives; see the migration that makes the function.
COUNT = "count_tries($1::bytea[], $2::interval[], $3::interval[], $4::timestamptz)"
# What all networks share, and for what of an account it is counted, as in Claim.key.
WIDE: dict[Suspicion, tuple[Budget, str]] = {
    Suspicion.PASSWORDS: (LOGIN_ACCOUNT, "accounts.email_key"),
    Suspicion.CODES: (CODE_ACCOUNT, "accounts.id::text"),
}


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

    async def accounts_used_up(self, suspicion: Suspicion, now: datetime) -> list[Account]:
        """Those of which so much was guessed that the next try, from wherever, would come too soon."""
        budget, counted_for = WIDE[suspicion]
        rows = await self._connection.fetch(
            f"{ACCOUNT} JOIN throttle ON"
            f" throttle.key = sha256($1::bytea || convert_to({counted_for}, 'UTF8'))"
            " WHERE rested_at > $2 AND accounts.state <> 'closed'",
            f"{budget.name}\0".encode(),
            now + budget.allowance - budget.pause,
        )
        return [account for row in rows if (account := account_of(row))]

    async def forget_rested(self, now: datetime) -> int:
        """A portion of those that are whole again; returns how many."""
        return await forget_portion(self._connection, "throttle", "rested_at <= $1", now)


def tries(
    claims: Sequence[Claim], now: datetime
) -> tuple[list[bytes], list[timedelta], list[timedelta], datetime]:
    return *keys_and_pauses(claims), [claim.budget.allowance for claim in claims], now


def keys_and_pauses(claims: Sequence[Claim]) -> tuple[list[bytes], list[timedelta]]:
    return [claim.key for claim in claims], [claim.budget.pause for claim in claims]
