"""`dnr-auth gemeente move`: what belongs to a gemeente that is no more goes to the one its places lie in."""

import asyncio

import pytest

from auth_service import gemeente_commands
from auth_service.__main__ import command_parser
from auth_service.accounts.company_search import Sought
from auth_service.accounts.refusals import NoSuchAccount, NoSuchCompany
from auth_service.accounts.sessions import SessionState
from auth_service.command_refused import CommandRefused
from auth_service.flows.code_resending import lock_as_found
from auth_service.flows.gemeente_merger import GemeenteMerger, MoveOrder
from tests.integration.auth.scene import anyone, until_waiting
from tests.integration.auth.tenants.country import DETAILS, contents, found, insert, move_in

OLD, NEW = "GM9901", "GM9902"
ORDER = MoveOrder(OLD, NEW, "Herindeling")
EVERYTHING = Sought()


@pytest.fixture
async def country(sql, clock):
    """Zeedorp has become part of Bergen; its Rijswijk went to neither, and Bergen had one of its own."""
    country = await found(sql, clock())
    await sql.execute("UPDATE gemeenten SET dissolved_in = 2026 WHERE code = $1", OLD)
    await sql.execute("DELETE FROM places WHERE gemeente_code = $1 AND key = 'rijswijk'", OLD)
    await sql.execute("UPDATE places SET gemeente_code = $2 WHERE gemeente_code = $1", OLD, NEW)
    return country


@pytest.fixture
def merger(database, clock):
    return GemeenteMerger(database, clock)


@pytest.fixture
def add_company(sql, clock):
    """In Zeedorp, with somebody in it; returns him."""

    async def add_company(place):
        company_id = await sql.fetchval("SELECT gen_random_uuid()")
        details = {**DETAILS, "place": place}
        await insert(sql, "companies", id=company_id, gemeente_code=OLD, registered_at=clock(), **details)
        return await move_in(sql, "ondernemer", OLD, company_id, clock())

    return add_company


@pytest.fixture
def run(database_url, monkeypatch, capsys):
    monkeypatch.setenv("DATABASE_URL", database_url)
    monkeypatch.setattr(gemeente_commands, "configure_logs", lambda *_, **__: None)

    async def run(*arguments):
        options = command_parser().parse_args(["gemeente", "move", *arguments])
        capsys.readouterr()
        await options.run(options)
        return capsys.readouterr().out.splitlines()

    return run


async def belong_to(sql, code):
    """How many rows of each table, but for the trail and the places."""
    tables = ("companies", "accounts", "pending_registrations", "invitations", "company_search")
    return {
        table: await sql.fetchval(f"SELECT count(*) FROM {table} WHERE gemeente_code = $1", code)  # noqa: S608 - our own words.
        for table in tables
    }


async def found_by(services, code):
    return {company.id for company in (await services.helpdesk.search.find(code, EVERYTHING)).companies}


def test_every_table_that_names_a_gemeente_is_thought_of(country_tables):
    # Announcements and places are the gemeente's own, triggers keep the search, and the trail is history.
    assert country_tables == {
        *("companies", "accounts", "pending_registrations", "invitations"),
        *("places", "totp_announcements", "company_search", "audit_trail"),
    }


@pytest.fixture
async def country_tables(sql):
    rows = await sql.fetch(
        "SELECT table_name FROM information_schema.columns JOIN information_schema.tables"
        " USING (table_schema, table_name) WHERE column_name = 'gemeente_code'"
        " AND table_schema = 'public' AND table_type = 'BASE TABLE'"
    )
    return {row["table_name"] for row in rows}


async def test_companies_and_their_people_move_and_the_helpdesk_follows(country, merger, sql, services):
    done = await merger.run(ORDER)

    here = country.here
    assert (done.companies, done.registrations) == (1, 1)
    assert (done.people.accounts, done.people.invitations, done.people.staff) == (3, 1, 0)
    # Those who work there, and the invitation of one who is to.
    left = {"companies": 0, "accounts": 3, "pending_registrations": 0, "invitations": 1, "company_search": 0}
    assert await belong_to(sql, OLD) == left
    assert done.staff_left == 3
    assert {here.company_id, here.registration_id} <= await found_by(services, NEW)
    assert await found_by(services, OLD) == set()


