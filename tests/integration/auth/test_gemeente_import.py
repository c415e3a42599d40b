"""The gemeenten and places of a year, as CBS lists them, beside what is there already."""

import asyncio

import pytest

from auth_service.accounts.cbs_table import CbsTable, read_table
from auth_service.accounts.gemeente_changes import TableRefused
from auth_service.accounts.refusals import InputRefused, Problem
from auth_service.flows.gemeente_import import GemeenteImport
from tests.cbs_files import Row, labelled_file, whole_country
from tests.integration.auth.scene import anyone, count_rows, registration_form

ROWS: list[Row] = [
    ("WP1001", "Brielle", "Brielle", "GM0501"),
    ("WP1002", "Vierpolders", "Brielle", "GM0501"),
    ("WP1003", "Hellevoetsluis", "Hellevoetsluis", "GM0530"),
    ("WP1004", "Hengelo (Gld)", "Bronckhorst", "GM1876"),
    ("WP1005", "Hengelo", "Hengelo (O.)", "GM0164"),
    ("WP1006", "'s-Gravenhage", "'s-Gravenhage", "GM0518"),
]
# A year later: two have become one, one has another name, a place has come.
MERGED: list[Row] = [
    ("WP1001", "Brielle", "Voorne aan Zee", "GM1992"),
    ("WP1002", "Vierpolders", "Voorne aan Zee", "GM1992"),
    ("WP1003", "Hellevoetsluis", "Voorne aan Zee", "GM1992"),
    ("WP1004", "Hengelo (Gld)", "Bronckhorst", "GM1876"),
    ("WP1005", "Hengelo", "Hengelo", "GM0164"),
    ("WP1006", "'s-Gravenhage", "'s-Gravenhage", "GM0518"),
    ("WP1007", "Nieuwstad", "Bronckhorst", "GM1876"),
]


def table_of(rows: list[Row]) -> CbsTable:
    return read_table(labelled_file(rows))


@pytest.fixture
def importing(database, clock) -> GemeenteImport:
    return GemeenteImport(database, clock)


@pytest.fixture
def snapshot(sql):
    async def look():
        gemeenten = await sql.fetch("SELECT * FROM gemeenten ORDER BY code")
        places = await sql.fetch("SELECT * FROM places ORDER BY gemeente_code, code, key")
        return gemeenten, places, await count_rows(sql)

    return look


@pytest.fixture
def take_part(sql):
    async def take_part(*codes: str) -> None:
        await sql.execute(
            "UPDATE gemeenten SET participating = true, email = 'help@elders.example',"
            " totp_required = false WHERE code = ANY($1::text[])",
            codes,
        )

    return take_part


async def codes_of(database, place: str) -> list[str]:
    async with database.transaction() as tx:
        return [gemeente.code for gemeente in await tx.gemeenten.of_place(place)]


async def test_a_gemeente_that_is_new_takes_no_part_yet(importing, database, services):
    changes = await importing.run(table_of(ROWS), 2024)

    assert len(changes.new) == 5
    assert len(changes.places_added) == 6
    async with database.transaction() as tx:
        brielle = await tx.gemeenten.existing("GM0501")
    assert (brielle.name, brielle.email, brielle.participating) == ("Brielle", "", False)
    with pytest.raises(InputRefused) as refused:
        await services.registration.register(registration_form(place="Brielle"), anyone())
    assert [violation.problem for violation in refused.value.violations] == [Problem.NOT_SUBSCRIBED]


@pytest.mark.parametrize(
    ("typed", "codes"),
    [
        ("brielle", ["GM0501"]),
        ("Den Haag", ["GM0518"]),
        ("Hengelo", ["GM1876", "GM0164"]),
        ("Hengelo (Gld)", ["GM1876"]),
        ("Hengelo (O)", ["GM1876", "GM0164"]),
        ("Nergenshuizen", []),
    ],
)
async def test_a_place_of_the_table_is_found_as_people_write_it(importing, database, typed, codes):
    await importing.run(table_of(ROWS), 2024)

    assert await codes_of(database, typed) == codes


async def test_who_lives_in_a_place_of_the_table_registers(importing, services, take_part, sql):
    await importing.run(table_of(ROWS), 2024)
    await take_part("GM0518")

    await services.registration.register(registration_form(place="den haag"), anyone())

    assert await sql.fetchval("SELECT gemeente_code FROM pending_registrations") == "GM0518"


async def test_the_same_table_again_changes_nothing(importing, snapshot):
    await importing.run(table_of(ROWS), 2024)
    before = await snapshot()

    changes = await importing.run(table_of(ROWS), 2024)

    assert await snapshot() == before
    lists = (changes.new, changes.renamed, changes.dissolved, changes.returned)
    assert not any((*lists, changes.places_added, changes.places_moved, changes.places_gone))


async def test_what_staff_and_platform_chose_stays(importing, snapshot, take_part, sql):
    await importing.run(table_of(ROWS), 2024)
    await take_part("GM0518")
    await sql.execute(
        "UPDATE gemeenten SET phone = '14 070', host = 'den-haag.example' WHERE code = 'GM0518'"
    )

    await importing.run(table_of(MERGED), 2025)

    row = await sql.fetchrow("SELECT email, phone, host, participating FROM gemeenten WHERE code = 'GM0518'")
    assert tuple(row) == ("help@elders.example", "14 070", "den-haag.example", True)


