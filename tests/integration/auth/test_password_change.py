"""Changing one's own password while logged in."""

import asyncio
from datetime import timedelta

import pytest

from auth_service.accounts.attempt_budgets import LOGIN_HERE
from auth_service.accounts.audit import AuditedAct
from auth_service.accounts.refusals import (
    CodeRejected,
    Field,
    InputRefused,
    LoginRejected,
    Problem,
    TooOften,
)
from auth_service.accounts.tokens import draw_token
from auth_service.flows.password_change import TypedPasswords
from auth_service.flows.sessions import SessionGone
from tests.integration.auth.scene import OTHER_PASSWORD, PASSWORD, anyone, take_for_enrolled

ADDRESS = "jan@dezon.example"
THIRD_PASSWORD = "zeven groene lantaarns zwaaien"


@pytest.fixture
async def log_in(services, make_account):
    """A token of the account, in a browser that it was never used in."""
    await make_account()

    async def log_in():
        return (await services.login.log_in(ADDRESS, PASSWORD, visitor=anyone())).token

    return log_in


@pytest.fixture
def change(services):
    async def change(token, current=PASSWORD, new=OTHER_PASSWORD, *, fresh=None, visitor=None):
        logged_in = await services.sessions.logged_in(token)
        typed = TypedPasswords(current, new)
        return await services.password_change.change(
            logged_in, typed, visitor or anyone(), token=fresh or token
        )

    return change


async def test_the_new_password_works_and_the_old_one_no_longer_does(services, log_in, change):
    await change(await log_in())

    assert await services.login.log_in(ADDRESS, OTHER_PASSWORD, visitor=anyone())
    with pytest.raises(LoginRejected):
        await services.login.log_in(ADDRESS, PASSWORD, visitor=anyone())


async def test_this_session_goes_on_by_its_new_token_and_every_other_ends(services, log_in, change):
    here, elsewhere, fresh = await log_in(), await log_in(), draw_token()
    before = await services.sessions.logged_in(here)

    await change(here, fresh=fresh)

    assert await services.sessions.logged_in(here) is None
    assert await services.sessions.logged_in(elsewhere) is None
    assert (await services.sessions.logged_in(fresh)).session.id == before.session.id


async def test_the_current_password_is_a_fresh_proof(services, log_in, change, clock):
    token = await log_in()
    clock.advance(timedelta(minutes=10))
    assert not (await services.sessions.logged_in(token)).is_freshly_proven

    await change(token)

    assert (await services.sessions.logged_in(token)).is_freshly_proven


async def test_the_owner_is_told_by_mail_and_in_the_audit_trail(log_in, change, services, outbox, database):
    token = await log_in()
    await change(token)

    mail = await outbox.newest()
    assert (mail.kind, mail.to, mail.data["loggedOut"]) == ("password_changed", ADDRESS, "elsewhere")
    account = (await services.sessions.logged_in(token)).account
    async with database.transaction() as tx:
        (line,) = await tx.audit.about_account(account, most=5)
    assert (line.act, line.actor.id) == (AuditedAct.PASSWORD_CHANGED, account.id)


async def test_codes_that_were_mailed_before_no_longer_work(services, log_in, change, outbox):
    token = await log_in()
    await services.mail_requests.ask_password_reset(ADDRESS, anyone())
    await services.mail_requests.answer_next()
    code = await outbox.code()

    await change(token)

    with pytest.raises(CodeRejected):
        await services.password_reset.set_password(code, THIRD_PASSWORD, anyone())


async def test_only_this_browser_is_known_afterwards(services, log_in, change, sql):
    token = await log_in()
    before = await sql.fetchval("SELECT token_digest FROM known_browsers LIMIT 1")

    browser = await change(token)

    (row,) = await sql.fetch("SELECT token_digest FROM known_browsers")
    assert row["token_digest"] != before
    opened = await services.login.log_in(ADDRESS, OTHER_PASSWORD, visitor=anyone(browser=browser))
    assert opened.browser == browser


