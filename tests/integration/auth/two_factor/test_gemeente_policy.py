"""A gemeente requires two-factor authentication: at once or from a day, announced by mail; or no longer."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from auth_service.accounts.attempt_budgets import ANNOUNCEMENT
from auth_service.accounts.refusals import Field, InputRefused, NoSuchGemeente, Problem, TooOften, Violation
from auth_service.accounts.sessions import SessionState
from auth_service.accounts.two_factor import Coverage
from auth_service.flows import totp_rollout
from auth_service.flows.two_factor_policy import TypedPolicy
from tests.integration.auth.scene import ZEEDORP, registration_form

AT_ONCE = TypedPolicy(required=True)
NEW_YEAR = TypedPolicy(required=True, starts_on="1 januari 2027")
OFF = TypedPolicy(required=False, reason="Proef met tien bedrijven.")
# Midnight in the Netherlands.
AT_NEW_YEAR = datetime(2026, 12, 31, 23, tzinfo=UTC)


async def decide(staff, typed, gemeente="GM9901"):
    return await staff.services.two_factor.policy.decide_for_gemeente(await staff.session(), gemeente, typed)


async def kept(staff):
    return (await staff.session()).gemeente


async def all_told(rollout):
    while await rollout.go_on():
        pass


@pytest.fixture
async def make_entrepreneurs(sql):
    """So many with accounts and companies in Zeedorp, by SQL."""

    async def make(count, gemeente="GM9901"):
        form = registration_form()
        await sql.execute(
            "WITH made AS (INSERT INTO companies (id, gemeente_code, name, street_address, postcode, place,"
            " sleeping_places, accommodation, registered_at) SELECT gen_random_uuid(), $1, $2,"
            " 'Dorpsstraat 1', '1234AB', 'Zeedorp', 4, 'pension', now()"
            " FROM generate_series(1, $3) RETURNING id)"
            " INSERT INTO accounts (id, email, email_key, password_hash, role, company_id, gemeente_code,"
            " created_at, password_changed_at) SELECT gen_random_uuid(), id || '@dezon.example',"
            " id || '@dezon.example', 'x', 'ondernemer', id, $1, now(), now() FROM made",
            gemeente,
            form.company_name,
            count,
        )

    return make


async def lines(sql):
    return [
        tuple(row)
        for row in await sql.fetch(
            "SELECT act, gemeente_code, actor_role, reason FROM audit_trail"
            " WHERE act::text LIKE 'totp_%required%' OR act::text LIKE '%announce%' ORDER BY happened_at"
        )
    ]


async def test_a_preview_counts_the_accounts_of_entrepreneurs(staff, enrolled, make_entrepreneurs, sql):
    await make_entrepreneurs(4)
    await make_entrepreneurs(2, "GM9902")
    await sql.execute(
        "UPDATE accounts SET state = 'closed' WHERE id = (SELECT id FROM accounts"
        " WHERE password_hash = 'x' AND gemeente_code = 'GM9901' LIMIT 1)"
    )

    rollout = await staff.services.two_factor.policy.rollout(ZEEDORP)

    assert (rollout.coverage, rollout.is_announcing) == (Coverage(accounts=4, without=3), False)


async def test_its_entrepreneurs_are_not_mailed_over_and_over(
    staff, rollout, make_entrepreneurs, outbox, make_person, sql
):
    await make_entrepreneurs(1)
    first = TypedPolicy(required=True, starts_on="1 februari 2027")
    for typed in (first, NEW_YEAR):
        await decide(staff, typed)
        assert not await decide(staff, typed)
        await all_told(rollout)

    with pytest.raises(TooOften):
        await decide(staff, first)
    await all_told(rollout)

    assert [mail.kind for mail in await outbox.mails()] == ["totp_required_announced"] * 2
    assert (await kept(staff)).requires_totp_from == AT_NEW_YEAR
    assert await decide(staff, OFF)
    staff.clock.advance(ANNOUNCEMENT.pause)
    later = await (await staff.log_in()).prove()
    assert await decide(later, first)


async def test_neither_slips_nor_others_use_that_up(staff, sql):
    move = "UPDATE accounts SET gemeente_code = $1 WHERE role = 'gemeentemedewerker'"
    await sql.execute(move, "GM9902")
    for _ in range(ANNOUNCEMENT.at_once):
        with pytest.raises(NoSuchGemeente):
            await decide(staff, NEW_YEAR)
    await sql.execute(move, "GM9901")
    for _ in range(ANNOUNCEMENT.at_once):
        with pytest.raises(InputRefused):
            await decide(staff, TypedPolicy(required=True, starts_on="ooit"))

    assert await decide(staff, NEW_YEAR)


async def test_a_day_is_announced_to_everybody_without_it_once(
    staff, enrolled, rollout, make_entrepreneurs, outbox, sql, monkeypatch
):
    monkeypatch.setattr(totp_rollout, "PORTION", 3)
    await make_entrepreneurs(7)

    assert await decide(staff, NEW_YEAR)
    await asyncio.gather(all_told(rollout), all_told(rollout))
    await all_told(rollout)

    mails = [mail for mail in await outbox.mails() if mail.kind == "totp_required_announced"]
    wanted = {row["email"] for row in await sql.fetch("SELECT email FROM accounts WHERE password_hash = 'x'")}
    assert sorted(mail.to for mail in mails) == sorted(wanted)
    assert {mail.data["requiredFrom"] for mail in mails} == {"2026-12-31T23:00:00Z"}
    assert await lines(sql) == [("totp_required_announced", "GM9901", "gemeentemedewerker", None)]
    assert not (await staff.services.two_factor.policy.rollout(ZEEDORP)).is_announcing


async def test_whoever_is_cut_off_goes_on_where_it_was(
    staff, rollout, make_entrepreneurs, outbox, monkeypatch
):
    monkeypatch.setattr(totp_rollout, "PORTION", 2)
    await make_entrepreneurs(5)
    await decide(staff, NEW_YEAR)
    await rollout.go_on()
    told = rollout._notices.totp_required_announced

    async def cut_off(*arguments, **more):
        await told(*arguments, **more)
        raise RuntimeError

    monkeypatch.setattr(rollout._notices, "totp_required_announced", cut_off)
    with pytest.raises(RuntimeError):
        await rollout.go_on()
    monkeypatch.setattr(rollout._notices, "totp_required_announced", told)

    await all_told(rollout)

    assert len({mail.to for mail in await outbox.mails()}) == len(await outbox.mails()) == 5


async def test_until_that_day_nothing_is_required_and_from_then_on_it_is(staff, person, rollout, sql):
    await decide(staff, NEW_YEAR)
    await all_told(rollout)
    assert (await person.session()).state is SessionState.FULL
    staff.clock.now = AT_NEW_YEAR - timedelta(seconds=1)
    await all_told(rollout)
    assert not await sql.fetchval("SELECT totp_required FROM gemeenten WHERE code = 'GM9901'")
    staff.clock.now = AT_NEW_YEAR

    await asyncio.gather(rollout.go_on(), rollout.go_on())

    row = await sql.fetchrow("SELECT totp_required, totp_required_from FROM gemeenten WHERE code = 'GM9901'")
    assert tuple(row) == (True, None)
    assert (await (await person.log_in()).session()).state is SessionState.AWAITING_TOTP_SETUP
    assert (await lines(sql))[1:] == [("totp_required", "GM9901", None, None)]


async def test_before_that_day_it_can_be_withdrawn(staff, rollout, make_entrepreneurs, outbox, sql):
    await make_entrepreneurs(3)
    await decide(staff, NEW_YEAR)

    assert await decide(staff, OFF)

    staff.clock.now = AT_NEW_YEAR
    await all_told(rollout)
    assert not await sql.fetchval("SELECT totp_required FROM gemeenten WHERE code = 'GM9901'")
    assert await outbox.mails() == []
    assert [(act, reason) for act, _, _, reason in await lines(sql)] == [
        ("totp_required_announced", None),
        ("totp_announcement_withdrawn", OFF.reason),
    ]


async def test_another_day_is_announced_to_everybody_anew(staff, rollout, make_entrepreneurs, outbox):
    await make_entrepreneurs(2)
    await decide(staff, NEW_YEAR)
    await all_told(rollout)

    await decide(staff, TypedPolicy(required=True, starts_on="1-2-2027"))
    await all_told(rollout)

    days = [mail.data["requiredFrom"] for mail in await outbox.mails()]
    assert sorted(days) == ["2026-12-31T23:00:00Z"] * 2 + ["2027-01-31T23:00:00Z"] * 2


async def test_the_same_day_again_changes_nothing_and_loses_no_mail(
    staff, rollout, make_entrepreneurs, outbox, sql, monkeypatch
):
    monkeypatch.setattr(totp_rollout, "PORTION", 1)
    await make_entrepreneurs(3)
    await decide(staff, NEW_YEAR)
    await rollout.go_on()

    assert not await decide(staff, NEW_YEAR)

    await all_told(rollout)
    assert len(await outbox.mails()) == 3
    assert len(await lines(sql)) == 1


async def test_switching_it_off_is_documented(staff, sql):
    await decide(staff, AT_ONCE)
    with pytest.raises(InputRefused) as refused:
        await decide(staff, TypedPolicy(required=False, reason=" "))

    await decide(staff, OFF)

    assert refused.value.violations == (Violation(Field.POLICY_REASON, Problem.EMPTY),)
    assert await lines(sql) == [
        ("totp_required", "GM9901", "gemeentemedewerker", None),
        ("totp_not_required", "GM9901", "gemeentemedewerker", OFF.reason),
    ]


async def test_what_holds_already_is_not_announced(staff, sql):
    await decide(staff, AT_ONCE)

    with pytest.raises(InputRefused) as refused:
        await decide(staff, NEW_YEAR)

    assert refused.value.violations == (Violation(Field.STARTS_ON, Problem.HOLDS_ALREADY),)
    assert await sql.fetchval("SELECT totp_required FROM gemeenten WHERE code = 'GM9901'")


async def test_today_is_too_early_as_the_netherlands_count_days(staff):
    # Where it is the 24th already.
    staff.clock.now = staff.clock.now.replace(hour=23, minute=30)
    again = await (await staff.log_in()).prove()

    with pytest.raises(InputRefused) as refused:
        await decide(again, TypedPolicy(required=True, starts_on="24-11-2026"))

    assert refused.value.violations == (Violation(Field.STARTS_ON, Problem.TOO_EARLY),)


async def test_at_once_ends_an_announcement(staff, rollout, make_entrepreneurs, outbox, sql):
    await make_entrepreneurs(2)
    await decide(staff, NEW_YEAR)

    await decide(staff, AT_ONCE)
    await all_told(rollout)

    assert await outbox.mails() == []
    assert await sql.fetchval("SELECT totp_required FROM gemeenten WHERE code = 'GM9901'")
    assert [act for act, *_ in await lines(sql)] == ["totp_required_announced", "totp_required"]
