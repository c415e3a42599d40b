"""An owner says that a reset wasn't his doing: nobody gets in until staff have spoken with him."""

import asyncio
from datetime import timedelta

import pytest

from auth_service.accounts.identification import TypedIdentification
from auth_service.accounts.one_time_codes import OBJECTION_LIFETIME
from auth_service.accounts.refusals import (
    AlreadyObjected,
    CodeRejected,
    EnrolmentFrozen,
    InputRefused,
    NoSuchAccount,
    NotAllowed,
    NotFrozen,
    OwnReset,
    ResetOpenToObjection,
    TooOften,
)
from auth_service.accounts.sessions import SessionLimits, SessionState
from auth_service.flows.clean_up import CleanUp
from auth_service.flows.reset_objection import Objected
from auth_service.flows.sessions import SessionGone
from tests.integration.auth.scene import anyone
from tests.integration.auth.two_factor.helping import (
    BY_PHONE,
    STAFF_ADDRESS,
    account_id,
    acts,
    mailed,
    reset,
)

LIMITS = SessionLimits(idle=timedelta(minutes=30), longest=timedelta(hours=12))


async def objects(person, code):
    return await person.services.two_factor.objection.object_to_reset(code, anyone())


async def release(actor, account, reason="Gesproken.", identified=BY_PHONE):
    await actor.services.two_factor.release.release(await actor.session(), account, reason, identified)


@pytest.fixture
async def after_reset(enrolled, staff, outbox):
    """His account and the code that he was mailed."""
    account = await account_id(enrolled)
    await reset(staff, account)
    return account, (await mailed(outbox, "totp_reset")).code


@pytest.fixture
async def frozen(enrolled, after_reset):
    account, code = after_reset
    await objects(enrolled, code)
    return account


async def test_it_freezes_the_account_and_tells_the_gemeente(enrolled, after_reset, outbox, sql):
    account, code = after_reset
    thief = await enrolled.log_in()

    assert await objects(enrolled, code) is Objected.FROZEN

    assert await enrolled.services.sessions.logged_in(thief.token) is None
    mail = await mailed(outbox, "totp_reset_disputed")
    assert (mail.to, mail.data["resetBy"], mail.data["prevented"]) == (
        "help@zeedorp.example",
        "gemeente",
        False,
    )
    assert [act for act, *_ in await acts(sql, account)] == ["totp_reset", "totp_reset_disputed"]
    assert not (await (await enrolled.log_in()).session()).account.two_factor.is_required


async def test_the_password_alone_opens_nothing_then(enrolled, frozen, browser):
    with_the_password = await enrolled.log_in()

    session = await with_the_password.session()

    assert session.state is SessionState.AWAITING_TOTP_SETUP
    bearer = {"Authorization": f"Bearer {with_the_password.token}"}
    assert (await browser.client.get("/gateway/check", headers=bearer)).status == 403


async def test_nobody_sets_it_up_meanwhile(enrolled, after_reset, outbox, sql):
    _, code = after_reset
    thief = await enrolled.log_in()
    phone = await thief.scan()
    session = await thief.session()
    await objects(enrolled, code)
    enrolment = thief.services.two_factor.enrolment
    later = await enrolled.log_in()

    with pytest.raises(EnrolmentFrozen) as refused:
        await enrolment.offer(await later.session())
    with pytest.raises(EnrolmentFrozen):
        await enrolment.enrol(await later.session(), phone.code(), thief.visitor, mailed_code=code)
    with pytest.raises(SessionGone):
        await enrolment.enrol(session, phone.code(), thief.visitor, mailed_code=code)

    assert (refused.value.gemeente, refused.value.contact) == ("Zeedorp", "help@zeedorp.example")
    assert (
        await sql.fetchval("SELECT count(*) FROM totp_enrolments WHERE account_id = $1", session.account.id)
        == 0
    )


async def test_no_further_code_is_mailed_meanwhile(enrolled, frozen, outbox, sql):
    await sql.execute("DELETE FROM outbox")
    later = await enrolled.log_in()

    await later.services.two_factor.reset.mail_code_again(await later.session(), anyone())

    assert await outbox.mails() == []


async def test_whoever_read_the_mail_and_set_it_up_loses_it_by_the_same_code(enrolled, after_reset, sql):
    account, code = after_reset
    thief = await (await enrolled.log_in()).enrol(mailed_code=code)

    assert await objects(enrolled, code) is Objected.FROZEN

    assert await enrolled.services.sessions.logged_in(thief.token) is None
    assert await sql.fetchval("SELECT count(*) FROM totp_enrolments WHERE account_id = $1", account) == 0
    row = await sql.fetchrow("SELECT totp_reset_by FROM accounts WHERE id = $1", account)
    assert row["totp_reset_by"] == "gemeente"


