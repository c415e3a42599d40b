"""The pages that ask for a code: at login, a recovery code, and proving anew who it is."""

import re
from datetime import timedelta

import pytest

from tests.integration.auth.scene import OTHER_PASSWORD, PASSWORD
from tests.integration.auth.two_factor.guest import CODE, read
from tests.integration.auth.two_factor.phone import STEP

RECOVERY, PROOF = "/inloggen/herstelcode", "/account/bevestigen"
WRONG = "Code is ongeldig. Wacht op een nieuwe code in de app en probeer het opnieuw."
NO_CODE = "0000-0000-0000-0000"
NO_RECOVERY_CODE = "Code is ongeldig. Deze herstelcode klopt niet of is al gebruikt."


async def refused(answer, status=400):
    assert answer.status == status
    return await read(answer)


async def test_the_password_leads_to_the_code_and_the_code_further(awaiting):
    answer = await awaiting.post(CODE, code=awaiting.phone.code())

    assert answer.headers["Location"] == "/account"
    assert (await awaiting.get("/account")).status == 200


@pytest.mark.parametrize("path", [CODE, RECOVERY])
async def test_the_session_goes_on_under_another_token(awaiting, open_browser, path):
    before, known_by = awaiting.session, awaiting.browser.cookie("dnr-browser")
    code = awaiting.phone.code() if path == CODE else awaiting.codes[0]

    await awaiting.post(path, code=code)

    old = {"Cookie": f"dnr-session={before}"}
    with_old = await (await open_browser()).client.get("/account", headers=old, allow_redirects=False)
    assert awaiting.session != before
    assert with_old.headers["Location"] == "/inloggen?terug=/account"
    # Not before: the password alone makes no browser known.
    assert (known_by, bool(awaiting.browser.cookie("dnr-browser"))) == (None, True)


@pytest.mark.parametrize("path", [CODE, RECOVERY])
async def test_who_used_up_a_recovery_code_is_told_what_to_do_about_it(awaiting, path):
    code = awaiting.phone.code() if path == CODE else awaiting.codes[0]

    await awaiting.post(path, code=code)

    told = "U bent ingelogd met een herstelcode. Die code werkt nu niet meer." in await awaiting.reads(
        "/account"
    )
    assert told == (path == RECOVERY)


async def test_where_it_leads_is_kept_through_the_code(awaiting):
    logged_in = await awaiting.log_in(terug="/account/2fa?a=1")
    page = await awaiting.reads(logged_in.headers["Location"])
    again = await refused(await awaiting.post(CODE, code="", terug="/account/2fa?a=1"))

    answer = await awaiting.post(CODE, code=awaiting.phone.code(), terug="/account/2fa?a=1")

    field = '<input type="hidden" name="terug" value="/account/2fa?a=1">'
    assert logged_in.headers["Location"] == "/inloggen/code?terug=/account/2fa%3Fa%3D1"
    assert field in page
    assert field in again
    assert f'href="{RECOVERY}?terug=/account/2fa%3Fa%3D1"' in page
    assert answer.headers["Location"] == "/account/2fa?a=1"


@pytest.mark.parametrize("path", [CODE, RECOVERY, PROOF])
async def test_it_leads_to_no_other_site(awaiting, path):
    if path == PROOF:
        await awaiting.post(CODE, code=awaiting.phone.code())
        awaiting.clock.advance(STEP)
    code = awaiting.codes[0] if path == RECOVERY else awaiting.phone.code()

    answer = await awaiting.post(path, code=code, wachtwoord=PASSWORD, terug="//evil.example/")

    assert answer.headers["Location"] == "/account"


async def test_a_wrong_code_is_refused_and_not_shown_again(awaiting):
    wrong = awaiting.phone.wrong_code()

    page = await refused(await awaiting.post(CODE, code=wrong))

    assert WRONG in page
    assert f'value="{wrong}"' not in page
    assert "Zeedorp: " in page
    assert "help@zeedorp.example" in page


async def test_a_used_code_asks_for_the_next_one(awaiting):
    code = awaiting.phone.code()
    await awaiting.post(CODE, code=code)
    await awaiting.log_in()

    page = await refused(await awaiting.post(CODE, code=code))

    assert "Code is ongeldig. Wacht op een nieuwe code in de app." in page


async def test_a_wrong_recovery_code_is_refused_and_shown_again(awaiting):
    page = await refused(await awaiting.post(RECOVERY, code=NO_CODE))

    assert NO_RECOVERY_CODE in page
    assert f'value="{NO_CODE}"' in page


async def test_a_recovery_code_works_once_however_it_is_typed(awaiting):
    typed = f" {awaiting.codes[3].lower().replace('-', ' ')} "
    answer = await awaiting.post(RECOVERY, code=typed)
    await awaiting.log_in()

    page = await refused(await awaiting.post(RECOVERY, code=typed))

    assert answer.headers["Location"] == "/account"
    assert NO_RECOVERY_CODE in page


