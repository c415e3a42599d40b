"""A gemeente that wants to approve of companies first: what nobody can do until then, and how it decides."""

import asyncio
from datetime import timedelta
from uuid import uuid4

import pytest

from auth_service.accounts.account import Role
from auth_service.accounts.attempt_budgets import OWN_ACT
from auth_service.accounts.refusals import (
    AlreadyDecided,
    AwaitingApproval,
    Field,
    InputRefused,
    LoginRejected,
    NoSuchCompany,
    NoSuchGemeente,
    NotApproved,
    Problem,
    ProofNeeded,
    TooOften,
)
from auth_service.flows.sessions import SessionGone
from tests.integration.auth.browsing import ADDRESS, REGISTRATION
from tests.integration.auth.scene import BERGEN, OTHER_PASSWORD, PASSWORD, ZEEDORP, anyone
from tests.integration.auth.staff import STAFF, make_staff, prove_factors

REASON = "Op dit adres mag niemand overnachten."
AWAITING = "De gemeente Zeedorp moet uw aanmelding nog goedkeuren. U krijgt een e-mail als dat is gebeurd."
REJECTED = "De gemeente Zeedorp heeft uw aanmelding niet goedgekeurd."


@pytest.fixture
async def approves_first(sql):
    await sql.execute("UPDATE gemeenten SET approval_required = true WHERE code = $1", ZEEDORP.code)


@pytest.fixture
async def waiting(approves_first, make_account, sql):
    """The id of a company that waits."""
    await make_account()
    return await sql.fetchval("SELECT id FROM companies")


@pytest.fixture
async def employee(make_account, log_in, services, sql):
    """Makes staff who are logged in and have just proven it."""

    async def log_in_staff(role=Role.GEMEENTEMEDEWERKER, gemeente=ZEEDORP.code, email=STAFF):
        await make_account(email=email, place="Bergen")
        await make_staff(sql, email, role, gemeente)
        opened = await services.login.log_in(email, PASSWORD, visitor=anyone())
        await prove_factors(sql)
        await sql.execute("DELETE FROM outbox")
        return await services.sessions.logged_in(opened.token)

    return log_in_staff


async def state_of(sql, company_id):
    return await sql.fetchval("SELECT state FROM companies WHERE id = $1", company_id)


@pytest.mark.usefixtures("waiting")
async def test_who_waits_is_told_so_only_after_the_right_password(services):
    with pytest.raises(LoginRejected):
        await services.login.log_in(ADDRESS, OTHER_PASSWORD, visitor=anyone())
    with pytest.raises(AwaitingApproval) as refusal:
        await services.login.log_in(ADDRESS, PASSWORD, visitor=anyone())

    assert (refusal.value.gemeente, refusal.value.contact) == ("Zeedorp", "help@zeedorp.example")


async def test_without_it_nobody_waits(make_account, log_in, sql):
    await make_account()

    assert (await log_in()).account.email.text == ADDRESS
    assert await sql.fetchval("SELECT state FROM companies") == "approved"


async def test_what_the_gemeente_asks_for_when_the_code_is_proven_counts(make_pending, services, sql):
    code, receipt = await make_pending()
    await sql.execute("UPDATE gemeenten SET approval_required = true")

    opened = await services.activation.activate(code, password="", visitor=anyone(receipt))

    assert opened.awaits_approval
    assert await sql.fetchval("SELECT state FROM companies") == "awaiting_approval"


async def test_opening_an_account_is_in_the_audit_trail_of_company_and_gemeente(make_pending, services, sql):
    code, receipt = await make_pending()
    await services.activation.activate(code, password="", visitor=anyone(receipt))

    line = await sql.fetchrow("SELECT act, actor_id, actor_role, company_id, gemeente_code FROM audit_trail")
    account = await sql.fetchrow("SELECT id, company_id FROM accounts")
    assert tuple(line) == ("account_opened", account["id"], "ondernemer", account["company_id"], ZEEDORP.code)


async def test_a_session_from_before_does_nothing(approves_first, make_account, log_in, services, sql):
    await make_account()
    await sql.execute("UPDATE companies SET state = 'approved'")
    opened = await services.login.log_in(ADDRESS, PASSWORD, visitor=anyone())
    logged_in = await services.sessions.logged_in(opened.token)
    await sql.execute("UPDATE companies SET state = 'awaiting_approval'")

    assert await services.sessions.logged_in(opened.token) is None
    assert await services.session_watch.time_left(opened.token) is None
    with pytest.raises(SessionGone):
        await services.own_sessions.end_others(logged_in)


