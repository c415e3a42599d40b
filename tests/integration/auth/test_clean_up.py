"""What was promised to be removed is removed, and nothing else."""

from datetime import timedelta

import pytest

from auth_service.accounts.refusals import CodeRejected, LoginRejected
from auth_service.accounts.sessions import SessionEnd, SessionLimits
from auth_service.flows import clean_up as clean_up_module
from auth_service.flows.clean_up import KNOWN_BROWSERS_OF_ONE, CleanUp
from auth_service.flows.sessions import SessionOver
from auth_service.storage import rows
from auth_service.storage.throttle_table import ThrottleTable
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


async def test_an_address_that_nobody_confirmed_is_removed_with_its_time(
    services, clean_up, clock, make_account, log_in, sql
):
    await make_account()
    await services.email_change.ask(await log_in(), "jan@nieuw.example", anyone())

    clock.advance(timedelta(hours=23, minutes=59))
    await clean_up.sweep()
    assert await sql.fetchval("SELECT count(*) FROM email_changes") == 1

    clock.advance(timedelta(minutes=1))
    await clean_up.sweep()
    assert await sql.fetchval("SELECT count(*) FROM email_changes") == 0


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
    # Here, here all day long, for the account, for the network, and that there was a password to check.
    assert await sql.fetchval("SELECT count(*) FROM throttle") == 5

    clock.advance(timedelta(hours=2))
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


async def test_of_the_browsers_of_one_account_the_newest_stay_known(
    services, clean_up, clock, make_account, sql
):
    await make_account()
    for _ in range(60):
        clock.advance(timedelta(seconds=1))
        opened = await services.login.log_in(ADDRESS, PASSWORD, visitor=anyone())

    await clean_up.sweep()

    assert await sql.fetchval("SELECT count(*) FROM known_browsers") == KNOWN_BROWSERS_OF_ONE
    again = await services.login.log_in(ADDRESS, PASSWORD, visitor=anyone(browser=opened.browser))
    assert again.browser == opened.browser


async def test_much_is_removed_in_portions(clean_up, clock, sql, monkeypatch):
    monkeypatch.setattr(rows, "PORTION", 10)
    monkeypatch.setattr(clean_up_module, "PORTION", 10)
    await sql.execute(
        "INSERT INTO throttle SELECT sha256(number::text::bytea), $1 FROM generate_series(1, 25) AS number",
        clock(),
    )

    more = [await clean_up.sweep() for _ in range(3)]

    assert more == [True, True, False]
    assert await sql.fetchval("SELECT count(*) FROM throttle") == 0


async def test_what_somebody_works_on_is_left_to_the_next_sweep(clean_up, clock, make_pending, sql):
    await make_pending()
    clock.advance(timedelta(days=8))

    async with sql.transaction():
        await sql.execute("SELECT FROM pending_registrations FOR UPDATE")
        await clean_up.sweep()
        assert await sql.fetchval("SELECT count(*) FROM pending_registrations") == 1

    await clean_up.sweep()
    assert await sql.fetchval("SELECT count(*) FROM pending_registrations") == 0


async def test_one_table_that_cannot_be_swept_keeps_no_other_waiting(
    clean_up, clock, make_pending, sql, monkeypatch
):
    async def too_slow(*_):
        raise TimeoutError

    await make_pending()
    clock.advance(timedelta(days=8))
    monkeypatch.setattr(ThrottleTable, "forget_rested", too_slow)

    await clean_up.sweep()

    assert await sql.fetchval("SELECT count(*) FROM pending_registrations") == 0


async def test_secrets_that_nobody_took_and_codes_that_were_shown_are_removed(
    services, clean_up, clock, make_account, sql
):
    await make_account()
    opened = await services.login.log_in(ADDRESS, PASSWORD, visitor=anyone())
    session = await services.sessions.logged_in(opened.token)
    held = await services.two_factor.enrolment.offer(session)
    await services.two_factor.enrolment.hold(session, held.step)
    clock.advance(timedelta(seconds=30))
    await services.two_factor.enrolment.offer(session)
    await sql.execute("INSERT INTO shown_recovery_codes VALUES ($1, '', '', $2)", session.session.id, clock())

    clock.advance(timedelta(minutes=10))
    await clean_up.sweep()

    kept = [step for (step,) in await sql.fetch("SELECT step FROM totp_offers")]
    assert kept == [held.step]
    assert await sql.fetchval("SELECT count(*) FROM shown_recovery_codes") == 0
