"""People over the API."""

from datetime import timedelta

import pytest

from auth_service.accounts.account import Role
from tests.integration.auth.api.scene import problem_in, reasons
from tests.integration.auth.people.scene import NEW, account_id, block, changes_counted, invite, invite_staff
from tests.integration.auth.scene import OTHER_PASSWORD

REASON = {"reden": "Werkt hier niet meer."}


def held(person):
    return {"Authorization": f"Bearer {person.token}"}


async def test_inviting_and_accepting(api, manager, outbox, sql):
    body = {"email": NEW, "rol": "gebruiker"}
    response = await api.send("POST", "/uitnodigingen", json=body, headers=held(manager))
    assert (response.status, await response.json()) == (
        202,
        {"uitleg": "We sturen een e-mail naar dit adres."},
    )

    accepted = {"code": await outbox.code(), "wachtwoord": OTHER_PASSWORD}
    assert (await api.post("/aanvaarde-uitnodigingen", accepted)).status == 204
    assert await sql.fetchval("SELECT role FROM accounts WHERE email = $1", NEW) == "gebruiker"
    await problem_in(await api.post("/aanvaarde-uitnodigingen", accepted), 400, "code-ongeldig")


async def test_staff_and_the_platform_invite_staff(api, staff, operator, outbox):
    colleague = {"email": NEW, "rol": "gemeentemedewerker"}
    assert (await api.send("POST", "/uitnodigingen", json=colleague, headers=held(staff))).status == 202
    assert (await outbox.newest()).data["gemeente"]["name"] == "Zeedorp"

    elsewhere = {**colleague, "gemeente": "GM9902"}
    assert (await api.send("POST", "/uitnodigingen", json=elsewhere, headers=held(operator))).status == 202
    assert (await outbox.newest()).data["gemeente"]["name"] == "Bergen"

    another = {"email": NEW, "rol": "beheerder"}
    assert (await api.send("POST", "/uitnodigingen", json=another, headers=held(operator))).status == 202
    assert (await outbox.newest()).data["invitedAs"] == "beheerder"


async def test_nobody_invites_where_he_has_no_say(api, manager, user, staff, sql):
    before = await changes_counted(sql)
    for person, body, status, kind in (
        (user, {"rol": "gebruiker"}, 403, "geen-toegang"),
        (manager, {"rol": "beheerder"}, 403, "geen-toegang"),
        (manager, {"rol": "gemeentemedewerker"}, 404, "onbekende-gemeente"),
        (staff, {"rol": "gemeentemedewerker", "gemeente": "GM9902"}, 404, "onbekende-gemeente"),
        (manager, {"rol": "koning"}, 400, "ongeldige-invoer"),
    ):
        sent = {"email": NEW, **body}
        response = await api.send("POST", "/uitnodigingen", json=sent, headers=held(person))
        await problem_in(response, status, kind)

    assert await changes_counted(sql) == before


async def test_inviting_wants_a_fresh_proof_and_an_address(api, manager):
    response = await api.send("POST", "/uitnodigingen", json={"email": " ", "rol": ""}, headers=held(manager))
    problem = await problem_in(response, 400, "ongeldige-invoer")
    assert reasons(problem) == {
        "email": "Vul het e-mailadres in van wie u uitnodigt.",
        "rol": "Kies een rol.",
    }

    manager.clock.advance(timedelta(minutes=6))
    body = {"email": NEW, "rol": "gebruiker"}
    response = await api.send("POST", "/uitnodigingen", json=body, headers=held(manager))
    await problem_in(response, 403, "herbevestiging-nodig")


async def test_each_sees_the_invitations_of_his_own(api, manager, user, staff, stranger, operator):
    await invite(manager)
    await invite_staff(staff, "collega@zeedorp.example")
    seen = {}
    for person in (manager, staff, stranger, operator):
        answer = await (await api.get("/uitnodigingen", **held(person))).json()
        seen[person.email] = [(each["email"], each["rol"]) for each in answer["uitnodigingen"]]

    colleague = [("collega@zeedorp.example", "gemeentemedewerker")]
    assert seen == {
        manager.email: [(NEW, "gebruiker")],
        staff.email: colleague,
        stranger.email: [],
        operator.email: colleague,
    }
    await problem_in(await api.get("/uitnodigingen", **held(user)), 403, "geen-toegang")


async def test_a_program_sees_which_invitations_are_void(api, manager, user, sql):
    await invite(manager)
    await manager.services.people.roles.give(await manager.session(), await account_id(user), Role.ONDERNEMER)
    user = await user.log_in()
    await sql.execute("UPDATE accounts SET state = 'blocked' WHERE email_key = $1", manager.email)

    answer = await (await api.get("/uitnodigingen", **held(user))).json()

    assert [each["vervallen"] for each in answer["uitnodigingen"]] == [True]


