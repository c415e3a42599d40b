"""/beheer: all gemeenten for those of the platform, and switching one on."""

import re
from datetime import timedelta
from html import unescape

import pytest

from auth_service.accounts.account import Role
from auth_service.accounts.gemeente_admission import AdmissionForm
from auth_service.accounts.refusals import NoSuchGemeente, NotAllowed, ProofNeeded
from auth_service.flows.gemeente_import import GemeenteImport
from tests.cbs_files import whole_country
from tests.integration.auth.browsing import ADDRESS
from tests.integration.auth.scene import PASSWORD, anyone, registration_form
from tests.integration.auth.staff import make_staff, prove_factors
from tests.integration.auth.test_gemeente_import import table_of

LIST, ELDERS = "/beheer", "/beheer/gemeenten/GM9903"
JOINING = {"doetMee": "ja", "email": "post@elders.example", "telefoonnummer": "14 0228", "host": ""}
OTHERS = [Role.ONDERNEMER, Role.GEBRUIKER, Role.GEMEENTEMEDEWERKER]


@pytest.fixture
def logged_in_as(browser, make_account, sql):
    """A browser in which somebody of this role has just logged in."""

    async def log_in(role):
        await make_account()
        await make_staff(sql, ADDRESS, role, "GM9901")
        await browser.post("/inloggen", {"email": ADDRESS, "wachtwoord": PASSWORD})
        await prove_factors(sql)
        browser.owner = await sql.fetchval("SELECT id FROM accounts WHERE email_key = $1", ADDRESS)
        return browser

    return log_in


@pytest.fixture
async def platform(logged_in_as):
    return await logged_in_as(Role.BEHEERDER)


@pytest.fixture
async def country(database, clock):
    """2 500 places in 342 gemeenten, beside the three of every test."""
    await GemeenteImport(database, clock).run(table_of(whole_country()), 2024)


async def page_of(browser, path):
    response = await browser.get(path)
    assert response.status == 200
    return unescape(await response.text())


def names_on(page):
    return re.findall(r'<th scope="row"><a href="/gemeente/(GM\d{4})">', page)


async def all_kept(sql):
    gemeenten = await sql.fetch("SELECT * FROM gemeenten ORDER BY code")
    trail = await sql.fetch("SELECT act, gemeente_code, actor_role FROM audit_trail")
    return gemeenten, [tuple(line) for line in trail]


async def test_the_list_has_each_gemeente_and_what_belongs_to_it(platform, sql):
    page = await page_of(platform, LIST)

    assert names_on(page) == ["GM9902", "GM9903", "GM9901"]
    assert "3 gemeenten" in page
    zeedorp = page[page.index("/gemeente/GM9901") :]
    assert '<td data-label="Bedrijven">1</td>' in zeedorp
    assert '<a href="/beheer/gemeenten/GM9901">' in zeedorp
    assert '<a href="/gemeente/GM9901/medewerkers">' in zeedorp


@pytest.mark.parametrize(
    ("query", "codes"),
    [
        ("zoek=zee", ["GM9901"]),
        ("zoek=gm9902", ["GM9902"]),
        ("zoek=+ELDERS+", ["GM9903"]),
        ("zoek=nergens", []),
        ("zoek=%27%27", []),
        ("stand=doet-mee", ["GM9902", "GM9901"]),
        ("stand=doet-niet-mee", ["GM9903"]),
        ("stand=opgeheven", []),
        ("stand=onzin&pagina=onzin", ["GM9902", "GM9903", "GM9901"]),
        ("pagina=99999999999", ["GM9902", "GM9903", "GM9901"]),
    ],
)
async def test_the_list_is_searched_and_filtered(platform, query, codes):
    assert names_on(await page_of(platform, f"{LIST}?{query}")) == codes


async def test_a_dissolved_gemeente_stays_in_the_list(platform, sql):
    await sql.execute("UPDATE gemeenten SET dissolved_in = 2024 WHERE code = 'GM9902'")

    page = await page_of(platform, f"{LIST}?stand=opgeheven")

    assert names_on(page) == ["GM9902"]
    assert "Opgeheven in 2024" in page


async def test_the_list_comes_in_pages_of_fifty(platform, country):
    first = await page_of(platform, f"{LIST}?stand=doet-niet-mee")
    last = await page_of(platform, f"{LIST}?stand=doet-niet-mee&pagina=7")

    assert "343 gemeenten, pagina 1 van 7" in first
    assert (len(names_on(first)), len(names_on(last))) == (50, 43)
    assert 'href="/beheer?stand=doet-niet-mee&pagina=2" rel="next"' in first
    assert 'rel="prev"' not in first
    assert 'href="/beheer?stand=doet-niet-mee&pagina=6" rel="prev"' in last
    assert 'rel="next"' not in last


@pytest.mark.parametrize("path", [LIST, ELDERS])
async def test_without_a_session_the_page_leads_to_the_login_and_back(browser, path):
    assert (await browser.get(path)).headers["Location"] == f"/inloggen?terug={path}"


@pytest.mark.parametrize("role", OTHERS)
async def test_others_see_and_change_nothing(logged_in_as, sql, role):
    browser = await logged_in_as(role)
    before = await all_kept(sql)

    answers = [await browser.get(LIST), await browser.get(ELDERS), await browser.post(ELDERS, JOINING)]

    assert [answer.status for answer in answers] == [403, 403, 403]
    assert await all_kept(sql) == before


