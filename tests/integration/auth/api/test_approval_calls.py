"""Approving of companies over the API, and what their people are told until then."""

import pytest

from auth_service.accounts.account import Role
from tests.integration.auth.api.scene import CREDENTIALS, problem_in, reasons
from tests.integration.auth.scene import BERGEN, PASSWORD, ZEEDORP, anyone
from tests.integration.auth.staff import STAFF, make_staff, prove_factors

REASON = {"reden": "Op dit adres mag niemand overnachten."}


@pytest.fixture
async def waiting(make_account, sql):
    """The id of a company that waits."""
    await make_account()
    await sql.execute("UPDATE companies SET state = 'awaiting_approval'")
    return await sql.fetchval("SELECT id FROM companies")


@pytest.fixture
def log_in_staff(make_account, services, sql, api):
    """Of a gemeente; the calls that follow are theirs."""

    async def log_in(gemeente=ZEEDORP.code):
        await make_account(email=STAFF, place="Bergen")
        await make_staff(sql, STAFF, Role.GEMEENTEMEDEWERKER, gemeente)
        opened = await services.login.log_in(STAFF, PASSWORD, visitor=anyone())
        await prove_factors(sql)
        api.headers["Authorization"] = f"Bearer {opened.token}"

    return log_in


def call(company, noun, gemeente=ZEEDORP.code):
    return f"/gemeenten/{gemeente}/bedrijven/{company}/{noun}"


async def test_who_waits_is_told_so(waiting, api):
    problem = await problem_in(await api.post("/sessies", CREDENTIALS), 403, "wacht-op-goedkeuring")

    assert problem["detail"].startswith("De gemeente Zeedorp moet uw aanmelding nog goedkeuren.")


async def test_who_was_rejected_is_told_so(waiting, api, sql):
    await sql.execute("UPDATE companies SET state = 'rejected'")

    problem = await problem_in(await api.post("/sessies", CREDENTIALS), 403, "geblokkeerd")

    assert problem["detail"].startswith("De gemeente Zeedorp heeft uw aanmelding niet goedgekeurd.")


async def test_staff_approve_once(waiting, api, log_in_staff, sql):
    await log_in_staff()

    first = await api.send("POST", call(waiting, "goedkeuringen"))
    second = await api.send("POST", call(waiting, "goedkeuringen"))

    assert first.status == 204
    await problem_in(second, 409, "al-besloten")
    assert await sql.fetchval("SELECT state FROM companies WHERE id = $1", waiting) == "approved"


async def test_staff_reject_with_a_reason(waiting, api, log_in_staff, sql):
    await log_in_staff()

    empty = await api.post(call(waiting, "afwijzingen"), {"reden": ""})
    done = await api.post(call(waiting, "afwijzingen"), REASON)

    problem = await problem_in(empty, 400, "ongeldige-invoer")
    assert reasons(problem) == {"reden": "Vul in waarom u de aanmelding afwijst."}
    assert done.status == 204
    assert await sql.fetchval("SELECT state FROM companies WHERE id = $1", waiting) == "rejected"


async def test_rejecting_asks_for_a_fresh_proof(waiting, api, log_in_staff, sql):
    await log_in_staff()
    await sql.execute("UPDATE sessions SET password_proven_at = password_proven_at - interval '6 minutes'")

    await problem_in(await api.post(call(waiting, "afwijzingen"), REASON), 403, "herbevestiging-nodig")


async def test_another_gemeente_is_not_there(waiting, api, log_in_staff, sql):
    await log_in_staff(BERGEN.code)

    refused = await api.send("POST", call(waiting, "goedkeuringen"))
    as_its_own = await api.send("POST", call(waiting, "goedkeuringen", BERGEN.code))
    strange = await api.send("POST", call("x", "goedkeuringen", BERGEN.code))

    await problem_in(refused, 404, "onbekende-gemeente")
    await problem_in(as_its_own, 404, "onbekend-bedrijf")
    await problem_in(strange, 404, "onbekend-bedrijf")
    assert await sql.fetchval("SELECT state FROM companies WHERE id = $1", waiting) == "awaiting_approval"
