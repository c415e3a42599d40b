"""The policy: what gemeente, company, role and enrolment together ask for, at every door."""

import asyncio
from datetime import timedelta
from itertools import cycle, islice, product

import pytest

from auth_service.accounts.account import Role
from auth_service.accounts.attempt_budgets import OWN_ACT
from auth_service.accounts.refusals import NoSuchGemeente, NotAllowed, ProofNeeded, TooOften
from auth_service.accounts.sessions import SessionState
from auth_service.flows.two_factor_policy import TypedPolicy

FULL, OWES_CODE, OWES_SETUP = (
    SessionState.FULL,
    SessionState.AWAITING_TOTP,
    SessionState.AWAITING_TOTP_SETUP,
)
PROBLEM = {OWES_CODE: "totp-vereist", OWES_SETUP: "totp-instellen"}
LOCATION = {FULL: "/account", OWES_CODE: "/inloggen/code", OWES_SETUP: "/2fa/instellen"}
AT_ONCE = TypedPolicy(required=True)
STAFF = (Role.GEMEENTEMEDEWERKER, Role.BEHEERDER)


def expected(gemeente, company, role, enrolled):
    """As the manual has it: whoever is enrolled goes on using it, others must where anybody asks."""
    if enrolled:
        return OWES_CODE
    return OWES_SETUP if gemeente or company or role in STAFF else FULL


POLICIES = [
    (gemeente, company, role, enrolled, expected(gemeente, company, role, enrolled))
    for gemeente, company, role, enrolled in product((False, True), (False, True), Role, (False, True))
    # Staff have no company.
    if not (role in STAFF and company)
]


@pytest.fixture
def as_role(sql):
    async def change(person, role):
        company = "NULL" if role in STAFF else "company_id"
        await sql.execute(f"UPDATE accounts SET role = $1, company_id = {company}", role)  # noqa: S608

    return change


async def decide(person, typed, gemeente="GM9901"):
    return await person.services.two_factor.policy.decide_for_gemeente(
        await person.session(), gemeente, typed
    )


@pytest.mark.parametrize(("gemeente", "company", "role", "is_enrolled", "owed"), POLICIES)
async def test_what_is_asked_at_login_and_at_the_next_request_of_every_door(
    person, require, as_role, browser, gemeente, company, role, is_enrolled, owed
):
    if is_enrolled:
        await person.enrol()
    already_open = await person.log_in()
    await as_role(person, role)
    await require(gemeente=gemeente, company=company)

    at_login = await person.log_in()
    at_next_request = await already_open.session()

    assert (await at_login.session()).state is owed
    assert at_next_request.state is owed
    bearer = {"Authorization": f"Bearer {already_open.token}"}
    cookie = {"Cookie": f"dnr-session={already_open.token}"}
    for proof in (bearer, cookie):
        check = await browser.client.get("/gateway/check", headers=proof)
        assert check.status == (204 if owed is FULL else 403)
    call = await browser.client.get("/v1/sessies", headers=bearer)
    page = await browser.client.get("/account", headers=cookie, allow_redirects=False)
    if owed is FULL:
        assert (call.status, page.status) == (200, 200)
    else:
        assert (call.status, (await call.json())["type"]) == (403, PROBLEM[owed])
        assert page.headers["Location"] == f"{LOCATION[owed]}?terug=/account"


async def test_once_a_factor_is_proven_the_policy_may_change_as_it_likes(enrolled, require):
    for gemeente, company in product((True, False), (True, False)):
        await require(gemeente=gemeente, company=company)

        assert (await enrolled.session()).state is FULL


async def test_switching_it_off_takes_nothing_away(person, require):
    await require(gemeente=True)
    await (await person.log_in()).enrol()

    await require(gemeente=False)

    assert (await (await person.log_in()).session()).state is OWES_CODE


async def test_who_did_not_enrol_in_time_is_free_again(person, require):
    await require(gemeente=True)
    owing = await person.log_in()

    await require(gemeente=False)

    assert (await owing.session()).state is FULL


