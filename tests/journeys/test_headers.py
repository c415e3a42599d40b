"""What every answer carries, whoever asks and whatever comes back."""

import re

import pytest

from tests.journeys.people import Person
from tests.journeys.two_factor import ACCOUNT, PAPER, SETUP, enrol, log_in

ALWAYS = {
    "content-security-policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}
PAGES = (
    "/",
    "/inloggen",
    "/registreren",
    "/registreren/gelukt",
    "/activeren",
    "/activeren/nieuwe-code",
    "/wachtwoord-vergeten",
    "/wachtwoord-herstellen",
    "/account",
    "/handleiding",
    "/privacy",
    "/toegankelijkheid",
    "/.well-known/security.txt",
    "/bestaat-niet",
)
INLINE = re.compile(r"<style|\sstyle=|\son\w+=|<script(?![^>]*\ssrc=)|javascript:", re.IGNORECASE)


def assert_safe(answer):
    assert {name: answer.headers.get(name) for name in ALWAYS} == ALWAYS
    # Nothing that tells which software answers.
    assert answer.headers["server"] == "dnr"


@pytest.mark.parametrize("path", PAGES)
async def test_a_page_has_the_headers_and_nothing_inline_and_is_kept_by_nobody(make_door, path):
    answer = await (await make_door()).get(path)

    assert_safe(answer)
    assert answer.headers["cache-control"] == "no-store"
    assert not INLINE.search(await answer.text())


async def test_the_pages_of_two_factor_authentication_have_them_too(make_door, make_account):
    door = await make_door()
    await log_in(door, await make_account())
    answers = [await door.get(path) for path in (SETUP, "/2fa/instellen/aanbod")]
    await enrol(door)
    shown_then = (PAPER, "/2fa/herstelcodes/bestand", ACCOUNT, "/account/2fa/resetten", "/account/bevestigen")
    answers += [await door.get(path) for path in shown_then]

    for answer in answers:
        assert answer.status == 200
        assert_safe(answer)
        assert answer.headers["cache-control"] == "no-store"
        assert not INLINE.search(await answer.text())


async def test_what_a_form_answers_has_them_too(make_door):
    door = await make_door()

    refused = await door.post("/registreren", {})
    accepted = await door.post("/registreren", Person().posted)

    assert (refused.status, accepted.status) == (400, 303)
    for answer in (refused, accepted):
        assert_safe(answer)
        assert answer.headers["cache-control"] == "no-store"


async def test_scripts_and_styles_have_them_and_may_be_kept(make_door):
    door = await make_door()
    page = await (await door.get("/activeren")).text()

    for path in re.findall(r'(?:href|src)="(/static/[^"]+)"', page):
        answer = await door.get(path)
        assert answer.status == 200
        assert_safe(answer)
        assert "immutable" in answer.headers["cache-control"]


async def test_a_cookie_is_out_of_reach_for_scripts_and_other_sites(make_door, make_account):
    door, person = await make_door(), await make_account()
    await door.send("/registreren", Person().posted)
    await door.send("/inloggen", {"email": person.email, "wachtwoord": person.password})

    cookies = (await door.http.storage_state())["cookies"]

    assert {"dnr-session", "dnr-receipt", "dnr-csrf"} <= {cookie["name"] for cookie in cookies}
    assert all(cookie["httpOnly"] and cookie["sameSite"] == "Lax" for cookie in cookies)
