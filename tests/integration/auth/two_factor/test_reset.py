"""Taking two-factor authentication away: by the owner, by who may, and by nobody else."""

import asyncio
from datetime import timedelta
from uuid import uuid4

import pytest

from auth_service.accounts.identification import IdentifiedBy, TypedIdentification
from auth_service.accounts.one_time_codes import OBJECTION_LIFETIME, code_digest
from auth_service.accounts.refusals import (
    CodeRejected,
    InputRefused,
    NoSuchAccount,
    ProofNeeded,
    TooOften,
)
from auth_service.accounts.second_factor import NotEnrolled
from auth_service.accounts.sessions import SessionState
from auth_service.accounts.tokens import draw_token
from auth_service.flows.sessions import EnrolmentOwed
from tests.integration.auth.scene import OTHER_PASSWORD, anyone
from tests.integration.auth.two_factor.phone import STEP

COLLEAGUE = "piet@dezon.example"
BY_PHONE = TypedIdentification(IdentifiedBy.CALLED_BACK)
REASON = "Telefoon gestolen, paspoort gezien aan de balie."


async def account_id(person):
    return (await person.session()).account.id


@pytest.fixture
async def manager(make_person, sql, enrolled):
    """Of the company that `enrolled` is a user of."""
    manager = await make_person(COLLEAGUE)
    await sql.execute(
        "UPDATE accounts SET role = 'gebruiker', company_id = $1 WHERE email_key <> $2",
        (await manager.session()).account.company_id,
        COLLEAGUE,
    )
    return manager


@pytest.fixture
async def staff(make_person, sql):
    """Of the gemeente that `enrolled` is in."""
    staff = await (await make_person(COLLEAGUE)).enrol()
    await sql.execute(
        "UPDATE accounts SET role = 'gemeentemedewerker', company_id = NULL WHERE email_key = $1", COLLEAGUE
    )
    await sql.execute("DELETE FROM outbox")
    return staff


async def reset(actor, person, reason=REASON):
    return await actor.services.two_factor.reset.reset_for(
        await actor.session(), await account_id(person), reason, BY_PHONE
    )


NEW = "dief@elders.example"


async def ask_for_address(person):
    await person.services.email_change.ask(await person.session(), NEW, anyone())


async def close_account(person):
    await person.services.account_closing.close(await person.session())


async def decide(person):
    await person.services.two_factor.policy.decide_for_company(await person.session(), required=False)


async def reset_user(person):
    await person.services.two_factor.reset.reset_for(await person.session(), uuid4(), REASON)


@pytest.mark.parametrize("act", [decide, reset_user])
async def test_nor_does_it_decide_for_others(enrolled, sql, act):
    await sql.execute("UPDATE accounts SET totp_reset_by = 'gemeente', totp_reset_at = $1", enrolled.clock())
    await sql.execute("DELETE FROM totp_enrolments")
    with_the_password = await enrolled.log_in()

    with pytest.raises(EnrolmentOwed):
        await act(with_the_password)


@pytest.mark.parametrize("act", [ask_for_address, close_account])
async def test_after_anothers_reset_the_password_alone_takes_the_account_nowhere(
    enrolled, manager, sql, outbox, act
):
    await reset(manager, enrolled)
    await sql.execute("DELETE FROM outbox")
    with_the_password = await enrolled.log_in()
    assert (await with_the_password.session()).state is SessionState.FULL

    with pytest.raises(EnrolmentOwed):
        await act(with_the_password)

    assert await sql.fetchval("SELECT count(*) FROM accounts WHERE state = 'active'") == 2
    assert await outbox.mails() == []


async def test_nor_does_a_wish_from_before_the_reset(enrolled, manager, outbox, sql):
    await sql.execute("DELETE FROM outbox")
    await ask_for_address(enrolled)
    (code,) = [mail.code for mail in await outbox.mails() if mail.to == NEW]
    await reset(manager, enrolled)
    with_the_password = await enrolled.log_in()

    with pytest.raises(EnrolmentOwed):
        await with_the_password.services.email_change.confirm(
            await with_the_password.session(), code, anyone(), token=draw_token()
        )

    assert await sql.fetchval("SELECT count(*) FROM accounts WHERE email = $1", NEW) == 0


