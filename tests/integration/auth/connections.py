"""Connections for one test after another.

A new one has to learn of types, tables and triggers, which takes PostgreSQL several times as long as all that
an ordinary test asks of it.
"""

from contextlib import suppress
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit, urlunsplit

import asyncpg

from auth_service.accounts.refusals import Unavailable
from auth_service.storage.database import Database, open_database

# By which the server tells them from what a test has left behind.
KEPT = "kept"
ENDED = (
    asyncpg.PostgresConnectionError,
    asyncpg.OperatorInterventionError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
)


class Connections:
    """All on one loop, and made when they are first asked for."""

    def __init__(self, url: str) -> None:
        self._url = kept(url)
        self._database: Database | None = None
        self._sql: asyncpg.Connection | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._database:
            await self._database.close()
        if self._sql:
            await self._sql.close()

    async def database(self) -> Database:
        """Another one where the test before has closed it, or ended its connections."""
        if self._database and not await answers(self._database):
            await self._database.close()
            self._database = None
        self._database = self._database or await open_database(self._url, most_connections=10)
        return self._database

    async def sql(self) -> asyncpg.Connection:
        """As if it were new: nothing that was set, locked or listened to on it is left."""
        if self._sql:
            with suppress(*ENDED):
                await self._sql.reset()
                return self._sql
            self._sql.terminate()
        self._sql = await asyncpg.connect(self._url)
        return self._sql


def kept(url: str) -> str:
    parts = urlsplit(url)
    return urlunsplit(parts._replace(query=f"{parts.query}&application_name={KEPT}".lstrip("&")))


async def answers(database: Database) -> bool:
    with suppress(Unavailable):
        async with database.transaction():
            return True
    return False
