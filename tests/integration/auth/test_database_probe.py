"""Whether the database answers, as readiness asks it."""

import pytest

from auth_service.storage.database import open_database
from auth_service.storage.database_probe import DatabaseProbe


@pytest.fixture
async def probe(cable):
    probe = DatabaseProbe(cable.url)
    yield probe
    await probe.close()


async def test_a_database_that_goes_away_is_noticed_and_so_is_its_return(probe, cable):
    assert await probe.trouble() is None

    await cable.cut()
    assert "the database can't be asked" in (await probe.trouble() or "")
    assert "the database can't be asked" in (await probe.trouble() or "")

    await cable.mend()
    assert await probe.trouble() is None


async def test_a_busy_pool_is_no_trouble(cable, probe):
    database = await open_database(cable.url, most_connections=1)
    try:
        async with database.transaction():
            assert await probe.trouble() is None
    finally:
        await database.close()
