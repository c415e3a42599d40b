"""A database for one test after another: copying one takes a hundred times as long as emptying it."""

import asyncio
from contextlib import suppress
from types import TracebackType
from typing import Self

import asyncpg

from auth_service.storage.database import Transaction
from tests.integration.auth.connections import ENDED, KEPT
from tests.integration.auth.scene import BERGEN, ELDERS, ZEEDORP

# But for those that are kept, unless one is still at something.
END_OTHERS = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
    " AND NOT (application_name = $1 AND state = 'idle')"
)
# A table before those that it refers to.
REFERRING_FIRST = """
WITH RECURSIVE refers AS (
    SELECT conrelid AS one, confrelid AS other FROM pg_constraint WHERE contype = 'f'
), depths AS (
    SELECT oid AS one, 0 AS depth FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'
    UNION SELECT refers.other, depth + 1 FROM depths JOIN refers USING (one)
)
SELECT one::regclass::text FROM depths WHERE one <> 'migrations'::regclass GROUP BY one ORDER BY max(depth)
"""
# By put_gemeenten, each after those that it refers to.
FILLED = ("gemeenten", "places")


class UsedAgain:
    """Emptied on a connection that outlives the tests, and so on a loop of its own.

    A new connection has to learn of every table, which takes PostgreSQL ten times as long as emptying them.
    """

    def __init__(self, url: str) -> None:
        self.url = url
        # With a factory of its own it leaves the loop of the tests alone.
        self._runner = asyncio.Runner(loop_factory=asyncio.new_event_loop)
        self._connection: asyncpg.Connection | None = None
        self._afresh = ""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._runner.run(self._disconnect())
        self._runner.close()

    def begin_anew(self) -> None:
        """Leave three gemeenten, nothing else, and nobody whom the test before has left connected."""
        self._runner.run(self._begin_anew())

    async def _begin_anew(self) -> None:
        if self._connection:
            # Unless the test before has done the same to us.
            with suppress(*ENDED):
                await self._connection.execute(END_OTHERS, KEPT)
                await self._connection.execute(self._afresh)
                return
        self._connection = await asyncpg.connect(self.url)
        await self._connection.execute(END_OTHERS, KEPT)
        self._afresh = await keep_beginning(self._connection)

    async def _disconnect(self) -> None:
        if self._connection:
            await self._connection.close()


async def keep_beginning(connection: asyncpg.Connection) -> str:
    """Make it so, and keep a copy on this connection; returns the statements that bring it back."""
    tables = [table for (table,) in await connection.fetch(REFERRING_FIRST)]
    # As retention does: the audit trail refuses it otherwise.
    await connection.execute("SET dnr.forgets_audit_lines = 'on'")
    emptying = "; ".join(f"DELETE FROM {table}" for table in tables)  # noqa: S608 - names from the catalogue.
    await connection.execute(emptying)
    await put_gemeenten(connection)
    for table in FILLED:
        await connection.execute(f"CREATE TEMPORARY TABLE first_{table} AS TABLE {table}")
    filling = "; ".join(f"INSERT INTO {table} TABLE first_{table}" for table in FILLED)
    return f"{emptying}; {filling}"


async def put_gemeenten(connection: asyncpg.Connection) -> None:
    async with connection.transaction():
        gemeenten = Transaction(connection).gemeenten
        await gemeenten.put(ZEEDORP, ["Zeedorp", "Rijswijk"])
        await gemeenten.put(BERGEN, ["Bergen", "Rijswijk"])
        await gemeenten.put(ELDERS, ["Elders"])
