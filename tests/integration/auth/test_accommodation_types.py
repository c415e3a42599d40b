"""Which types of accommodation a gemeente offers in its forms."""

from dataclasses import replace
from html import unescape

import pytest

from auth_service.accounts.company_details import ACCOMMODATION_TYPES
from auth_service.accounts.refusals import Field, InputRefused, Problem
from tests.integration.auth.api.conftest import api, open_api  # noqa: F401 - fixtures.
from tests.integration.auth.api.scene import REGISTRATION as REGISTERING
from tests.integration.auth.api.scene import problem_in, reasons
from tests.integration.auth.browsing import ADDRESS, REGISTRATION
from tests.integration.auth.scene import PASSWORD, ZEEDORP, registration_form

NOT_HERE = "Deze soort accommodatie kunt u niet kiezen in de gemeente Zeedorp. Kies een andere soort."
HOST = "zeedorp.example.nl"


@pytest.fixture
async def only_hotels_and_campings(sql):
    await sql.execute(
        "UPDATE gemeenten SET accommodation_types = '{hotel,camping}', host = $1 WHERE code = $2",
        HOST,
        ZEEDORP.code,
    )


def offered_on(page):
    return {value for value, label in ACCOMMODATION_TYPES.items() if f">{label}</option>" in unescape(page)}


@pytest.mark.usefixtures("only_hotels_and_campings")
async def test_the_form_of_the_gemeente_offers_its_own_only(browser):
    here = await (await browser.client.get("/registreren", headers={"Host": HOST})).text()
    elsewhere = await (await browser.get("/registreren")).text()

    assert offered_on(here) == {"hotel", "camping"}
    assert offered_on(elsewhere) == set(ACCOMMODATION_TYPES)


@pytest.mark.usefixtures("only_hotels_and_campings")
async def test_once_the_place_says_which_gemeente_it_is_others_are_refused(browser, sql):
    refused = await browser.post("/registreren", REGISTRATION | {"accommodatie": "pension"})
    page = await refused.text()

    assert refused.status == 400
    assert NOT_HERE in page
    assert offered_on(page) == {"hotel", "camping"}
    assert await sql.fetchval("SELECT count(*) FROM pending_registrations") == 0
    assert (await browser.post("/registreren", REGISTRATION | {"accommodatie": "hotel"})).status == 303


@pytest.mark.usefixtures("only_hotels_and_campings")
async def test_another_gemeente_offers_all(browser):
    response = await browser.post("/registreren", REGISTRATION | {"woonplaats": "Bergen"})

    assert response.status == 303


@pytest.mark.usefixtures("only_hotels_and_campings")
async def test_the_api_says_what_can_be_chosen(api):  # noqa: F811 - the fixture.
    problem = await problem_in(await api.post("/registraties", REGISTERING), 400, "ongeldige-invoer")

    assert reasons(problem) == {"accommodatie": NOT_HERE}
    assert problem["accommodaties"] == [
        {"waarde": "hotel", "naam": "Hotel"},
        {"waarde": "camping", "naam": "Camping of minicamping"},
    ]


async def test_what_a_company_has_already_stays_good(make_account, log_in, services, sql):
    await make_account()
    await sql.execute("UPDATE gemeenten SET accommodation_types = '{hotel,camping}'")
    logged_in = await log_in()
    form = registration_form(street_address="Kerkplein 3")

    assert await services.company_correction.correct(logged_in, form)
    assert await sql.fetchval("SELECT street_address FROM companies") == "Kerkplein 3"
    with pytest.raises(InputRefused) as refusal:
        await services.company_correction.correct(logged_in, replace(form, accommodation="hostel"))
    (violation,) = refusal.value.violations
    assert (violation.field, violation.problem) == (Field.ACCOMMODATION, Problem.NOT_OFFERED)


async def test_the_form_of_ones_own_details_offers_it_too(make_account, browser, sql):
    await make_account()
    await sql.execute("UPDATE gemeenten SET accommodation_types = '{hotel,camping}'")
    await browser.post("/inloggen", {"email": ADDRESS, "wachtwoord": PASSWORD})

    page = await (await browser.get("/account/gegevens")).text()

    assert offered_on(page) == {"hotel", "camping", "pension"}
    assert '<option value="pension" selected>' in page
