"""The helpdesk over the API: the same rules, in JSON."""

from datetime import timedelta
from uuid import uuid4

import pytest

from auth_service.accounts.attempt_budgets import HELPING_MAIL
from auth_service.accounts.mail_progress import MailState
from tests.integration.auth.api.scene import problem_in, reasons
from tests.integration.auth.helpdesk.conftest import UNKNOWN_USER

TYPO, RIGHT = "jna@dezon.example", "jan@dezon.example"
COMPANIES = "/gemeenten/GM9901/bedrijven"


@pytest.fixture
async def waiting(register, medewerker):
    """With a mistake in its address."""
    return await register(email=TYPO)


async def test_a_search_gives_what_the_page_shows(api, medewerker, waiting, report):
    await report(TYPO, MailState.REFUSED, UNKNOWN_USER)

    answer = await api.get(f"{COMPANIES}?zoek=zon&filter=mail-geweigerd&pagina=1", **medewerker.bearer)

    found = await answer.json()
    (company,) = found.pop("bedrijven")
    assert found == {"aantal": 1, "pagina": 1, "paginas": 1}
    assert company["id"] == str(waiting.id)
    assert (company["stand"], company["uitleg"]) == (
        "mailGeweigerd",
        "E-mail geweigerd: dit adres bestaat niet",
    )
    nothing = await api.get(f"{COMPANIES}?zoek=zon&filter=geblokkeerd", **medewerker.bearer)
    assert (await nothing.json())["bedrijven"] == []


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("?filter=x", "filter"),
        ("?pagina=0", "pagina"),
        ("?pagina=x", "pagina"),
        ("?pagina=1000000", "pagina"),
    ],
)
async def test_a_search_that_can_not_be_read_is_refused(api, medewerker, query, name):
    answer = await api.get(f"{COMPANIES}{query}", **medewerker.bearer)

    assert set(reasons(await problem_in(answer, 400, "ongeldige-invoer"))) == {name}


async def test_the_story_has_where_he_got_stuck_and_what_happened(api, medewerker, waiting, report):
    await report(TYPO, MailState.REFUSED, UNKNOWN_USER)

    story = await (await api.get(f"{COMPANIES}/{waiting.id}", **medewerker.bearer)).json()

    assert story["bedrijf"]["naamOnderneming"] == "Pension De Zon"
    assert (story["bevestigd"], story["email"], story["looptVast"]) == (False, TYPO, True)
    assert story["diagnose"].startswith("De e-mail met de code is geweigerd: dit adres bestaat niet.")
    assert [event["wat"] for event in story["verloop"]] == [
        "Aangemeld",
        f"E-mail 'E-mailadres bevestigen' aan {TYPO}",
    ]
    assert story["verloop"][1]["antwoord"] == UNKNOWN_USER


async def test_a_code_is_sent_again_until_it_is_too_often(api, medewerker, waiting, outbox):
    path = f"{COMPANIES}/{waiting.id}/activatiecodes"
    for _ in range(HELPING_MAIL.at_once):
        assert (await api.send("POST", path, headers=medewerker.bearer)).status == 204

    answer = await api.send("POST", path, headers=medewerker.bearer)

    await problem_in(answer, 429, "te-vaak")
    assert len(await outbox.mails()) == HELPING_MAIL.at_once


async def test_an_address_is_corrected_with_a_fresh_proof_only(api, medewerker, waiting, outbox, clock):
    path, body = f"{COMPANIES}/{waiting.id}/emailadres", {"email": RIGHT, "reden": "Typefout."}

    wrong = await api.send("PUT", path, json={"email": TYPO, "reden": ""}, headers=medewerker.bearer)
    right = await api.send("PUT", path, json=body, headers=medewerker.bearer)

    assert set(reasons(await problem_in(wrong, 400, "ongeldige-invoer"))) == {"email", "reden"}
    assert right.status == 204
    assert (await outbox.newest()).to == RIGHT
    clock.advance(timedelta(minutes=6))
    late = await api.send("PUT", path, json=body, headers=medewerker.bearer)
    await problem_in(late, 403, "herbevestiging-nodig")


async def test_what_is_confirmed_by_now_is_a_conflict(api, medewerker, waiting, activate):
    await activate(waiting)
    path, body = f"{COMPANIES}/{waiting.id}", {"email": RIGHT, "reden": "Typefout."}

    code = await api.send("POST", f"{path}/activatiecodes", headers=medewerker.bearer)
    address = await api.send("PUT", f"{path}/emailadres", json=body, headers=medewerker.bearer)

    await problem_in(code, 409, "aanmelding-veranderd")
    await problem_in(address, 409, "aanmelding-veranderd")


async def test_a_reset_is_mailed(api, medewerker, make_account, outbox, sql):
    await make_account(email=RIGHT)
    account_id = await sql.fetchval("SELECT id FROM accounts WHERE email_key = $1", RIGHT)
    path = f"/gemeenten/GM9901/gebruikers/{account_id}/wachtwoordherstelverzoeken"

    answer = await api.send("POST", path, headers=medewerker.bearer)

    assert answer.status == 204
    assert (await outbox.newest()).kind == "password_reset_code_issued"


async def test_of_another_gemeente_there_is_nothing(api, make_medewerker, register):
    waiting = await register(email=TYPO)
    mia = await make_medewerker(gemeente="GM9902")
    body = {"email": RIGHT, "reden": "Typefout."}

    for code, kind in (("GM9901", "onbekende-gemeente"), ("GM9902", "onbekend-bedrijf")):
        path = f"/gemeenten/{code}/bedrijven/{waiting.id}"
        for method, below, sent in (
            ("GET", "", None),
            ("POST", "/activatiecodes", None),
            ("PUT", "/emailadres", body),
        ):
            answer = await api.send(method, f"{path}{below}", json=sent, headers=mia.bearer)
            await problem_in(answer, 404, kind)
    nobody = f"/gemeenten/GM9902/gebruikers/{uuid4()}/wachtwoordherstelverzoeken"
    await problem_in(await api.send("POST", nobody, headers=mia.bearer), 404, "onbekend-account")


async def test_the_document_names_what_may_stand_behind_the_path(api):
    document = await (await api.get("/openapi.json")).json()

    parameters = document["paths"]["/gemeenten/{code}/bedrijven"]["get"]["parameters"]
    assert [(each["name"], each["in"], each["required"]) for each in parameters] == [
        ("code", "path", True),
        ("zoek", "query", False),
        ("filter", "query", False),
        ("pagina", "query", False),
    ]
