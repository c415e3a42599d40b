"""/account/2fa: whether it is on, the reset, the choice for the company, and what a reset by others asks."""

from datetime import timedelta

import pytest

from auth_service.accounts.attempt_budgets import OWN_ACT
from tests.integration.auth.scene import PASSWORD
from tests.integration.auth.two_factor.guest import SETUP, read

PAGE, RESET, COMPANY, NEW_CODES, MAIL_CODE = (
    "/account/2fa",
    "/account/2fa/resetten",
    "/account/2fa/bedrijf",
    "/account/2fa/herstelcodes",
    "/2fa/instellen/nieuwe-code",
)
FIVE_MINUTES = timedelta(minutes=5)
COLLEAGUE = "piet@dezon.example"
SWITCH = "2FA verplicht voor alle gebruikers van mijn bedrijf"
OWES_IT_HIMSELF = "Let op: u heeft zelf nog geen 2FA. U stelt het dan meteen in."
MAILED_CODE_ASKED = "2FA is gereset door iemand anders."


async def test_it_says_whether_it_is_on(guest):
    await guest.log_in()
    off = await guest.reads(PAGE)
    await guest.enrol()

    on = await guest.reads(PAGE)

    assert "2FA staat uit." in off
    assert f'href="{SETUP}?terug=/account/2fa"' in off
    assert "2FA staat aan sinds 23 november 2026." in on


@pytest.mark.parametrize(
    ("asked", "told", "leads_to"),
    [
        (False, "2FA is gereset. U logt voortaan in met alleen uw wachtwoord.", "/account"),
        (True, "2FA is gereset. U stelt 2FA opnieuw in als u de volgende keer inlogt.", SETUP),
    ],
)
async def test_the_owner_resets_his_own_and_logs_in_anew(enrolled_guest, require, asked, told, leads_to):
    await require(gemeente=asked)
    sure = await enrolled_guest.reads(RESET)

    answer = await enrolled_guest.post(RESET)

    assert "Weet u het zeker? Na het resetten werkt de oude code in uw app niet meer." in sure
    assert answer.headers["Location"] == "/inloggen"
    assert not enrolled_guest.session
    assert f"{told} Verwijder de oude code uit uw app." in await enrolled_guest.reads("/inloggen")
    assert (await enrolled_guest.log_in()).headers["Location"] == leads_to


@pytest.mark.parametrize("asked", [False, True])
async def test_who_has_to_have_it_is_not_asked_whether_he_wants_it_no_longer(enrolled_guest, require, asked):
    await require(gemeente=asked)

    page = await enrolled_guest.reads(PAGE)

    assert ("wilt u 2FA niet meer gebruiken?" in page) == (not asked)
    assert ("Reset 2FA dan en stel het opnieuw in." in page) == asked


async def test_who_has_nothing_to_reset_is_led_back(guest):
    await guest.log_in()

    assert (await guest.post(RESET)).headers["Location"] == PAGE
    assert (await guest.get(RESET)).headers["Location"] == PAGE


async def test_an_entrepreneur_decides_for_his_company(guest):
    await guest.log_in()
    before = await guest.reads(PAGE)

    answer = await guest.decides(verplicht="ja")

    assert SWITCH in before
    assert OWES_IT_HIMSELF in before
    assert 'value="ja" checked' not in before
    assert answer.headers["Location"] == PAGE
    # It holds for him too.
    assert (await guest.get(PAGE)).headers["Location"] == f"{SETUP}?terug={PAGE}"
    assert "Uw keuze is opgeslagen." in await guest.reads(SETUP)
    await guest.enrol()
    after = await guest.reads(PAGE)
    assert 'value="ja" checked' in after
    assert OWES_IT_HIMSELF not in after


async def test_he_takes_it_back_and_who_uses_it_goes_on_using_it(enrolled_guest):
    await enrolled_guest.decides(verplicht="ja")
    await enrolled_guest.decides()

    page = await enrolled_guest.reads(PAGE)

    assert 'value="ja" checked' not in page
    assert "2FA staat aan sinds" in page


@pytest.mark.parametrize("ticked", [{"verplicht": "ja"}, {}])
async def test_what_he_chose_is_there_again_once_he_has_proven_himself(enrolled_guest, sql, ticked):
    await sql.execute("UPDATE companies SET totp_required = $1", not ticked)
    enrolled_guest.clock.advance(FIVE_MINUTES)

    led = await enrolled_guest.decides(**ticked)

    asked = await enrolled_guest.reads(led.headers["Location"])
    proof = {"wachtwoord": PASSWORD, "code": enrolled_guest.phone.code(), "terug": PAGE}
    await enrolled_guest.post("/account/bevestigen", **proof)
    page = await enrolled_guest.reads(PAGE)
    assert "Wat u had ingevuld, vindt u straks terug." in asked
    assert "Wat u had ingevuld, is nog niet opgeslagen. Controleer het en klik op de knop" in page
    assert ('value="ja" checked' in page) == bool(ticked)
    assert await sql.fetchval("SELECT totp_required FROM companies") == (not ticked)

    await enrolled_guest.decides(**ticked)

    assert ('value="ja" checked' in await enrolled_guest.reads(PAGE)) == bool(ticked)
    assert await sql.fetchval("SELECT totp_required FROM companies") == bool(ticked)


