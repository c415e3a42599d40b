"""Accounts that nobody uses are closed, after a warning that their owners can heed."""

import asyncio
from datetime import timedelta

import pytest

from auth_service.accounts.refusals import AccountClosed
from auth_service.flows import unused_accounts
from auth_service.flows.account_notices import AccountNotices
from auth_service.flows.fact_writer import FactWriter
from auth_service.flows.unused_accounts import (
    UNUSED_BEFORE_WARNING,
    WARNED_BEFORE_CLOSING,
    UnusedAccounts,
)
from shared.sealing import MessageSeal
from tests.integration.auth.scene import MESSAGE_KEY, PASSWORD, anyone, until_waiting

ADDRESS = "jan@dezon.example"
COLLEAGUE = "piet@dezon.example"
A_MOMENT = timedelta(seconds=1)


@pytest.fixture
def unused(database, clock, settings):
    writer = FactWriter(settings.code_lifetimes, MessageSeal([MESSAGE_KEY]))
    return UnusedAccounts(database, AccountNotices(writer), clock)


@pytest.fixture
async def owner(make_account, log_in):
    await make_account()
    return (await log_in()).account


@pytest.fixture
def kinds(outbox):
    async def kinds():
        return [(mail.kind, mail.to) for mail in await outbox.mails()]

    return kinds


@pytest.fixture
def after(clock, unused):
    async def after(time):
        clock.advance(time)
        await unused.sweep()

    return after


@pytest.fixture
def join(sql):
    """Somebody else in the same company."""

    async def join(email, role):
        await sql.execute(
            "INSERT INTO accounts (id, email, email_key, password_hash, role, company_id, gemeente_code,"
            " created_at, password_changed_at) SELECT gen_random_uuid(), $1, $1, password_hash,"
            " $2::text::account_role, company_id, gemeente_code, created_at, password_changed_at"
            " FROM accounts WHERE email = $3",
            email,
            role,
            ADDRESS,
        )

    return join


async def states(sql):
    return {row["email"]: row["state"] for row in await sql.fetch("SELECT email, state FROM accounts")}


async def test_its_owner_is_warned_once_of_when_it_closes(owner, after, outbox, clock, sql):
    await after(UNUSED_BEFORE_WARNING - A_MOMENT)
    assert await outbox.mails() == []

    await after(A_MOMENT)
    warned_at = clock()
    await after(timedelta(hours=1))

    (mail,) = await outbox.mails()
    assert (mail.kind, mail.to, mail.data["companyName"]) == ("account_unused", ADDRESS, "Pension De Zon")
    assert mail.data["closesAt"] == f"{warned_at + WARNED_BEFORE_CLOSING:%Y-%m-%dT%H:%M:%SZ}"
    assert await sql.fetchval("SELECT account_id FROM mail_trail WHERE kind = 'account_unused'") == owner.id


async def test_it_is_closed_as_its_owner_would_have_done(owner, after, services, kinds, sql):
    await after(UNUSED_BEFORE_WARNING)
    await services.mail_requests.ask_password_reset(ADDRESS, anyone())
    await services.mail_requests.answer_next()

    await after(WARNED_BEFORE_CLOSING)

    assert (await kinds())[-1] == ("account_closed", ADDRESS)
    line = await sql.fetchrow("SELECT act, account_id, gemeente_code, actor_id, actor_role FROM audit_trail")
    assert tuple(line) == ("account_closed", owner.id, "GM9901", None, None)
    assert await sql.fetchval("SELECT count(*) FROM codes WHERE used_at IS NULL AND voided_at IS NULL") == 0
    for table in ("sessions", "known_browsers"):
        assert await sql.fetchval(f"SELECT count(*) FROM {table}") == 0  # noqa: S608 - our own words.
    with pytest.raises(AccountClosed):
        await services.login.log_in(ADDRESS, PASSWORD, visitor=anyone())


async def test_however_late_the_warning_its_owner_has_the_time_that_it_names(owner, after, sql):
    await after(timedelta(days=3_000))
    await after(WARNED_BEFORE_CLOSING - A_MOMENT)
    assert await states(sql) == {ADDRESS: "active"}

    await after(A_MOMENT)
    assert await states(sql) == {ADDRESS: "closed"}


async def test_who_logs_in_keeps_it_and_is_warned_anew_in_time(owner, after, log_in, kinds, sql):
    await after(UNUSED_BEFORE_WARNING)
    await log_in()
    assert await sql.fetchval("SELECT unused_warned_at FROM accounts") is None

    await after(WARNED_BEFORE_CLOSING)
    assert await states(sql) == {ADDRESS: "active"}
    await after(UNUSED_BEFORE_WARNING)

    assert await kinds() == [("account_unused", ADDRESS)] * 2


