"""The pool of connections, and transactions that bundle the tables."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg

from auth_service.accounts.refusals import Unavailable
from auth_service.storage.account_table import AccountTable
from auth_service.storage.code_table import CodeTable
from auth_service.storage.connecting import CONNECT_SECONDS, UNREACHABLE, blaming_database_url
from auth_service.storage.gemeente_table import GemeenteTable
from auth_service.storage.known_browser_table import KnownBrowserTable
from auth_service.storage.mail_request_table import MailRequestTable
from auth_service.storage.mail_trail_table import MailTrailTable
from auth_service.storage.outbox_table import OutboxTable
from auth_service.storage.registration_table import RegistrationTable
from auth_service.storage.session_table import SessionTable
from auth_service.storage.throttle_table import ThrottleTable

ACQUIRE_SECONDS = 5
STATEMENT_SECONDS = 10
CLOSE_SECONDS = 5


class Transaction:
    """The tables, all on one connection in one transaction."""

    def __init__(self, connection: asyncpg.Connection) -> None:
        self._connection = connection
        self.accounts = AccountTable(connection)
        self.codes = CodeTable(connection)
        self.gemeenten = GemeenteTable(connection)
        self.known_browsers = KnownBrowserTable(connection)
        self.mail_requests = MailRequestTable(connection)
        self.mail_trail = MailTrailTable(connection)
        self.outbox = OutboxTable(connection)
        self.registrations = RegistrationTable(connection)
        self.sessions = SessionTable(connection)
        self.throttle = ThrottleTable(connection)

    async def lock_address(self, email_key: str) -> None:
        """Let one transaction at a time decide about an address; released at its end.

        Always the first lock, then the row of its registration or account, then codes: in any other order
        two transactions about one address would wait for each other.
        """
        await self._connection.execute("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", email_key)


class Database:
    """Raises Unavailable where the server can't be asked."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Transaction]:
        try:
            async with self._pool.acquire(timeout=ACQUIRE_SECONDS) as connection, connection.transaction():
                yield Transaction(connection)
        except asyncpg.DataError:
            # A value that no column can hold is a bug of ours, although asyncpg counts it among the others.
            raise
        except UNREACHABLE as error:
            raise Unavailable(f"the database can't be asked: {error}") from error

    async def close(self) -> None:
        """Let running transactions end, for a moment; the server rolls back what is cut off."""
        try:
            async with asyncio.timeout(CLOSE_SECONDS):
                await self._pool.close()
        except TimeoutError:
            self._pool.terminate()


async def open_database(url: str, *, most_connections: int) -> Database:
    """Raises SettingsWrong where the server can't be reached or doesn't let us in."""
    with blaming_database_url():
        pool = await asyncpg.create_pool(
            url,
            min_size=1,
            max_size=most_connections,
            timeout=CONNECT_SECONDS,
            command_timeout=STATEMENT_SECONDS,
            init=use_json,
            reset=keep_as_it_is,
        )
    return Database(pool)


async def keep_as_it_is(_: asyncpg.Connection) -> None:
    """On giving a connection back: asyncpg has rolled back what was cut off, and no more is to be undone.

    Nothing of ours outlives its transaction: no LISTEN, no SET, no cursor, no lock of the session. To reset
    those all the same, which is asyncpg's default, was a fifth of the round trips of a login.
    """


async def use_json(connection: asyncpg.Connection) -> None:
    await connection.set_type_codec("jsonb", schema="pg_catalog", encoder=json.dumps, decoder=json.loads)