@pytest.mark.parametrize(
    ("path", "typed", "sentence"),
    [
        (CODE, "", "Vul de 6-cijferige code uit de app in."),
        (CODE, "1234567", "De code bestaat uit 6 cijfers."),
        (RECOVERY, "", "Vul een van uw herstelcodes in."),
        (RECOVERY, "K7QM-2D9X", "Een herstelcode bestaat uit 16 letters en cijfers."),
    ],
)
async def test_what_is_no_code_is_told_so_and_shown_again(awaiting, path, typed, sentence):
    page = await refused(await awaiting.post(path, code=typed))

    assert sentence in page
    assert not typed or f'value="{typed}"' in page


async def test_a_phone_whose_clock_is_off_is_told_what_time_it_is(awaiting):
    awaiting.phone.ahead = 4
    first = await refused(await awaiting.post(CODE, code=awaiting.phone.code()))
    awaiting.clock.advance(STEP)

    second = await refused(await awaiting.post(CODE, code=awaiting.phone.code()))

    assert "De klok van uw telefoon" not in first
    assert "De klok van uw telefoon loopt niet gelijk: hij loopt voor." in second
    assert "Op onze klok was het 14.06 uur en 0 seconden toen u de code stuurde." in second


@pytest.mark.parametrize("path", [CODE, RECOVERY])
async def test_who_tries_too_often_is_told_how_long_to_wait(awaiting, path):
    wrong = awaiting.phone.wrong_code() if path == CODE else NO_CODE
    statuses = {(await awaiting.post(path, code=wrong)).status for _ in range(5)}

    slowed = await awaiting.post(path, code=wrong)

    page = await refused(slowed, 429)
    assert statuses == {400}
    assert 0 < int(slowed.headers["Retry-After"]) <= 5 * 60
    told = r"U heeft te vaak een verkeerde code ingevuld\. Wacht \d minuten en log dan opnieuw in\."
    assert re.search(told, page)
    assert f'value="{wrong}"' not in page


async def test_proving_anew_who_it_is_lets_what_matters_be_done(enrolled_guest):
    enrolled_guest.clock.advance(timedelta(minutes=5))
    before, led = enrolled_guest.session, await enrolled_guest.get("/account/2fa/resetten")

    answer = await enrolled_guest.post(
        PROOF, wachtwoord=PASSWORD, code=enrolled_guest.phone.code(), terug="/account/2fa/resetten"
    )

    assert led.headers["Location"] == f"{PROOF}?terug=/account/2fa/resetten"
    assert answer.headers["Location"] == "/account/2fa/resetten"
    assert enrolled_guest.session != before
    assert (await enrolled_guest.get("/account/2fa/resetten")).status == 200


async def test_a_recovery_code_proves_it_too(enrolled_guest):
    answer = await enrolled_guest.post(PROOF, wachtwoord=PASSWORD, code=enrolled_guest.codes[0])

    assert answer.status == 303


async def test_without_two_factor_authentication_the_password_proves_it(guest):
    await guest.log_in()
    asked = await guest.reads(PROOF)

    answer = await guest.post(PROOF, wachtwoord=PASSWORD)

    assert 'name="code"' not in asked
    assert answer.status == 303


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({}, "Vul uw wachtwoord in."),
        ({"wachtwoord": PASSWORD}, "Vul de 6-cijferige code uit de app in, of een herstelcode."),
        (
            {"wachtwoord": PASSWORD, "code": "12"},
            "Vul 6 cijfers uit de app in, of een herstelcode van 16 tekens.",
        ),
        ({"wachtwoord": OTHER_PASSWORD, "code": "{right}"}, "Uw wachtwoord klopt niet."),
        ({"wachtwoord": PASSWORD, "code": "{wrong}"}, WRONG),
        ({"wachtwoord": PASSWORD, "code": NO_CODE}, NO_RECOVERY_CODE),
    ],
)
async def test_what_proves_nothing_is_refused(enrolled_guest, fields, sentence):
    phone = enrolled_guest.phone
    typed = {name: text.format(right=phone.code(), wrong=phone.wrong_code()) for name, text in fields.items()}

    page = await refused(await enrolled_guest.post(PROOF, **typed))

    assert sentence in page
    assert PASSWORD not in page
    assert OTHER_PASSWORD not in page
    assert 'name="code"' in page


async def test_who_guesses_is_slowed_down_there_too(enrolled_guest):
    wrong = enrolled_guest.phone.wrong_code()
    statuses = {(await enrolled_guest.post(PROOF, wachtwoord=PASSWORD, code=wrong)).status for _ in range(10)}

    slowed = await enrolled_guest.post(PROOF, wachtwoord=PASSWORD, code=wrong)

    page = await refused(slowed, 429)
    assert statuses == {400}
    assert 0 < int(slowed.headers["Retry-After"]) <= 5 * 60
    assert f'value="{wrong}"' not in page
