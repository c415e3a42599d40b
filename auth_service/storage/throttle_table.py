"""How far each budget is used up, shared by all replicas."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

import asyncpg

from auth_service.storage.rows import rows_touched


class ThrottleTable:
    def __init__(self, connection: asyncpg.Connection) -> None:
        self._connection = connection

    async def lock(self, keys: Sequence[bytes], now: datetime) -> Mapping[bytes, datetime]:
        """When each budget is whole again; nobody else counts on them until the end of the transaction."""
        # In one order, so that two transactions never wait for each other.
        rows = await self._connection.fetch(
            "INSERT INTO throttle (key, rested_at)"
            " SELECT key, $2 FROM unnest($1::bytea[]) AS key ORDER BY key"
            " ON CONFLICT (key) DO UPDATE SET rested_at = throttle.rested_at RETURNING key, rested_at",
            list(keys),
            now,
        )
        return {row["key"]: row["rested_at"] for row in rows}

    async def set(self, rested_at: Mapping[bytes, datetime]) -> None:
        """Of keys that are locked."""
        await self._connection.execute(
            "UPDATE throttle SET rested_at = given.rested_at"
            " FROM unnest($1::bytea[], $2::timestamptz[]) AS given (key, rested_at)"
            " WHERE throttle.key = given.key",
            list(rested_at),
            list(rested_at.values()),
        )

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

    async def forget_rested(self, now: datetime, *, most: int) -> int:
        """At most so many of those that are whole again; returns how many."""
        # SKIP LOCKED: whoever is counting right now must not wait for this, nor this for him.
        done = await self._connection.execute(
            "DELETE FROM throttle WHERE key IN (SELECT key FROM throttle WHERE rested_at <= $1"
            " LIMIT $2 FOR UPDATE SKIP LOCKED)",
            now,
            most,
        )
        return rows_touched(done)
