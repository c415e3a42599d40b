"""What the database itself guarantees, and how it is brought up to date."""

import asyncio
from datetime import timedelta
from uuid import uuid4

import asyncpg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from auth_service.accounts.account import AccountState, CompanyState, Role
from auth_service.accounts.attempt_budgets import Act, Budget, Claim
from auth_service.accounts.audit import AuditedAct, AuditOrigin, AuditResult
from auth_service.accounts.mail_progress import MailState
from auth_service.accounts.one_time_codes import CodePurpose, Owner
from auth_service.accounts.refusals import Unavailable
from auth_service.accounts.two_factor import ResetBy
from auth_service.storage import database as database_module
from auth_service.storage import migrations
from auth_service.storage.database import open_database
from auth_service.storage.mail_request_table import MailRequest
from auth_service.storage.mail_trail_table import MailReport, TrailedMail
from auth_service.storage.migrations import MigrationsDiffer, check_migrated, migrate
from auth_service.storage.throttle_table import ThrottleTable
from shared.clock import utc_now
from shared.correlation import NOWHERE
from tests.integration.auth.sealed_rows import add_account


@pytest.mark.parametrize(
    ("sql_type", "enumeration"),
    [
        ("account_role", Role),
        ("account_state", AccountState),
        ("code_purpose", CodePurpose),
        ("mail_state", MailState),
        ("reset_by", ResetBy),
        ("company_state", CompanyState),
        ("audited_act", AuditedAct),
        ("audit_result", AuditResult),
        ("audit_origin", AuditOrigin),
    ],
)
async def test_an_enumeration_equals_its_sql_type(sql, sql_type, enumeration):
    labels = await sql.fetchval(f"SELECT enum_range(NULL::{sql_type})::text[]")

    assert labels == [member.value for member in enumeration]


async def test_migrating_twice_changes_nothing(empty_database_url):
    first = await migrate(empty_database_url)
    second = await migrate(empty_database_url)

    assert first == list(migrations.migration_files())
    assert second == []


async def test_two_migrations_at_once_run_every_file_once(empty_database_url):
    ran = await asyncio.gather(migrate(empty_database_url), migrate(empty_database_url))

    assert sorted(ran, key=len) == [[], list(migrations.migration_files())]


async def test_an_edited_migration_is_refused(empty_database_url, monkeypatch):
    await migrate(empty_database_url)
    edited = {name: f"{script}\n-- edited" for name, script in migrations.migration_files().items()}
    monkeypatch.setattr(migrations, "migration_files", lambda: edited)

    with pytest.raises(MigrationsDiffer, match="has changed since it ran"):
        await migrate(empty_database_url)
    with pytest.raises(MigrationsDiffer, match="has changed since it ran"):
        await check_migrated(empty_database_url)


async def test_a_failing_migration_leaves_nothing_of_itself(empty_database_url, monkeypatch):
    broken = {"0001_broken.sql": "CREATE TABLE half (id int); SELECT no_such_function();"}
    monkeypatch.setattr(migrations, "migration_files", lambda: broken)

    with pytest.raises(asyncpg.UndefinedFunctionError):
        await migrate(empty_database_url)

    connection = await asyncpg.connect(empty_database_url)
    assert await connection.fetchval("SELECT to_regclass('half')") is None
    await connection.close()


async def test_a_service_refuses_a_database_that_was_not_migrated(empty_database_url):
    with pytest.raises(MigrationsDiffer, match="run `dnr-auth migrate` first"):
        await check_migrated(empty_database_url)


async def test_a_database_that_goes_away_is_unavailable_until_it_is_back(cable):
    database = await open_database(cable.url, most_connections=1)

    await cable.cut()
    with pytest.raises(Unavailable):
        async with database.transaction() as tx:
            await tx.mail_requests.take_due(utc_now())

    await cable.mend()
    async with database.transaction() as tx:
        assert await tx.mail_requests.take_due(utc_now()) is None
    await database.close()


