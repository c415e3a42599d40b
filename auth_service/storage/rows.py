"""Adding rows by the names of their columns, and removing old ones in portions."""

from collections.abc import Mapping

import asyncpg


def rows_touched(status: str) -> int:
    """From the status that PostgreSQL ends a command with, such as `DELETE 3`."""
    return int(status.rpartition(" ")[2])


async def insert(
    connection: asyncpg.Connection, table: str, values: Mapping[str, object], *, on_conflict: str = ""
) -> bool:
    """Add a row; table, columns and `on_conflict` are our own words. False where a conflict kept it out."""
    places = ", ".join(f"${position}" for position in range(1, len(values) + 1))
    done = await connection.execute(
        f"INSERT INTO {table} ({', '.join(values)}) VALUES ({places}) {on_conflict}", *values.values()
    )
    return rows_touched(done) > 0


# More in one statement would hold up whoever works on those rows, or not end in time.
PORTION = 10_000


async def forget_portion(
    connection: asyncpg.Connection, table: str, condition: str, *arguments: object
) -> int:
    """Remove at most PORTION rows; table and condition are our own words. Returns how many."""
    # SKIP LOCKED: one that somebody works on right now is left to the next sweep, and nobody waits.
    done = await connection.execute(
        f"DELETE FROM {table} WHERE ctid IN"
        f" (SELECT ctid FROM {table} WHERE {condition} LIMIT {PORTION} FOR UPDATE SKIP LOCKED)",
        *arguments,
    )
    return rows_touched(done)