async def test_an_invitation_is_taken_back_by_its_own_people_only(api, manager, staff, sql):
    await invite(manager)
    invitation_id = await sql.fetchval("SELECT id FROM invitations")
    path = f"/uitnodigingen/{invitation_id}"

    await problem_in(await api.send("DELETE", path, headers=held(staff)), 404, "onbekende-uitnodiging")
    assert (await api.send("DELETE", path, headers=held(manager))).status == 204
    await problem_in(await api.send("DELETE", path, headers=held(manager)), 404, "onbekende-uitnodiging")


async def test_the_users_of_a_company(api, manager, user, staff):
    await block(staff, user)

    answer = await (await api.get("/gebruikers", **held(manager))).json()

    assert [(each["email"], each["rol"], each["status"]) for each in answer["gebruikers"]] == [
        ("baas@dezon.example", "ondernemer", "actief"),
        ("gast@dezon.example", "gebruiker", "geblokkeerd"),
    ]
    await problem_in(await api.get("/gebruikers", **held(staff)), 403, "geen-toegang")


async def test_giving_a_role(api, manager, user, sql):
    path, own = f"/gebruikers/{await account_id(user)}/rol", f"/gebruikers/{await account_id(manager)}/rol"
    ordinary, in_charge = {"rol": "gebruiker"}, {"rol": "ondernemer"}

    response = await api.send("PUT", own, json=ordinary, headers=held(manager))
    problem = await problem_in(response, 409, "laatste-beheerder")
    assert problem["detail"] == (
        "U bent de enige beheerder van uw bedrijf. Maak eerst iemand anders beheerder."
    )

    assert (await api.send("PUT", path, json=in_charge, headers=held(manager))).status == 204
    assert (await api.send("PUT", own, json=ordinary, headers=held(manager))).status == 204
    assert await sql.fetchval("SELECT role FROM accounts WHERE email_key = $1", user.email) == "ondernemer"


async def test_blocking_and_letting_in_again(api, manager, user, staff, sql):
    path = f"/gebruikers/{await account_id(user)}/blokkade"
    state = "SELECT state FROM accounts WHERE email_key = $1"

    assert (await api.send("PUT", path, json=REASON, headers=held(staff))).status == 204
    assert await sql.fetchval(state, user.email) == "blocked"
    response = await api.send("DELETE", path, json=REASON, headers=held(manager))
    await problem_in(response, 403, "geen-toegang")
    assert (await api.send("DELETE", path, json=REASON, headers=held(staff))).status == 204
    assert await sql.fetchval(state, user.email) == "active"


async def test_closing_the_account_of_another(api, manager, user, staff, make_person, sql):
    rival = await make_person("rivaal@demaan.example")
    of_manager, of_user = [f"/gebruikers/{await account_id(each)}" for each in (manager, user)]

    refused = await api.send("DELETE", of_user, json=REASON, headers=held(rival))
    await problem_in(refused, 404, "onbekend-account")
    refused = await api.send("DELETE", of_manager, json=REASON, headers=held(staff))
    await problem_in(refused, 409, "laatste-beheerder")
    assert await sql.fetchval("SELECT count(*) FROM accounts WHERE state = 'closed'") == 0

    assert (await api.send("DELETE", of_user, json=REASON, headers=held(manager))).status == 204
    assert await sql.fetchval("SELECT email FROM accounts WHERE state = 'closed'") == user.email


@pytest.mark.parametrize("what", ["rol", "blokkade"])
async def test_of_another_company_there_is_nobody(api, user, make_person, sql, what):
    rival = await make_person("rivaal@demaan.example")
    path = f"/gebruikers/{await account_id(user)}/{what}"
    body = REASON if what == "blokkade" else {"rol": "ondernemer"}
    before = await changes_counted(sql)

    await problem_in(await api.send("PUT", path, json=body, headers=held(rival)), 404, "onbekend-account")

    assert await changes_counted(sql) == before


async def test_staff_see_each_other_and_tell_that_they_looked_at_their_rights(api, staff, sql):
    place = "/gemeenten/GM9901"
    before = await (await api.get(f"{place}/medewerkers", **held(staff))).json()
    noted = await api.send("POST", f"{place}/rechtencontroles", headers=held(staff))
    after = await (await api.get(f"{place}/medewerkers", **held(staff))).json()

    assert [(one["email"], one["rol"]) for one in before["medewerkers"]] == [
        (staff.email, "gemeentemedewerker")
    ]
    assert (before["gecontroleerdOp"], before["controleNodig"]) == (None, True)
    assert (noted.status, after["controleNodig"]) == (204, False)
    assert await sql.fetchval("SELECT act FROM audit_trail WHERE result = 'done'") == "rights_reviewed"


async def test_managers_see_no_staff(api, manager):
    await problem_in(
        await api.get("/gemeenten/GM9901/medewerkers", **held(manager)), 404, "onbekende-gemeente"
    )