async def test_staff_of_the_heir_help_them_and_those_of_the_former_gemeente_no_more(
    country, merger, services
):
    session = {
        name: await services.sessions.logged_in(country.of(name).token)
        for name in ("staff here", "staff there")
    }
    user = country.of("user here").account_id

    await merger.run(ORDER)

    with pytest.raises(NoSuchAccount):
        await services.people.blocking.block(session["staff here"], user, "Misbruik van het account.")
    await services.people.blocking.block(session["staff there"], user, "Misbruik van het account.")


async def test_sessions_go_on_under_what_the_heir_asks(country, merger, services, sql):
    await sql.execute("DELETE FROM totp_enrolments")
    await sql.execute("UPDATE gemeenten SET totp_required = true WHERE code = $1", NEW)
    token = country.of("manager here").token
    assert (await services.sessions.logged_in(token)).state is SessionState.FULL

    await merger.run(ORDER)

    after = await services.sessions.logged_in(token)
    assert (after.gemeente.name, after.state) == ("Bergen", SessionState.AWAITING_TOTP_SETUP)


async def test_staff_move_only_where_it_is_asked(country, merger, sql):
    done = await merger.run(MoveOrder(OLD, NEW, "Herindeling", with_staff=True))

    assert (done.people.staff, done.people.invitations, done.staff_left) == (3, 2, 0)
    assert set((await belong_to(sql, OLD)).values()) == {0}


async def test_both_gemeenten_are_told_of_it_in_the_trail(country, merger, sql):
    await merger.run(ORDER)
    await merger.run(ORDER)

    lines = await sql.fetch(
        "SELECT act, gemeente_code, actor_id, actor_role, reason FROM audit_trail ORDER BY gemeente_code"
    )
    assert [tuple(line) for line in lines] == [
        ("gemeente_changed", code, None, None, "Herindeling: 1") for code in (OLD, NEW)
    ]


async def test_what_was_told_before_stays_with_the_former_gemeente(country, merger, sql, clock):
    await insert(
        *(sql, "audit_trail"),
        id=await sql.fetchval("SELECT gen_random_uuid()"),
        happened_at=clock(),
        act="company_approved",
        company_id=country.here.company_id,
        gemeente_code=OLD,
    )

    await merger.run(ORDER)

    code = "SELECT gemeente_code FROM audit_trail WHERE act = 'company_approved'"
    assert await sql.fetchval(code) == OLD


async def test_a_dry_run_tells_the_same_and_changes_nothing(country, merger, sql):
    before = await contents(sql)

    tried = await merger.try_out(ORDER)

    assert await contents(sql) == before
    assert tried == await merger.run(ORDER)


async def test_of_a_gemeente_that_was_split_only_what_lies_in_the_heir_moves(
    country, merger, add_company, sql
):
    await sql.execute(
        "INSERT INTO places (key, gemeente_code, name) VALUES ('duindorp', 'GM9903', 'Duindorp')"
    )
    elsewhere = await add_company("Duindorp")
    nowhere = await add_company("Verzonken")
    shared = await add_company("rijswijk")

    done = await merger.run(ORDER)

    moved = await sql.fetch("SELECT company_id FROM accounts WHERE gemeente_code = $1", NEW)
    moved = {row["company_id"] for row in moved}
    assert {country.here.company_id, shared.company_id} <= moved
    assert not {elsewhere.company_id, nowhere.company_id} & moved
    assert [(share.place, tuple(share.lies_in)) for share in done.staying] == [
        ("Duindorp", ("GM9903",)),
        ("Verzonken", ()),
    ]


async def test_of_a_gemeente_that_goes_on_only_a_place_that_it_lost_moves(country, merger, add_company, sql):
    await sql.execute("UPDATE gemeenten SET dissolved_in = NULL")
    await sql.execute(
        "INSERT INTO places (key, gemeente_code, name) VALUES ('rijswijk', $1, 'Rijswijk')", OLD
    )
    await add_company("Rijswijk")

    done = await merger.run(ORDER)

    assert [share.place for share in done.going] == ["Zeedorp"]
    assert [share.place for share in done.staying] == ["Rijswijk"]