async def test_a_choice_made_in_a_former_session_of_somebody_else_counts_for_nothing(guest, sql):
    await guest.log_in()

    answer = await guest.post(COMPANY, account="0b5f7a1c-0000-4000-8000-000000000000", verplicht="ja")

    assert answer.status == 403
    assert not await sql.fetchval("SELECT totp_required FROM companies")


async def test_who_decides_too_often_is_told_how_long_to_wait(enrolled_guest):
    for _ in range(OWN_ACT.at_once):
        assert (await enrolled_guest.decides()).status == 303

    slowed = await enrolled_guest.decides(verplicht="ja")
    made = await enrolled_guest.post(NEW_CODES)

    for answer in (slowed, made):
        assert answer.status == 429
        assert 0 < int(answer.headers["Retry-After"]) <= 60
        assert "Dit gaat te snel. Wacht 1 minuut en probeer het dan opnieuw." in await read(answer)
    # As he had chosen.
    assert 'value="ja" checked' in await read(slowed)
    assert 'value="ja" checked' not in await enrolled_guest.reads(PAGE)


async def test_a_user_of_the_company_decides_nothing(guest, sql):
    await sql.execute("UPDATE accounts SET role = 'gebruiker'")
    await guest.log_in()
    owner = str(await sql.fetchval("SELECT id FROM accounts"))

    answer = await guest.post(COMPANY, account=owner, verplicht="ja")

    assert answer.status == 403
    assert "U mag deze pagina niet bekijken." in await read(answer)
    assert SWITCH not in await guest.reads(PAGE)
    assert not await sql.fetchval("SELECT bool_or(totp_required) FROM companies")


@pytest.fixture
async def reset_by_other(enrolled_guest, make_person, sql, outbox):
    """His manager did it; he has logged in since."""
    await sql.execute("DELETE FROM outbox")
    manager = await make_person(COLLEAGUE)
    company_id = (await manager.session()).account.company_id
    account_id = await sql.fetchval("SELECT id FROM accounts WHERE email_key <> $1", COLLEAGUE)
    await sql.execute(
        "UPDATE accounts SET role = 'gebruiker', company_id = $1 WHERE id = $2", company_id, account_id
    )
    await manager.services.two_factor.reset.reset_for(await manager.session(), account_id, "Telefoon kwijt.")
    await enrolled_guest.log_in()
    return enrolled_guest


async def mailed_codes(outbox):
    return [mail.code for mail in await outbox.mails() if mail.kind == "totp_reset"]


async def test_after_a_reset_by_somebody_else_the_mailed_code_is_asked_too(reset_by_other, outbox):
    (code,) = await mailed_codes(outbox)
    phone = await reset_by_other.scan()

    without = await reset_by_other.post(SETUP, code=phone.code())
    wrong = await reset_by_other.post(SETUP, code=phone.code(), codeUitEmail="0" * 48)
    done = await reset_by_other.post(SETUP, code=phone.code(), codeUitEmail=f" {code.upper()} ")

    assert (without.status, wrong.status) == (400, 400)
    assert "Vul de code in uit de e-mail." in await read(without)
    assert "De code uit de e-mail is verkeerd, verlopen of al gebruikt." in await read(wrong)
    assert done.headers["Location"] == "/2fa/herstelcodes"


@pytest.mark.parametrize("path", ["/account/email", "/account/sluiten"])
async def test_until_he_has_enrolled_anew_what_takes_the_account_away_leads_to_that(reset_by_other, path):
    led = await reset_by_other.get(path)

    assert led.headers["Location"] == f"{SETUP}?terug={path}"
    page = await reset_by_other.reads(led.headers["Location"])
    assert "2FA is gereset door iemand anders. Stel 2FA daarom eerst opnieuw in." in page
    # Whoever would rather not isn't led here again.
    assert 'href="/account">Nu niet' in page
    assert (await reset_by_other.post("/account/sluiten")).headers[
        "Location"
    ] == f"{SETUP}?terug=/account/sluiten"


async def test_a_further_code_can_be_mailed_and_both_are_good(reset_by_other, outbox):
    page = await reset_by_other.reads(SETUP)
    asked = await reset_by_other.post(MAIL_CODE, terug="/account/2fa")
    told = await reset_by_other.reads(asked.headers["Location"])
    first, second = await mailed_codes(outbox)

    done = await reset_by_other.post(SETUP, code=(await reset_by_other.scan()).code(), codeUitEmail=first)

    assert MAILED_CODE_ASKED in page
    assert "Ik heb geen code ontvangen" in page
    assert asked.headers["Location"] == f"{SETUP}?terug=/account/2fa"
    assert "We sturen u een nieuwe code." in told
    assert first != second
    assert done.status == 303


async def test_nobody_is_mailed_without_end(reset_by_other):
    answers = [await reset_by_other.post(MAIL_CODE) for _ in range(5)]

    slowed = answers[-1]
    assert slowed.status == 429
    assert 0 < int(slowed.headers["Retry-After"]) <= 15 * 60
    page = await read(slowed)
    assert "Er is net al om een e-mail voor dit adres gevraagd." in page
    assert MAILED_CODE_ASKED in page


async def test_who_owes_no_mailed_code_is_mailed_none(guest, outbox):
    await guest.log_in()
    await outbox.sql.execute("DELETE FROM outbox")

    answer = await guest.post(MAIL_CODE)

    assert answer.headers["Location"] == SETUP
    assert await outbox.mails() == []
    assert MAILED_CODE_ASKED not in await guest.reads(SETUP)
