"""Where somebody is logged in, as he sees it, and logging out there."""

import re
from datetime import timedelta
from html import unescape

import pytest

from tests.integration.auth.browsing import ADDRESS
from tests.integration.auth.scene import PASSWORD

CREDENTIALS = {"email": ADDRESS, "wachtwoord": PASSWORD}
PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) Version/18.6 Mobile/15E148 Safari/604.1"
LAPTOP = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:145.0) Gecko/20100101 Firefox/145.0"
PAGE = "/account/sessies"


@pytest.fixture
async def log_in(open_browser, make_account):
    """Somebody in a browser of his own that calls itself so."""
    await make_account()

    async def log_in(user_agent, credentials=CREDENTIALS):
        browser = await open_browser()
        await browser.post("/inloggen", credentials, headers={"User-Agent": user_agent})
        return browser

    return log_in


async def seen_by(browser):
    """The text of the page, without its mark-up."""
    page = await (await browser.get(PAGE)).text()
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page)).split())


async def others_on(browser):
    page = await (await browser.get(PAGE)).text()
    return re.findall(r'name="sessie" value="([0-9a-f-]{36})"', page)


async def test_each_running_session_is_told_and_the_own_one_comes_first(log_in, clock):
    phone = await log_in(PHONE)
    clock.advance(timedelta(minutes=10))
    laptop = await log_in(LAPTOP)
    clock.advance(timedelta(minutes=5))
    await phone.get("/account")

    page = await seen_by(laptop)

    assert "Firefox op Windows Dit apparaat Ingelogd op 23 november 2026 om 14.15 uur" in page
    assert (
        "Safari op iPhone Ingelogd op 23 november 2026 om 14.05 uur"
        " Laatst gebruikt op 23 november 2026 om 14.20 uur" in page
    )
    assert page.index("Firefox op Windows") < page.index("Safari op iPhone")


async def test_neither_token_nor_network_is_shown(log_in):
    phone, laptop = await log_in(PHONE), await log_in(LAPTOP)

    page = await (await laptop.get(PAGE)).text()

    assert phone.cookie("dnr-session") not in page
    assert laptop.cookie("dnr-session") not in page
    assert "127.0.0.1" not in page


async def test_what_a_browser_calls_itself_is_never_kept(log_in, sql):
    browser = await log_in("<script>alert(1)</script> Firefox/1")

    assert "alert(1)" not in await (await browser.get(PAGE)).text()
    assert await sql.fetchrow("SELECT browser, system FROM sessions") == ("Firefox", None)


async def test_another_device_is_logged_out_at_once(log_in):
    phone, laptop = await log_in(PHONE), await log_in(LAPTOP)
    (other,) = await others_on(laptop)

    ended = await laptop.post(PAGE, {"sessie": other})

    assert (ended.status, ended.headers["Location"]) == (303, PAGE)
    assert (await phone.get("/account")).headers["Location"] == "/inloggen?terug=/account"
    page = await seen_by(laptop)
    assert "Het apparaat is uitgelogd." in page
    assert "Safari op iPhone" not in page


async def test_all_others_are_logged_out_at_once(log_in):
    phone, tablet, laptop = await log_in(PHONE), await log_in(""), await log_in(LAPTOP)

    assert (await laptop.post(PAGE, {"sessie": "andere"})).status == 303

    page = await seen_by(laptop)
    assert "Alle andere apparaten zijn uitgelogd." in page
    assert "U bent nergens anders ingelogd." in page
    assert [(await browser.get("/account")).status for browser in (phone, tablet)] == [303, 303]


async def test_a_session_of_somebody_else_is_none(log_in, make_account, sql):
    await make_account(email="piet@dezon.example")
    piet = await log_in(PHONE, {**CREDENTIALS, "email": "piet@dezon.example"})
    laptop = await log_in(LAPTOP)
    session_id = await sql.fetchval("SELECT id FROM sessions WHERE browser = 'Safari'")

    answer = await laptop.post(PAGE, {"sessie": str(session_id)})

    assert answer.status == 404
    assert await others_on(laptop) == []
    assert (await piet.get("/account")).status == 200


@pytest.mark.parametrize("fields", [{}, {"sessie": ""}, {"sessie": "x"}, {"sessie": "0" * 32}])
async def test_what_is_no_session_ends_none(log_in, fields):
    phone, laptop = await log_in(PHONE), await log_in(LAPTOP)

    answer = await laptop.post(PAGE, fields)

    assert answer.status == 404
    assert "Dit apparaat is al uitgelogd." in await answer.text()
    assert (await phone.get("/account")).status == 200


async def test_a_session_that_is_over_is_not_told_although_it_is_not_swept_yet(log_in, clock, sql):
    await log_in(PHONE)
    clock.advance(timedelta(minutes=20))
    laptop = await log_in(LAPTOP)
    clock.advance(timedelta(minutes=10))

    assert "Safari" not in await seen_by(laptop)
    assert await sql.fetchval("SELECT count(*) FROM sessions") == 2


async def test_who_still_owes_a_factor_sees_no_sessions(log_in, sql):
    browser = await log_in(LAPTOP)
    await sql.execute("UPDATE gemeenten SET totp_required = true")

    assert (await browser.get(PAGE)).headers["Location"] == f"/2fa/instellen?terug={PAGE}"
    assert (await browser.post(PAGE, {"sessie": "andere"})).status == 303
