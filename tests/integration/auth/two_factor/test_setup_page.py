"""/2fa/instellen: what a browser gets, and what it is refused."""

import pytest

from auth_service.accounts.attempt_budgets import ENROLMENT
from tests.integration.auth.two_factor.guest import CODE, PAPER, SETUP, key_on, read, step_on
from tests.integration.auth.two_factor.phone import STEP

OFFER, HOLD = "/2fa/instellen/aanbod", "/2fa/instellen/vasthouden"
WRONG = "Code is ongeldig. Wacht op een nieuwe code in de app en probeer het opnieuw."
ADVICE = (
    "Als je herhaaldelijk de foutmelding 'Code is ongeldig' krijgt, kan dat betekenen dat de unieke"
    " code verouderd is. In dat geval moet je opnieuw de QR-code scannen. Verwijder eerst de verouderde"
    " unieke code uit de verificatie-app voordat je opnieuw scant."
)


@pytest.fixture
async def guest(guest, require):
    """Who has to set it up."""
    await require(gemeente=True)
    await guest.log_in()
    return guest


async def test_a_code_of_the_scanned_secret_sets_it_up(guest):
    phone = await guest.scan()

    answer = await guest.post(SETUP, code=f" {phone.code()[:3]} {phone.code()[3:]} ")

    assert answer.headers["Location"] == PAPER
    page = await guest.reads(PAPER)
    assert "2FA is ingesteld. U heeft de app voortaan nodig om in te loggen." in page
    assert (await guest.get("/account")).status == 200


async def test_the_session_goes_on_under_another_token(guest, open_browser):
    before = guest.session
    await guest.enrol()

    old = {"Cookie": f"dnr-session={before}"}
    with_old = await (await open_browser()).client.get("/account", headers=old, allow_redirects=False)

    assert guest.session != before
    assert with_old.headers["Location"] == "/inloggen?terug=/account"


async def test_a_wrong_code_is_refused_and_not_shown_again(guest):
    wrong = (await guest.scan()).wrong_code()

    answer = await guest.post(SETUP, code=wrong)

    page = await read(answer)
    assert answer.status == 400
    assert WRONG in page
    assert ADVICE not in page
    assert f'value="{wrong}"' not in page
    assert key_on(page) == guest.phone.secret


async def test_after_the_second_wrong_code_in_a_row_the_manual_gives_its_advice(guest):
    wrong = (await guest.scan()).wrong_code()
    first = await read(await guest.post(SETUP, code=wrong, mislukt="0"))

    second = await read(await guest.post(SETUP, code=wrong, mislukt="1"))

    assert '<input type="hidden" name="mislukt" value="1">' in first
    assert ADVICE in second


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", "Vul de 6-cijferige code uit de app in."),
        ("12345", "De code bestaat uit 6 cijfers."),
        ("abcdef", "De code bestaat uit 6 cijfers."),
    ],
)
async def test_what_is_no_code_is_told_so_and_shown_again(guest, typed, sentence):
    answer = await guest.post(SETUP, code=typed)

    page = await read(answer)
    assert answer.status == 400
    assert sentence in page
    assert not typed or f'value="{typed}"' in page


async def test_a_phone_whose_clock_is_off_is_told_what_time_it_is(guest):
    (await guest.scan()).ahead = -4
    first = await read(await guest.post(SETUP, code=guest.phone.code()))
    guest.clock.advance(STEP)

    second = await read(await guest.post(SETUP, code=guest.phone.code()))

    assert "klok" not in first
    assert "De klok van uw telefoon loopt niet gelijk: hij loopt achter." in second
    assert "Op onze klok was het 14.05 uur en 30 seconden toen u de code stuurde." in second


async def test_who_tries_too_often_is_told_how_long_to_wait(guest):
    wrong = (await guest.scan()).wrong_code()
    statuses = {(await guest.post(SETUP, code=wrong)).status for _ in range(ENROLMENT.at_once)}

    slowed = await guest.post(SETUP, code=wrong)

    page = await read(slowed)
    assert statuses == {400}
    assert slowed.status == 429
    assert 0 < int(slowed.headers["Retry-After"]) <= 60
    assert "Dit gaat te snel. Wacht 1 minuut en probeer het dan opnieuw." in page
    assert f'value="{wrong}"' not in page


