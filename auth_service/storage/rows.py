"""Writing a row by the names of its columns."""

from collections.abc import Mapping

import asyncpg


async def insert(
    connection: asyncpg.Connection, table: str, values: Mapping[str, object], *, on_conflict: str = ""
) -> bool:
    """Add a row; table, columns and `on_conflict` are our own words. False where a conflict kept it out."""
    places = ", ".join(f"${position}" for position in range(1, len(values) + 1))
    done = await connection.execute(
        f"INSERT INTO {table} ({', '.join(values)}) VALUES ({places}) {on_conflict}", *values.values()
    )
    return bool(done != "INSERT 0 0")
