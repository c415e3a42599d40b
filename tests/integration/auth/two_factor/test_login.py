"""The second factor at login: each code once, clocks that are off, and guessing that leads nowhere."""

import asyncio
from datetime import timedelta

import pytest
from cryptography.fernet import Fernet

from auth_service.accounts.attempt_budgets import CODE_HERE
from auth_service.accounts.refusals import InputRefused, TooOften, Unavailable
from auth_service.accounts.second_factor import Fault, NothingOwed, SecondFactorRejected
from auth_service.accounts.sessions import SessionState
from auth_service.flows.sessions import SessionGone
from auth_service.storage.throttle_table import ThrottleTable
from auth_service.wiring import build_services
from tests.integration.auth.scene import anyone
from tests.integration.auth.two_factor.phone import STEP


async def fault_of(attempt):
    with pytest.raises(SecondFactorRejected) as rejected:
        await attempt
    return rejected.value.fault


async def test_a_code_makes_the_session_full_and_changes_its_token(enrolled):
    again = await enrolled.log_in()
    before = again.token
    assert (await again.session()).state is SessionState.AWAITING_TOTP

    await again.prove()

    session = await again.session()
    assert session.state is SessionState.FULL
    assert session.is_freshly_proven
    assert await enrolled.services.sessions.logged_in(before) is None


@pytest.mark.parametrize("later", [-1, 0, 1])
async def test_a_code_may_be_a_step_early_or_late(enrolled, later):
    enrolled.clock.advance(2 * STEP)
    again = await enrolled.log_in()

    await again.prove(again.phone.code(later))

    assert (await again.session()).state is SessionState.FULL


@pytest.mark.parametrize("later", [-3, -2, 2, 3])
async def test_beyond_that_it_is_refused(enrolled, later):
    enrolled.clock.advance(4 * STEP)
    again = await enrolled.log_in()

    assert await fault_of(again.prove(again.phone.code(later))) is Fault.WRONG


async def test_a_code_works_once(enrolled):
    code = enrolled.phone.code()
    await (await enrolled.log_in()).prove(code)
    again = await enrolled.log_in()

    assert await fault_of(again.prove(code)) is Fault.USED
    enrolled.clock.advance(STEP)
    await again.prove()


async def test_of_two_steps_the_older_one_does_not_work_after_the_newer(enrolled):
    enrolled.clock.advance(2 * STEP)
    older, newer = enrolled.phone.code(), enrolled.phone.code(1)
    await (await enrolled.log_in()).prove(newer)

    assert await fault_of((await enrolled.log_in()).prove(older)) is Fault.USED


async def test_of_fifty_posts_of_one_right_code_one_opens_a_session(enrolled, sql):
    people = [await enrolled.log_in() for _ in range(50)]
    code = enrolled.phone.code()

    outcomes = await asyncio.gather(*(each.prove(code) for each in people), return_exceptions=True)

    opened = [outcome for outcome in outcomes if not isinstance(outcome, Exception)]
    assert len(opened) == 1
    assert all(isinstance(each, SecondFactorRejected | TooOften) for each in outcomes if each not in opened)
    full = await sql.fetchval("SELECT count(*) FROM sessions WHERE totp_proven_at IS NOT NULL")
    # His first session was full before.
    assert full == 2


async def test_of_fifty_presses_on_one_button_one_gets_the_new_token(enrolled):
    again = await enrolled.log_in()
    session, code = await again.session(), again.phone.code()
    prove = enrolled.services.two_factor.at_login.prove_totp

    outcomes = await asyncio.gather(
        *(prove(session, code, again.visitor) for _ in range(50)), return_exceptions=True
    )

    opened = [outcome for outcome in outcomes if not isinstance(outcome, Exception)]
    assert len(opened) == 1
    assert {type(outcome) for outcome in outcomes if outcome not in opened} <= {SessionGone, TooOften}


@pytest.mark.parametrize(("ahead", "fault"), [(4, Fault.CLOCK_AHEAD), (-7, Fault.CLOCK_BEHIND)])
async def test_two_codes_of_a_clock_that_is_off_tell_so(enrolled, ahead, fault):
    again = await enrolled.log_in()
    again.phone.ahead = ahead

    first = await fault_of(again.prove())
    again.clock.advance(STEP)

    assert first is Fault.WRONG
    assert await fault_of(again.prove()) is fault


async def test_one_code_typed_twice_tells_nothing(enrolled):
    again = await enrolled.log_in()
    code = again.phone.code(5)

    assert [await fault_of(again.prove(code)) for _ in range(2)] == [Fault.WRONG, Fault.WRONG]


