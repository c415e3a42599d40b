"""The pages with which staff and managers look after the second factor of others."""

import re
from uuid import uuid4

import pytest

from tests.integration.auth.scene import PASSWORD
from tests.integration.auth.two_factor.guest import OWNER, read
from tests.integration.auth.two_factor.helping import STAFF_ADDRESS, account_id, mailed, reset

GROUNDS = {"identificatie": "identiteitsbewijs", "reden": "Telefoon kwijt."}
POLICY = "/gemeente/GM9901/2fa"
OBJECTION = "/2fa/reset-annuleren"


@pytest.fixture
async def desk(staff, browser):
    """The browser of staff who have just proven who they are."""
    browser.client.session.cookie_jar.update_cookies(
        {"dnr-session": staff.token}, response_url=browser.client.make_url("/")
    )
    browser.owner = await account_id(staff)
    return browser


async def place_of(person, gemeente="GM9901"):
    return f"/gemeente/{gemeente}/gebruikers/{await account_id(person)}"


async def company_of(person):
    return (await person.session()).account.company_id


async def reads(browser, path):
    answer = await browser.get(path)
    assert answer.status == 200
    return await read(answer)


async def test_staff_reset_somebodys(desk, enrolled, outbox, sql):
    place, company = await place_of(enrolled), await company_of(enrolled)
    page = await reads(desk, f"{place}/2fa-resetten")
    assert "Controleer eerst wie u aan de lijn heeft." in page
    assert "Waarom reset u 2FA?" in page

    answer = await desk.post(f"{place}/2fa-resetten", GROUNDS)

    assert (answer.status, answer.headers["Location"]) == (303, f"/gemeente/GM9901/bedrijven/{company}")
    assert (await mailed(outbox, "totp_reset")).to == enrolled.email
    assert (
        await sql.fetchval("SELECT identified_by FROM audit_trail WHERE act = 'totp_reset'")
        == "document_seen"
    )
    assert "Er is dus niets om te resetten." in await reads(desk, f"{place}/2fa-resetten")
    story = await reads(desk, f"/gemeente/GM9901/bedrijven/{company}")
    assert "Identiteit: Paspoort of ID-kaart gezien aan de balie" in story


async def test_what_is_missing_is_asked_for_and_what_was_typed_stays(desk, enrolled):
    place = await place_of(enrolled)

    answer = await desk.post(f"{place}/2fa-resetten", {"identificatie": "anders", "reden": "Telefoon kwijt."})

    page = await read(answer)
    assert answer.status == 400
    assert "Vul in hoe u heeft gecontroleerd wie u helpt." in page
    assert 'value="Telefoon kwijt."' in page
    assert '<option value="anders" selected>' in page
    assert (await enrolled.session()).account.two_factor.is_enrolled


@pytest.mark.parametrize("page", ["2fa-resetten", "2fa-vrijgeven"])
async def test_another_gemeentes_is_nobody(desk, enrolled, sql, page):
    place = await place_of(enrolled, "GM9902")
    await sql.execute("UPDATE accounts SET gemeente_code = 'GM9902' WHERE email_key <> $1", STAFF_ADDRESS)
    before = await sql.fetchval("SELECT count(*) FROM audit_trail WHERE result = 'done'")

    for path in (place, place.replace("GM9902", "GM9901"), f"/gemeente/GM9901/gebruikers/{uuid4()}"):
        assert (await desk.get(f"{path}/{page}")).status == 404
        assert (await desk.post(f"{path}/{page}", GROUNDS)).status == 404

    assert await sql.fetchval("SELECT count(*) FROM audit_trail WHERE result = 'done'") == before
    assert (await enrolled.session()).account.two_factor.is_enrolled


async def test_an_account_is_on_the_page_of_its_own_gemeente_alone(desk, enrolled, sql):
    await sql.execute("UPDATE accounts SET role = 'beheerder' WHERE email_key = $1", STAFF_ADDRESS)

    assert (await desk.get(f"{await place_of(enrolled)}/2fa-resetten")).status == 200
    assert (await desk.get(f"{await place_of(enrolled, 'GM9902')}/2fa-resetten")).status == 404