async def test_what_was_cut_off_leaves_nothing_on_its_connection(database_url, sql):
    database = await open_database(database_url, most_connections=1)
    locked = asyncio.Event()
    asked = MailRequest(uuid4(), CodePurpose.ACTIVATION, "jan@dezon.example", None, utc_now(), NOWHERE)

    async def change_and_never_end():
        async with database.transaction() as tx:
            await tx.lock_address("jan@dezon.example")
            await tx.mail_requests.add(asked)
            locked.set()
            await asyncio.Event().wait()

    cut_off = asyncio.create_task(change_and_never_end())
    await locked.wait()
    cut_off.cancel()
    await asyncio.wait({cut_off})

    async with database.transaction() as tx:
        held = await sql.fetchval("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'")
        assert await tx.mail_requests.take_due(utc_now()) is None
    assert held == 0
    await database.close()


@pytest.fixture
async def queued_mail(database, clock):
    event_id = uuid4()
    mail = TrailedMail(
        event_id, "password_changed", "jan@dezon.example", Owner(), clock(), clock() + timedelta(days=7)
    )
    async with database.transaction() as tx:
        await tx.mail_trail.add(mail)
    return event_id


async def test_reports_only_raise_the_rank_however_they_come(database, sql, clock, queued_mail):
    async def report(state, attempt, event_id=queued_mail):
        async with database.transaction() as tx:
            return await tx.mail_trail.record(
                MailReport(event_id, state, attempt, f"{state} {attempt}", None, clock())
            )

    async def trail():
        return await sql.fetchval("SELECT reply FROM mail_trail")

    assert await report(MailState.DEFERRED, 2)
    assert await report(MailState.DEFERRED, 1)
    assert await trail() == "deferred 2"
    assert await report(MailState.DELIVERED, 3)
    assert await report(MailState.DEFERRED, 4)
    assert await report(MailState.DELIVERED, 3)
    assert await trail() == "delivered 3"
    assert await report(MailState.BOUNCED, 1)
    assert await report(MailState.DELIVERED, 3)
    assert await trail() == "bounced 1"
    assert await sql.fetchval("SELECT attempts FROM mail_trail") == 3
    assert not await report(MailState.DELIVERED, 1, event_id=uuid4())


@pytest.mark.parametrize(
    "reports",
    [
        [(MailState.REFUSED, 1), (MailState.DELIVERED, 2)],
        [(MailState.DELIVERED, 2), (MailState.REFUSED, 1)],
        [(MailState.REFUSED, 1), (MailState.DEFERRED, 2), (MailState.DELIVERED, 3)],
    ],
)
async def test_of_two_ends_that_of_the_later_try_counts(reports, database, sql, clock, queued_mail):
    for state, attempt in reports:
        async with database.transaction() as tx:
            await tx.mail_trail.record(MailReport(queued_mail, state, attempt, None, None, clock()))

    assert await sql.fetchval("SELECT state FROM mail_trail") == MailState.DELIVERED


@pytest.fixture
def count(database, clock):
    async def count(*claims):
        async with database.autocommit() as tables:
            return await tables.throttle.count(claims, clock())

    return count


def claim(name, pause, at_once=5):
    return Claim(Budget(name, Act.LOGIN, at_once, pause), ("jan",))


SLOW, QUICK = claim("slow", timedelta(minutes=10)), claim("quick", timedelta(minutes=1))


async def rested(sql, *claims):
    """When each is whole again; None where nothing is kept of it."""
    return [
        await sql.fetchval("SELECT rested_at FROM throttle WHERE key = $1", claim.key) for claim in claims
    ]


async def test_a_try_moves_the_moment_of_rest_by_a_pause_from_now_at_the_earliest(count, clock, sql):
    start = clock()

    first = await count(SLOW, QUICK)
    clock.advance(timedelta(minutes=2))
    second = await count(QUICK, SLOW)

    assert first == [start + timedelta(minutes=10), start + timedelta(minutes=1)]
    assert second == [start + timedelta(minutes=3), start + timedelta(minutes=20)]
    assert await rested(sql, QUICK, SLOW) == second


async def test_a_try_that_comes_too_soon_for_one_budget_counts_on_none(count, clock, sql):
    once = claim("once", timedelta(minutes=1), at_once=1)
    await count(QUICK, once, SLOW)
    before = await rested(sql, QUICK, once, SLOW)

    told = await count(SLOW, once, QUICK)

    assert told == [clock() + timedelta(minutes=minutes) for minutes in (20, 2, 2)]
    assert await rested(sql, QUICK, once, SLOW) == before


