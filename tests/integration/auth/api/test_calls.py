"""Each call of the API, over the flows of the pages."""

from datetime import timedelta
from uuid import UUID

import pytest

from auth_service.accounts.mail_hitches import MailHitch
from auth_service.accounts.mail_progress import MailState
from auth_service.accounts.visitors import Device, Visitor
from auth_service.storage.database import open_database
from auth_service.storage.mail_trail_table import MailReport
from auth_service.web.api.calls import CALLS
from auth_service.web.api.problem_kinds import FACTOR_OWED
from auth_service.web.api.registration_progress import REASONS, STATUSES
from auth_service.web.api.version import VERSION
from auth_service.web.security_headers import ALWAYS
from auth_service.wiring import build_services
from tests.integration.auth.api.scene import (
    ADDRESS,
    BODIES,
    CREDENTIALS,
    REGISTRATION,
    UNKNOWN_CODE,
    problem_in,
    reasons,
)
from tests.integration.auth.scene import OTHER_PASSWORD, PASSWORD

NEEDING_A_FULL_SESSION = [(call.method, call.path) for call in CALLS if set(FACTOR_OWED) <= set(call.refuses)]
TOO_SHORT = "Uw wachtwoord is te kort. Gebruik minstens 15 tekens."
CURRENT_REGISTRATION = "/registraties/huidige"


@pytest.fixture
def log_in(api, make_account):
    async def log_in():
        await make_account()
        return await log_in_again(api)

    return log_in


async def log_in_again(api, **other):
    opened = await api.post("/sessies", {**CREDENTIALS, **other})
    return {"Authorization": f"Bearer {(await opened.json())['token']}"}


async def test_the_whole_way_from_registration_to_logging_out(api, outbox):
    registered = await api.post("/registraties", REGISTRATION)
    assert registered.status == 202
    receipt = (await registered.json())["ontvangstbewijs"]

    code = (await outbox.code()).upper()
    activated = await api.post("/activaties", {"code": f" {code}\n", "ontvangstbewijs": receipt})
    assert (activated.status, await activated.text()) == (204, "")

    opened = await api.post("/sessies", CREDENTIALS)
    assert (opened.status, opened.headers["Location"]) == (201, "/v1/sessies/huidige")
    session = await opened.json()
    assert session == {"token": session["token"], "status": "volledig"}

    token = {"Authorization": f"Bearer {session['token']}"}
    assert (await api.get("/sessies/huidige", **token)).status == 200
    ended = await api.send("DELETE", "/sessies/huidige", headers=token)
    assert (ended.status, await ended.text()) == (204, "")
    await problem_in(await api.get("/sessies/huidige", **token), 401, "niet-ingelogd")


async def test_a_program_is_remembered_by_its_network_however_often_it_logs_in(api, outbox, sql):
    receipt = (await (await api.post("/registraties", REGISTRATION)).json())["ontvangstbewijs"]
    await api.post("/activaties", {"code": await outbox.code(), "ontvangstbewijs": receipt})

    for _ in range(2):
        assert (await api.post("/sessies", CREDENTIALS)).status == 201
    assert await sql.fetchval("SELECT count(*) FROM known_browsers") == 1