async def test_a_reset_that_waits_is_shown_and_withdrawn(desk, enrolled, wait_two_days, outbox, sql):
    place = await place_of(enrolled)
    assert "2 dagen lang tegenhouden" in await reads(desk, f"{place}/2fa-resetten")
    planned = await desk.post(f"{place}/2fa-resetten", GROUNDS)
    assert planned.status == 303
    assert "Dat gebeurt op 25 november 2026" in await reads(desk, f"{place}/2fa-resetten")
    page = await reads(desk, f"/gemeente/GM9901/bedrijven/{await company_of(enrolled)}")
    assert "2FA wordt gereset op 25 november 2026</span>" in page
    assert f"2FA wordt gereset voor {enrolled.email}, op 25 november 2026 om" in page
    assert page.count(f'href="{place}/2fa-resetten"') == page.count("Reset van 2FA bekijken") == 2
    again = await desk.post(f"{place}/2fa-resetten", GROUNDS)
    assert again.headers["Location"] == f"{place}/2fa-resetten"

    withdrawn = await desk.post(f"{place}/2fa-resetten/intrekken", {})

    assert withdrawn.headers["Location"] == f"/gemeente/GM9901/bedrijven/{await company_of(enrolled)}"
    assert await sql.fetchval("SELECT count(*) FROM totp_reset_waits") == 0
    code = (await mailed(outbox, "totp_reset_announced")).code
    ended = await desk.post(OBJECTION, {"code": code})
    assert (ended.status, "Code is ongeldig" in await read(ended)) == (400, True)
    assert "Reset van 2FA" not in await reads(desk, withdrawn.headers["Location"])
    second = await desk.post(f"{place}/2fa-resetten/intrekken", {})
    assert second.headers["Location"] == f"{place}/2fa-resetten"


@pytest.mark.parametrize("page", ["/account", "/account/2fa"])
async def test_the_owner_sees_that_it_waits(staff, enrolled, wait_two_days, open_browser, page):
    owner = await open_browser()
    owner.client.session.cookie_jar.update_cookies(
        {"dnr-session": enrolled.token}, response_url=owner.client.make_url("/")
    )
    assert "Er is gevraagd om 2FA te resetten." not in await reads(owner, page)

    await reset(staff, await account_id(enrolled))

    told = await reads(owner, page)
    assert "Er is gevraagd om 2FA te resetten. Dat gebeurt op 25 november 2026 om" in told
    assert "Was u dit niet? Gebruik de link in de e-mail die u kreeg, of bel de gemeente Zeedorp" in told


async def test_the_manager_of_a_company_resets_a_users(guest, make_person, sql):
    await guest.log_in()
    user = await (await make_person("user@dezon.example")).enrol()
    await sql.execute(
        "UPDATE accounts SET role = 'gebruiker', company_id = (SELECT company_id FROM accounts"
        " WHERE email_key = 'jan@dezon.example') WHERE email_key = 'user@dezon.example'"
    )
    path = f"/gebruikers/{await account_id(user)}/2fa-resetten"
    # The clock went on while the phone was set up, and the proof with it.
    page = await guest.reads(path)
    assert "Hoe heeft u gecontroleerd" not in page
    owner = OWNER.search(page)[1]

    assert (await guest.post(path, account=owner, reden="Telefoon kwijt.")).headers[
        "Location"
    ] == "/gebruikers"

    assert await user.services.sessions.logged_in(user.token) is None


async def test_a_user_of_a_company_has_no_such_page(guest, sql):
    await guest.log_in()
    await sql.execute("UPDATE accounts SET role = 'gebruiker'")

    assert (await guest.get(f"/gebruikers/{uuid4()}/2fa-resetten")).status == 403


async def test_the_owner_objects_and_is_told_whom_to_call(desk, staff, enrolled, outbox, open_browser):
    place = await place_of(enrolled)
    account = await account_id(enrolled)
    await reset(staff, account)
    code = (await mailed(outbox, "totp_reset")).code
    owner = await open_browser()
    assert "Dit was ik niet" in await reads(owner, OBJECTION)
    for _ in range(2):
        await owner.get(f"{OBJECTION}?code={code}")

    objected = await owner.post(OBJECTION, {"code": code})

    assert (objected.status, objected.headers["Location"]) == (303, "/inloggen")
    assert "Bel de gemeente" in await reads(owner, "/inloggen")
    led = await owner.post("/inloggen", {"email": enrolled.email, "wachtwoord": PASSWORD})
    assert led.headers["Location"] == "/2fa/instellen"
    page = await reads(owner, "/2fa/instellen")
    assert "Bel de gemeente Zeedorp" in page
    assert "data-key" not in page
    assert (await owner.get("/2fa/instellen/aanbod")).status == 404
    assert (await owner.post("/2fa/instellen", {"code": "123456", "codeUitEmail": code})).status == 303
    used = await owner.post(OBJECTION, {"code": code})
    assert (used.status, used.headers["Location"]) == (303, "/inloggen")
    assert "U heeft dit al gemeld. De gemeente weet ervan." in await reads(owner, "/inloggen")
    assert "2FA vrijgeven" in await reads(desk, f"{place}/2fa-resetten")


