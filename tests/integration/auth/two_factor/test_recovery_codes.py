"""Recovery codes: each once, on the budget of the others, and told by mail."""

import asyncio
from datetime import timedelta

import pytest

from auth_service.accounts.attempt_budgets import OWN_ACT
from auth_service.accounts.refusals import ProofNeeded, TooOften
from auth_service.accounts.second_factor import SecondFactorRejected
from auth_service.accounts.sessions import SessionState
from tests.integration.auth.two_factor.phone import STEP


async def prove(person, code):
    return await person.services.two_factor.at_login.prove_recovery_code(
        await person.session(), code, person.visitor
    )


async def test_one_stands_in_for_the_app_and_the_owner_is_told(enrolled, outbox, sql):
    again = await enrolled.log_in()

    opened = await prove(again, enrolled.recovery_codes[0].lower())

    assert opened.state is SessionState.FULL
    mail = next(mail for mail in await outbox.mails() if mail.kind == "recovery_code_used")
    assert mail.data["remaining"] == 9
    acts = await sql.fetch("SELECT act FROM audit_trail ORDER BY happened_at")
    assert [act for (act,) in acts][-1] == "recovery_code_used"


async def test_each_works_once(enrolled):
    code = enrolled.recovery_codes[3]
    await prove(await enrolled.log_in(), code)

    with pytest.raises(SecondFactorRejected):
        await prove(await enrolled.log_in(), code)


async def test_of_many_that_use_one_at_once_one_gets_in(enrolled):
    people = [await enrolled.log_in() for _ in range(10)]

    outcomes = await asyncio.gather(
        *(prove(each, enrolled.recovery_codes[0]) for each in people), return_exceptions=True
    )

    assert sum(not isinstance(outcome, Exception) for outcome in outcomes) == 1


async def test_wrong_ones_use_up_what_wrong_codes_of_the_app_do(enrolled):
    attacker = await enrolled.log_in()
    for _ in range(5):
        with pytest.raises(SecondFactorRejected):
            await prove(attacker, "0000-0000-0000-0000")

    with pytest.raises(TooOften):
        await attacker.prove()


async def test_they_are_shown_until_they_are_kept(enrolled):
    recovery_codes = enrolled.services.two_factor.recovery_codes
    session = await enrolled.session()
    shown = await recovery_codes.shown(session)

    await recovery_codes.are_kept(session)

    assert shown == enrolled.recovery_codes
    assert await recovery_codes.shown(session) is None


async def test_they_are_shown_for_ten_minutes_at_most(enrolled):
    enrolled.clock.advance(timedelta(minutes=10))

    assert await enrolled.services.two_factor.recovery_codes.shown(await enrolled.session()) is None


async def test_no_other_session_sees_them(enrolled):
    elsewhere = await (await enrolled.log_in()).prove()

    assert await enrolled.services.two_factor.recovery_codes.shown(await elsewhere.session()) is None


async def test_new_ones_take_the_place_of_the_old(enrolled):
    recovery_codes = enrolled.services.two_factor.recovery_codes

    fresh = await recovery_codes.make_new(await enrolled.session())

    assert not set(fresh) & set(enrolled.recovery_codes)
    assert await recovery_codes.left(await enrolled.session()) == 10
    with pytest.raises(SecondFactorRejected):
        await prove(await enrolled.log_in(), enrolled.recovery_codes[0])
    await prove(await enrolled.log_in(), fresh[0])


async def test_the_owner_is_told_of_new_ones(enrolled, outbox):
    await enrolled.services.two_factor.recovery_codes.make_new(await enrolled.session())

    (mail,) = await outbox.every_mail()
    assert (mail.kind, mail.to) == ("recovery_codes_replaced", enrolled.email)


async def test_the_first_ones_come_with_the_mail_about_setting_it_up_alone(person, outbox):
    await person.enrol()

    kinds = [mail.kind for mail in await outbox.mails()]
    assert "totp_enabled" in kinds
    assert "recovery_codes_replaced" not in kinds


async def test_making_new_ones_takes_a_fresh_proof(enrolled):
    enrolled.clock.advance(timedelta(minutes=6))
    recovery_codes = enrolled.services.two_factor.recovery_codes
    with pytest.raises(ProofNeeded):
        await recovery_codes.make_new(await enrolled.session())

    await enrolled.confirm()

    assert await recovery_codes.make_new(await enrolled.session())


async def test_making_new_ones_over_and_over_is_slowed_down(enrolled):
    recovery_codes = enrolled.services.two_factor.recovery_codes
    for _ in range(OWN_ACT.at_once):
        await recovery_codes.make_new(await enrolled.session())

    with pytest.raises(TooOften):
        await recovery_codes.make_new(await enrolled.session())


async def test_a_recovery_code_proves_anew_too(enrolled):
    enrolled.clock.advance(timedelta(minutes=6))

    await enrolled.confirm(enrolled.recovery_codes[0])

    assert (await enrolled.session()).is_freshly_proven
    enrolled.clock.advance(STEP)
    with pytest.raises(SecondFactorRejected):
        await enrolled.confirm(enrolled.recovery_codes[0])