@pytest.mark.parametrize("state", ["awaiting_approval", "rejected"])
async def test_nor_does_the_gateway_let_it_through(make_account, services, browser, sql, state):
    await make_account()
    opened = await services.login.log_in(ADDRESS, PASSWORD, visitor=anyone())
    await sql.execute("UPDATE companies SET state = $1::text::company_state", state)

    checked = await browser.client.get("/gateway/check", headers={"Authorization": f"Bearer {opened.token}"})

    assert checked.status == 401


async def test_a_login_that_is_overtaken_by_the_decision_opens_nothing(make_account, services, sql, hashing):
    await make_account()

    class Overtaken:
        def __getattr__(self, name):
            return getattr(hashing, name)

        async def verify(self, *typed):
            matches = await hashing.verify(*typed)
            await sql.execute("UPDATE companies SET state = 'rejected'")
            return matches

    services.login._hashing = Overtaken()

    with pytest.raises(LoginRejected):
        await services.login.log_in(ADDRESS, PASSWORD, visitor=anyone())
    assert await sql.fetchval("SELECT count(*) FROM sessions") == 0


async def test_a_new_password_changes_nothing_about_it(waiting, services, outbox, sql):
    await services.mail_requests.ask_password_reset(ADDRESS, anyone())
    await services.mail_requests.answer_next()
    await services.password_reset.set_password(await outbox.code(), OTHER_PASSWORD, anyone())

    with pytest.raises(AwaitingApproval):
        await services.login.log_in(ADDRESS, OTHER_PASSWORD, visitor=anyone())
    assert await state_of(sql, waiting) == "awaiting_approval"


async def test_approved_its_people_log_in_and_are_told_by_mail(
    waiting, employee, services, outbox, sql, clock
):
    who = await employee()

    await services.company_approval.approve(who, ZEEDORP.code, waiting)

    mail = await outbox.newest()
    assert (mail.kind, mail.to, mail.data["gemeente"]["name"]) == (
        "registration_approved",
        ADDRESS,
        "Zeedorp",
    )
    line = await sql.fetchrow("SELECT * FROM audit_trail")
    assert (line["act"], line["actor_id"], line["company_id"]) == (
        "company_approved",
        who.account.id,
        waiting,
    )
    assert (line["gemeente_code"], line["account_id"], line["reason"]) == (ZEEDORP.code, None, None)
    assert await sql.fetchval("SELECT decided_at FROM companies WHERE id = $1", waiting) == clock()
    assert await services.login.log_in(ADDRESS, PASSWORD, visitor=anyone())


async def test_helping_asks_for_no_fresh_proof(waiting, employee, services, sql, clock):
    who = await employee()
    clock.advance(timedelta(minutes=6))

    await services.company_approval.approve(who, ZEEDORP.code, waiting)

    assert await state_of(sql, waiting) == "approved"


async def test_rejected_nobody_logs_in_and_the_reason_is_mailed(waiting, employee, services, outbox, sql):
    who = await employee()

    await services.company_approval.reject(who, ZEEDORP.code, waiting, f" {REASON}\n")

    mail = await outbox.newest()
    assert (mail.kind, mail.to, mail.data["reason"]) == ("registration_rejected", ADDRESS, REASON)
    line = await sql.fetchrow("SELECT act, company_id, gemeente_code, reason FROM audit_trail")
    assert tuple(line) == ("company_rejected", waiting, ZEEDORP.code, REASON)
    with pytest.raises(NotApproved):
        await services.login.log_in(ADDRESS, PASSWORD, visitor=anyone())


async def test_rejecting_asks_for_a_fresh_proof(waiting, employee, services, sql, clock):
    who = await employee()
    clock.advance(timedelta(minutes=6))

    with pytest.raises(ProofNeeded):
        await services.company_approval.reject(who, ZEEDORP.code, waiting, REASON)
    assert await state_of(sql, waiting) == "awaiting_approval"


@pytest.mark.parametrize(
    ("typed", "problem"),
    [
        (" \n", Problem.EMPTY),
        ("a" * 501, Problem.TOO_LONG),
        ("a\x00b", Problem.CONTROL_CHARACTER),
    ],
)
async def test_rejecting_asks_for_a_reason(waiting, employee, services, outbox, sql, typed, problem):
    who = await employee()

    with pytest.raises(InputRefused) as refusal:
        await services.company_approval.reject(who, ZEEDORP.code, waiting, typed)

    (violation,) = refusal.value.violations
    assert (violation.field, violation.problem) == (Field.REJECTION_REASON, problem)
    assert await state_of(sql, waiting) == "awaiting_approval"
    assert await outbox.mails() == []


