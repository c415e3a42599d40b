"""Resets by staff that wait: announced, stopped, withdrawn, and done once when they are due."""

import asyncio
from datetime import timedelta
from uuid import uuid4

import pytest

from auth_service.accounts.attempt_budgets import RESET_FOR_OTHERS
from auth_service.accounts.gemeente_settings import GemeenteSettingsForm
from auth_service.accounts.identification import IdentifiedBy, TypedIdentification
from auth_service.accounts.refusals import (
    AlreadyObjected,
    CodeRejected,
    InputRefused,
    NoSuchAccount,
    NothingWaits,
    ResetWaits,
    TooOften,
)
from auth_service.accounts.sessions import SessionState
from auth_service.flows.reset_objection import Objected
from auth_service.flows.sessions import FactorOwed
from tests.integration.auth.scene import anyone
from tests.integration.auth.two_factor.helping import (
    REASON,
    STAFF_ADDRESS,
    account_id,
    acts,
    mailed,
    reset,
)

TWO_DAYS = timedelta(days=2)


async def objects(person, code):
    return await person.services.two_factor.objection.object_to_reset(code, anyone())


async def test_staff_say_how_they_made_sure_and_the_owner_can_read_it(enrolled, staff, sql):
    account = await account_id(enrolled)
    how = TypedIdentification(IdentifiedBy.OTHERWISE, " Mijn  buurvrouw ")

    assert await reset(staff, account, identified=how) is None

    assert await acts(sql, account) == [("totp_reset", "gemeentemedewerker", REASON, "otherwise")]
    (line,) = await enrolled.services.audit_reading.newest(
        (await (await enrolled.log_in()).session()).account
    )
    assert (line.identification.by, line.identification.how) == (IdentifiedBy.OTHERWISE, "Mijn buurvrouw")


@pytest.mark.parametrize(
    "identified", [None, TypedIdentification(), TypedIdentification(IdentifiedBy.OTHERWISE, " ")]
)
async def test_without_that_staff_reset_nobodys(enrolled, staff, identified, sql):
    with pytest.raises(InputRefused):
        await reset(staff, await account_id(enrolled), identified=identified)

    assert (await enrolled.session()).account.two_factor.is_enrolled


async def test_staff_without_a_second_factor_of_their_own_reset_nobodys(enrolled, staff, sql):
    session = await staff.session()
    await sql.execute("DELETE FROM totp_enrolments WHERE account_id = $1", session.account.id)

    with pytest.raises(FactorOwed):
        await staff.services.two_factor.reset.reset_for(
            session, await account_id(enrolled), REASON, TypedIdentification(IdentifiedBy.CALLED_BACK)
        )

    assert (await staff.session()).state is SessionState.AWAITING_TOTP_SETUP
    assert (await enrolled.session()).account.two_factor.is_enrolled


async def test_a_session_of_staff_in_other_hands_does_not_reset_everybody(staff, sql):
    for _ in range(RESET_FOR_OTHERS.at_once):
        with pytest.raises(NoSuchAccount):
            await reset(staff, uuid4())

    with pytest.raises(TooOften):
        await reset(staff, uuid4())


async def test_where_the_gemeente_waits_the_reset_is_only_announced(
    enrolled, staff, wait_two_days, outbox, sql
):
    account = await account_id(enrolled)

    due_at = await reset(staff, account)

    assert due_at == staff.clock() + TWO_DAYS
    assert (await enrolled.session()).state is SessionState.FULL
    mail = await mailed(outbox, "totp_reset_announced")
    assert (mail.to, mail.data["resetBy"]) == (enrolled.email, "gemeente")
    assert mail.code
    assert await acts(sql, account) == [("totp_reset_announced", "gemeentemedewerker", REASON, "called_back")]


async def test_staff_do_not_lift_the_wait_for_a_reset_of_today(enrolled, staff, wait_two_days):
    account = await account_id(enrolled)
    session = await staff.session()
    await staff.services.gemeente_settings.change(
        session,
        "GM9901",
        GemeenteSettingsForm(session.gemeente.email, "", False, frozenset({"hotel"}), "0"),
    )

    subject = await staff.services.two_factor.waiting_resets.subject(await staff.session(), account)
    due_at = await reset(staff, account)

    assert (due_at, subject.reset_wait) == (staff.clock() + TWO_DAYS, TWO_DAYS)


async def test_asking_again_says_that_one_waits(enrolled, staff, wait_two_days, outbox):
    account = await account_id(enrolled)
    due_at = await reset(staff, account)

    with pytest.raises(ResetWaits) as waits:
        await reset(staff, account)

    assert waits.value.due_at == due_at
    assert len([mail for mail in await outbox.mails() if mail.kind == "totp_reset_announced"]) == 1


async def test_the_wait_of_the_gemeente_is_not_for_the_manager_of_a_company(
    enrolled, make_person, sql, wait_two_days
):
    manager = await make_person("marie@dezon.example")
    await sql.execute(
        "UPDATE accounts SET role = 'gebruiker', company_id = $1 WHERE email_key = $2",
        (await manager.session()).account.company_id,
        enrolled.email,
    )

    assert await reset(manager, await account_id(enrolled), identified=None) is None

    assert await enrolled.services.sessions.logged_in(enrolled.token) is None


