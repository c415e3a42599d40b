"""The pages about one's own data: what they show, what they refuse, and to whom."""

import re
from datetime import timedelta
from html import unescape

import pytest

from tests.integration.auth.browsing import ADDRESS, comparable
from tests.integration.auth.scene import PASSWORD

DETAILS = "/account/gegevens"
CHANGE = "/account/email"
CONFIRM = "/account/email-bevestigen"
CLOSE = "/account/sluiten"
EXPORT = "/account/gegevens/export"
NEW, OTHER = "jan@nieuw.example", "piet@demaan.example"
COMPANY = {
    "naamOnderneming": "Hotel De Maan",
    "adres": "Kerkplein 3",
    "postcode": "4321 ab",
    "woonplaats": "Zeedorp",
    "kvkNummer": "",
    "telefoonnummer": "06-12345678",
    "aantalSlaapplekken": "12",
    "accommodatie": "hotel",
}


@pytest.fixture
async def owner(browser, make_account):
    """A browser in which the manager of a company has just logged in."""
    await make_account()
    await browser.post("/inloggen", {"email": ADDRESS, "wachtwoord": PASSWORD})
    return browser


async def text_of(browser, path):
    return unescape(await (await browser.get(path)).text())


@pytest.mark.parametrize("path", [DETAILS, CHANGE, CONFIRM, CLOSE, EXPORT])
async def test_without_a_session_the_page_leads_to_the_login_and_back(browser, path):
    assert (await browser.get(path)).headers["Location"] == f"/inloggen?terug={path}"


# A file would leave the question standing on the screen.
@pytest.mark.parametrize(("path", "back"), [(CHANGE, CHANGE), (CLOSE, CLOSE), (EXPORT, DETAILS)])
async def test_what_matters_asks_for_a_fresh_proof(owner, clock, path, back):
    assert (await owner.get(path)).status == 200
    clock.advance(timedelta(minutes=5))

    assert (await owner.get(path)).headers["Location"] == f"/account/bevestigen?terug={back}"


@pytest.mark.parametrize("path", [CHANGE, CLOSE])
async def test_a_post_of_what_matters_asks_for_it_too(owner, clock, sql, path):
    clock.advance(timedelta(minutes=5))
    before = await sql.fetch("SELECT email, state FROM accounts")

    data = {"csrf": await owner.token(DETAILS), "email": NEW}
    response = await owner.client.post(path, data=data, allow_redirects=False)

    assert response.headers["Location"] == f"/account/bevestigen?terug={path}"
    assert await sql.fetch("SELECT email, state FROM accounts") == before
    assert await sql.fetchval("SELECT count(*) FROM email_changes") == 0


# The company


async def hidden_fields(browser, path):
    page = await (await browser.get(path)).text()
    return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', page))


async def send(browser, path, fields):
    """Fill in the form of that page and press its button."""
    hidden = await hidden_fields(browser, path)
    return await browser.client.post(path, data={**hidden, **fields}, allow_redirects=False)


async def test_the_details_are_in_the_form_as_people_write_them(owner):
    page = await text_of(owner, DETAILS)

    assert 'value="Pension De Zon"' in page
    assert 'value="1234 AB"' in page
    assert '<option value="pension" selected>' in page


async def test_a_correction_is_saved_and_said(owner):
    response = await send(owner, DETAILS, COMPANY)

    assert (response.status, response.headers["Location"]) == (303, DETAILS)
    page = await text_of(owner, DETAILS)
    assert "Uw gegevens zijn opgeslagen." in page
    assert 'value="Hotel De Maan"' in page
    assert 'value="06 12345678"' in page
    assert "De gegevens van uw bedrijf zijn gewijzigd door uzelf." in page


async def test_when_nothing_was_changed_the_page_says_so(owner):
    await send(owner, DETAILS, COMPANY)
    await send(owner, DETAILS, COMPANY)

    assert "U heeft niets gewijzigd." in await text_of(owner, DETAILS)


async def test_refused_details_come_back_with_all_that_was_typed(owner):
    response = await send(owner, DETAILS, {**COMPANY, "postcode": "12 <b>"})

    page = await response.text()
    assert response.status == 400
    assert "Vul een postcode in met 4 cijfers en 2 letters, bijvoorbeeld 1234 AB." in page
    assert 'value="Hotel De Maan"' in page
    assert "12 &lt;b&gt;" in page


async def test_a_place_elsewhere_is_refused_with_whom_to_ask(owner):
    page = await (await send(owner, DETAILS, {**COMPANY, "woonplaats": "Bergen"})).text()

    assert "Deze woonplaats ligt niet in de gemeente Zeedorp." in page
    assert "help@zeedorp.example" in page


