"""What the database itself guarantees, and how it is brought up to date."""

import asyncio
from datetime import timedelta
from uuid import uuid4

import asyncpg
import pytest

from auth_service.accounts.account import AccountState, Role
from auth_service.accounts.mail_progress import MailState
from auth_service.accounts.one_time_codes import CodePurpose, Owner
from auth_service.accounts.refusals import Unavailable
from auth_service.storage import database as database_module
from auth_service.storage import migrations
from auth_service.storage.database import open_database
from auth_service.storage.mail_trail_table import MailReport, TrailedMail
from auth_service.storage.migrations import MigrationsDiffer, check_migrated, migrate
from shared.clock import utc_now
from tests.integration.auth.scene import administer, with_database


@pytest.fixture
async def empty_database_url(postgres_url):
    name = f"empty_{uuid4().hex}"
    await administer(postgres_url, f"CREATE DATABASE {name}")
    yield with_database(postgres_url, name)
    await administer(postgres_url, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.mark.parametrize(
    ("sql_type", "enumeration"),
    [
        ("account_role", Role),
        ("account_state", AccountState),
        ("code_purpose", CodePurpose),
        ("mail_state", MailState),
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
    long_ago = utc_now() - timedelta(days=1)

    async def change_and_never_end():
        async with database.transaction() as tx:
            await tx.lock_address("jan@dezon.example")
            await tx.throttle.count({b"k" * 32: timedelta(minutes=1)}, long_ago)
            locked.set()
            await asyncio.Event().wait()

    cut_off = asyncio.create_task(change_and_never_end())
    await locked.wait()
    cut_off.cancel()
    await asyncio.wait({cut_off})

    async with database.transaction() as tx:
        held = await sql.fetchval("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'")
        assert await tx.throttle.forget_rested(utc_now()) == 0
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
    assert await report(MailState.BOUNCED, 3)
    assert await report(MailState.DELIVERED, 3)
    assert await trail() == "bounced 3"
    assert not await report(MailState.DELIVERED, 1, event_id=uuid4())


async def test_a_try_moves_the_moment_of_rest_by_a_pause_from_now_at_the_earliest(database, clock):
    slow, quick = b"s" * 32, b"q" * 32
    pauses = {slow: timedelta(minutes=10), quick: timedelta(minutes=1)}
    start = clock()

    async def count():
        async with database.transaction() as tx:
            return await tx.throttle.count(pauses, clock())

    first = await count()
    clock.advance(timedelta(minutes=2))
    second = await count()

    assert first == {key: start + pause for key, pause in pauses.items()}
    assert second == {slow: start + timedelta(minutes=20), quick: start + timedelta(minutes=3)}


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