async def test_an_entrepreneur_decides_for_his_company(person, sql):
    policy = person.services.two_factor.policy

    await policy.decide_for_company(await person.session(), required=True)

    session = await person.session()
    assert session.state is OWES_SETUP
    assert await policy.of_company(session)
    line = await sql.fetchrow("SELECT act, company_id, actor_id FROM audit_trail")
    assert tuple(line) == ("totp_required", session.account.company_id, session.account.id)


async def test_deciding_what_is_decided_leaves_no_line(enrolled, as_role, sql):
    policy = enrolled.services.two_factor.policy
    for _ in range(2):
        await policy.decide_for_company(await enrolled.session(), required=False)
    await as_role(enrolled, Role.GEMEENTEMEDEWERKER)
    for _ in range(2):
        await policy.decide_for_gemeente(await enrolled.session(), "GM9901", AT_ONCE)

    lines = await sql.fetch("SELECT act, gemeente_code FROM audit_trail WHERE act = 'totp_required'")

    assert [tuple(line) for line in lines] == [("totp_required", "GM9901")]


async def test_of_two_sessions_that_decide_alike_at_once_one_leaves_a_line(enrolled, sql):
    elsewhere = await (await enrolled.log_in()).prove()
    sessions = [await each.session() for each in (enrolled, elsewhere)]

    decide = enrolled.services.two_factor.policy.decide_for_company
    await asyncio.gather(*(decide(session, required=True) for session in sessions))

    assert await sql.fetchval("SELECT count(*) FROM audit_trail WHERE act = 'totp_required'") == 1


async def test_deciding_over_and_over_is_slowed_down(enrolled, as_role):
    policy = enrolled.services.two_factor.policy
    for required in islice(cycle((True, False)), OWN_ACT.at_once):
        await policy.decide_for_company(await enrolled.session(), required=required)

    with pytest.raises(TooOften):
        await policy.decide_for_company(await enrolled.session(), required=True)
    await as_role(enrolled, Role.GEMEENTEMEDEWERKER)
    with pytest.raises(TooOften):
        await policy.decide_for_gemeente(await enrolled.session(), "GM9901", AT_ONCE)


async def test_a_user_of_a_company_decides_nothing(person, as_role):
    await as_role(person, Role.GEBRUIKER)

    with pytest.raises(NotAllowed):
        await person.services.two_factor.policy.decide_for_company(await person.session(), required=True)


@pytest.mark.parametrize("role", [Role.ONDERNEMER, Role.GEBRUIKER])
async def test_only_staff_decide_for_a_gemeente(enrolled, as_role, role, sql):
    await as_role(enrolled, role)

    with pytest.raises(NoSuchGemeente):
        await decide(enrolled, AT_ONCE)

    assert await sql.fetchval("SELECT count(*) FROM gemeenten WHERE totp_required") == 0


async def test_staff_of_another_gemeente_know_nothing_of_it(enrolled, as_role, sql):
    await as_role(enrolled, Role.GEMEENTEMEDEWERKER)

    with pytest.raises(NoSuchGemeente):
        await decide(enrolled, AT_ONCE, "GM9902")

    assert await sql.fetchval("SELECT count(*) FROM gemeenten WHERE totp_required") == 0


async def test_staff_decide_for_their_gemeente_alone(enrolled, as_role, sql):
    await as_role(enrolled, Role.GEMEENTEMEDEWERKER)

    await decide(enrolled, AT_ONCE)

    asking = await sql.fetch("SELECT code FROM gemeenten WHERE totp_required")
    assert [code for (code,) in asking] == ["GM9901"]


async def test_a_beheerder_decides_for_any_gemeente(enrolled, as_role, sql):
    await as_role(enrolled, Role.BEHEERDER)

    await decide(enrolled, AT_ONCE, "GM9902")

    asking = await sql.fetch("SELECT code FROM gemeenten WHERE totp_required")
    assert [code for (code,) in asking] == ["GM9902"]


async def test_deciding_takes_a_fresh_proof(person):
    person.clock.advance(timedelta(minutes=6))

    with pytest.raises(ProofNeeded):
        await person.services.two_factor.policy.decide_for_company(await person.session(), required=True)