async def test_the_choice_of_gemeente_is_asked_and_kept(owner):
    asked = await (await send(owner, DETAILS, {**COMPANY, "woonplaats": "Rijswijk"})).text()
    assert '<option value="GM9901">Zeedorp</option>' in asked

    chosen = {**COMPANY, "woonplaats": "Rijswijk", "gemeente": "GM9901"}
    assert (await send(owner, DETAILS, chosen)).status == 303


async def test_a_user_sees_the_details_and_may_not_change_them(owner, sql):
    form = {**await hidden_fields(owner, DETAILS), **COMPANY}
    await sql.execute("UPDATE accounts SET role = 'gebruiker'")

    page = await text_of(owner, DETAILS)
    assert "Pension De Zon" in page
    assert 'name="naamOnderneming"' not in page
    refused = await owner.client.post(DETAILS, data=form, allow_redirects=False)
    assert refused.status == 403
    assert "U mag deze pagina niet bekijken." in await refused.text()
    assert await sql.fetchval("SELECT name FROM companies") == "Pension De Zon"


async def test_staff_see_their_gemeente_and_can_not_close_their_account(owner, sql):
    await sql.execute("UPDATE accounts SET role = 'gemeentemedewerker', company_id = NULL")
    await sql.execute("INSERT INTO totp_enrolments SELECT id, '', '', '', now(), 0 FROM accounts")
    await sql.execute("UPDATE sessions SET totp_proven_at = password_proven_at")

    page = await text_of(owner, DETAILS)
    assert "U werkt voor de gemeente Zeedorp." in page
    assert CLOSE not in page
    assert (await owner.get(CLOSE)).status == 403
    assert (await owner.get(EXPORT)).status == 200


async def test_too_many_corrections_are_slowed_down_without_losing_what_was_typed(owner):
    for number in range(30):
        await send(owner, DETAILS, {**COMPANY, "aantalSlaapplekken": str(number + 20)})

    slowed = await send(owner, DETAILS, COMPANY)

    assert slowed.status == 429
    assert 'value="Kerkplein 3"' in await slowed.text()


async def test_what_was_filled_in_outlives_the_session(owner, sql):
    hidden = await hidden_fields(owner, DETAILS)
    await sql.execute("DELETE FROM sessions")
    typed = {**hidden, **COMPANY, "woonplaats": "Rijswijk", "gemeente": "GM9902"}
    lost = await owner.client.post(DETAILS, data=typed, allow_redirects=False)
    assert lost.headers["Location"] == f"/inloggen?terug={DETAILS}"

    await owner.post("/inloggen", {"email": ADDRESS, "wachtwoord": PASSWORD})

    page = await text_of(owner, DETAILS)
    assert "Wat u had ingevuld, is nog niet opgeslagen." in page
    assert 'value="Hotel De Maan"' in page
    assert '<option value="GM9902" selected>Bergen</option>' in page


async def test_the_form_of_another_account_saves_nothing(owner, make_account, sql):
    hidden = await hidden_fields(owner, DETAILS)
    await sql.execute("DELETE FROM outbox")
    await make_account(email=OTHER)
    await owner.client.post("/uitloggen", data={"csrf": hidden["csrf"]}, allow_redirects=False)
    await owner.post("/inloggen", {"email": OTHER, "wachtwoord": PASSWORD})

    refused = await owner.client.post(DETAILS, data={**hidden, **COMPANY}, allow_redirects=False)

    assert refused.status == 403
    assert await sql.fetchval("SELECT count(*) FROM companies WHERE name = 'Hotel De Maan'") == 0


# The address


async def test_the_whole_way_to_another_address(owner, outbox, sql):
    await sql.execute("DELETE FROM outbox")
    asked = await send(owner, CHANGE, {"email": f" {NEW} "})
    assert (asked.status, asked.headers["Location"]) == (303, CONFIRM)
    assert f'We hebben een e-mail gestuurd naar <span class="address">{NEW}' in await text_of(owner, CONFIRM)
    assert NEW in await text_of(owner, DETAILS)
    (code,) = [mail.code for mail in await outbox.mails() if mail.to == NEW]

    confirmed = await send(owner, CONFIRM, {"code": f" {code.upper()} "})

    assert (confirmed.status, confirmed.headers["Location"]) == (303, DETAILS)
    page = await text_of(owner, DETAILS)
    assert "Uw e-mailadres is gewijzigd." in page
    assert f'U logt in met <span class="address">{NEW}' in page
    assert "Het e-mailadres is gewijzigd door uzelf." in page
    assert ADDRESS not in page


