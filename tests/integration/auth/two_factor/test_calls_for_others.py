"""What managers and staff decide for others, over the API."""

from datetime import timedelta

import pytest

from tests.integration.auth.api.scene import problem_in, reasons

COLLEAGUE = "piet@dezon.example"
REASON = {"reden": "Telefoon kwijt, paspoort gezien aan de balie."}


@pytest.fixture
async def manager(make_person, sql, enrolled):
    """Of the company that `enrolled` is a user of."""
    manager = await make_person(COLLEAGUE)
    await sql.execute(
        "UPDATE accounts SET role = 'gebruiker', company_id = $1 WHERE email_key <> $2",
        (await manager.session()).account.company_id,
        COLLEAGUE,
    )
    return manager


def held(person):
    return {"Authorization": f"Bearer {person.token}"}


async def path_of(person):
    return f"/gebruikers/{(await person.session()).account.id}/totp-registratie"


async def test_a_manager_resets_a_users_second_factor(api, enrolled, manager):
    path = await path_of(enrolled)

    response = await api.send("DELETE", path, json=REASON, headers=held(manager))

    assert response.status == 204
    assert await enrolled.services.sessions.logged_in(enrolled.token) is None


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [("POST", "/emailwijzigingen", {"email": "dief@elders.example"}), ("DELETE", "/account", None)],
)
async def test_until_it_is_set_up_anew_the_account_goes_nowhere(api, enrolled, manager, method, path, body):
    await api.send("DELETE", await path_of(enrolled), json=REASON, headers=held(manager))
    with_the_password = await enrolled.log_in()

    response = await api.send(method, path, json=body, headers=held(with_the_password))

    await problem_in(response, 403, "totp-instellen")


@pytest.mark.parametrize("account_id", ["x", "0", "3f2504e0-4f89-41d3-9a0c-0305e82c3301"])
async def test_of_whom_he_may_not_know_there_is_nobody(api, manager, account_id):
    path = f"/gebruikers/{account_id}/totp-registratie"

    response = await api.send("DELETE", path, json=REASON, headers=held(manager))

    await problem_in(response, 404, "onbekend-account")


async def test_a_user_resets_nobodys(api, enrolled, manager):
    response = await api.send("DELETE", await path_of(manager), json=REASON, headers=held(enrolled))

    await problem_in(response, 404, "onbekend-account")


async def test_a_reason_is_asked_for(api, enrolled, manager):
    response = await api.send("DELETE", await path_of(enrolled), json={"reden": " "}, headers=held(manager))

    problem = await problem_in(response, 400, "ongeldige-invoer")
    assert reasons(problem) == {"reden": "Vul in waarom u dit doet."}


async def test_the_proof_must_be_fresh(api, enrolled, manager):
    manager.clock.advance(timedelta(minutes=6))

    response = await api.send("DELETE", await path_of(enrolled), json=REASON, headers=held(manager))

    await problem_in(response, 403, "herbevestiging-nodig")


async def test_an_entrepreneur_requires_it_of_his_company(api, person, sql):
    response = await api.send("PUT", "/totp-verplichting", json={"verplicht": True}, headers=held(person))

    assert response.status == 204
    assert await sql.fetchval("SELECT totp_required FROM companies")
    status = (await (await api.get("/sessies/huidige", **held(person))).json())["status"]
    assert status == "totpInstellen"


async def test_a_user_may_not(api, person, sql):
    await sql.execute("UPDATE accounts SET role = 'gebruiker'")

    response = await api.send("PUT", "/totp-verplichting", json={"verplicht": True}, headers=held(person))

    await problem_in(response, 403, "geen-toegang")


@pytest.mark.parametrize("company", [False, True])
@pytest.mark.parametrize("gemeente", [False, True])
async def test_an_entrepreneur_sees_what_his_company_chose_apart_from_his_gemeente(
    api, enrolled, require, company, gemeente
):
    await require(company=company, gemeente=gemeente)

    response = await api.get("/totp-verplichting", **held(enrolled))

    assert (response.status, await response.json()) == (
        200,
        {"verplicht": company, "gemeenteVerplicht": gemeente},
    )


async def test_a_user_sees_nothing_of_that_choice(api, person, sql):
    await sql.execute("UPDATE accounts SET role = 'gebruiker'")

    await problem_in(await api.get("/totp-verplichting", **held(person)), 403, "geen-toegang")


async def test_staff_see_nothing_of_that_choice(api, enrolled, sql):
    await sql.execute("UPDATE accounts SET role = 'gemeentemedewerker', company_id = NULL")

    await problem_in(await api.get("/totp-verplichting", **held(enrolled)), 403, "geen-toegang")


@pytest.mark.parametrize(
    ("body", "reason"),
    [({}, "Dit veld ontbreekt."), ({"verplicht": "ja"}, "Dit veld moet true of false zijn.")],
)
async def test_the_choice_is_true_or_false(api, person, body, reason):
    response = await api.send("PUT", "/totp-verplichting", json=body, headers=held(person))

    problem = await problem_in(response, 400, "ongeldige-invoer")
    assert reasons(problem) == {"verplicht": reason}


# Staff

BY_PAPERS = {**REASON, "identificatie": "identiteitsbewijs"}
OF_GEMEENTE = "/gemeenten/GM9901/totp-verplichting"