async def test_it_can_be_done_for_a_week_also_once_the_code_enrols_nobody_any_more(
    enrolled, after_reset, database
):
    _, code = after_reset
    enrolled.clock.advance(OBJECTION_LIFETIME - timedelta(seconds=1))
    later = await enrolled.log_in()
    await CleanUp(database, LIMITS, enrolled.clock).sweep()
    with pytest.raises(CodeRejected):
        await later.enrol(mailed_code=code)

    assert await objects(enrolled, code) is Objected.FROZEN


async def test_a_code_whose_time_is_over_stops_nothing_and_is_gone_a_day_later(
    enrolled, after_reset, database, sql
):
    account, code = after_reset
    enrolled.clock.advance(OBJECTION_LIFETIME)

    with pytest.raises(CodeRejected):
        await objects(enrolled, code)

    enrolled.clock.advance(timedelta(days=1))
    await CleanUp(database, LIMITS, enrolled.clock).sweep()
    assert await sql.fetchval("SELECT count(*) FROM codes WHERE account_id = $1", account) == 0


@pytest.fixture
async def thief(enrolled, after_reset):
    """Who has the password, reads the mailbox, and enrolled with the code that was mailed there."""
    return await (await enrolled.log_in()).enrol(mailed_code=after_reset[1])


async def test_whoever_set_it_up_meanwhile_cannot_disarm_it_by_a_reset_of_his_own(
    enrolled, after_reset, thief
):
    await thief.services.two_factor.reset.reset_own(await thief.session())
    again = await (await enrolled.log_in()).enrol()

    assert await objects(enrolled, after_reset[1]) is Objected.FROZEN

    assert await enrolled.services.sessions.logged_in(again.token) is None


async def test_nor_by_another_reset_that_he_has_asked_for_and_stopped(
    enrolled, after_reset, thief, staff, outbox, wait_two_days
):
    account, code = after_reset
    await reset(staff, account)
    stopping = (await mailed(outbox, "totp_reset_announced")).code
    assert await objects(thief, stopping) is Objected.PREVENTED
    with pytest.raises(CodeRejected):
        await objects(thief, stopping)

    assert await objects(enrolled, code) is Objected.FROZEN


async def test_nor_where_staff_withdrew_that(enrolled, after_reset, thief, staff, wait_two_days):
    account, code = after_reset
    await reset(staff, account)
    await staff.services.two_factor.waiting_resets.withdraw(await staff.session(), account)

    assert await objects(enrolled, code) is Objected.FROZEN


async def ask_for_address(person):
    await person.services.email_change.ask(await person.session(), "dief@elders.example", anyone())


async def close_account(person):
    await person.services.account_closing.close(await person.session())


@pytest.mark.parametrize("act", [ask_for_address, close_account])
async def test_nor_does_he_take_the_account_away_meanwhile(thief, act, outbox, sql):
    await sql.execute("DELETE FROM outbox")
    until = await sql.fetchval("SELECT objecting_until FROM codes WHERE purpose = 'totp_enrolment'")

    with pytest.raises(ResetOpenToObjection) as refused:
        await act(thief)

    assert refused.value.until == until
    assert await outbox.mails() == []
    assert await sql.fetchval("SELECT count(*) FROM accounts WHERE state = 'active'") == 2


async def test_nor_with_a_code_for_another_address_that_he_had_already(thief, outbox, sql):
    open_until = "UPDATE codes SET objecting_until = $1 WHERE purpose = 'totp_enrolment'"
    await sql.execute(open_until, thief.clock())
    await ask_for_address(thief)
    code = (await mailed(outbox, "email_change_code_issued")).code
    await sql.execute(open_until, thief.clock() + OBJECTION_LIFETIME)

    with pytest.raises(ResetOpenToObjection):
        await thief.services.email_change.confirm(await thief.session(), code, anyone(), token=thief.token)

    assert (await thief.session()).account.email.text == thief.email


@pytest.mark.parametrize("act", [ask_for_address, close_account])
async def test_a_week_later_its_owner_may(thief, act):
    thief.clock.advance(OBJECTION_LIFETIME)
    owner = await (await thief.log_in()).prove()

    await act(owner)


async def test_an_address_that_changed_all_the_same_keeps_nobody_from_objecting(
    enrolled, after_reset, thief, sql
):
    await sql.execute(
        "UPDATE accounts SET email = $1, email_key = $1 WHERE id = $2", "d@elders.example", after_reset[0]
    )

    assert await objects(enrolled, after_reset[1]) is Objected.FROZEN

    assert await enrolled.services.sessions.logged_in(thief.token) is None


async def test_the_pages_say_until_when(thief, browser):
    browser.client.session.cookie_jar.update_cookies({"dnr-session": thief.token})
    wanted = {
        "csrf": await browser.token("/account/email"),
        "account": str(await account_id(thief)),
        "email": "dief@elders.example",
    }

    asked = await browser.client.post("/account/email", data=wanted)
    closed = await browser.post_from("/account/sluiten", "/account/sluiten")

    for answer in (asked, closed):
        assert answer.status == 400
        assert "uw e-mailadres niet wijzigen en uw account niet sluiten" in await answer.text()


