"""Whether an address is known shows in the mail only: what a browser gets is the same, byte by byte."""

import re
from datetime import timedelta
from html import unescape
from ipaddress import ip_network

import pytest

from auth_service.wiring import build_services
from shared.address_masking import masked_address
from tests.integration.auth.browsing import REGISTRATION
from tests.integration.auth.scene import OTHER_PASSWORD, PASSWORD, suppress

WRONG_PASSWORD = "de sleutel past niet op dit slot"
# Of equal length, so that pages with an address are too.
KNOWN, PENDING, UNKNOWN = ADDRESSES = ("ken@dezon.example", "pen@dezon.example", "onb@dezon.example")
SUPPRESSED = "weg@dezon.example"
# Each door, and what is typed besides the address.
DOORS = {
    "/inloggen": {"wachtwoord": WRONG_PASSWORD},
    "/registreren": REGISTRATION,
    "/activeren/nieuwe-code": {},
    "/wachtwoord-vergeten": {},
}
# Before anybody must wait, and until everybody must.
FEWEST_KNOCKS, MOST_KNOCKS = 4, 100
MAIL_WAIT = "Er is net al om een e-mail voor dit adres gevraagd."
WAITS = {"/inloggen": "U heeft te vaak geprobeerd in te loggen."}
TOKEN = re.compile(r"(?<=[=\"])[\w-]{43}(?=[;\"])")


@pytest.fixture(autouse=True)
async def everybody(make_account, make_pending, clock, sql):
    """An account, a registration that waits for its code, and nobody at all; their mails are long ago.

    And somebody whose address isn't mailed any more.
    """
    await make_account(email=KNOWN)
    await make_pending(email=PENDING)
    await suppress(sql, SUPPRESSED, clock())
    clock.advance(timedelta(hours=2))


@pytest.fixture
async def browser_behind_gateway(settings, database, hashing, clock, open_browser):
    """A browser behind a gateway, to knock from many networks."""
    behind = settings.model_copy(update={"trusted_proxies": (ip_network("127.0.0.0/8"),)})
    return await open_browser(build_services(behind, database, hashing, clock))


def with_same_tokens(text):
    """Tokens are drawn anew for everybody, of one length."""
    return TOKEN.sub("x" * 43, text)


async def seen(response, address):
    """All that comes back, headers in their order, but for the hour and the address that was typed."""
    body = with_same_tokens(await response.text())
    headers = [(name, with_same_tokens(value)) for name, value in response.headers.items() if name != "Date"]
    typed = body.replace(address, "").replace(masked_address(address), "")
    return response.status, response.reason, headers, typed


async def knock(browser, path, address, typed, **headers):
    """What is seen at a door, and on the page it leads to."""
    response = await browser.post(path, {**typed, "email": address}, headers=headers)
    answers = [await seen(response, address)]
    if response.status == 303:
        answers.append(await seen(await browser.get(response.headers["Location"]), address))
    return answers


@pytest.mark.parametrize("path", DOORS)
async def test_every_address_gets_the_same_bytes(open_browser, path):
    known, pending, unknown, suppressed = [
        await knock(await open_browser(), path, address, DOORS[path]) for address in (*ADDRESSES, SUPPRESSED)
    ]

    assert known == pending == unknown == suppressed
    assert [status for status, *_ in unknown] == ([400] if path == "/inloggen" else [303, 200])


async def knock_until_slowed_down(browsers, path, address):
    """How often somebody was let in, and what he saw when he no longer was."""
    typed, let_in = DOORS[path], 0
    async for browser, network in browsers:
        answers = await knock(browser, path, address, typed, **network)
        if answers[0][0] == 429:
            return let_in, answers
        let_in += 1
    raise AssertionError("never slowed down")


@pytest.mark.parametrize("path", DOORS)
async def test_every_address_gets_the_same_bytes_when_it_has_to_wait(open_browser, path):
    async def one_browser():
        browser = await open_browser()
        for _ in range(MOST_KNOCKS):
            yield browser, {}

    slowed = [await knock_until_slowed_down(one_browser(), path, address) for address in ADDRESSES]

    assert slowed[0] == slowed[1] == slowed[2]
    is_told_to_wait(slowed[0], path)


@pytest.mark.parametrize("path", DOORS)
async def test_every_address_gets_the_same_bytes_when_all_networks_have_to_wait(browser_behind_gateway, path):
    async def everywhere():
        for number in range(MOST_KNOCKS):
            # Nothing of before but the secret of the form.
            browser_behind_gateway.client.session.cookie_jar.clear(lambda cookie: cookie.key != "dnr-csrf")
            yield browser_behind_gateway, {"X-Forwarded-For": f"192.0.2.{number}"}

    slowed = [await knock_until_slowed_down(everywhere(), path, address) for address in ADDRESSES]

    assert slowed[0] == slowed[1] == slowed[2]
    is_told_to_wait(slowed[0], path)


def is_told_to_wait(slowed, path):
    let_in, ((status, _, headers, page),) = slowed
    assert let_in >= FEWEST_KNOCKS
    assert status == 429
    assert 0 < int(dict(headers)["Retry-After"]) <= 15 * 60
    assert re.search(rf"{WAITS.get(path, MAIL_WAIT)} Wacht \d+ minu(ut|ten) en", unescape(page))


async def test_the_password_a_stranger_chose_tells_him_nothing_in_another_browser(open_browser):
    """Pending: the right password of the registration, without its receipt, is as wrong as any other."""
    known, pending, unknown = [
        await knock(await open_browser(), "/inloggen", address, {"wachtwoord": password})
        for address, password in zip(ADDRESSES, (WRONG_PASSWORD, PASSWORD, PASSWORD), strict=True)
    ]

    assert known == pending == unknown


async def test_the_password_a_stranger_chose_tells_him_nothing_in_his_own_browser(open_browser):
    """Each address was registered there, whether there was an account, a registration or nothing before."""
    answers = []
    for address in ADDRESSES:
        browser = await open_browser()
        await browser.post("/registreren", {**REGISTRATION, "email": address, "wachtwoord": OTHER_PASSWORD})
        right = await knock(browser, "/inloggen", address, {"wachtwoord": OTHER_PASSWORD})
        wrong = await knock(browser, "/inloggen", address, {"wachtwoord": WRONG_PASSWORD})
        answers.append((right, wrong))

    assert answers[0] == answers[1] == answers[2]
    (right, wrong), *_ = answers
    assert "Bevestig eerst uw e-mailadres." in right[1][-1]
    assert wrong[0][0] == 400