async def test_it_is_decided_once(waiting, employee, services, outbox, sql):
    who = await employee()
    approval = services.company_approval
    await approval.approve(who, ZEEDORP.code, waiting)

    with pytest.raises(AlreadyDecided):
        await approval.approve(who, ZEEDORP.code, waiting)
    with pytest.raises(AlreadyDecided):
        await approval.reject(who, ZEEDORP.code, waiting, REASON)

    assert await state_of(sql, waiting) == "approved"
    assert await sql.fetchval("SELECT count(*) FROM audit_trail") == 1
    assert len(await outbox.mails()) == 1


async def test_of_two_who_decide_at_once_one_does(waiting, employee, services, outbox, sql):
    who, colleague = await employee(), await employee(email="collega@zeedorp.example")
    approval = services.company_approval

    outcomes = await asyncio.gather(
        *(approval.approve(who, ZEEDORP.code, waiting) for _ in range(3)),
        *(approval.reject(colleague, ZEEDORP.code, waiting, REASON) for _ in range(3)),
        return_exceptions=True,
    )

    assert [outcome for outcome in outcomes if outcome is None] == [None]
    assert {type(outcome) for outcome in outcomes if outcome is not None} == {AlreadyDecided}
    assert await sql.fetchval("SELECT count(*) FROM audit_trail") == 1
    assert len(await outbox.mails()) == 1


async def test_a_company_that_nobody_had_to_approve_of_is_not_rejected(employee, make_account, services, sql):
    await make_account()
    company = await sql.fetchval("SELECT company_id FROM accounts")
    who = await employee()

    with pytest.raises(AlreadyDecided):
        await services.company_approval.reject(who, ZEEDORP.code, company, REASON)
    assert await state_of(sql, company) == "approved"


async def test_who_is_blocked_meanwhile_is_not_told_that_he_can_log_in(
    waiting, employee, services, outbox, sql
):
    who = await employee()
    await sql.execute("UPDATE accounts SET state = 'blocked' WHERE email_key = $1", ADDRESS)

    await services.company_approval.approve(who, ZEEDORP.code, waiting)

    assert await outbox.mails() == []
    assert await state_of(sql, waiting) == "approved"


OTHERS = {
    "staff of another gemeente": (Role.GEMEENTEMEDEWERKER, BERGEN.code),
    "an entrepreneur": (Role.ONDERNEMER, ZEEDORP.code),
    "a user": (Role.GEBRUIKER, ZEEDORP.code),
}


@pytest.mark.parametrize("other", OTHERS)
async def test_nobody_else_decides_or_learns_that_there_is_anything(waiting, employee, services, sql, other):
    who = await employee(*OTHERS[other])
    approval = services.company_approval

    with pytest.raises(NoSuchGemeente):
        await approval.approve(who, ZEEDORP.code, waiting)
    with pytest.raises(NoSuchGemeente):
        await approval.reject(who, ZEEDORP.code, waiting, REASON)

    assert await state_of(sql, waiting) == "awaiting_approval"
    assert await sql.fetchval("SELECT count(*) FROM audit_trail") == 0


@pytest.mark.parametrize("role", [Role.GEMEENTEMEDEWERKER, Role.BEHEERDER])
async def test_a_company_of_another_gemeente_is_none_of_this_one(waiting, employee, services, sql, role):
    who = await employee(role, BERGEN.code)

    for company in (waiting, uuid4(), None):
        with pytest.raises(NoSuchCompany):
            await services.company_approval.approve(who, BERGEN.code, company)
        with pytest.raises(NoSuchCompany):
            await services.company_approval.reject(who, BERGEN.code, company, REASON)
    assert await state_of(sql, waiting) == "awaiting_approval"


async def test_the_platform_decides_everywhere(waiting, employee, services, sql):
    who = await employee(Role.BEHEERDER, BERGEN.code)

    await services.company_approval.approve(who, ZEEDORP.code, waiting)

    assert await state_of(sql, waiting) == "approved"


async def test_a_registration_that_is_not_confirmed_is_no_company_yet(
    approves_first, make_pending, employee, services, sql
):
    await make_pending()
    registration = await sql.fetchval("SELECT id FROM pending_registrations")
    who = await employee()

    with pytest.raises(NoSuchCompany):
        await services.company_approval.approve(who, ZEEDORP.code, registration)


async def test_tries_are_counted(waiting, employee, services, sql):
    who = await employee()
    for _ in range(OWN_ACT.at_once):
        with pytest.raises(NoSuchCompany):
            await services.company_approval.approve(who, ZEEDORP.code, uuid4())

    with pytest.raises(TooOften):
        await services.company_approval.approve(who, ZEEDORP.code, waiting)
    assert await state_of(sql, waiting) == "awaiting_approval"


