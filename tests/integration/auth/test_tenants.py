"""The pages of a gemeente, at its own host name: whom to ask, and who can register there."""

import pytest

from auth_service.accounts.refusals import Field, InputRefused, Problem
from tests.integration.auth.api.conftest import api, open_api  # noqa: F401 - fixtures.
from tests.integration.auth.api.scene import REGISTRATION as REGISTERING
from tests.integration.auth.api.scene import problem_in, reasons
from tests.integration.auth.browsing import ADDRESS, REGISTRATION
from tests.integration.auth.scene import PASSWORD, ZEEDORP, anyone, registration_form

HOST = "zeedorp.example.nl"
HELP = "Vragen? Neem contact op met de gemeente Zeedorp"
ELSEWHERE = "Deze woonplaats ligt niet in de gemeente Zeedorp. Ga naar de pagina van uw eigen gemeente."
# Rijswijk lies in Zeedorp and in Bergen.
AMBIGUOUS = REGISTRATION | {"woonplaats": "Rijswijk"}


@pytest.fixture
async def tenant(sql):
    """Zeedorp, with pages of its own."""
    await sql.execute("UPDATE gemeenten SET host = $1 WHERE code = $2", HOST, ZEEDORP.code)


@pytest.fixture
async def at_host(tenant, browser):
    """A browser on those pages."""
    browser.client.session.headers["Host"] = HOST
    return browser


@pytest.mark.parametrize(
    "path", ["/inloggen", "/registreren", "/wachtwoord-vergeten", "/activeren", "/handleiding", "/nergens"]
)
async def test_each_of_its_pages_says_whom_to_ask(at_host, path):
    page = await (await at_host.get(path)).text()

    assert "Gemeente Zeedorp" in page
    assert HELP in page
    assert 'href="mailto:help@zeedorp.example"' in page
    assert 'href="tel:0228123456"' in page


async def test_elsewhere_no_gemeente_is_named(tenant, browser):
    page = await (await browser.get("/inloggen")).text()

    assert "Zeedorp" not in page


async def test_no_header_makes_it_the_page_of_a_gemeente(tenant, browser):
    forged = {"X-Forwarded-Host": HOST, "Forwarded": f"host={HOST}"}

    page = await (await browser.client.get("/inloggen", headers=forged)).text()

    assert "Zeedorp" not in page


async def test_whoever_belongs_to_another_gemeente_is_told_of_his_own_once_he_is_in(at_host, make_account):
    await make_account(place="Bergen")
    await at_host.post("/inloggen", {"email": ADDRESS, "wachtwoord": PASSWORD})

    page = await (await at_host.get("/account")).text()

    assert "Neem contact op met de gemeente Bergen: " in page
    assert "Zeedorp" not in page


async def test_a_place_that_lies_in_several_is_taken_for_the_one_here(at_host, sql):
    response = await at_host.post("/registreren", AMBIGUOUS)

    assert response.status == 303
    assert await sql.fetchval("SELECT gemeente_code FROM pending_registrations") == ZEEDORP.code


async def test_nor_does_a_gemeente_that_was_sent_along_change_that(at_host, sql):
    await at_host.post("/registreren", AMBIGUOUS | {"gemeente": "GM9902"})

    assert await sql.fetchval("SELECT gemeente_code FROM pending_registrations") == ZEEDORP.code


async def test_a_place_elsewhere_is_sent_to_its_own_gemeente(at_host, sql):
    response = await at_host.post("/registreren", REGISTRATION | {"woonplaats": "Bergen"})

    page = await response.text()
    assert response.status == 400
    assert ELSEWHERE in page
    assert "In welke gemeente ligt uw accommodatie?" not in page
    assert await sql.fetchval("SELECT count(*) FROM pending_registrations") == 0


async def test_a_place_that_is_nowhere_is_said_to_be_unknown(at_host):
    response = await at_host.post("/registreren", REGISTRATION | {"woonplaats": "Nergenshuizen"})

    assert "Deze woonplaats kennen we niet." in await response.text()


async def test_correcting_stays_within_it_too(at_host, sql):
    await at_host.post("/registreren", AMBIGUOUS)
    registration = await sql.fetchval("SELECT id FROM pending_registrations")
    path = f"/registreren?wijzigen={registration}"
    form = await (await at_host.get("/registreren?wijzigen=1")).text()

    refused = await at_host.post(path, AMBIGUOUS | {"woonplaats": "Bergen"})
    corrected = await at_host.post(path, AMBIGUOUS | {"adres": "Kerkplein 3"})

    assert "In welke gemeente ligt uw accommodatie?" not in form
    assert (refused.status, corrected.status) == (400, 303)
    row = await sql.fetchrow("SELECT gemeente_code, street_address FROM pending_registrations")
    assert tuple(row) == (ZEEDORP.code, "Kerkplein 3")


async def test_a_gemeente_that_takes_no_part_any_more_registers_nobody(at_host, sql):
    await sql.execute("UPDATE gemeenten SET participating = false WHERE code = $1", ZEEDORP.code)

    response = await at_host.post("/registreren", REGISTRATION)

    assert "De gemeente Zeedorp gebruikt het Digitaal Nachregister niet." in await response.text()


async def test_its_name_is_no_password_even_where_the_place_is_not_known(services):
    form = registration_form(place="Nergens", password="Zeedorp Zeedorp")

    with pytest.raises(InputRefused) as refusal:
        await services.registration.register(form, anyone(), tenant=ZEEDORP)

    problems = {(violation.field, violation.problem) for violation in refusal.value.violations}
    assert problems == {
        (Field.PLACE, Problem.UNKNOWN_PLACE),
        (Field.PASSWORD, Problem.CONTEXT_PASSWORD),
    }


async def test_the_api_at_its_host_registers_in_it(tenant, api, sql):  # noqa: F811 - the fixture.
    answered = await api.post("/registraties", REGISTERING | {"woonplaats": "Rijswijk"}, Host=HOST)
    refused = await api.post("/registraties", REGISTERING | {"woonplaats": "Bergen"}, Host=HOST)

    assert answered.status == 202
    assert await sql.fetchval("SELECT gemeente_code FROM pending_registrations") == ZEEDORP.code
    assert reasons(await problem_in(refused, 400, "ongeldige-invoer")) == {"woonplaats": ELSEWHERE}