async def test_gemeenten_that_became_one_stay_as_history(importing, database, take_part, make_account, sql):
    await importing.run(table_of(ROWS), 2024)
    await take_part("GM0501")
    await make_account(place="Brielle")

    changes = await importing.run(table_of(MERGED), 2025)

    assert [name for _, name in changes.new] == ["Voorne aan Zee"]
    brielle, hellevoetsluis = changes.dissolved
    assert brielle.places_now_in == hellevoetsluis.places_now_in == [("GM1992", "Voorne aan Zee")]
    assert (brielle.holding.companies, brielle.holding.accounts) == (1, 1)
    assert hellevoetsluis.holding.companies == 0
    assert [(moved.place.name, moved.former_gemeente) for moved in changes.places_moved] == [
        ("Brielle", "GM0501"),
        ("Vierpolders", "GM0501"),
        ("Hellevoetsluis", "GM0530"),
    ]
    assert [(renamed.former, renamed.name) for renamed in changes.renamed] == [("Hengelo (O.)", "Hengelo")]
    assert await sql.fetchval("SELECT dissolved_in FROM gemeenten WHERE code = 'GM0501'") == 2025
    assert await codes_of(database, "Brielle") == ["GM1992"]


async def test_who_belongs_to_a_dissolved_gemeente_still_logs_in(importing, take_part, make_account, log_in):
    await importing.run(table_of(ROWS), 2024)
    await take_part("GM0501")
    await make_account(place="Brielle")

    await importing.run(table_of(MERGED), 2025)

    assert (await log_in()).gemeente.name == "Brielle"


async def test_a_gemeente_that_comes_back_is_no_longer_dissolved(importing, sql):
    await importing.run(table_of(ROWS), 2024)
    await importing.run(table_of(MERGED), 2025)

    changes = await importing.run(table_of(ROWS), 2026)

    assert sorted(code for code, _ in changes.returned) == ["GM0501", "GM0530"]
    assert await sql.fetchval("SELECT dissolved_in FROM gemeenten WHERE code = 'GM0501'") is None


async def test_what_cbs_has_no_codes_for_is_left_alone(importing, database):
    await importing.run(table_of(ROWS), 2024)

    assert await codes_of(database, "Zeedorp") == ["GM9901"]
    assert await codes_of(database, "Rijswijk") == ["GM9902", "GM9901"]


async def test_a_trail_line_tells_who_works_with_it(importing, sql):
    await importing.run(table_of(ROWS), 2024)
    assert await sql.fetchval("SELECT count(*) FROM audit_trail") == 0

    await importing.run(table_of(MERGED), 2025)

    lines = await sql.fetch("SELECT gemeente_code, act, actor_id FROM audit_trail ORDER BY gemeente_code")
    assert [tuple(line) for line in lines] == [
        (code, "gemeente_changed", None) for code in ("GM0164", "GM0501", "GM0530")
    ]


async def test_trying_it_out_tells_the_same_and_changes_nothing(importing, snapshot):
    await importing.run(table_of(ROWS), 2024)
    before = await snapshot()

    tried = await importing.try_out(table_of(MERGED), 2025)

    assert await snapshot() == before
    assert await importing.run(table_of(MERGED), 2025) == tried


async def test_a_table_of_a_former_year_is_refused(importing, snapshot):
    await importing.run(table_of(MERGED), 2025)
    before = await snapshot()

    with pytest.raises(TableRefused, match="2025 was imported before"):
        await importing.run(table_of(ROWS), 2024)

    assert await snapshot() == before


async def test_a_table_that_lacks_many_places_is_refused(importing, snapshot):
    country = whole_country()
    await importing.run(table_of(country), 2024)
    before = await snapshot()

    with pytest.raises(TableRefused, match="300 of the 2500 places"):
        await importing.run(table_of(country[:-300]), 2025)

    assert await snapshot() == before


@pytest.mark.alters_tables
async def test_what_fails_half_way_leaves_nothing(importing, snapshot, sql):
    before = await snapshot()
    await sql.execute("ALTER TABLE places ADD CHECK (name <> 'Vierpolders')")

    with pytest.raises(Exception, match="violates check constraint"):
        await importing.run(table_of(ROWS), 2024)

    assert await snapshot() == before


async def test_registering_waits_for_no_import_and_disturbs_none(
    importing, database, services, take_part, sql
):
    await importing.run(table_of(ROWS), 2024)
    await take_part("GM0501")
    form = registration_form(place="Brielle")

    async with database.transaction() as tx:
        await tx.gemeente_list.lock()
        await tx.gemeente_list.replace(table_of(MERGED), 2025)
        # It has found its gemeente, and is kept while that is being dissolved.
        async with asyncio.timeout(10):
            receipt = await services.registration.register(form, anyone())

    assert await sql.fetchval("SELECT gemeente_code FROM pending_registrations") == "GM0501"
    await sql.execute("DELETE FROM throttle")
    assert await services.registration.typed_before(receipt)
    with pytest.raises(InputRefused):
        await services.registration.register(form, anyone())


async def test_two_imports_at_once_go_one_after_the_other(importing, sql):
    first, second = await asyncio.gather(
        importing.run(table_of(ROWS), 2024), importing.run(table_of(ROWS), 2024)
    )

    assert sorted([len(first.new), len(second.new)]) == [0, 5]