@pytest.fixture
async def at_work(employee, browser, services, sql):
    """The browser of somebody who works for Zeedorp."""
    await employee()
    opened = await services.login.log_in(STAFF, PASSWORD, visitor=anyone())
    await prove_factors(sql)
    await sql.execute("DELETE FROM outbox")
    browser.client.session.cookie_jar.update_cookies({"dnr-session": opened.token})
    return browser


def page_of(company):
    return f"/gemeente/{ZEEDORP.code}/bedrijven/{company}"


async def press(browser, path, fields=None):
    """A button of a page for who is logged in."""
    token = await browser.token("/account/wachtwoord")
    data = {"csrf": token, **(fields or {})}
    return await browser.client.post(path, data=data, allow_redirects=False)


async def test_the_button_approves_and_a_second_press_says_that_it_was_done(waiting, at_work, sql):
    first = await press(at_work, f"{page_of(waiting)}/goedkeuren")
    told = await (await at_work.get("/account")).text()
    second = await press(at_work, f"{page_of(waiting)}/goedkeuren")
    told_again = await (await at_work.get("/account")).text()

    assert [answer.status for answer in (first, second)] == [303, 303]
    assert first.headers["Location"] == second.headers["Location"] == page_of(waiting)
    assert "De aanmelding is goedgekeurd." in told
    assert "Deze aanmelding wacht niet (meer) op goedkeuring." in told_again
    assert await state_of(sql, waiting) == "approved"


async def test_the_page_of_rejecting_asks_for_a_reason_and_says_who_reads_it(waiting, at_work, employee, sql):
    page = await (await at_work.get(f"{page_of(waiting)}/afwijzen")).text()
    owner = await sql.fetchval("SELECT id FROM accounts WHERE email_key = $1", STAFF)
    empty = await press(at_work, f"{page_of(waiting)}/afwijzen", {"reden": " ", "account": str(owner)})
    done = await press(at_work, f"{page_of(waiting)}/afwijzen", {"reden": REASON, "account": str(owner)})

    assert "De ondernemer leest dit in de e-mail." in page
    assert "Pension De Zon" in page
    assert (empty.status, done.status) == (400, 303)
    assert "Vul in waarom u de aanmelding afwijst." in await empty.text()
    assert done.headers["Location"] == page_of(waiting)
    assert await state_of(sql, waiting) == "rejected"
    again = await at_work.get(f"{page_of(waiting)}/afwijzen")
    assert (again.status, again.headers["Location"]) == (303, page_of(waiting))


async def test_the_reason_is_kept_while_he_proves_that_it_is_he(waiting, at_work, clock, sql):
    owner = await sql.fetchval("SELECT id FROM accounts WHERE email_key = $1", STAFF)
    clock.advance(timedelta(minutes=6))

    led = await press(at_work, f"{page_of(waiting)}/afwijzen", {"reden": REASON, "account": str(owner)})
    await sql.execute("UPDATE sessions SET password_proven_at = $1, totp_proven_at = $1", clock())
    page = await (await at_work.get(f"{page_of(waiting)}/afwijzen")).text()

    assert led.headers["Location"] == f"/account/bevestigen?terug={page_of(waiting)}/afwijzen"
    assert REASON in page
    assert await state_of(sql, waiting) == "awaiting_approval"


async def test_pages_of_another_gemeente_or_of_no_company_are_not_there(waiting, at_work, sql):
    elsewhere = page_of(waiting).replace(ZEEDORP.code, BERGEN.code)

    for page in (elsewhere, page_of(uuid4()), page_of("x")):
        assert (await press(at_work, f"{page}/goedkeuren")).status == 404
        assert (await at_work.get(f"{page}/afwijzen")).status == 404
    assert await state_of(sql, waiting) == "awaiting_approval"


async def test_the_pages_of_registering_say_what_is_waited_for(approves_first, browser, outbox):
    await browser.post("/registreren", REGISTRATION)
    await browser.post("/activeren", {"code": await outbox.code()})
    login = await (await browser.get("/inloggen")).text()
    refused = await browser.post("/inloggen", {"email": ADDRESS, "wachtwoord": PASSWORD})

    assert "De gemeente moet uw aanmelding nog goedkeuren." in login
    assert "U kunt nu inloggen." not in login
    assert refused.status == 400
    assert AWAITING in await refused.text()


async def test_the_login_page_says_that_it_was_rejected_and_whom_to_ask(waiting, browser, sql):
    await sql.execute("UPDATE companies SET state = 'rejected'")

    page = await (await browser.post("/inloggen", {"email": ADDRESS, "wachtwoord": PASSWORD})).text()

    assert REJECTED in page
    assert "Neem dan contact op met de gemeente: help@zeedorp.example." in page