async def test_two_factor_authentication_stays(log_in, change, sql):
    token = await log_in()
    await take_for_enrolled(sql)

    await change(token)

    assert await sql.fetchval("SELECT count(*) FROM totp_enrolments") == 1


REFUSED = [
    ("", "", [(Field.CURRENT_PASSWORD, Problem.EMPTY), (Field.NEW_PASSWORD, Problem.EMPTY)]),
    (OTHER_PASSWORD, THIRD_PASSWORD, [(Field.CURRENT_PASSWORD, Problem.NOT_THIS_PASSWORD)]),
    (PASSWORD, "kort", [(Field.NEW_PASSWORD, Problem.TOO_SHORT)]),
    (PASSWORD, "Pension De Zon 1", [(Field.NEW_PASSWORD, Problem.CONTEXT_PASSWORD)]),
    (PASSWORD, PASSWORD, [(Field.NEW_PASSWORD, Problem.SAME_PASSWORD)]),
    (
        OTHER_PASSWORD,
        "kort",
        [(Field.CURRENT_PASSWORD, Problem.NOT_THIS_PASSWORD), (Field.NEW_PASSWORD, Problem.TOO_SHORT)],
    ),
]


@pytest.mark.parametrize(("current", "new", "told"), REFUSED)
async def test_what_is_refused_changes_nothing(services, log_in, change, outbox, current, new, told):
    token, elsewhere = await log_in(), await log_in()

    with pytest.raises(InputRefused) as refusal:
        await change(token, current, new)

    assert [(one.field, one.problem) for one in refusal.value.violations] == told
    assert await services.sessions.logged_in(elsewhere)
    assert await outbox.mails() == []
    assert await services.login.log_in(ADDRESS, PASSWORD, visitor=anyone())


async def test_guessing_is_slowed_down_as_at_login(log_in, change):
    token, visitor = await log_in(), anyone()
    for _ in range(LOGIN_HERE.at_once):
        with pytest.raises(InputRefused):
            await change(token, OTHER_PASSWORD, THIRD_PASSWORD, visitor=visitor)

    with pytest.raises(TooOften):
        await change(token, PASSWORD, THIRD_PASSWORD, visitor=visitor)


async def test_a_right_password_is_not_counted_whatever_the_new_one_is(log_in, change):
    token, visitor = await log_in(), anyone()
    for _ in range(LOGIN_HERE.at_once + 1):
        with pytest.raises(InputRefused):
            await change(token, PASSWORD, "kort", visitor=visitor)

    await change(token, visitor=visitor)


async def test_of_two_changes_at_once_one_succeeds(services, log_in):
    # Both have been let in before either changes anything.
    logged_in = await services.sessions.logged_in(await log_in())

    outcomes = await asyncio.gather(
        *(
            services.password_change.change(
                logged_in, TypedPasswords(PASSWORD, new), anyone(), token=draw_token()
            )
            for new in (OTHER_PASSWORD, THIRD_PASSWORD)
        ),
        return_exceptions=True,
    )

    assert [type(outcome) for outcome in outcomes if not isinstance(outcome, str)] == [SessionGone]


async def test_a_session_that_is_ended_meanwhile_changes_nothing(services, log_in, outbox, sql):
    logged_in = await services.sessions.logged_in(await log_in())
    await sql.execute("DELETE FROM sessions")

    with pytest.raises(SessionGone):
        await services.password_change.change(
            logged_in, TypedPasswords(PASSWORD, OTHER_PASSWORD), anyone(), token=draw_token()
        )

    assert await outbox.mails() == []
    assert await services.login.log_in(ADDRESS, PASSWORD, visitor=anyone())


async def test_a_program_that_keeps_its_token_does_not_change_it_twice(services, log_in, change, clock):
    token = await log_in()
    logged_in = await services.sessions.logged_in(token)
    clock.advance(timedelta(seconds=1))
    await change(token)

    with pytest.raises(InputRefused) as refusal:
        await services.password_change.change(
            logged_in, TypedPasswords(PASSWORD, THIRD_PASSWORD), anyone(), token=token
        )

    (violation,) = refusal.value.violations
    assert violation.field is Field.CURRENT_PASSWORD