async def test_a_gemeente_that_is_none_is_not_found(platform, sql):
    before = await all_kept(sql)

    for answer in (
        await platform.get(f"{LIST}/gemeenten/GM0000"),
        await platform.post(f"{LIST}/gemeenten/x", JOINING),
    ):
        assert answer.status == 404

    assert await all_kept(sql) == before


async def test_a_gemeente_joins_and_people_register_there(platform, services, sql):
    answer = await platform.post(ELDERS, JOINING)

    assert (answer.status, answer.headers["Location"]) == (303, ELDERS)
    assert "De gemeente is opgeslagen." in await page_of(platform, ELDERS)
    row = await sql.fetchrow("SELECT participating, email, phone, host FROM gemeenten WHERE code = 'GM9903'")
    assert tuple(row) == (True, "post@elders.example", "14 0228", None)
    assert (await all_kept(sql))[1] == [("gemeente_joined", "GM9903", "beheerder")]
    await services.registration.register(
        registration_form(place="Elders", email="piet@elders.example"), anyone()
    )


async def test_a_gemeente_leaves_and_its_people_stay(platform, services, make_account, log_in, sql):
    await make_account(email="piet@demaan.example")
    form = await page_of(platform, "/beheer/gemeenten/GM9901")

    await platform.post("/beheer/gemeenten/GM9901", {"email": "help@zeedorp.example"})

    assert "Wie al een account heeft, kan gewoon blijven inloggen." in form
    assert (await all_kept(sql))[1][-1] == ("gemeente_left", "GM9901", "beheerder")
    assert (await log_in("piet@demaan.example")).gemeente.participating is False


async def test_other_details_are_a_change(platform, sql):
    fields = {"doetMee": "ja", "email": "help@zeedorp.example", "telefoonnummer": "0228 123 456"}

    await platform.post("/beheer/gemeenten/GM9901", {**fields, "host": "zeedorp.example.nl"})

    assert (await all_kept(sql))[1] == [("gemeente_changed", "GM9901", "beheerder")]
    assert await sql.fetchval("SELECT reason FROM audit_trail") == "host: - -> zeedorp.example.nl"


async def test_saving_what_is_so_already_is_no_act(platform, sql):
    fields = {"doetMee": "ja", "email": "help@zeedorp.example", "telefoonnummer": "0228 123 456"}
    before = await all_kept(sql)

    answer = await platform.post("/beheer/gemeenten/GM9901", fields)

    assert answer.status == 303
    assert "U heeft niets gewijzigd." in await page_of(platform, "/beheer/gemeenten/GM9901")
    assert await all_kept(sql) == before


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"email": ""}, "Vul het e-mailadres van de gemeente in."),
        ({"email": "post"}, "Vul een geldig e-mailadres in, bijvoorbeeld naam@voorbeeld.nl."),
        ({"telefoonnummer": "bel ons"}, "Vul een geldig telefoonnummer in, bijvoorbeeld 14 010"),
        ({"host": "localhost"}, "Vul alleen de hostnaam in"),
        ({"host": "bergen.example.nl"}, "Deze hostnaam is al van een andere gemeente."),
    ],
)
async def test_what_is_wrong_is_said_at_its_field_with_all_that_was_typed(platform, sql, typed, said):
    await sql.execute("UPDATE gemeenten SET host = 'bergen.example.nl' WHERE code = 'GM9902'")
    before = await all_kept(sql)

    answer = await platform.post(ELDERS, {**JOINING, **typed})

    page = unescape(await answer.text())
    assert answer.status == 400
    assert said in page
    assert all(f'value="{text}"' in page for text in {**JOINING, **typed}.values() if text)
    assert 'value="ja" checked' in page
    assert await all_kept(sql) == before


async def test_a_dissolved_gemeente_does_not_join(platform, sql):
    await sql.execute("UPDATE gemeenten SET dissolved_in = 2024 WHERE code = 'GM9903'")

    answer = await platform.post(ELDERS, JOINING)

    assert answer.status == 400
    assert "Deze gemeente is opgeheven en kan niet meer gaan meedoen." in unescape(await answer.text())


async def test_to_decide_asks_for_a_fresh_proof(platform, clock, sql):
    clock.advance(timedelta(minutes=5))
    before = await all_kept(sql)

    for answer in (await platform.get(ELDERS), await platform.post(ELDERS, JOINING)):
        assert answer.headers["Location"] == f"/account/bevestigen?terug={ELDERS}"

    assert await all_kept(sql) == before


async def test_who_decides_too_often_waits(platform, sql):
    for number in range(30):
        await platform.post(ELDERS, {**JOINING, "telefoonnummer": f"14 02{number % 2}0"})

    answer = await platform.post(ELDERS, JOINING)

    assert answer.status == 429
    assert 'value="post@elders.example"' in await answer.text()


async def test_what_he_may_is_judged_when_he_does_it(platform, services, sql):
    read_before = await services.sessions.logged_in(platform.cookie("dnr-session"))
    flow = services.gemeente_admission
    form = AdmissionForm(participating=True, contact_email="post@elders.example")
    before = await all_kept(sql)

    await sql.execute("UPDATE accounts SET role = 'gemeentemedewerker'")
    with pytest.raises(NoSuchGemeente):
        await flow.decide(read_before, "GM9903", form)
    with pytest.raises(NotAllowed):
        await flow.decide(read_before, "GM9901", form)
    await sql.execute("UPDATE accounts SET role = 'beheerder'")
    await sql.execute("UPDATE sessions SET totp_proven_at = totp_proven_at - interval '10 minutes'")
    with pytest.raises(ProofNeeded):
        await flow.decide(read_before, "GM9903", form)

    assert await all_kept(sql) == before
