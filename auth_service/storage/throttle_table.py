"""How far each budget is used up, shared by all replicas."""

from collections.abc import Mapping
from datetime import datetime, timedelta

import asyncpg

from auth_service.storage.rows import forget_portion


class ThrottleTable:
    def __init__(self, connection: asyncpg.Connection) -> None:
        self._connection = connection

    async def count(self, pauses: Mapping[bytes, timedelta], now: datetime) -> Mapping[bytes, datetime]:
        """Use up one more try of each budget; returns when each will be whole again.

        Nobody else counts on them until the end of the transaction.
        """
        # In one order, so that two transactions never wait for each other. EXCLUDED is the row of a budget
        # that was whole: `now` and one pause.
        rows = await self._connection.fetch(
            "INSERT INTO throttle (key, rested_at)"
            " SELECT key, $3::timestamptz + pause"
            " FROM unnest($1::bytea[], $2::interval[]) AS given (key, pause) ORDER BY key"
            " ON CONFLICT (key) DO UPDATE"
            " SET rested_at = greatest(throttle.rested_at, $3) + (EXCLUDED.rested_at - $3)"
            " RETURNING key, rested_at",
            list(pauses),
            list(pauses.values()),
            now,
        )
        return {row["key"]: row["rested_at"] for row in rows}

    async def give_back(self, pauses: Mapping[bytes, timedelta]) -> None:
        """Undo one try on each of these keys."""
        await self._connection.execute(
            "WITH locked AS (SELECT key FROM throttle WHERE key = ANY($1) ORDER BY key FOR UPDATE)"
            " UPDATE throttle SET rested_at = rested_at - given.pause"
            " FROM locked, unnest($1::bytea[], $2::interval[]) AS given (key, pause)"
            " WHERE throttle.key = locked.key AND locked.key = given.key",
            list(pauses),
            list(pauses.values()),
        )

    async def forget_rested(self, now: datetime) -> int:
        """A portion of those that are whole again; returns how many."""
        return await forget_portion(self._connection, "throttle", "rested_at <= $1", now)
