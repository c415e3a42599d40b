"""Gemeenten over the API, for programs of those of the platform."""

import pytest

from auth_service.accounts.account import Role
from tests.integration.auth.api.scene import ADDRESS, problem_in, reasons
from tests.integration.auth.scene import PASSWORD, anyone
from tests.integration.auth.staff import make_staff, prove_factors

DECIDE = "/gemeenten/GM9903/deelname"
JOINING = {"doetMee": True, "email": "post@elders.example"}
OTHERS = [Role.ONDERNEMER, Role.GEBRUIKER, Role.GEMEENTEMEDEWERKER]


@pytest.fixture
def held(services, make_account, sql):
    """What a program of somebody of this role sends along."""

    async def log_in(role):
        await make_account()
        await make_staff(sql, ADDRESS, role, "GM9901")
        opened = await services.login.log_in(ADDRESS, PASSWORD, visitor=anyone())
        await prove_factors(sql)
        return {"Authorization": f"Bearer {opened.token}"}

    return log_in


async def all_kept(sql):
    gemeenten = await sql.fetch("SELECT * FROM gemeenten ORDER BY code")
    trail = await sql.fetch("SELECT act, gemeente_code, actor_role FROM audit_trail")
    return gemeenten, [tuple(line) for line in trail]


async def test_the_calls_do_the_same(api, held, sql):
    headers = await held(Role.BEHEERDER)
    body = {**JOINING, "host": "elders.example.nl"}

    answer = await api.send("PUT", DECIDE, json=body, headers=headers)
    found = await (await api.send("GET", "/gemeenten?zoek=elders&stand=doet-mee", headers=headers)).json()

    assert answer.status == 204
    assert found == {
        "gemeenten": [
            {
                "code": "GM9903",
                "naam": "Elders",
                "stand": "doet-mee",
                "opgehevenIn": None,
                "email": "post@elders.example",
                "telefoonnummer": None,
                "host": "elders.example.nl",
                "aantalBedrijven": 0,
                "aantalMedewerkers": 0,
            }
        ],
        "pagina": 1,
        "aantalPaginas": 1,
        "aantal": 1,
    }
    assert (await all_kept(sql))[1] == [("gemeente_joined", "GM9903", "beheerder")]


async def test_a_call_says_what_is_wrong(api, held):
    headers = await held(Role.BEHEERDER)

    answer = await api.send("PUT", DECIDE, json={"doetMee": True}, headers=headers)

    problem = await problem_in(answer, 400, "ongeldige-invoer")
    assert reasons(problem) == {"email": "Vul het e-mailadres van de gemeente in."}


@pytest.mark.parametrize("role", OTHERS)
async def test_calls_of_others_are_refused(api, held, sql, role):
    headers = await held(role)
    before = await all_kept(sql)

    listed = await api.send("GET", "/gemeenten", headers=headers)
    decided = await api.send("PUT", DECIDE, json=JOINING, headers=headers)

    for answer in (listed, decided):
        await problem_in(answer, 403, "geen-toegang")
    assert await all_kept(sql) == before


async def test_a_call_about_no_gemeente_is_not_found(api, held):
    headers = await held(Role.BEHEERDER)
    body = {"doetMee": False, "email": ""}

    answer = await api.send("PUT", "/gemeenten/GM0000/deelname", json=body, headers=headers)

    await problem_in(answer, 404, "onbekende-gemeente")