async def test_staff_say_how_they_made_sure_who_it_is(api, enrolled, staff, sql):
    path = await path_of(enrolled)
    for missing in ({}, {"identificatie": "geraden"}):
        response = await api.send("DELETE", path, json=REASON | missing, headers=held(staff))
        problem = await problem_in(response, 400, "ongeldige-invoer")
        assert reasons(problem) == {"identificatie": "Kies hoe u heeft gecontroleerd wie u helpt."}

    assert (await api.send("DELETE", path, json=BY_PAPERS, headers=held(staff))).status == 204

    assert await sql.fetchval("SELECT identified_by FROM audit_trail WHERE act = 'totp_reset'")


async def test_a_reset_that_waits_is_told_and_withdrawn(api, enrolled, staff, wait_two_days):
    path = await path_of(enrolled)
    assert (await api.send("DELETE", path, json=BY_PAPERS, headers=held(staff))).status == 204

    told = await (await api.get(path, **held(staff))).json()
    again = await api.send("DELETE", path, json=BY_PAPERS, headers=held(staff))

    assert told["resetGeplandOp"] == "2026-11-25T13:06:00Z"
    problem = await problem_in(again, 409, "reset-gepland")
    assert "25 november 2026" in problem["detail"]
    withdrawal = path.replace("totp-registratie", "totp-reset")
    assert (await api.send("DELETE", withdrawal, headers=held(staff))).status == 204
    await problem_in(await api.send("DELETE", withdrawal, headers=held(staff)), 409, "geen-reset-gepland")


async def test_an_objection_freezes_and_staff_release(api, enrolled, staff, colleague, outbox):
    path = await path_of(enrolled)
    await api.send("DELETE", path, json=BY_PAPERS, headers=held(staff))
    (code,) = [mail.code for mail in await outbox.mails() if mail.kind == "totp_reset"]

    assert (await api.post("/totp-resetbezwaren", {"code": code})).status == 204

    await problem_in(await api.post("/totp-resetbezwaren", {"code": code}), 400, "code-ongeldig")
    again = await enrolled.log_in()
    refused = await problem_in(
        await api.send("POST", "/totp-aanbiedingen", headers=held(again)), 403, "totp-bevroren"
    )
    assert "help@zeedorp.example" in refused["detail"]
    assert (await (await api.get(path, **held(staff))).json())["bevrorenSinds"]
    release = path.replace("totp-registratie", "totp-vrijgaven")
    own = await api.send("POST", release, json=BY_PAPERS, headers=held(staff))
    assert "Een collega" in (await problem_in(own, 403, "geen-toegang"))["detail"]
    assert (await api.send("POST", release, json=BY_PAPERS, headers=held(colleague))).status == 204
    await problem_in(
        await api.send("POST", release, json=BY_PAPERS, headers=held(colleague)), 409, "niet-bevroren"
    )


async def test_a_manager_releases_nobody(api, enrolled, manager):
    path = (await path_of(enrolled)).replace("totp-registratie", "totp-vrijgaven")

    response = await api.send("POST", path, json=BY_PAPERS, headers=held(manager))

    await problem_in(response, 403, "geen-toegang")


@pytest.mark.parametrize("what", ["totp-registratie", "totp-reset", "totp-vrijgaven"])
async def test_another_gemeentes_is_nobody(api, enrolled, staff, sql, what):
    path = (await path_of(enrolled)).replace("totp-registratie", what)
    await sql.execute("UPDATE accounts SET gemeente_code = 'GM9902' WHERE company_id IS NOT NULL")
    method = "POST" if what == "totp-vrijgaven" else "DELETE"
    body = {} if what == "totp-reset" else {"json": BY_PAPERS}

    response = await api.send(method, path, headers=held(staff), **body)

    await problem_in(response, 404, "onbekend-account")
    assert (await enrolled.session()).account.two_factor.is_enrolled


async def test_staff_announce_it_for_their_gemeente(api, enrolled, staff, sql):
    announced = {"verplicht": True, "vanaf": "2027-01-01"}
    response = await api.send("PUT", OF_GEMEENTE, json=announced, headers=held(staff))

    assert response.status == 204
    assert await (await api.get(OF_GEMEENTE, **held(staff))).json() == {
        "verplicht": False,
        "vanaf": "2027-01-01",
        "ondernemers": 1,
        "zonderTotp": 0,
    }


async def test_why_it_is_not_required_is_asked_for(api, staff):
    response = await api.send("PUT", OF_GEMEENTE, json={"verplicht": False}, headers=held(staff))

    problem = await problem_in(response, 400, "ongeldige-invoer")
    assert reasons(problem) == {"reden": "Vul in waarom u 2FA niet verplicht."}


@pytest.mark.parametrize("code", ["GM9902", "GM0000", "x"])
async def test_another_gemeente_is_not_there(api, staff, sql, code):
    path = f"/gemeenten/{code}/totp-verplichting"

    await problem_in(await api.get(path, **held(staff)), 404, "onbekende-gemeente")
    response = await api.send("PUT", path, json={"verplicht": True}, headers=held(staff))

    await problem_in(response, 404, "onbekende-gemeente")
    assert await sql.fetchval("SELECT count(*) FROM gemeenten WHERE totp_required") == 0