@pytest.mark.parametrize("path", BODIES)
async def test_every_answer_carries_the_version_the_security_headers_and_no_cookie(api, path):
    response = await api.send_to(path, json=BODIES[path])

    assert response.headers["API-Version"] == VERSION
    assert {name: response.headers[name] for name in ALWAYS} == ALWAYS
    assert response.headers["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in response.headers


# Registering


async def test_all_that_is_wrong_with_a_registration_is_told_at_once(api, sql):
    response = await api.post("/registraties", {**REGISTRATION, "postcode": "12", "email": "jan"})

    assert reasons(await problem_in(response, 400, "ongeldige-invoer")) == {
        "postcode": "Vul een postcode in met 4 cijfers en 2 letters, bijvoorbeeld 1234 AB.",
        "email": "Vul een geldig e-mailadres in, bijvoorbeeld naam@voorbeeld.nl.",
    }
    assert await sql.fetchval("SELECT count(*) FROM pending_registrations") == 0


async def test_a_place_in_several_gemeenten_comes_with_the_choices(api, outbox):
    ambiguous = {**REGISTRATION, "woonplaats": "Rijswijk"}

    problem = await problem_in(await api.post("/registraties", ambiguous), 400, "ongeldige-invoer")

    assert list(reasons(problem)) == ["gemeente"]
    assert {"code": "GM9902", "naam": "Bergen"} in problem["gemeenten"]
    assert (await api.post("/registraties", {**ambiguous, "gemeente": "GM9902"})).status == 202
    assert (await outbox.newest()).data["gemeente"]["name"] == "Bergen"


async def test_a_receipt_that_is_sent_along_is_kept(api):
    first = await (await api.post("/registraties", REGISTRATION)).json()

    again = await api.post("/registraties", REGISTRATION, Ontvangstbewijs=first["ontvangstbewijs"])

    assert await again.json() == first


async def test_whoever_holds_the_receipt_sees_what_becomes_of_the_mail(api, sql, database, clock):
    receipt = (await (await api.post("/registraties", REGISTRATION)).json())["ontvangstbewijs"]
    queued = await (await api.get(CURRENT_REGISTRATION, Ontvangstbewijs=receipt)).json()
    later = clock() + timedelta(minutes=5)
    event_id = await sql.fetchval("SELECT event_id FROM mail_trail")
    async with database.transaction() as tx:
        report = MailReport(event_id, MailState.DEFERRED, 1, "451 4.7.1 Greylisted", later, clock())
        await tx.mail_trail.record(report)

    response = await api.get(CURRENT_REGISTRATION, Ontvangstbewijs=receipt)

    assert (response.status, response.headers["Cache-Control"]) == (200, "no-store")
    assert await response.json() == {
        "email": "ja***@dezon.example",
        "emails": [
            {
                "status": "vertraagd",
                "tijdstip": "2026-11-23T13:05:00Z",
                "volgendePoging": "2026-11-23T13:10:00Z",
                "reden": "nuNiet",
            }
        ],
    }
    assert queued["emails"] == [
        {
            "status": "inWachtrij",
            "tijdstip": "2026-11-23T13:05:00Z",
            "volgendePoging": None,
            "reden": None,
        }
    ]


async def test_without_the_receipt_of_a_registration_that_waits_there_is_nothing_to_see(api, outbox):
    receipt = (await (await api.post("/registraties", REGISTRATION)).json())["ontvangstbewijs"]
    code = await outbox.code()
    assert (await api.post("/activaties", {"code": code, "ontvangstbewijs": receipt})).status == 204

    for headers in ({}, {"Ontvangstbewijs": "of-nobody"}, {"Ontvangstbewijs": receipt}):
        await problem_in(await api.get(CURRENT_REGISTRATION, **headers), 404, "geen-registratie")


@pytest.mark.parametrize(
    ("mine", "ours"), [(STATUSES, MailState), (REASONS, MailHitch)], ids=["status", "reden"]
)
def test_every_state_and_every_reason_has_a_name_for_integrators(mine, ours):
    assert set(mine) == set(ours)
    assert len(set(mine.values())) == len(mine)


async def test_a_whole_number_may_have_a_zero_behind_the_point(api):
    assert (await api.post("/registraties", {**REGISTRATION, "aantalSlaapplekken": 4.0})).status == 202


# Confirming the address


async def test_asking_for_another_code_is_noted(api, sql):
    response = await api.post("/activatiecodes", {"email": ADDRESS})

    assert response.status == 202
    assert (await response.json())["uitleg"].startswith("Is uw e-mailadres bekend en nog niet bevestigd?")
    assert await sql.fetchval("SELECT count(*) FROM mail_requests") == 1


async def test_asking_for_another_code_takes_an_address(api):
    response = await api.post("/activatiecodes", {"email": ""})

    problem = await problem_in(response, 400, "ongeldige-invoer")
    assert reasons(problem) == {"email": "Vul uw e-mailadres in."}


@pytest.mark.parametrize("where", ["body", "header"])
async def test_the_receipt_of_the_registration_proves_who_activates(api, make_pending, where):
    code, receipt = await make_pending()
    body, headers = {"code": code}, {}
    if where == "body":
        body["ontvangstbewijs"] = receipt
    else:
        headers["Ontvangstbewijs"] = receipt

    assert (await api.post("/activaties", body, **headers)).status == 204


async def test_the_chosen_password_proves_who_activates(api, make_pending):
    code, _ = await make_pending()

    assert (await api.post("/activaties", {"code": code, "wachtwoord": PASSWORD})).status == 204


async def test_a_code_alone_does_not_activate(api, make_pending):
    code, _ = await make_pending()

    response = await api.post("/activaties", {"code": code})

    problem = await problem_in(response, 400, "ongeldige-invoer")
    assert reasons(problem) == {"wachtwoord": "Vul het wachtwoord in dat u koos toen u zich aanmeldde."}


async def test_a_receipt_in_a_cookie_counts_for_nothing(api, make_pending):
    code, receipt = await make_pending()

    response = await api.post("/activaties", {"code": code}, Cookie=f"dnr-receipt={receipt}")

    await problem_in(response, 400, "ongeldige-invoer")


async def test_an_unknown_code_is_refused(api):
    response = await api.post("/activaties", {"code": UNKNOWN_CODE, "wachtwoord": PASSWORD})

    problem = await problem_in(response, 400, "code-ongeldig")
    assert list(reasons(problem)) == ["code"]


# Sessions


async def test_a_rejected_login_names_a_way_to_authenticate(api, make_account):
    await make_account()

    response = await api.post("/sessies", {**CREDENTIALS, "wachtwoord": OTHER_PASSWORD})

    problem = await problem_in(response, 401, "inloggen-mislukt")
    assert problem["detail"].startswith("Het e-mailadres of het wachtwoord klopt niet.")
    assert response.headers["WWW-Authenticate"] == "Bearer"


async def test_only_with_the_receipt_a_login_tells_that_the_address_is_not_confirmed(api, make_pending):
    _, receipt = await make_pending()

    with_receipt = await api.post("/sessies", {**CREDENTIALS, "ontvangstbewijs": receipt})

    await problem_in(with_receipt, 403, "niet-geactiveerd")
    await problem_in(await api.post("/sessies", CREDENTIALS), 401, "inloggen-mislukt")


async def test_a_blocked_account_is_told_whom_to_ask_after_the_right_password_only(api, make_account, sql):
    await make_account()
    await sql.execute("UPDATE accounts SET state = 'blocked'")

    problem = await problem_in(await api.post("/sessies", CREDENTIALS), 403, "geblokkeerd")

    assert "help@zeedorp.example" in problem["detail"]
    wrong = await api.post("/sessies", {**CREDENTIALS, "wachtwoord": OTHER_PASSWORD})
    await problem_in(wrong, 401, "inloggen-mislukt")


async def test_a_session_tells_who_is_behind_it_and_when_it_ends(api, log_in, clock):
    token = await log_in()
    clock.advance(timedelta(minutes=10))

    session = await (await api.get("/sessies/huidige", **token)).json()

    assert session == {
        "email": ADDRESS,
        "rol": "ondernemer",
        "naamOnderneming": "Pension De Zon",
        "gemeente": {"naam": "Zeedorp", "email": "help@zeedorp.example", "telefoonnummer": "0228 123 456"},
        "status": "volledig",
        "gestartOp": "2026-11-23T13:05:00Z",
        "verlooptOp": "2026-11-23T13:45:00Z",
    }


async def test_an_idle_session_no_longer_counts(api, log_in, clock):
    token = await log_in()
    clock.advance(timedelta(minutes=31))

    response = await api.get("/sessies/huidige", **token)

    await problem_in(response, 401, "niet-ingelogd")
    assert response.headers["WWW-Authenticate"] == 'Bearer error="invalid_token"'


@pytest.mark.parametrize("method", ["GET", "DELETE"])
@pytest.mark.parametrize(
    ("credentials", "challenge"),
    [
        (None, "Bearer"),
        ("", 'Bearer error="invalid_token"'),
        ("Bearer", 'Bearer error="invalid_token"'),
        ("Bearer " + "x" * 43, 'Bearer error="invalid_token"'),
        ("Bearer " + "x" * 5_000, 'Bearer error="invalid_token"'),
        ("Bearer é\udcff", 'Bearer error="invalid_token"'),
        ("Basic amFuOndhY2h0d29vcmQ=", 'Bearer error="invalid_token"'),
    ],
)
async def test_without_the_token_of_a_session_nobody_is_logged_in(api, method, credentials, challenge):
    headers = {} if credentials is None else {"Authorization": credentials}

    response = await api.send(method, "/sessies/huidige", headers=headers)

    await problem_in(response, 401, "niet-ingelogd")
    assert response.headers["WWW-Authenticate"] == challenge


async def test_a_session_in_a_cookie_counts_for_nothing(api, log_in):
    token = (await log_in())["Authorization"].removeprefix("Bearer ")

    response = await api.get("/sessies/huidige", Cookie=f"dnr-session={token}")

    await problem_in(response, 401, "niet-ingelogd")


async def test_the_running_sessions_of_the_account_are_listed(api, log_in, services, clock):
    browser = Visitor("192.0.2.1", device=Device("Firefox", "Windows"))
    token = await log_in()
    clock.advance(timedelta(minutes=10))
    await services.login.log_in(ADDRESS, PASSWORD, visitor=browser)

    sessions = (await (await api.get("/sessies", **token)).json())["sessies"]

    assert [UUID(session.pop("id")) for session in sessions]
    assert sessions == [
        {
            "gestartOp": "2026-11-23T13:05:00Z",
            "laatstGebruiktOp": "2026-11-23T13:15:00Z",
            "browser": "Programma (API)",
            "systeem": None,
            "isHuidige": True,
        },
        {
            "gestartOp": "2026-11-23T13:15:00Z",
            "laatstGebruiktOp": "2026-11-23T13:15:00Z",
            "browser": "Firefox",
            "systeem": "Windows",
            "isHuidige": False,
        },
    ]


async def test_a_session_can_be_ended_by_its_id_once(api, log_in):
    token = await log_in()
    other = await log_in_again(api)
    (_, session) = (await (await api.get("/sessies", **token)).json())["sessies"]

    ended = await api.send("DELETE", f"/sessies/{session['id']}", headers=token)

    assert (ended.status, await ended.text()) == (204, "")
    await problem_in(await api.get("/sessies/huidige", **other), 401, "niet-ingelogd")
    again = await api.send("DELETE", f"/sessies/{session['id']}", headers=token)
    await problem_in(again, 404, "geen-sessie")


async def test_a_session_of_somebody_else_can_not_be_ended(api, log_in, make_account):
    token = await log_in()
    await make_account(email="piet@dezon.example")
    piet = await log_in_again(api, email="piet@dezon.example")
    (session,) = (await (await api.get("/sessies", **piet)).json())["sessies"]

    for session_id in (session["id"], "x", "00000000-0000-4000-8000-000000000000"):
        refused = await api.send("DELETE", f"/sessies/{session_id}", headers=token)
        await problem_in(refused, 404, "geen-sessie")
    assert (await api.get("/sessies/huidige", **piet)).status == 200


async def test_all_other_sessions_are_ended_at_once_and_nobody_elses(api, log_in, make_account):
    token, other, another = await log_in(), await log_in_again(api), await log_in_again(api)
    await make_account(email="piet@dezon.example")
    piet = await log_in_again(api, email="piet@dezon.example")

    for _ in range(2):
        ended = await api.send("DELETE", "/sessies", headers=token)
        assert (ended.status, await ended.text()) == (204, "")

    (session,) = (await (await api.get("/sessies", **token)).json())["sessies"]
    assert session["isHuidige"]
    for gone in (other, another):
        await problem_in(await api.get("/sessies/huidige", **gone), 401, "niet-ingelogd")
    assert (await api.get("/sessies/huidige", **piet)).status == 200


@pytest.mark.parametrize(("method", "path"), NEEDING_A_FULL_SESSION)
async def test_most_calls_want_a_session_that_owes_nothing(api, log_in, sql, method, path):
    token = await log_in()
    await sql.execute("UPDATE gemeenten SET totp_required = true")
    body = {"json": BODIES[path]} if path in BODIES else {}

    asked = path.replace("{id}", "x").replace("{code}", "GM9901")
    answer = await api.send(method, asked, headers=token, **body)

    await problem_in(answer, 403, "totp-instellen")
    assert (await api.get("/sessies/huidige", **token)).status == 200


# A new password


async def test_asking_for_a_reset_is_noted(api, sql):
    response = await api.post("/wachtwoordherstelverzoeken", {"email": ADDRESS})

    assert response.status == 202
    assert (await response.json())["uitleg"].startswith("Wanneer uw emailadres bekend is in ons systeem")
    assert await sql.fetchval("SELECT count(*) FROM mail_requests") == 1


async def test_a_reset_code_opens_the_account_with_a_new_password(api, services, log_in, outbox):
    token = await log_in()
    await api.post("/wachtwoordherstelverzoeken", {"email": ADDRESS})
    await services.mail_requests.answer_next()
    code = await outbox.code()

    same = await api.post("/wachtwoordherstellingen", {"code": code, "nieuwWachtwoord": PASSWORD})
    problem = await problem_in(same, 400, "ongeldige-invoer")
    assert reasons(problem) == {"nieuwWachtwoord": "Kies een ander wachtwoord dan uw oude wachtwoord."}

    done = await api.post("/wachtwoordherstellingen", {"code": code, "nieuwWachtwoord": OTHER_PASSWORD})
    assert done.status == 204
    await problem_in(await api.get("/sessies/huidige", **token), 401, "niet-ingelogd")
    assert (await api.post("/sessies", {**CREDENTIALS, "wachtwoord": OTHER_PASSWORD})).status == 201


async def test_an_activation_code_does_not_reset(api, make_pending):
    code, _ = await make_pending()

    response = await api.post("/wachtwoordherstellingen", {"code": code, "nieuwWachtwoord": OTHER_PASSWORD})

    await problem_in(response, 400, "code-ongeldig")


async def test_the_own_password_is_changed_and_the_token_goes_on(api, log_in, outbox):
    token = await log_in()
    other = await log_in_again(api)

    changed = await api.send("PUT", "/wachtwoord", json=BODIES["/wachtwoord"], headers=token)

    assert (changed.status, await changed.text()) == (204, "")
    assert (await api.get("/sessies/huidige", **token)).status == 200
    await problem_in(await api.get("/sessies/huidige", **other), 401, "niet-ingelogd")
    assert (await api.post("/sessies", {**CREDENTIALS, "wachtwoord": OTHER_PASSWORD})).status == 201
    assert (await outbox.newest()).kind == "password_changed"


async def test_all_that_is_wrong_with_a_change_of_password_is_told_at_once(api, log_in):
    token = await log_in()
    body = {"huidigWachtwoord": OTHER_PASSWORD, "nieuwWachtwoord": "kort"}

    for wrong, told in (
        (body, {"huidigWachtwoord": "Uw huidige wachtwoord klopt niet.", "nieuwWachtwoord": TOO_SHORT}),
        (
            {},
            {"huidigWachtwoord": "Vul uw huidige wachtwoord in.", "nieuwWachtwoord": "Kies een wachtwoord."},
        ),
    ):
        refused = await api.send("PUT", "/wachtwoord", json=wrong, headers=token)
        assert reasons(await problem_in(refused, 400, "ongeldige-invoer")) == told


# When it can't be done now


async def test_whoever_asks_too_often_is_told_how_long_to_wait(api):
    answers = [await api.post("/activatiecodes", {"email": ADDRESS}) for _ in range(5)]

    assert [answer.status for answer in answers] == [202, 202, 202, 202, 429]
    problem = await problem_in(answers[-1], 429, "te-vaak")
    assert problem["detail"].startswith("Er is net al om een e-mail voor dit adres gevraagd. Wacht ")
    assert 0 < int(answers[-1].headers["Retry-After"]) <= 15 * 60


async def test_with_the_database_away_the_api_says_so(settings, cable, hashing, clock, open_api):
    database = await open_database(cable.url, most_connections=1)
    api = await open_api(build_services(settings, database, hashing, clock))
    await cable.cut()

    response = await api.post("/activatiecodes", {"email": ADDRESS})

    await problem_in(response, 503)
    assert response.headers["Retry-After"] == "30"
    await database.close()


async def test_a_bug_of_ours_is_a_problem_with_a_code_to_quote(api, services, monkeypatch):
    async def broken(*_):
        raise ZeroDivisionError("secret")

    monkeypatch.setattr(services.mail_requests, "ask_activation_code", broken)

    problem = await problem_in(await api.post("/activatiecodes", {"email": ADDRESS}), 500)

    assert problem["foutcode"] in problem["detail"]
    assert "secret" not in str(problem)