async def test_a_login_by_the_former_release_counts_too(owner, after, clock, sql):
    await after(UNUSED_BEFORE_WARNING)
    clock.advance(A_MOMENT)
    await sql.execute("UPDATE accounts SET last_login_at = $1", clock())

    await after(WARNED_BEFORE_CLOSING)

    assert await states(sql) == {ADDRESS: "active"}


async def test_an_account_in_which_nobody_ever_logged_in_counts_from_its_beginning(
    make_account, after, kinds
):
    await make_account()

    await after(UNUSED_BEFORE_WARNING)

    assert await kinds() == [("account_unused", ADDRESS)]


@pytest.mark.parametrize(
    "made_so",
    [
        "accounts SET state = 'blocked', blocked_by = 'gemeente'",
        "accounts SET role = 'gemeentemedewerker', company_id = NULL",
        "accounts SET role = 'beheerder', company_id = NULL",
        "companies SET state = 'awaiting_approval'",
    ],
)
async def test_who_could_not_log_in_and_staff_are_left_alone(owner, after, kinds, sql, made_so):
    await sql.execute(f"UPDATE {made_so}")
    before = await states(sql)

    await after(timedelta(days=3_000))
    await after(WARNED_BEFORE_CLOSING)

    assert await kinds() == []
    assert await states(sql) == before


async def test_who_was_blocked_meanwhile_is_warned_anew(owner, after, database, kinds, sql):
    await after(UNUSED_BEFORE_WARNING)
    await sql.execute("UPDATE accounts SET state = 'blocked', blocked_by = 'gemeente'")
    await after(timedelta(days=365))
    async with database.transaction() as tx:
        await tx.accounts.unblock(owner.id)

    await after(A_MOMENT)

    assert await kinds() == [("account_unused", ADDRESS)] * 2
    assert await states(sql) == {ADDRESS: "active"}


async def test_the_only_manager_stays_as_long_as_others_use_the_company(
    owner, after, join, kinds, clock, sql
):
    await join(COLLEAGUE, "gebruiker")
    clock.advance(UNUSED_BEFORE_WARNING)
    await sql.execute("UPDATE accounts SET last_login_at = $1 WHERE email = $2", clock(), COLLEAGUE)

    await after(A_MOMENT)
    await after(WARNED_BEFORE_CLOSING)
    assert await kinds() == []

    await sql.execute("UPDATE accounts SET state = 'closed' WHERE email = $1", COLLEAGUE)
    await after(A_MOMENT)
    await after(WARNED_BEFORE_CLOSING)
    assert await states(sql) == {ADDRESS: "closed", COLLEAGUE: "closed"}


async def test_of_two_managers_of_whom_both_are_due_one_stays_for_who_uses_it(owner, after, join, clock, sql):
    await join(COLLEAGUE, "ondernemer")
    await join("kees@dezon.example", "gebruiker")
    clock.advance(UNUSED_BEFORE_WARNING)
    await sql.execute("UPDATE accounts SET last_login_at = $1 WHERE email LIKE 'kees%'", clock())

    await after(A_MOMENT)
    await after(WARNED_BEFORE_CLOSING)
    await after(WARNED_BEFORE_CLOSING)

    assert sorted((await states(sql)).values()) == ["active", "active", "closed"]


async def test_a_sweep_mails_no_more_than_it_may(owner, after, join, kinds, monkeypatch):
    monkeypatch.setattr(unused_accounts, "MOST_MAILS", 2)
    for name in ("piet", "kees"):
        await join(f"{name}@dezon.example", "ondernemer")

    await after(UNUSED_BEFORE_WARNING)
    assert len(await kinds()) == 2

    await after(A_MOMENT)
    assert len(set(await kinds())) == 3


async def test_two_workers_warn_and_close_each_once(owner, unused, clock, kinds):
    clock.advance(UNUSED_BEFORE_WARNING)
    await asyncio.gather(unused.sweep(), unused.sweep())
    clock.advance(WARNED_BEFORE_CLOSING)
    await asyncio.gather(unused.sweep(), unused.sweep())

    assert await kinds() == [("account_unused", ADDRESS), ("account_closed", ADDRESS)]


async def test_who_logs_in_while_his_account_is_looked_at_keeps_it(
    owner, after, unused, clock, database, services, sql
):
    await after(UNUSED_BEFORE_WARNING)
    clock.advance(WARNED_BEFORE_CLOSING)
    async with database.transaction() as tx:
        await tx.lock_address(ADDRESS)
        sweeping = asyncio.create_task(unused.sweep())
        await until_waiting(sql)
        await services.login.log_in(ADDRESS, PASSWORD, visitor=anyone())

    await sweeping

    assert await states(sql) == {ADDRESS: "active"}