async def test_staff_release_it_on_a_page(desk, staff, colleague, enrolled, outbox, open_browser, sql):
    place, company = await place_of(enrolled), await company_of(enrolled)
    await reset(staff, await account_id(enrolled))
    code = (await mailed(outbox, "totp_reset")).code
    await (await open_browser()).post(OBJECTION, {"code": code})
    assert "Spreek eerst met de gebruiker." in await reads(desk, f"{place}/2fa-vrijgeven")
    asked = await desk.post(f"{place}/2fa-vrijgeven", {"identificatie": "teruggebeld", "reden": ""})
    assert "Vul in waarom u 2FA vrijgeeft." in await read(asked)

    own = await desk.post(f"{place}/2fa-vrijgeven", GROUNDS)
    assert (own.status, "Een collega moet" in await read(own)) == (403, True)
    desk.client.session.cookie_jar.update_cookies(
        {"dnr-session": colleague.token}, response_url=desk.client.make_url("/")
    )
    desk.owner = await account_id(colleague)
    answer = await desk.post(f"{place}/2fa-vrijgeven", GROUNDS)

    assert answer.headers["Location"] == f"/gemeente/GM9901/bedrijven/{company}"
    assert await sql.fetchval("SELECT count(*) FROM accounts WHERE enrolment_frozen_at IS NOT NULL") == 0
    assert "niets om vrij te geven" in await reads(desk, f"{place}/2fa-vrijgeven")


async def test_staff_require_it_from_a_day_and_take_that_back(desk, enrolled, sql):
    assert "Alle ondernemers hebben 2FA." in await reads(desk, POLICY)

    wrong = await desk.post(POLICY, {"keuze": "vanaf", "vanaf": "ooit"})
    assert (wrong.status, 'value="ooit"' in await read(wrong)) == (400, True)
    announced = await desk.post(POLICY, {"keuze": "vanaf", "vanaf": "1 januari 2027"})
    assert (announced.status, announced.headers["Location"]) == (303, POLICY)
    page = await reads(desk, POLICY)
    assert "2FA wordt verplicht op 1 januari 2027." in page
    assert "Uw keuze is opgeslagen." in page
    assert "We sturen nu een e-mail" in page

    undocumented = await desk.post(POLICY, {"keuze": "uit", "reden": ""})
    assert "Vul in waarom u 2FA niet verplicht." in await read(undocumented)
    await desk.post(POLICY, {"keuze": "uit", "reden": "Proef."})
    assert "2FA is niet verplicht." in await reads(desk, POLICY)


@pytest.mark.parametrize(
    ("has_totp", "told"),
    [
        (True, "Alle ondernemers hebben 2FA."),
        (False, "1 van de 1 ondernemers moet bij het volgende bezoek 2FA instellen."),
    ],
)
async def test_whom_it_strikes_is_shown_before_it_is_required_at_once(desk, enrolled, sql, has_totp, told):
    if not has_totp:
        await sql.execute("DELETE FROM totp_enrolments WHERE account_id = $1", await account_id(enrolled))
    page = await reads(desk, POLICY)
    assert f'href="{POLICY}/nu"' in page
    assert 'value="nu"' not in page

    sure = await reads(desk, f"{POLICY}/nu")

    assert f"Weet u het zeker? {told}" in sure
    assert "Ja, nu verplichten" in sure
    assert "2FA is niet verplicht." in await reads(desk, POLICY)


async def test_staff_require_it_at_once_and_no_longer(desk, enrolled):
    await desk.post(POLICY, {"keuze": "nu"})
    assert (await desk.get(f"{POLICY}/nu")).headers["Location"] == POLICY
    page = await reads(desk, POLICY)
    assert "2FA is verplicht." in page
    assert "Accounts die al 2FA gebruiken, blijven 2FA gebruiken." in page
    assert re.search(r'name="vanaf"', page) is None

    again = await desk.post(POLICY, {"keuze": "nu"})
    assert again.status == 303
    assert "U heeft niets gewijzigd." in await reads(desk, POLICY)
    assert (await desk.post(POLICY, {"keuze": "ooit"})).status == 400


async def test_another_gemeentes_policy_is_not_there(desk, sql):
    for path in ("/gemeente/GM9902/2fa", "/gemeente/x/2fa"):
        assert (await desk.get(path)).status == 404
        assert (await desk.get(f"{path}/nu")).status == 404
        assert (await desk.post(path, {"keuze": "nu"})).status == 404

    assert await sql.fetchval("SELECT count(*) FROM gemeenten WHERE totp_required") == 0
