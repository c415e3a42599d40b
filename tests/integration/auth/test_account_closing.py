"""Closing one's own account."""

import asyncio

import pytest

from auth_service.accounts.refusals import (
    AccountClosed,
    CodeRejected,
    LastManager,
    LoginRejected,
    NotAllowed,
)
from auth_service.flows.sessions import SessionGone
from tests.integration.auth.scene import (
    OTHER_PASSWORD,
    PASSWORD,
    anyone,
    registration_form,
    take_for_enrolled,
)

ADDRESS = "jan@dezon.example"


@pytest.fixture
async def owner(make_account, log_in, sql):
    await make_account()
    logged_in = await log_in()
    await sql.execute("DELETE FROM outbox")
    return logged_in


@pytest.fixture
def close(services, owner):
    async def close(who=owner):
        await services.account_closing.close(who)

    return close


async def add_to_company(sql, email, role, state="active"):
    await sql.execute(
        "INSERT INTO accounts (id, email, email_key, password_hash, role, state, company_id, gemeente_code,"
        " created_at, password_changed_at) SELECT gen_random_uuid(), $1, $1, password_hash,"
        " $2::text::account_role, $3::text::account_state, company_id, gemeente_code, created_at,"
        " password_changed_at FROM accounts WHERE email = $4",
        email,
        role,
        state,
        ADDRESS,
    )


async def test_a_closed_account_tells_who_knows_its_password_whom_to_ask(close, services):
    await close()

    with pytest.raises(AccountClosed) as refusal:
        await services.login.log_in(ADDRESS, PASSWORD, visitor=anyone())
    assert (refusal.value.gemeente, refusal.value.contact) == ("Zeedorp", "help@zeedorp.example")
    with pytest.raises(LoginRejected):
        await services.login.log_in(ADDRESS, OTHER_PASSWORD, visitor=anyone())


async def test_closing_ends_sessions_voids_codes_and_forgets_browsers_and_secrets(
    close, services, log_in, outbox, owner, sql
):
    await log_in()
    await services.mail_requests.ask_password_reset(ADDRESS, anyone())
    await services.mail_requests.answer_next()
    code = await outbox.code()
    await services.email_change.ask(owner, "jan@nieuw.example", anyone())
    await take_for_enrolled(sql)
    await sql.execute(
        "INSERT INTO recovery_codes (account_id, digest) VALUES ($1, $2)", owner.account.id, bytes(32)
    )

    await close()

    for table in ("sessions", "known_browsers", "totp_enrolments", "recovery_codes", "email_changes"):
        assert await sql.fetchval(f"SELECT count(*) FROM {table}") == 0, table  # noqa: S608 - one of these.
    with pytest.raises(CodeRejected):
        await services.password_reset.set_password(code, OTHER_PASSWORD, anyone())


async def test_closing_is_told_by_mail_and_in_the_audit_trail(close, outbox, owner, sql):
    await close()

    mail = await outbox.newest()
    assert (mail.kind, mail.to) == ("account_closed", ADDRESS)
    line = await sql.fetchrow("SELECT act, account_id, actor_id FROM audit_trail")
    assert tuple(line) == ("account_closed", owner.account.id, owner.account.id)


async def test_an_account_is_closed_once(close, outbox, sql):
    await close()

    with pytest.raises(SessionGone):
        await close()
    assert len(await outbox.mails()) == 1


async def test_the_only_manager_does_not_leave_users_behind(close, sql):
    await add_to_company(sql, "piet@dezon.example", "gebruiker")

    with pytest.raises(LastManager) as refusal:
        await close()

    assert (refusal.value.gemeente, refusal.value.contact) == ("Zeedorp", "help@zeedorp.example")
    assert await sql.fetchval("SELECT count(*) FROM accounts WHERE state = 'closed'") == 0


@pytest.mark.parametrize(
    "colleagues",
    [
        [("piet@dezon.example", "gebruiker", "closed")],
        [("piet@dezon.example", "gebruiker", "active"), ("els@dezon.example", "ondernemer", "active")],
    ],
    ids=["nobody is left", "there is another manager"],
)
async def test_a_manager_may_leave_where_nobody_is_left_alone(close, sql, colleagues):
    for colleague in colleagues:
        await add_to_company(sql, *colleague)

    await close()

    assert await sql.fetchval("SELECT state FROM accounts WHERE email = $1", ADDRESS) == "closed"


async def test_of_two_managers_who_leave_at_once_one_stays(close, log_in, sql):
    await add_to_company(sql, "els@dezon.example", "ondernemer")
    await add_to_company(sql, "piet@dezon.example", "gebruiker")
    els = await log_in("els@dezon.example")

    outcomes = await asyncio.gather(close(), close(els), return_exceptions=True)

    assert {type(outcome) for outcome in outcomes} == {type(None), LastManager}
    managers = "SELECT count(*) FROM accounts WHERE role = 'ondernemer' AND state = 'active'"
    assert await sql.fetchval(managers) == 1


async def test_staff_are_let_go_by_others(close, sql):
    await sql.execute("UPDATE accounts SET role = 'gemeentemedewerker', company_id = NULL")
    await take_for_enrolled(sql)

    with pytest.raises(NotAllowed):
        await close()


async def test_closing_while_logging_in_leaves_no_session(services, make_account, log_in, sql):
    for number in range(10):
        address = f"jan{number}@dezon.example"
        await sql.execute("DELETE FROM outbox")
        await make_account(email=address)
        owner = await log_in(address)

        await asyncio.gather(
            services.account_closing.close(owner),
            *(services.login.log_in(address, PASSWORD, visitor=anyone()) for _ in range(3)),
            return_exceptions=True,
        )

        assert await sql.fetchval("SELECT state FROM accounts WHERE email = $1", address) == "closed"
        assert await sql.fetchval("SELECT count(*) FROM sessions") == 0


async def test_registering_a_closed_address_again_looks_alike_and_its_owner_is_told_whom_to_ask(
    close, make_pending, outbox, services, sql
):
    await close()
    await sql.execute("DELETE FROM outbox")

    await services.registration.register(registration_form(), anyone())

    mail = await outbox.newest()
    assert (mail.kind, mail.to) == ("registration_for_existing_account", ADDRESS)
    assert mail.data["gemeente"]["email"] == "help@zeedorp.example"