async def test_a_wrong_code_in_between_starts_anew(enrolled):
    again = await enrolled.log_in()
    off = again.phone.code(5)
    await fault_of(again.prove(off))
    await fault_of(again.prove(again.phone.wrong_code()))
    again.clock.advance(STEP)

    assert await fault_of(again.prove(again.phone.code(5))) is Fault.WRONG


async def test_a_session_that_owes_nothing_takes_no_code(enrolled):
    with pytest.raises(NothingOwed):
        await enrolled.prove()


@pytest.mark.parametrize("typed", ["", "12345", "abcdef"])
async def test_what_is_no_code_counts_for_nothing(enrolled, sql, typed):
    again = await enrolled.log_in()
    before = await sql.fetchval("SELECT count(*) FROM throttle")

    with pytest.raises(InputRefused):
        await again.prove(typed)

    assert await sql.fetchval("SELECT count(*) FROM throttle") == before


async def test_a_thousand_wrong_codes_from_everywhere_stay_within_the_budget(enrolled):
    judged = 0
    attacker = await enrolled.log_in()
    session, wrong = await attacker.session(), enrolled.phone.wrong_code()
    waits = []
    for _ in range(1_000):
        try:
            await enrolled.services.two_factor.at_login.prove_totp(session, wrong, anyone())
        except SecondFactorRejected:
            judged += 1
        except TooOften as refusal:
            waits.append(refusal.wait)

    # As many as are free at once, whatever the networks.
    assert judged == 20
    # Refusals don't make the wait any longer.
    assert len(set(waits)) == 1

    owner = await enrolled.log_in()
    with pytest.raises(TooOften) as told:
        await owner.prove()
    enrolled.clock.advance(told.value.wait)
    await (await enrolled.log_in()).prove()


async def test_one_network_has_to_wait_sooner(enrolled):
    attacker = await enrolled.log_in()
    for _ in range(5):
        await fault_of(attacker.prove(attacker.phone.wrong_code()))

    with pytest.raises(TooOften) as refused:
        await attacker.prove(attacker.phone.wrong_code())

    assert timedelta(0) < refused.value.wait <= timedelta(minutes=5)


async def test_what_strangers_use_up_is_not_taken_from_a_browser_that_is_known(enrolled):
    browser = anyone()
    opened = await enrolled.services.two_factor.at_login.prove_totp(
        await (await enrolled.log_in(browser)).session(), enrolled.phone.code(), browser
    )
    known = anyone(browser=opened.browser)
    attacker = await enrolled.log_in()
    session, wrong = await attacker.session(), enrolled.phone.wrong_code()
    for _ in range(30):
        with pytest.raises((SecondFactorRejected, TooOften)):
            await enrolled.services.two_factor.at_login.prove_totp(session, wrong, anyone())

    enrolled.clock.advance(STEP)
    owner = await enrolled.log_in(known)
    await owner.prove()

    assert (await owner.session()).state is SessionState.FULL


async def test_the_password_alone_makes_no_browser_known(enrolled, sql):
    before = await sql.fetchval("SELECT count(*) FROM known_browsers")

    for _ in range(5):
        await enrolled.log_in(anyone(browser="drawn-by-somebody-else"))

    assert await sql.fetchval("SELECT count(*) FROM known_browsers") == before


async def test_a_right_code_gives_the_try_back(enrolled):
    for _ in range(8):
        again = await enrolled.log_in(enrolled.visitor)
        await again.prove()
        enrolled.clock.advance(STEP)


@pytest.fixture
def without_the_key(settings, database, hashing, clock):
    """The flows at a replica that can't open what the others have sealed."""
    other = settings.model_copy(update={"sealing_keys": (Fernet.generate_key().decode(),)})
    return build_services(other, database, hashing, clock)


async def test_what_cannot_be_judged_for_want_of_a_key_uses_up_no_tries(enrolled, without_the_key):
    again = await enrolled.log_in()

    for _ in range(2 * CODE_HERE.at_once):
        with pytest.raises(Unavailable):
            await without_the_key.two_factor.at_login.prove_totp(
                await again.session(), again.phone.code(), again.visitor
            )

    await again.prove()
    assert (await again.session()).state is SessionState.FULL


async def test_a_right_code_is_right_where_the_try_cannot_be_given_back(enrolled, monkeypatch):
    async def unreachable(*_):
        raise Unavailable

    again = await enrolled.log_in()
    monkeypatch.setattr(ThrottleTable, "give_back", unreachable)

    await again.prove()

    assert (await again.session()).state is SessionState.FULL
