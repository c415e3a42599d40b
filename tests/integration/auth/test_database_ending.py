"""What a connection is good for that the server has ended, in the moment before we see its end."""

import asyncio

import pytest

from auth_service.accounts.refusals import Unavailable
from auth_service.storage.database import open_database

END_OTHERS = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
)
PATIENCE_SECONDS = 15


async def test_a_connection_whose_server_said_goodbye_makes_it_unavailable_once(cable, sql):
    database = await open_database(cable.url, most_connections=1)
    cable.hide_next_end()
    await sql.execute(END_OTHERS)
    async with asyncio.timeout(PATIENCE_SECONDS):
        while not cable.hidden_ends:
            await sql.execute("SELECT 1")
    # A turn of the loop, in which the goodbye is read.
    await sql.execute("SELECT 1")

    with pytest.raises(Unavailable):
        async with database.transaction():
            pass

    async with database.transaction() as tx:
        assert (await tx.outbox.waiting()).count == 0
    await database.close()
