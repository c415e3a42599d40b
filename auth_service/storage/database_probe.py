"""Whether the database answers, asked on a connection apart: a busy pool is no database that is away."""

import asyncio
from contextlib import suppress

import asyncpg

from auth_service.storage.connecting import CONNECT_SECONDS, REFUSED, UNREACHABLE
from shared.readiness import Trouble

ANSWER_SECONDS = 1.5


class DatabaseProbe:
    def __init__(self, url: str) -> None:
        self._url = url
        self._connection: asyncpg.Connection | None = None
        # A connection answers one question at a time.
        self._asking = asyncio.Lock()

    async def trouble(self) -> Trouble:
        async with self._asking:
            try:
                connection = await self._connected()
                read_only = await connection.fetchval(
                    "SELECT current_setting('transaction_read_only') = 'on'", timeout=ANSWER_SECONDS
                )
            except (*UNREACHABLE, *REFUSED) as error:
                self._drop()
                return f"the database can't be asked: {error or type(error).__name__}"
        return "the database is read-only, as a standby is" if read_only else None

    async def close(self) -> None:
        if self._connection is not None:
            with suppress(*UNREACHABLE):
                await self._connection.close(timeout=ANSWER_SECONDS)

    async def _connected(self) -> asyncpg.Connection:
        if self._connection is None or self._connection.is_closed():
            self._connection = await asyncpg.connect(self._url, timeout=CONNECT_SECONDS)
        return self._connection

    def _drop(self) -> None:
        if self._connection is not None:
            self._connection.terminate()
            self._connection = None
