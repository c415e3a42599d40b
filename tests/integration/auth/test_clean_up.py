"""What was promised to be removed is removed, and nothing else."""

from datetime import timedelta

import pytest

from auth_service.accounts.refusals import CodeRejected
from auth_service.flows.clean_up import CleanUp
from tests.integration.auth.scene import PASSWORD, anyone


async def test_a_registration_that_nobody_confirmed_is_removed_after_seven_days(
    database, clock, make_pending, make_account, sql
):
    await make_account(email="piet@dezon.example")
    await make_pending()
    clock.advance(timedelta(days=6, hours=23))
    await make_pending(email="later@dezon.example")

    await CleanUp(database, clock).sweep()
    assert await sql.fetchval("SELECT count(*) FROM pending_registrations") == 2

    clock.advance(timedelta(hours=1))
    await CleanUp(database, clock).sweep()
    left = await sql.fetch("SELECT email_key FROM pending_registrations")
    assert [row["email_key"] for row in left] == ["later@dezon.example"]
    assert await sql.fetchval("SELECT count(*) FROM accounts") == 1


async def test_a_code_is_removed_a_day_after_it_expired(database, clock, make_pending, sql):
    await make_pending()

    clock.advance(timedelta(hours=47))
    await CleanUp(database, clock).sweep()
    assert await sql.fetchval("SELECT count(*) FROM codes") == 1

    clock.advance(timedelta(hours=1))
    await CleanUp(database, clock).sweep()
    assert await sql.fetchval("SELECT count(*) FROM codes") == 0


async def test_a_registration_past_its_time_is_gone_even_before_the_sweep(services, clock, make_pending):
    code, receipt = await make_pending()
    clock.advance(timedelta(days=7))

    assert await services.registration.typed_before(receipt) is None
    with pytest.raises(CodeRejected):
        await services.activation.activate(code, password=PASSWORD, visitor=anyone())