async def test_once_he_has_enrolled_anew_and_nobody_objected_in_time_he_may_again(
    enrolled, manager, outbox, sql
):
    await sql.execute("DELETE FROM outbox")
    await reset(manager, enrolled)
    (code,) = [mail.code for mail in await outbox.mails() if mail.kind == "totp_reset"]
    owner = await enrolled.log_in()
    phone = await owner.scan()
    done = await owner.services.two_factor.enrolment.enrol(
        await owner.session(), phone.code(), owner.visitor, mailed_code=code
    )
    owner.token, owner.phone = done.session.token, phone
    enrolled.clock.advance(OBJECTION_LIFETIME)
    later = await (await owner.log_in()).prove()

    await ask_for_address(later)

    assert NEW in [mail.to for mail in await outbox.mails()]


async def test_the_owner_resets_his_own(enrolled, outbox, sql):
    elsewhere = await (await enrolled.log_in()).prove()

    await enrolled.services.two_factor.reset.reset_own(await enrolled.session())

    assert await enrolled.services.sessions.logged_in(enrolled.token) is None
    assert await enrolled.services.sessions.logged_in(elsewhere.token) is None
    again = await enrolled.log_in()
    session = await again.session()
    assert session.state is SessionState.FULL
    assert session.account.two_factor.reset is None
    mail = next(mail for mail in await outbox.mails() if mail.kind == "totp_reset")
    assert (mail.data["resetBy"], mail.data["required"], mail.code) == ("owner", False, None)
    assert await sql.fetchval("SELECT count(*) FROM recovery_codes") == 0
    line = await sql.fetchrow("SELECT * FROM audit_trail WHERE act = 'totp_reset'")
    assert line["actor_id"] == line["account_id"] == session.account.id


async def test_where_it_is_required_the_next_login_leads_to_setting_it_up(enrolled, require, outbox):
    await require(gemeente=True)

    await enrolled.services.two_factor.reset.reset_own(await enrolled.session())

    again = await enrolled.log_in()
    assert (await again.session()).state is SessionState.AWAITING_TOTP_SETUP
    assert next(mail for mail in await outbox.mails() if mail.kind == "totp_reset").data["required"]
    await again.enrol()


async def test_it_takes_a_fresh_proof(enrolled):
    enrolled.clock.advance(timedelta(minutes=6))

    with pytest.raises(ProofNeeded):
        await enrolled.services.two_factor.reset.reset_own(await enrolled.session())


async def test_with_a_recovery_code_the_phone_is_not_needed(enrolled):
    again = await enrolled.log_in()
    opened = await enrolled.services.two_factor.at_login.prove_recovery_code(
        await again.session(), enrolled.recovery_codes[0], again.visitor
    )
    again.token = opened.token

    await enrolled.services.two_factor.reset.reset_own(await again.session())

    assert (await (await enrolled.log_in()).session()).state is SessionState.FULL


async def test_without_it_there_is_nothing_to_reset(person):
    with pytest.raises(NotEnrolled):
        await person.services.two_factor.reset.reset_own(await person.session())


async def test_the_manager_of_the_company_resets_a_users(enrolled, manager, outbox, sql):
    await reset(manager, enrolled)

    assert await enrolled.services.sessions.logged_in(enrolled.token) is None
    mail = next(mail for mail in await outbox.mails() if mail.kind == "totp_reset")
    assert mail.data["resetBy"] == "company"
    line = await sql.fetchrow("SELECT * FROM audit_trail WHERE act = 'totp_reset'")
    assert (line["actor_id"], line["reason"]) == (await account_id(manager), REASON)


async def test_afterwards_enrolling_anew_asks_the_mailed_code_too(enrolled, manager, outbox):
    await reset(manager, enrolled)
    mailed = next(mail for mail in await outbox.mails() if mail.kind == "totp_reset").code
    again = await enrolled.log_in()
    phone = await again.scan()
    enrolment = again.services.two_factor.enrolment

    with pytest.raises(InputRefused):
        await enrolment.enrol(await again.session(), phone.code(), again.visitor)
    with pytest.raises(CodeRejected):
        await enrolment.enrol(await again.session(), phone.code(), again.visitor, mailed_code="0" * 48)
    done = await enrolment.enrol(
        await again.session(), phone.code(), again.visitor, mailed_code=f" {mailed.upper()} "
    )

    again.token = done.session.token
    assert (await again.session()).account.two_factor.reset is None


async def test_the_mailed_code_is_of_that_account_and_good_once(enrolled, manager, outbox, sql):
    await reset(manager, enrolled)
    mailed = next(mail for mail in await outbox.mails() if mail.kind == "totp_reset").code
    again = await enrolled.log_in()
    other_id = await account_id(manager)
    await sql.execute("UPDATE codes SET account_id = $1 WHERE purpose = 'totp_enrolment'", other_id)
    phone = await again.scan()

    with pytest.raises(CodeRejected):
        await again.services.two_factor.enrolment.enrol(
            await again.session(), phone.code(), again.visitor, mailed_code=mailed
        )