async def test_when_it_is_due_the_worker_does_it_once(
    enrolled, staff, wait_two_days, waiting_resets, outbox, sql
):
    account = await account_id(enrolled)
    await reset(staff, account)
    enrolled.clock.advance(TWO_DAYS - timedelta(minutes=1))
    assert not await waiting_resets.do_next()
    enrolled.clock.advance(timedelta(minutes=1))

    done = await asyncio.gather(waiting_resets.do_next(), waiting_resets.do_next())

    assert sorted(done) == [False, True]
    assert not await waiting_resets.do_next()
    assert (await (await enrolled.log_in()).session()).account.two_factor.reset
    assert (await mailed(outbox, "totp_reset")).code
    assert (await acts(sql, account))[1:] == [("totp_reset", "gemeentemedewerker", REASON, "called_back")]


@pytest.mark.parametrize(
    "meanwhile",
    [
        "UPDATE accounts SET state = 'blocked' WHERE company_id IS NULL",
        "UPDATE accounts SET gemeente_code = 'GM9902' WHERE company_id IS NULL",
        "UPDATE accounts SET totp_reset_by = 'gemeente', totp_reset_at = now() WHERE company_id IS NULL",
        "UPDATE accounts SET enrolment_frozen_at = now() WHERE company_id IS NULL",
        "DELETE FROM totp_enrolments USING accounts WHERE id = account_id AND company_id IS NULL",
        "UPDATE accounts SET state = 'closed' WHERE company_id IS NOT NULL",
        "DELETE FROM totp_enrolments",
    ],
)
async def test_one_that_nobody_may_want_any_more_is_dropped(
    enrolled, staff, wait_two_days, waiting_resets, outbox, sql, meanwhile
):
    account = await account_id(enrolled)
    await reset(staff, account)
    code = (await mailed(outbox, "totp_reset_announced")).code
    await sql.execute(meanwhile)
    enrolled.clock.advance(TWO_DAYS)

    assert await waiting_resets.do_next()

    assert await sql.fetchval("SELECT count(*) FROM totp_reset_waits") == 0
    assert [act for act, *_ in await acts(sql, account)] == ["totp_reset_announced", "totp_reset_cancelled"]
    with pytest.raises(CodeRejected):
        await objects(enrolled, code)


async def test_what_its_owner_set_up_anew_meanwhile_stays(enrolled, staff, wait_two_days, waiting_resets):
    await reset(staff, await account_id(enrolled))
    await enrolled.services.two_factor.reset.reset_own(await enrolled.session())
    again = await (await enrolled.log_in()).enrol()
    enrolled.clock.advance(TWO_DAYS)

    assert not await waiting_resets.do_next()

    assert (await (await again.log_in()).session()).state is SessionState.AWAITING_TOTP


async def test_its_owner_stops_it_and_the_gemeente_is_told(
    enrolled, staff, wait_two_days, waiting_resets, outbox, sql
):
    account = await account_id(enrolled)
    await reset(staff, account)
    code = (await mailed(outbox, "totp_reset_announced")).code

    assert await objects(enrolled, f" {code.upper()} ") is Objected.PREVENTED

    assert (await enrolled.session()).state is SessionState.FULL
    mail = await mailed(outbox, "totp_reset_disputed")
    assert (mail.to, mail.data["prevented"], mail.data["accountEmail"]) == (
        "help@zeedorp.example",
        True,
        enrolled.email,
    )
    assert (await acts(sql, account))[1:] == [("totp_reset_cancelled", "ondernemer", None, None)]
    enrolled.clock.advance(TWO_DAYS)
    assert not await waiting_resets.do_next()
    with pytest.raises(AlreadyObjected):
        await objects(enrolled, code)


async def test_an_objection_and_the_due_date_at_once_end_in_one_of_the_two(
    enrolled, staff, wait_two_days, waiting_resets, outbox, sql
):
    account = await account_id(enrolled)
    await reset(staff, account)
    code = (await mailed(outbox, "totp_reset_announced")).code
    enrolled.clock.advance(TWO_DAYS)

    _, objected = await asyncio.gather(waiting_resets.do_next(), objects(enrolled, code))

    # At one moment of the clock, and so in no order.
    done = sorted(act for act, *_ in (await acts(sql, account))[1:])
    assert (
        done
        == {
            Objected.PREVENTED: ["totp_reset_cancelled"],
            Objected.FROZEN: ["totp_reset", "totp_reset_disputed"],
        }[objected]
    )


async def test_staff_withdraw_it(enrolled, staff, wait_two_days, waiting_resets, outbox, sql):
    account = await account_id(enrolled)
    await reset(staff, account)
    code = (await mailed(outbox, "totp_reset_announced")).code
    withdraw = staff.services.two_factor.waiting_resets.withdraw

    await withdraw(await staff.session(), account)

    with pytest.raises(NothingWaits):
        await withdraw(await staff.session(), account)
    with pytest.raises(CodeRejected):
        await objects(enrolled, code)
    enrolled.clock.advance(TWO_DAYS)
    assert not await waiting_resets.do_next()
    assert (await acts(sql, account))[1:] == [("totp_reset_cancelled", "gemeentemedewerker", None, None)]


async def test_staff_of_another_gemeente_neither_see_nor_withdraw_it(enrolled, staff, wait_two_days, sql):
    account = await account_id(enrolled)
    await reset(staff, account)
    await sql.execute("UPDATE accounts SET gemeente_code = 'GM9902' WHERE email_key = $1", STAFF_ADDRESS)
    resets = staff.services.two_factor.waiting_resets

    with pytest.raises(NoSuchAccount):
        await resets.subject(await staff.session(), account)
    with pytest.raises(NoSuchAccount):
        await resets.withdraw(await staff.session(), account)

    assert await sql.fetchval("SELECT count(*) FROM totp_reset_waits") == 1
