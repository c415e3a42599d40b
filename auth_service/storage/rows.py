"""Writing a row by the names of its columns."""

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