async def test_a_further_code_is_mailed_on_asking_within_the_budget(enrolled, manager, outbox, sql):
    await reset(manager, enrolled)
    again = await enrolled.log_in()
    happened = (await again.session()).account.two_factor.reset.at
    await sql.execute("DELETE FROM outbox")
    again.clock.advance(timedelta(days=2))
    again = await again.log_in()

    await again.services.two_factor.reset.mail_code_again(await again.session(), again.visitor)

    mail = next(mail for mail in await outbox.mails() if mail.kind == "totp_reset")
    assert mail.code
    assert mail.data["resetAt"].startswith(happened.strftime("%Y-%m-%dT%H:%M"))
    asked = [
        again.services.two_factor.reset.mail_code_again(await again.session(), again.visitor)
        for _ in range(10)
    ]
    outcomes = await asyncio.gather(*asked, return_exceptions=True)
    assert any(isinstance(outcome, TooOften) for outcome in outcomes)


async def test_setting_it_up_anew_voids_every_code_that_was_mailed_for_it(enrolled, manager, outbox, sql):
    await reset(manager, enrolled)
    first = await outbox.code()
    again = await enrolled.log_in()
    await again.services.two_factor.reset.mail_code_again(await again.session(), again.visitor)

    await again.enrol(mailed_code=await outbox.code())

    kept = await sql.fetchrow("SELECT used_at, voided_at FROM codes WHERE digest = $1", code_digest(first))
    assert tuple(kept) == (None, again.clock() - STEP)


async def test_a_code_from_the_mail_about_a_former_reset_enrols_nobody(enrolled, manager, outbox, sql):
    await reset(manager, enrolled)
    former = await outbox.code()
    await sql.execute("UPDATE accounts SET totp_reset_by = NULL, totp_reset_at = NULL")
    again = await (await enrolled.log_in()).enrol()
    # As a release left it in which setting it up anew voided no code.
    await sql.execute("UPDATE codes SET voided_at = NULL")
    await sql.execute("DELETE FROM outbox")
    await reset(manager, again)
    later = await again.log_in()

    with pytest.raises(CodeRejected):
        await later.enrol(mailed_code=former)

    await later.enrol(mailed_code=await outbox.code())


async def test_staff_reset_it_of_who_is_in_their_gemeente(enrolled, staff, outbox):
    await reset(staff, enrolled)

    mail = next(mail for mail in await outbox.mails() if mail.kind == "totp_reset")
    assert mail.data["resetBy"] == "gemeente"


async def test_of_another_gemeente_they_know_nobody(enrolled, staff, sql):
    await sql.execute("UPDATE accounts SET gemeente_code = 'GM9902' WHERE email_key = $1", COLLEAGUE)

    with pytest.raises(NoSuchAccount):
        await reset(staff, enrolled)

    assert (await enrolled.session()).account.two_factor.is_enrolled


async def test_an_entrepreneur_knows_nobody_of_another_company(enrolled, make_person):
    stranger = await make_person(COLLEAGUE)

    with pytest.raises(NoSuchAccount):
        await reset(stranger, enrolled)


async def test_nobody_finds_an_account_that_is_not_there(staff):
    with pytest.raises(NoSuchAccount):
        await staff.services.two_factor.reset.reset_for(await staff.session(), uuid4(), REASON, BY_PHONE)


@pytest.mark.parametrize("reason", ["", "  ", "x" * 501, "met\x00nul"])
async def test_a_reason_is_needed(enrolled, staff, reason):
    with pytest.raises(InputRefused):
        await reset(staff, enrolled, reason)


async def test_staff_prove_anew_who_they_are(enrolled, staff):
    staff.clock.advance(timedelta(minutes=6))

    with pytest.raises(ProofNeeded):
        await reset(staff, enrolled)


async def test_a_password_reset_never_touches_it(enrolled, outbox):
    services = enrolled.services
    await services.mail_requests.ask_password_reset(enrolled.email, anyone())
    await services.mail_requests.answer_next()
    code = next(mail for mail in await outbox.mails() if mail.code).code

    await services.password_reset.set_password(code, OTHER_PASSWORD, anyone())

    opened = await services.login.log_in(enrolled.email, OTHER_PASSWORD, visitor=anyone())
    assert opened.state is SessionState.AWAITING_TOTP
    enrolled.clock.advance(STEP)
    enrolled.token = opened.token
    await enrolled.prove()
