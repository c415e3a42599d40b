"""Each page of two-factor authentication for whoever comes: shown, or led to what he must do first."""

from datetime import timedelta
from urllib.parse import quote

import pytest

from tests.integration.auth.scene import PASSWORD

FIVE_MINUTES = timedelta(minutes=5)

LOGIN = "/inloggen"
CODE, SETUP, ACCOUNT = "/inloggen/code", "/2fa/instellen", "/account"
SHOWN, NOT_FOUND = 200, 404


def back(first, path):
    return f"{first}?terug={path}"


PAGES = (
    "/inloggen/code",
    "/inloggen/herstelcode",
    "/2fa/instellen",
    "/2fa/instellen/aanbod",
    "/2fa/herstelcodes",
    "/2fa/herstelcodes/bestand",
    "/account/bevestigen",
    "/account/2fa",
    "/account/2fa/herstelcodes",
    "/account/2fa/resetten",
)
# In the order of PAGES: the status, or where it leads.
EXPECTED = {
    "nobody": (
        *(LOGIN, LOGIN, LOGIN),
        *(back(LOGIN, path) for path in PAGES[3:6]),
        LOGIN,
        *(back(LOGIN, path) for path in PAGES[7:]),
    ),
    "owes the code": (
        *(SHOWN, SHOWN, ACCOUNT, NOT_FOUND),
        *(back(CODE, path) for path in PAGES[4:6]),
        CODE,
        *(back(CODE, path) for path in PAGES[7:]),
    ),
    "owes setting it up": (
        *(SETUP, SETUP, SHOWN, SHOWN),
        *(back(SETUP, path) for path in PAGES[4:6]),
        SHOWN,
        *(back(SETUP, path) for path in PAGES[7:]),
    ),
    "without it": (
        ACCOUNT,
        ACCOUNT,
        SHOWN,
        SHOWN,
        "/account/2fa",
        "/2fa/herstelcodes",
        SHOWN,
        SHOWN,
        "/account/2fa",
        "/account/2fa",
    ),
    "with it": (ACCOUNT, ACCOUNT, ACCOUNT, NOT_FOUND, SHOWN, SHOWN, SHOWN, SHOWN, SHOWN, SHOWN),
}
# What a post with nothing filled in leads to, or the status of the form that is shown again.
POSTS = (
    "/inloggen/code",
    "/inloggen/herstelcode",
    "/2fa/instellen",
    "/2fa/instellen/vasthouden",
    "/2fa/instellen/nieuwe-code",
    "/2fa/herstelcodes",
    "/account/bevestigen",
    "/account/2fa/bedrijf",
    "/account/2fa/herstelcodes",
    "/account/2fa/resetten",
)
# The pages that have the last three.
WITH_THE_FORM = ("/account/2fa", "/account/2fa/herstelcodes", "/account/2fa/resetten")
POSTED = {
    "nobody": (
        *(LOGIN, LOGIN, LOGIN),
        *(back(LOGIN, SETUP), back(LOGIN, SETUP), back(LOGIN, "/2fa/herstelcodes"), LOGIN),
        *(back(LOGIN, page) for page in WITH_THE_FORM),
    ),
    "owes the code": (
        *(400, 400, ACCOUNT, 400, SETUP, back(CODE, "/2fa/herstelcodes"), CODE),
        *(back(CODE, page) for page in WITH_THE_FORM),
    ),
    "owes setting it up": (
        *(SETUP, SETUP, 400, 400, SETUP, back(SETUP, "/2fa/herstelcodes"), 400),
        *(back(SETUP, page) for page in WITH_THE_FORM),
    ),
    "without it": (
        *(ACCOUNT, ACCOUNT, 400, 400, SETUP, ACCOUNT, 400, "/account/2fa", "/account/2fa", "/account/2fa"),
    ),
    "with it": (
        *(ACCOUNT, ACCOUNT, ACCOUNT, 400, SETUP, ACCOUNT, 400),
        *("/account/2fa", "/2fa/herstelcodes?terug=/account/2fa", LOGIN),
    ),
}


@pytest.fixture
def arrive(guest, open_browser, require):
    """Somebody in that state, who has nothing to show for it but his session."""

    async def arrive(state):
        await require(gemeente=state == "owes setting it up")
        if state != "nobody":
            await guest.log_in()
        if state in ("with it", "owes the code"):
            await guest.enrol()
        if state != "owes the code":
            return guest
        elsewhere = guest.elsewhere(await open_browser())
        await elsewhere.log_in()
        return elsewhere

    return arrive


async def outcome_of(answer):
    return answer.headers["Location"] if answer.status == 303 else answer.status


@pytest.mark.parametrize("state", EXPECTED)
async def test_a_page_is_shown_or_leads_on(arrive, state):
    guest = await arrive(state)

    outcomes = {path: await outcome_of(await guest.get(path)) for path in PAGES}

    assert outcomes == dict(zip(PAGES, EXPECTED[state], strict=True))


@pytest.mark.parametrize("state", POSTED)
async def test_a_form_is_taken_or_leads_on(arrive, state, sql):
    guest = await arrive(state)
    owner = str(await sql.fetchval("SELECT id FROM accounts"))

    outcomes = {path: await outcome_of(await guest.post(path, account=owner)) for path in POSTS}

    assert outcomes == dict(zip(POSTS, POSTED[state], strict=True))


async def test_who_takes_too_long_to_set_it_up_proves_himself_and_comes_to_where_he_wanted(guest, require):
    await require(gemeente=True)
    await guest.log_in()
    phone = await guest.scan()
    for _ in range(12):
        guest.clock.advance(FIVE_MINUTES)
        await guest.get(SETUP)

    led = await guest.post(SETUP, code=phone.code(), terug="/app")

    back_to = f"{SETUP}?terug=/app"
    assert led.headers["Location"] == f"/account/bevestigen?terug={quote(back_to, safe='/')}"
    assert "Wat u wilde doen, is nog niet gedaan." in await guest.reads(led.headers["Location"])
    proven = await guest.post("/account/bevestigen", wachtwoord=PASSWORD, terug=back_to)
    assert proven.headers["Location"] == back_to
    done = await guest.enrol(terug="/app")
    assert done.headers["Location"] == "/2fa/herstelcodes?terug=/app"


@pytest.mark.parametrize(
    "path", ["/account/2fa/bedrijf", "/account/2fa/herstelcodes", "/account/2fa/resetten"]
)
async def test_who_proves_himself_first_comes_back_to_the_page_with_the_form(enrolled_guest, path):
    enrolled_guest.clock.advance(FIVE_MINUTES)

    led = await enrolled_guest.post(path)

    address, _, page = led.headers["Location"].partition("?terug=")
    assert address == "/account/bevestigen"
    answer = await enrolled_guest.post(
        address, wachtwoord=PASSWORD, code=enrolled_guest.phone.code(), terug=page
    )
    assert answer.headers["Location"] == page
    assert f'action="{path}"' in await enrolled_guest.reads(page)