async def test_looking_at_the_mailed_page_uses_nothing_up(owner, outbox, sql):
    await sql.execute("DELETE FROM outbox")
    await send(owner, CHANGE, {"email": NEW})
    (code,) = [mail.code for mail in await outbox.mails() if mail.to == NEW]

    for path in (CONFIRM, f"{CONFIRM}?code={code}"):
        for _ in range(5):
            assert (await owner.client.get(path)).status == 200
            assert (await owner.client.head(path)).status == 200

    assert (await send(owner, CONFIRM, {"code": code})).status == 303


async def test_known_and_unknown_addresses_get_the_same_answers(owner, make_account, sql):
    await sql.execute("DELETE FROM outbox")
    await make_account(email=OTHER)
    answers = []
    for email in (OTHER, "piet@denaam.example"):
        asked = await comparable(owner, await send(owner, CHANGE, {"email": email}))
        page = await comparable(owner, await owner.get(CONFIRM))
        refused = await comparable(owner, await send(owner, CONFIRM, {"code": "0" * 48}))
        answers.append(re.sub(r"piet@de\w+\.example", "", str((asked, page, refused))))

    assert answers[0] == answers[1]


async def test_an_address_that_can_not_be_one_comes_back(owner):
    response = await send(owner, CHANGE, {"email": "jan@"})

    page = await response.text()
    assert response.status == 400
    assert "Vul een geldig e-mailadres in, bijvoorbeeld naam@voorbeeld.nl." in page
    assert 'value="jan@"' in page


async def test_a_code_that_is_wrong_is_refused_and_shown_again(owner):
    response = await send(owner, CONFIRM, {"code": "0" * 48})

    page = unescape(await response.text())
    assert response.status == 400
    assert "Code is ongeldig." in page
    # By a link that stands there.
    assert "Vraag een nieuwe code aan met 'Ik heb geen code ontvangen.'" in page
    assert '<a href="/account/email">Ik heb geen code ontvangen.</a>' in page
    assert f'value="{"0" * 48}"' in page


async def test_an_address_that_was_taken_meanwhile_is_named_as_such(owner, outbox, make_account, sql):
    await sql.execute("DELETE FROM outbox")
    await send(owner, CHANGE, {"email": NEW})
    (code,) = [mail.code for mail in await outbox.mails() if mail.to == NEW]
    await sql.execute("DELETE FROM outbox")
    await make_account(email=NEW)

    response = await send(owner, CONFIRM, {"code": code})

    assert response.status == 400
    assert "Dit e-mailadres is nu van een ander account." in await response.text()


async def test_asking_too_often_is_slowed_down_on_the_page(owner):
    for number in range(5):
        await send(owner, CHANGE, {"email": f"jan{number}@nieuw.example"})

    slowed = await send(owner, CHANGE, {"email": NEW})

    assert slowed.status == 429
    assert int(slowed.headers["Retry-After"]) > 0
    assert f'value="{NEW}"' in await slowed.text()


# Closing


async def test_closing_takes_two_presses_and_says_what_happened(owner, sql):
    page = await text_of(owner, CLOSE)
    assert "Weet u het zeker?" in page
    assert await sql.fetchval("SELECT state FROM accounts") == "active"

    closed = await send(owner, CLOSE, {})

    assert (closed.status, closed.headers["Location"]) == (303, "/inloggen")
    assert closed.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert not owner.cookie("dnr-session")
    assert "Uw account is gesloten." in await text_of(owner, "/inloggen")
    refused = await owner.post("/inloggen", {"email": ADDRESS, "wachtwoord": PASSWORD})
    assert "U kunt niet inloggen met dit account." in await refused.text()
    assert "help@zeedorp.example" in await refused.text()


async def test_the_only_manager_is_told_why_the_account_stays_open(owner, sql):
    await sql.execute(
        "INSERT INTO accounts SELECT gen_random_uuid(), 'piet@dezon.example', 'piet@dezon.example',"
        " password_hash, 'gebruiker', 'active', company_id, gemeente_code, created_at, password_changed_at"
        " FROM accounts"
    )

    response = await send(owner, CLOSE, {})

    page = await response.text()
    assert response.status == 400
    assert "u bent de enige beheerder" in page
    assert "help@zeedorp.example" in page
    assert (await owner.get(DETAILS)).status == 200


async def test_nobody_else_can_close_an_account(owner, sql):
    response = await owner.client.post(CLOSE, data={"csrf": "x"}, allow_redirects=False)

    assert response.status == 403
    assert await sql.fetchval("SELECT state FROM accounts") == "active"
