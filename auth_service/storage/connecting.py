"""Reaching the database: what may go wrong, and how an operator is told at the start."""

from collections.abc import Iterator
from contextlib import contextmanager

import asyncpg

from shared.settings import SettingsWrong

CONNECT_SECONDS = 5

# The server is away, starting, stopping, or too full to answer; or it can do this in a moment.
UNREACHABLE = (
    OSError,
    TimeoutError,
    asyncpg.PostgresConnectionError,
    asyncpg.CannotConnectNowError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.TooManyConnectionsError,
    asyncpg.InterfaceError,
    # A migration changed a table under a prepared statement; it is prepared anew at the next try.
    asyncpg.InvalidCachedStatementError,
    # Two transactions waited for each other, and this one was rolled back: the next try is likely to pass.
    asyncpg.DeadlockDetectedError,
    # What asyncpg makes of a connection whose server has said goodbye and not hung up yet.
    asyncpg.InternalClientError,
)
# It answers, and doesn't let us in.
REFUSED = (
    asyncpg.InvalidAuthorizationSpecificationError,
    asyncpg.InvalidCatalogNameError,
    asyncpg.InsufficientPrivilegeError,
)


@contextmanager
def blaming_database_url() -> Iterator[None]:
    """At the start a database that can't be reached is a setting to look at: raises SettingsWrong."""
    try:
        yield
    except (*UNREACHABLE, *REFUSED) as error:
        raise SettingsWrong(f"DATABASE_URL can't be used: {error}.") from None
