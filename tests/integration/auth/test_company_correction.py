"""Correcting what a company told of itself."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from auth_service.accounts.audit import AuditedAct
from auth_service.accounts.company_form import CompanyForm
from auth_service.accounts.refusals import Field, InputRefused, NotAllowed, Problem, TooOften
from auth_service.flows.sessions import SessionGone
from tests.integration.auth.scene import take_for_enrolled

TYPED = {
    "company_name": "Pension De Zon",
    "street_address": "Dorpsstraat 12",
    "postcode": "1234 AB",
    "place": "Zeedorp",
    "sleeping_places": "4",
    "accommodation": "pension",
}


@pytest.fixture
async def manager(make_account, log_in):
    await make_account()
    return await log_in()


@pytest.fixture
def correct(services, manager):
    async def correct(**typed):
        return await services.company_correction.correct(manager, CompanyForm(**{**TYPED, **typed}))

    return correct


async def test_a_manager_corrects_every_detail(services, manager, correct, sql):
    assert await correct(
        company_name="Hotel De Maan",
        street_address="Kerkplein 3",
        postcode="4321 ZZ",
        place="zeedorp",
        kvk_number="1234 5678",
        phone="06-12345678",
        sleeping_places="1.200",
        accommodation="hotel",
    )

    row = await sql.fetchrow(
        "SELECT name, street_address, postcode, place, kvk_number, phone, sleeping_places, accommodation"
        " FROM companies"
    )
    assert tuple(row) == (
        "Hotel De Maan",
        "Kerkplein 3",
        "4321ZZ",
        "zeedorp",
        "12345678",
        "+31612345678",
        1_200,
        "hotel",
    )
    details = await services.company_correction.details_for(manager.account)
    assert (details.name, details.sleeping_places) == ("Hotel De Maan", 1_200)


async def test_the_audit_trail_tells_that_details_were_corrected_and_not_which(manager, correct, sql, clock):
    await correct(phone="0612345678")

    line = await sql.fetchrow("SELECT * FROM audit_trail")
    assert (line["act"], line["happened_at"]) == ("details_corrected", clock())
    assert (line["actor_id"], line["actor_role"]) == (manager.account.id, "ondernemer")
    assert (line["company_id"], line["account_id"]) == (manager.account.company_id, None)
    assert "612345678" not in str(line)


async def test_what_is_the_same_in_another_notation_changes_nothing(correct, sql):
    assert not await correct(postcode=" 1234ab", company_name="  Pension  De Zon ")

    assert await sql.fetchval("SELECT count(*) FROM audit_trail") == 0


async def test_all_that_is_wrong_is_told_at_once_and_nothing_is_changed(correct, sql):
    with pytest.raises(InputRefused) as refusal:
        await correct(company_name="Hotel De Maan", postcode="12", sleeping_places="veel")

    fields = [violation.field for violation in refusal.value.violations]
    assert fields == [Field.POSTCODE, Field.SLEEPING_PLACES]
    assert await sql.fetchval("SELECT name FROM companies") == "Pension De Zon"


@pytest.mark.parametrize(("place", "gemeente"), [("Bergen", ""), ("Elders", ""), ("Rijswijk", "GM9902")])
async def test_a_company_does_not_move_to_another_gemeente(correct, sql, place, gemeente):
    with pytest.raises(InputRefused) as refusal:
        await correct(place=place, gemeente=gemeente)

    (violation,) = refusal.value.violations
    assert (violation.field, violation.problem) == (Field.PLACE, Problem.OTHER_GEMEENTE)
    assert violation.facts == {"gemeente": "Zeedorp", "contact": "help@zeedorp.example"}
    assert await sql.fetchval("SELECT place FROM companies") == "Zeedorp"


async def test_a_place_in_several_gemeenten_is_asked_about(correct, sql):
    with pytest.raises(InputRefused) as refusal:
        await correct(place="Rijswijk")
    assert [violation.problem for violation in refusal.value.violations] == [Problem.SEVERAL_GEMEENTEN]
    assert refusal.value.gemeente_choices == [("GM9902", "Bergen"), ("GM9901", "Zeedorp")]

    assert await correct(place="Rijswijk", gemeente="GM9901")
    assert await sql.fetchval("SELECT place FROM companies") == "Rijswijk"
    # Told once, it is not asked again.
    assert await correct(place="Rijswijk", phone="0612345678")


async def test_an_unknown_place_is_refused_unless_it_was_known_once(correct, sql):
    with pytest.raises(InputRefused) as refusal:
        await correct(place="Nergenshuizen")
    assert [violation.problem for violation in refusal.value.violations] == [Problem.UNKNOWN_PLACE]

    await sql.execute("DELETE FROM places WHERE name = 'Zeedorp'")
    assert await correct(phone="0612345678")


@pytest.mark.parametrize(
    "change",
    ["role = 'gebruiker'", "role = 'gemeentemedewerker', company_id = NULL"],
    ids=["a user", "staff"],
)
async def test_who_does_not_manage_the_company_corrects_nothing(correct, sql, change):
    await sql.execute(f"UPDATE accounts SET {change}")  # noqa: S608 - one of the two above.
    await take_for_enrolled(sql)

    with pytest.raises(NotAllowed):
        await correct(company_name="Hotel De Maan")
    assert await sql.fetchval("SELECT name FROM companies") == "Pension De Zon"


async def test_whoever_is_logged_out_meanwhile_corrects_nothing(correct, sql):
    await sql.execute("DELETE FROM sessions")

    with pytest.raises(SessionGone):
        await correct(company_name="Hotel De Maan")


async def test_of_two_corrections_at_once_one_is_kept_whole(correct, sql):
    both = [("Hotel De Maan", "11"), ("Camping De Ster", "22")]

    done = await asyncio.gather(*(correct(company_name=name, sleeping_places=count) for name, count in both))

    assert done == [True, True]
    row = await sql.fetchrow("SELECT name, sleeping_places::text FROM companies")
    assert tuple(row) in both


async def test_correcting_over_and_over_is_slowed_down(correct):
    for number in range(30):
        await correct(sleeping_places=str(number + 10))

    with pytest.raises(TooOften):
        await correct(sleeping_places="99")


async def test_however_much_is_done_to_a_company_it_hides_nothing_done_to_its_user(services, manager, sql):
    line = (
        "INSERT INTO audit_trail (id, happened_at, act, account_id, company_id, actor_id, actor_role, reason)"
        " SELECT gen_random_uuid(), $1::timestamptz + number * interval '1 minute', $2, $3, $4, $5,"
        " 'ondernemer', 'Telefoon kwijt.' FROM generate_series(1, $6) AS number"
    )
    account, long_ago = manager.account, datetime(2026, 1, 1, tzinfo=UTC)
    await sql.execute(line, long_ago, "totp_reset", account.id, None, account.id, 1)
    await sql.execute(
        line, long_ago + timedelta(days=1), "totp_required", None, account.company_id, account.id, 30
    )

    lines = await services.audit_reading.newest(account)

    assert lines[-1].act is AuditedAct.TOTP_RESET
    assert [line.act for line in lines[:-1]] == [AuditedAct.TOTP_REQUIRED] * 20
    assert lines == sorted(lines, key=lambda line: line.happened_at, reverse=True)