async def test_each_step_has_a_secret_of_its_own(guest):
    first = await guest.reads(OFFER)
    again = await guest.reads(OFFER)
    guest.clock.advance(STEP)
    next_one = await guest.reads(OFFER)

    assert key_on(first) == key_on(again) != key_on(next_one)
    assert int(step_on(next_one)) == int(step_on(first)) + 1
    assert 'data-seconds-left="30"' in first
    assert "<html" not in first


async def test_what_is_held_works_for_as_long_as_the_page_is_open(guest):
    page = await guest.reads(SETUP)
    phone = await guest.scan()
    held = await guest.post(HOLD, stap=step_on(page))
    guest.clock.advance(40 * STEP)
    await guest.get(SETUP)

    answer = await guest.post(SETUP, code=phone.code())

    assert held.status == 204
    assert answer.status == 303


async def test_a_step_that_is_none_is_refused(guest):
    for step in ("", "-1", "1.5", "abc", "²", "0x10", "9" * 19, "9" * 10_000):
        assert (await guest.post(HOLD, stap=step)).status == 400, step


async def test_a_step_that_was_not_offered_is_not_found(guest):
    for step in ("0", "1", "٣", str(2**31), "9" * 18):
        assert (await guest.post(HOLD, stap=step)).status == 404, step


async def test_no_other_site_can_hold_a_secret(guest):
    step = step_on(await guest.reads(SETUP))

    forged = await guest.browser.client.post(HOLD, data={"stap": step}, allow_redirects=False)

    assert forged.status == 403


async def test_where_it_leads_is_kept_through_setting_it_up(guest):
    await guest.post("/uitloggen")
    logged_in = await guest.log_in(terug="/account/2fa")
    page = await guest.reads(logged_in.headers["Location"])
    refused = await read(await guest.post(SETUP, code="", terug="/account/2fa"))

    set_up = await guest.enrol(terug="/account/2fa")

    assert logged_in.headers["Location"] == f"{SETUP}?terug=/account/2fa"
    field = '<input type="hidden" name="terug" value="/account/2fa">'
    assert field in page
    assert field in refused
    assert set_up.headers["Location"] == f"{PAPER}?terug=/account/2fa"
    assert field in await guest.reads(set_up.headers["Location"])
    kept = await guest.post(PAPER, terug="/account/2fa")
    assert kept.headers["Location"] == "/account/2fa"


@pytest.mark.parametrize("path", ["/account/2fa/resetten", "/account/2fa/herstelcodes"])
async def test_who_came_for_what_he_had_before_is_led_to_what_he_has_now(guest, path):
    await guest.log_in(terug=path)

    set_up = await guest.enrol(terug=path)

    assert set_up.headers["Location"] == f"{PAPER}?terug=/account/2fa"


async def test_who_must_is_told_why_and_who_may_can_leave_it(guest, require):
    obliged = await guest.reads(SETUP)
    await require(company=True)
    by_company = await guest.reads(SETUP)
    await require()
    voluntary = await guest.reads(SETUP)

    assert "De gemeente Zeedorp vraagt om extra beveiliging: tweefactorauthenticatie (2FA)." in obliged
    assert "Uw bedrijf gebruikt tweefactorauthenticatie (2FA)." in by_company
    assert "Met tweefactorauthenticatie (2FA) is uw account beter beveiligd." in voluntary
    assert ["Nu niet" in page for page in (obliged, by_company, voluntary)] == [False, False, True]


async def test_another_browser_owes_the_code_from_then_on(guest, open_browser):
    elsewhere = guest.elsewhere(await open_browser())
    await elsewhere.log_in()

    await guest.enrol()

    assert (await elsewhere.get("/account")).headers["Location"] == f"{CODE}?terug=/account"