@pytest.mark.parametrize("purpose", ["password_reset", "activation", "email_change"])
async def test_nor_does_a_code_for_something_else(enrolled, after_reset, sql, purpose):
    account, code = after_reset
    await sql.execute("UPDATE codes SET purpose = $1 WHERE account_id = $2", purpose, account)

    with pytest.raises(CodeRejected):
        await objects(enrolled, code)


async def test_of_many_presses_at_once_one_counts(enrolled, after_reset, sql):
    account, code = after_reset

    outcomes = await asyncio.gather(*(objects(enrolled, code) for _ in range(5)), return_exceptions=True)

    assert outcomes.count(Objected.FROZEN) == 1
    assert [act for act, *_ in await acts(sql, account)].count("totp_reset_disputed") == 1


async def test_only_who_holds_the_code_reads_that_he_objected_already(enrolled, after_reset):
    _, code = after_reset
    await objects(enrolled, code)

    with pytest.raises(AlreadyObjected):
        await objects(enrolled, code)
    with pytest.raises(CodeRejected) as unknown:
        await objects(enrolled, "0" * 48)
    assert not isinstance(unknown.value, AlreadyObjected)


async def test_whose_code_ended_otherwise_has_not_objected(enrolled, after_reset):
    _, code = after_reset
    enrolled.clock.advance(OBJECTION_LIFETIME)

    with pytest.raises(CodeRejected) as ended:
        await objects(enrolled, code)
    assert not isinstance(ended.value, AlreadyObjected)


async def test_an_empty_code_is_asked_for_and_guessing_is_slowed_down(enrolled):
    with pytest.raises(InputRefused):
        await objects(enrolled, "  ")
    visitor = anyone()
    guess = enrolled.services.two_factor.objection.object_to_reset
    outcomes = [await asyncio.gather(guess("0" * 48, visitor), return_exceptions=True) for _ in range(61)]

    assert isinstance(outcomes[0][0], CodeRejected)
    assert isinstance(outcomes[-1][0], TooOften)


async def test_a_gemeente_without_an_address_keeps_nobody_from_objecting(enrolled, after_reset, outbox, sql):
    _, code = after_reset
    await sql.execute("UPDATE gemeenten SET email = NULL, participating = false")

    assert await objects(enrolled, code) is Objected.FROZEN

    assert "totp_reset_disputed" not in [mail.kind for mail in await outbox.mails()]


async def test_staff_release_it_and_a_fresh_code_is_mailed(enrolled, frozen, colleague, outbox, sql):
    await sql.execute("DELETE FROM outbox")

    await release(colleague, frozen)

    mail = await mailed(outbox, "totp_reset")
    owner = await (await enrolled.log_in()).enrol(mailed_code=mail.code)
    assert (await owner.session()).state is SessionState.FULL
    assert (await acts(sql, frozen))[-1] == (
        "enrolment_released",
        "gemeentemedewerker",
        "Gesproken.",
        "called_back",
    )


async def test_whoever_did_the_reset_leaves_that_to_a_colleague(frozen, staff, sql):
    with pytest.raises(OwnReset):
        await release(staff, frozen)

    assert await sql.fetchval("SELECT enrolment_frozen_at FROM accounts WHERE id = $1", frozen)


async def test_and_so_does_whoever_asked_for_one_that_waited(
    enrolled, staff, colleague, outbox, wait_two_days, waiting_resets
):
    account = await account_id(enrolled)
    await reset(staff, account)
    enrolled.clock.advance(timedelta(days=2))
    assert await waiting_resets.do_next()
    await objects(enrolled, (await mailed(outbox, "totp_reset")).code)
    for each in (staff, colleague):
        each.token = (await (await each.log_in()).prove()).token

    with pytest.raises(OwnReset):
        await release(staff, account)
    await release(colleague, account)


async def test_what_is_not_frozen_is_not_released(enrolled, after_reset, staff):
    account, _ = after_reset

    with pytest.raises(NotFrozen):
        await release(staff, account)


@pytest.mark.parametrize(("reason", "identified"), [(" ", BY_PHONE), ("Gesproken.", TypedIdentification())])
async def test_staff_say_why_and_how_they_made_sure(frozen, staff, reason, identified):
    with pytest.raises(InputRefused):
        await release(staff, frozen, reason, identified)


async def test_staff_of_another_gemeente_release_nobody(frozen, staff, sql):
    await sql.execute("UPDATE accounts SET gemeente_code = 'GM9902' WHERE email_key = $1", STAFF_ADDRESS)

    with pytest.raises(NoSuchAccount):
        await release(staff, frozen)

    assert await sql.fetchval("SELECT enrolment_frozen_at FROM accounts WHERE id = $1", frozen)


async def test_the_manager_of_a_company_releases_nobody(frozen, make_person, sql):
    await sql.execute("DELETE FROM outbox")
    with pytest.raises(NotAllowed):
        await release(await make_person("marie@dezon.example"), frozen)
