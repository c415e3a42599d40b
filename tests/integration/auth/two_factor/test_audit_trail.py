"""The trail is only added to, says where each act came from, and keeps what was refused."""

from datetime import timedelta

import asyncpg
import pytest

from auth_service.accounts.refusals import NoSuchAccount, NoSuchGemeente
from auth_service.storage import migrations
from auth_service.storage.migrations import migrate
from shared.correlation import beginning
from tests.integration.auth.two_factor.test_reset import COLLEAGUE, REASON, account_id, reset, staff

__all__ = ["staff"]

LINE = "INSERT INTO audit_trail (id, happened_at, act) VALUES (gen_random_uuid(), $1, 'totp_reset')"


@pytest.fixture
async def line(sql, clock):
    await sql.execute(LINE, clock())


@pytest.mark.usefixtures("line")
@pytest.mark.parametrize(
    "statement",
    ["UPDATE audit_trail SET reason = 'iets anders'", "DELETE FROM audit_trail", "TRUNCATE audit_trail"],
)
async def test_a_line_is_neither_changed_nor_removed(sql, statement):
    with pytest.raises(asyncpg.InsufficientPrivilegeError, match="only added to"):
        await sql.execute(statement)

    assert await sql.fetchval("SELECT reason IS NULL FROM audit_trail")


async def test_not_even_retention_removes_one_of_the_last_half_year(sql):
    # By the clock of the database, which knows of no other.
    now = await sql.fetchval("SELECT now()")
    await sql.execute(LINE, now - timedelta(days=179))

    assert await sql.fetchval("SELECT forget_audit_lines($1, 10)", now) == 0

    assert await sql.fetchval("SELECT count(*) FROM audit_trail") == 1


async def test_what_retention_may_do_ends_with_it(sql, clock):
    long_ago = await sql.fetchval("SELECT now() - interval '181 days'")
    await sql.execute(LINE, long_ago)
    async with sql.transaction():
        assert await sql.fetchval("SELECT forget_audit_lines($1, 10)", long_ago) == 1
        await sql.execute(LINE, clock())

        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            async with sql.transaction():
                await sql.execute("DELETE FROM audit_trail")


async def test_an_act_tells_through_which_door_it_came_and_where_the_log_has_more(enrolled, staff, sql):
    with beginning("POST /", door="page") as correlation_id:
        await reset(staff, enrolled)

    kept = await sql.fetchrow("SELECT * FROM audit_trail WHERE act = 'totp_reset'")
    assert (kept["origin"], kept["correlation_id"], kept["result"]) == ("page", correlation_id, "done")
    assert (kept["gemeente_code"], kept["reason"]) == ("GM9901", REASON)


async def test_what_comes_through_no_door_is_a_command(enrolled, sql):
    await enrolled.services.two_factor.reset.reset_own(await enrolled.session())

    assert await sql.fetchval("SELECT origin FROM audit_trail WHERE act = 'totp_reset'") == "command"
    assert await sql.fetchval("SELECT count(*) FROM audit_trail WHERE gemeente_code IS NULL") == 0


async def test_what_is_refused_is_kept_although_it_was_undone(enrolled, staff, sql):
    await sql.execute("UPDATE accounts SET gemeente_code = 'GM9902' WHERE email_key <> $1", COLLEAGUE)

    with pytest.raises(NoSuchAccount):
        await reset(staff, enrolled)

    kept = await sql.fetchrow("SELECT * FROM audit_trail WHERE result = 'refused'")
    assert (kept["act"], kept["actor_id"]) == ("act_refused", await account_id(staff))
    assert (kept["account_id"], kept["gemeente_code"]) == (await account_id(enrolled), "GM9901")
    about_owner = await enrolled.services.audit_reading.newest((await enrolled.session()).account)
    assert "act_refused" not in [line.act for line in about_owner]


async def test_another_gemeente_is_refused_and_kept(staff, sql):
    with pytest.raises(NoSuchGemeente):
        await staff.services.served_gemeenten.with_code(await staff.session(), "GM9902")

    kept = await sql.fetchrow("SELECT actor_id, gemeente_code FROM audit_trail WHERE act = 'act_refused'")
    assert tuple(kept) == (await account_id(staff), "GM9901")


async def test_trying_over_and_over_does_not_bury_the_trail(staff, sql):
    for _ in range(15):
        with pytest.raises(NoSuchGemeente):
            await staff.services.served_gemeenten.with_code(await staff.session(), "GM9902")

    assert await sql.fetchval("SELECT count(*) FROM audit_trail WHERE act = 'act_refused'") == 10


async def test_lines_of_before_get_the_gemeente_of_what_they_are_about(empty_database_url, monkeypatch):
    files = migrations.migration_files()
    before = {name: script for name, script in files.items() if name < "0019"}
    monkeypatch.setattr(migrations, "migration_files", lambda: before)
    await migrate(empty_database_url)
    old = await asyncpg.connect(empty_database_url)
    await old.execute(
        "INSERT INTO gemeenten (code, name, email) VALUES ('GM0001', 'Zeedorp', 'a@zeedorp.example');"
        " INSERT INTO accounts (id, email, email_key, password_hash, role, gemeente_code, created_at,"
        " password_changed_at)"
        " SELECT gen_random_uuid(), role || '@b.nl', role || '@b.nl', '', role, 'GM0001', now(), now()"
        " FROM unnest('{gemeentemedewerker,beheerder}'::account_role[]) AS role;"
        " INSERT INTO audit_trail (id, happened_at, act, account_id, actor_role)"
        " SELECT gen_random_uuid(), now(), 'totp_reset', id, role FROM accounts"
    )
    monkeypatch.setattr(migrations, "migration_files", lambda: files)

    await migrate(empty_database_url)

    lines = await old.fetch("SELECT actor_role, gemeente_code FROM audit_trail")
    assert dict(lines) == {"gemeentemedewerker": "GM0001", "beheerder": None}
    await old.close()
