"""What was promised to be removed is removed, and nothing else."""

from datetime import timedelta

import pytest

from auth_service.accounts.refusals import CodeRejected, LoginRejected
from auth_service.accounts.sessions import SessionEnd, SessionLimits
from auth_service.flows.clean_up import CleanUp
from auth_service.flows.sessions import SessionOver
from tests.integration.auth.scene import OTHER_PASSWORD, PASSWORD, anyone

ADDRESS = "jan@dezon.example"
LIMITS = SessionLimits(idle=timedelta(minutes=30), longest=timedelta(hours=12))


@pytest.fixture
def clean_up(database, clock):
    return CleanUp(database, LIMITS, clock)


async def test_a_registration_that_nobody_confirmed_is_removed_after_seven_days(
    clean_up, clock, make_pending, make_account, sql
):
    await make_account(email="piet@dezon.example")
    await make_pending()
    clock.advance(timedelta(days=6, hours=23))
    await make_pending(email="later@dezon.example")

    await clean_up.sweep()
    assert await sql.fetchval("SELECT count(*) FROM pending_registrations") == 2

    clock.advance(timedelta(hours=1))
    await clean_up.sweep()
    left = await sql.fetch("SELECT email_key FROM pending_registrations")
    assert [row["email_key"] for row in left] == ["later@dezon.example"]
    assert await sql.fetchval("SELECT count(*) FROM accounts") == 1


async def test_a_code_is_removed_a_day_after_it_expired(clean_up, clock, make_pending, sql):
    await make_pending()

    clock.advance(timedelta(hours=47))
    await clean_up.sweep()
    assert await sql.fetchval("SELECT count(*) FROM codes") == 1

    clock.advance(timedelta(hours=1))
    await clean_up.sweep()
    assert await sql.fetchval("SELECT count(*) FROM codes") == 0


async def test_a_registration_past_its_time_is_gone_even_before_the_sweep(services, clock, make_pending):
    code, receipt = await make_pending()
    clock.advance(timedelta(days=7))

    assert await services.registration.typed_before(receipt) is None
    with pytest.raises(CodeRejected):
        await services.activation.activate(code, password=PASSWORD, visitor=anyone())


async def test_a_session_is_removed_a_day_after_it_ended(services, clean_up, clock, make_account, sql):
    await make_account()
    token = (await services.login.log_in(ADDRESS, PASSWORD, visitor=anyone())).token

    clock.advance(timedelta(hours=24, minutes=29))
    await clean_up.sweep()
    with pytest.raises(SessionOver) as over:
        await services.sessions.logged_in(token)
    assert over.value.end is SessionEnd.TOO_OLD

    clock.advance(timedelta(minutes=1))
    await clean_up.sweep()
    assert await sql.fetchval("SELECT count(*) FROM sessions") == 0


async def test_a_session_in_use_stays_until_its_longest_time(services, clean_up, clock, make_account, sql):
    await make_account()
    token = (await services.login.log_in(ADDRESS, PASSWORD, visitor=anyone())).token

    for _ in range(36):
        clock.advance(timedelta(minutes=19))
        await services.sessions.logged_in(token)
        await clean_up.sweep()
    assert await services.sessions.logged_in(token)

    clock.advance(LIMITS.longest + timedelta(days=1))
    await clean_up.sweep()
    assert await sql.fetchval("SELECT count(*) FROM sessions") == 0


async def test_a_budget_is_forgotten_once_it_is_whole_again(services, clean_up, clock, make_account, sql):
    await make_account()
    clock.advance(timedelta(days=1))
    await clean_up.sweep()
    assert await sql.fetchval("SELECT count(*) FROM throttle") == 0
    with pytest.raises(LoginRejected):
        await services.login.log_in(ADDRESS, OTHER_PASSWORD, visitor=anyone())

    await clean_up.sweep()
    # Here, for the account, for the network, and that there was a password to check.
    assert await sql.fetchval("SELECT count(*) FROM throttle") == 4

    clock.advance(timedelta(minutes=10))
    await clean_up.sweep()
    assert await sql.fetchval("SELECT count(*) FROM throttle") == 0


async def test_the_trail_of_a_mail_is_removed_after_thirty_days(clean_up, clock, make_account, sql):
    await make_account()

    clock.advance(timedelta(days=29))
    await clean_up.sweep()
    assert await sql.fetchval("SELECT count(*) FROM mail_trail") == 1

    clock.advance(timedelta(days=1))
    await clean_up.sweep()
    assert await sql.fetchval("SELECT count(*) FROM mail_trail") == 0


async def test_a_browser_is_known_for_a_year_after_its_last_use(services, clean_up, clock, make_account, sql):
    await make_account()
    opened = await services.login.log_in(ADDRESS, PASSWORD, visitor=anyone())
    clock.advance(timedelta(days=300))
    await services.login.log_in(ADDRESS, PASSWORD, visitor=anyone(browser=opened.browser))

    clock.advance(timedelta(days=364))
    await clean_up.sweep()
    assert await sql.fetchval("SELECT count(*) FROM known_browsers") == 1

    clock.advance(timedelta(days=1))
    await clean_up.sweep()
    assert await sql.fetchval("SELECT count(*) FROM known_browsers") == 0