@pytest.mark.parametrize(
    ("arguments", "made_so", "said"),
    [
        ((OLD, OLD), "", "That is one and the same gemeente."),
        (("GM0000", NEW), "", "There is no gemeente GM0000."),
        ((OLD, "GM0000"), "", "There is no gemeente GM0000."),
        ((OLD, "GM9903"), "", "Elders takes no part yet: switch it on with `gemeente set GM9903"),
        ((OLD, NEW), "dissolved_in = 2025", "Bergen is dissolved itself, in 2025."),
        ((OLD, NEW, "--staff"), "dissolved_in = NULL", "Zeedorp is not dissolved, and needs its staff"),
    ],
)
async def test_what_cannot_be_moved_changes_nothing(country, run, sql, arguments, made_so, said):
    if made_so:
        await sql.execute(f"UPDATE gemeenten SET {made_so}")  # noqa: S608 - our own words.
    before = await contents(sql)

    with pytest.raises(CommandRefused) as refusal:
        await run(*arguments)

    assert said in str(refusal.value)
    assert str(refusal.value).endswith("Nothing is changed.")
    assert await contents(sql) == before


async def test_the_command_tells_what_moved_and_what_did_not(country, run, add_company, sql):
    await add_company("Verzonken")
    await add_company("Rijswijk")
    await sql.execute(
        "INSERT INTO places (key, gemeente_code, name) VALUES ('rijswijk', 'GM9903', 'Rijswijk')"
    )

    tried = await run(OLD, NEW, "--dry-run")
    lines = await run(OLD, NEW)

    assert tried == [*lines, "This was a dry run: nothing is changed."]
    assert lines == [
        "From GM9901 Zeedorp to GM9902 Bergen",
        "Companies moved: 2",
        "Registrations moved: 1",
        "  Rijswijk: 1 company, 0 registrations; there is one in GM9903 too",
        "  Zeedorp: 1 company, 1 registration",
        "Accounts of companies moved: 4",
        "Invitations moved: 1",
        "Staff moved: 0",
        "Left with GM9901 Zeedorp, since these places do not lie in Bergen:",
        "  Verzonken: 1 company, 0 registrations; it lies in no gemeente",
        "3 members of staff are left with GM9901 Zeedorp: --staff moves them.",
    ]
    reason = await sql.fetchval("SELECT DISTINCT reason FROM audit_trail")
    assert reason == "Bedrijven van GM9901 horen nu bij GM9902: 2"


async def test_a_registration_that_moves_while_it_is_confirmed_opens_its_account_in_the_heir(
    country, merger, services, make_pending, monkeypatch, sql
):
    await sql.execute("UPDATE gemeenten SET dissolved_in = NULL")
    await sql.execute("UPDATE places SET gemeente_code = $1 WHERE key = 'zeedorp'", OLD)
    code, receipt = await make_pending()
    await sql.execute("UPDATE places SET gemeente_code = $1 WHERE key = 'zeedorp'", NEW)
    opening = services.activation._open_account

    async def after_the_move(*proven):
        await merger.run(ORDER)
        return await opening(*proven)

    monkeypatch.setattr(services.activation, "_open_account", after_the_move)
    await services.activation.activate(code, password="", visitor=anyone(receipt))

    opened = (
        "SELECT accounts.gemeente_code || companies.gemeente_code FROM accounts JOIN companies"
        " ON companies.id = company_id WHERE email = 'jan@dezon.example'"
    )
    assert await sql.fetchval(opened) == NEW + NEW


async def test_staff_of_the_former_gemeente_find_no_registration_any_more(country, merger, database):
    async with database.transaction() as tx:
        found = await tx.registrations.with_id(country.here.registration_id)
    await merger.run(ORDER)

    async with database.transaction() as tx:
        with pytest.raises(NoSuchCompany):
            await lock_as_found(tx, found)


async def test_whoever_is_at_work_for_the_old_gemeente_is_waited_for(country, merger, database, sql):
    """As everybody does: first the account, then the gemeente, then the company."""
    async with database.transaction() as tx:
        await tx.accounts.lock(country.of("staff here").account_id)
        moving = asyncio.create_task(merger.run(ORDER))
        await until_waiting(sql)
        await tx.gemeenten.lock(OLD)
        assert await tx.companies.lock_state(country.here.company_id, OLD)

    assert (await moving).companies == 1
