"""What the script that warns before a session ends is told, and what that does to the session."""

from datetime import timedelta

import pytest

from tests.integration.auth.browsing import ADDRESS
from tests.integration.auth.scene import PASSWORD

WATCH = "/account/sessie"
OVER = {"seconden": 0, "verlengbaar": False}


@pytest.fixture
async def logged_in(browser, make_account):
    await make_account()
    await browser.post("/inloggen", {"email": ADDRESS, "wachtwoord": PASSWORD})
    return browser


async def told(browser):
    return await (await browser.get(WATCH)).json()


async def test_asking_tells_how_long_is_left_and_is_no_use_of_the_session(logged_in, clock):
    assert await told(logged_in) == {"seconden": 1800, "verlengbaar": True}

    clock.advance(timedelta(minutes=28))
    assert await told(logged_in) == {"seconden": 120, "verlengbaar": True}
    clock.advance(timedelta(minutes=2))
    assert await told(logged_in) == OVER
    assert (await logged_in.get("/account")).status == 303


async def test_staying_is_use(logged_in, clock):
    token = await logged_in.token("/account")
    clock.advance(timedelta(minutes=29))

    answer = await logged_in.client.post(WATCH, data={"csrf": token})

    assert await answer.json() == {"seconden": 1800, "verlengbaar": True}
    clock.advance(timedelta(minutes=29))
    assert (await logged_in.get("/account")).status == 200


async def test_use_in_another_tab_counts(logged_in, clock):
    clock.advance(timedelta(minutes=29))
    await logged_in.get("/account")

    assert (await told(logged_in))["seconden"] == 1800


async def test_the_longest_time_can_not_be_put_off(logged_in, clock):
    for _ in range(25):
        clock.advance(timedelta(minutes=28))
        await logged_in.get("/account")
    clock.advance(timedelta(minutes=18))

    assert await told(logged_in) == {"seconden": 120, "verlengbaar": False}
    await logged_in.client.post(WATCH, data={"csrf": await logged_in.token("/account")})
    assert await told(logged_in) == {"seconden": 120, "verlengbaar": False}


async def test_who_stays_too_late_is_told_so(logged_in, clock):
    token = await logged_in.token("/account")
    clock.advance(timedelta(minutes=30))

    answer = await logged_in.client.post(WATCH, data={"csrf": token})

    assert (answer.status, await answer.json()) == (200, OVER)


async def test_only_a_page_of_ours_can_keep_a_session_alive(logged_in, clock):
    clock.advance(timedelta(minutes=29))

    answer = await logged_in.client.post(WATCH, data={"csrf": "x"})

    assert answer.status == 403
    assert (await told(logged_in))["seconden"] == 60


@pytest.mark.parametrize("change", ["DELETE FROM sessions", "UPDATE accounts SET state = 'blocked'"])
async def test_a_session_that_was_ended_elsewhere_is_over(logged_in, sql, change):
    await sql.execute(change)

    assert await told(logged_in) == OVER


async def test_who_still_owes_a_factor_is_warned_too(logged_in, sql, clock):
    await sql.execute("UPDATE gemeenten SET totp_required = true")
    clock.advance(timedelta(minutes=28))

    assert await told(logged_in) == {"seconden": 120, "verlengbaar": True}


async def test_without_a_session_there_is_nothing_left(browser):
    assert await told(browser) == OVER
