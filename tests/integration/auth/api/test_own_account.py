"""The calls about one's own data, over the flows of the pages."""

from datetime import timedelta

import pytest

from tests.integration.auth.api.scene import (
    ADDRESS,
    COMPANY,
    CREDENTIALS,
    UNKNOWN_CODE,
    problem_in,
    reasons,
)
from tests.integration.auth.scene import PASSWORD

NEW, OTHER = "jan@nieuw.example", "piet@demaan.example"
SENSITIVE = [("POST", "/emailwijzigingen"), ("GET", "/gegevensexport"), ("DELETE", "/account")]


@pytest.fixture
async def owner(api, make_account, sql):
    """A client that has just logged in as the manager of a company."""
    await make_account()
    opened = await api.post("/sessies", CREDENTIALS)
    api.headers = {"Authorization": f"Bearer {(await opened.json())['token']}"}
    await sql.execute("DELETE FROM outbox")
    return api


async def test_the_details_of_the_company_are_told_and_corrected(owner):
    corrected = await owner.send_to("/bedrijfsgegevens", json={**COMPANY, "naamOnderneming": "Hotel De Maan"})

    assert (corrected.status, await corrected.text()) == (204, "")
    told = await owner.get("/bedrijfsgegevens")
    assert (told.status, await told.json()) == (
        200,
        {
            "naamOnderneming": "Hotel De Maan",
            "adres": "Dorpsstraat 12",
            "postcode": "1234AB",
            "woonplaats": "Zeedorp",
            "kvkNummer": "12345678",
            "telefoonnummer": None,
            "aantalSlaapplekken": 4,
            "accommodatie": "pension",
        },
    )


async def test_a_place_elsewhere_is_told_with_whom_to_ask(owner):
    response = await owner.send_to("/bedrijfsgegevens", json={**COMPANY, "woonplaats": "Bergen"})

    told = reasons(await problem_in(response, 400, "ongeldige-invoer"))
    assert told["woonplaats"].startswith("Deze woonplaats ligt niet in de gemeente Zeedorp.")


async def test_a_user_may_look_and_not_correct(owner, sql):
    await sql.execute("UPDATE accounts SET role = 'gebruiker'")

    assert (await owner.get("/bedrijfsgegevens")).status == 200
    await problem_in(await owner.send_to("/bedrijfsgegevens", json=COMPANY), 403, "geen-toegang")


async def test_another_address_takes_the_code_that_was_mailed_there(owner, outbox, api):
    asked = await owner.send_to("/emailwijzigingen", json={"email": NEW})
    assert asked.status == 202
    assert (await asked.json())["uitleg"].startswith("We hebben een e-mail gestuurd")
    (code,) = [mail.code for mail in await outbox.mails() if mail.to == NEW]

    assert (await owner.send_to("/emailbevestigingen", json={"code": code})).status == 204

    assert (await (await owner.get("/sessies/huidige")).json())["email"] == NEW
    assert (await api.post("/sessies", {"email": NEW, "wachtwoord": PASSWORD})).status == 201
    await problem_in(await api.post("/sessies", CREDENTIALS), 401, "inloggen-mislukt")


async def test_known_and_unknown_addresses_are_answered_alike(owner, make_account):
    await make_account(email=OTHER)

    answers = [
        await (await owner.send_to("/emailwijzigingen", json={"email": email})).read()
        for email in (OTHER, NEW)
    ]

    assert answers[0] == answers[1]


async def test_a_wrong_code_and_an_address_that_was_taken_are_told_apart(owner, outbox, make_account, sql):
    await owner.send_to("/emailwijzigingen", json={"email": NEW})
    (code,) = [mail.code for mail in await outbox.mails() if mail.to == NEW]
    await sql.execute("DELETE FROM outbox")
    await make_account(email=NEW)

    wrong = await owner.send_to("/emailbevestigingen", json={"code": UNKNOWN_CODE})
    taken = await owner.send_to("/emailbevestigingen", json={"code": code})

    await problem_in(wrong, 400, "code-ongeldig")
    problem = await problem_in(taken, 409, "adres-bezet")
    assert problem["detail"].startswith("Dit e-mailadres is nu van een ander account.")


async def test_the_export_is_as_on_the_page(owner):
    response = await owner.get("/gegevensexport")

    held = await response.json()
    assert (response.status, held["account"]["email"]) == (200, ADDRESS)
    assert held["bedrijf"]["naamOnderneming"] == "Pension De Zon"


async def test_a_closed_account_is_told_so_to_who_knows_its_password(owner, api):
    assert (await owner.send("DELETE", "/account")).status == 204

    await problem_in(await owner.get("/sessies/huidige"), 401, "niet-ingelogd")
    problem = await problem_in(await api.post("/sessies", CREDENTIALS), 403, "gesloten")
    assert "help@zeedorp.example" in problem["detail"]


async def test_the_only_manager_is_told_why_the_account_stays_open(owner, sql):
    await sql.execute(
        "INSERT INTO accounts SELECT gen_random_uuid(), 'els@dezon.example', 'els@dezon.example',"
        " password_hash, 'gebruiker', 'active', company_id, gemeente_code, created_at, password_changed_at"
        " FROM accounts"
    )

    problem = await problem_in(await owner.send("DELETE", "/account"), 409, "laatste-beheerder")

    assert "u bent de enige beheerder" in problem["detail"]


@pytest.mark.parametrize(("method", "path"), SENSITIVE)
async def test_what_matters_asks_for_a_fresh_proof(owner, clock, sql, method, path):
    clock.advance(timedelta(minutes=5))
    body = {"json": {"email": NEW}} if method == "POST" else {}

    await problem_in(await owner.send(method, path, **body), 403, "herbevestiging-nodig")

    assert await sql.fetchval("SELECT state FROM accounts") == "active"
    assert await sql.fetchval("SELECT count(*) FROM email_changes") == 0


@pytest.mark.parametrize(
    ("method", "path"),
    [*SENSITIVE, ("GET", "/bedrijfsgegevens"), ("PUT", "/bedrijfsgegevens"), ("POST", "/emailbevestigingen")],
)
async def test_without_a_token_nobody_has_data(api, method, path):
    bodies = {
        "/bedrijfsgegevens": COMPANY,
        "/emailwijzigingen": {"email": NEW},
        "/emailbevestigingen": {"code": UNKNOWN_CODE},
    }
    body = {"json": bodies[path]} if method in ("PUT", "POST") else {}

    await problem_in(await api.send(method, path, **body), 401, "niet-ingelogd")