@given(
    at_once=st.integers(min_value=1, max_value=100),
    pause=st.timedeltas(min_value=timedelta(microseconds=1), max_value=timedelta(hours=12)),
    tries=st.lists(st.timedeltas(min_value=timedelta(), max_value=timedelta(days=2)), max_size=8),
)
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_the_table_finds_a_try_too_soon_just_where_its_budget_does(
    database, sql, at_once, pause, tries
):
    one = claim("one", pause, at_once)
    await sql.execute("TRUNCATE throttle")
    now = utc_now()
    for gap in tries:
        now += gap
        before = await rested(sql, one)

        async with database.autocommit() as tables:
            told = await tables.throttle.count([one], now)

        is_counted = one.budget.wait(told[0], now) <= timedelta()
        assert await rested(sql, one) == (told if is_counted else [max(before[0], now)])


async def test_what_is_given_back_leaves_nothing_once_it_is_whole(database, count, clock, sql):
    await count(SLOW)
    await count(SLOW, QUICK)

    async with database.autocommit() as tables:
        await tables.throttle.give_back([QUICK, SLOW], clock())

    assert await rested(sql, SLOW, QUICK) == [clock() + timedelta(minutes=10), None]


async def test_counting_waits_for_no_disk_and_whatever_comes_next_does(database_url):
    connection = await asyncpg.connect(database_url)

    async with connection.transaction():
        await ThrottleTable(connection).count([SLOW], utc_now())
        assert await connection.fetchval("SHOW synchronous_commit") == "off"
    assert await connection.fetchval("SHOW synchronous_commit") == "on"
    await connection.close()


async def test_counting_and_giving_back_at_once_lose_no_try(database, count, clock, sql):
    plenty = [claim(name, timedelta(minutes=1), at_once=1_000) for name in ("one", "other")]

    async def count_both_and_give_one_back(first, second):
        await count(first, second)
        async with database.autocommit() as tables:
            await tables.throttle.give_back([first], clock())

    both_ways = (plenty, plenty[::-1])
    await asyncio.gather(*(count_both_and_give_one_back(*way) for way in both_ways for _ in range(50)))

    assert await rested(sql, *plenty) == [clock() + timedelta(minutes=50)] * 2


async def test_a_postponed_row_waits_longer_each_time_and_stops_nobody(database, sql, clock):
    stuck, fine = uuid4(), uuid4()
    async with database.transaction() as tx:
        await tx.outbox.add(stuck, {}, clock())
        await tx.outbox.add(fine, {}, clock())

    waits = []
    for _ in range(12):
        async with database.transaction() as tx:
            await tx.outbox.postpone(stuck, "no route", clock())
            assert [row.event_id for row in await tx.outbox.take_due(clock(), most=10)] == [fine]
        waits.append(
            await sql.fetchval("SELECT next_try_at - $2 FROM outbox WHERE event_id = $1", stuck, clock())
        )

    assert waits[:3] == [timedelta(seconds=1), timedelta(seconds=2), timedelta(seconds=4)]
    assert waits[-1] == timedelta(minutes=5)


async def test_a_transaction_that_never_ends_does_not_keep_us_from_stopping(database_url, monkeypatch):
    monkeypatch.setattr(database_module, "CLOSE_SECONDS", 0.05)
    database = await open_database(database_url, most_connections=1)
    begun = asyncio.Event()

    async def hold():
        async with database.transaction():
            begun.set()
            await asyncio.Event().wait()

    holding = asyncio.create_task(hold())
    await begun.wait()

    async with asyncio.timeout(5):
        await database.close()
    holding.cancel()
    await asyncio.wait({holding})


async def test_of_two_transactions_that_wait_for_each_other_one_is_told_to_try_again(sql, database):
    both = [await add_account(sql) for _ in range(2)]
    met = asyncio.Barrier(2)

    async def lock_in_order(first, second):
        async with database.transaction() as tx:
            await tx.accounts.lock(first)
            await met.wait()
            await tx.accounts.lock(second)

    outcomes = await asyncio.gather(
        lock_in_order(*both), lock_in_order(*reversed(both)), return_exceptions=True
    )

    assert [type(outcome) for outcome in outcomes if outcome is not None] == [Unavailable]
