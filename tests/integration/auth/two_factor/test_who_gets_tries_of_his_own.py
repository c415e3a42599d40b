"""Only a browser in which a second factor was proven has a budget of its own for codes."""

import asyncio
from datetime import timedelta
from itertools import cycle

import pytest

from auth_service.accounts.attempt_budgets import CODE_HERE, CODE_PROVEN_BROWSER
from auth_service.accounts.refusals import TooOften, Unavailable
from auth_service.accounts.second_factor import SecondFactorRejected
from auth_service.accounts.tokens import token_digest
from auth_service.accounts.visitors import Visitor
from auth_service.flows.password_change import TypedPasswords
from auth_service.storage.login_table import LoginTable
from tests.integration.auth.scene import OTHER_PASSWORD, PASSWORD, anyone
from tests.integration.auth.two_factor.phone import STEP


async def guesses(person, password, visitor):
    """How many wrong codes are judged before he has to wait."""
    opened = await person.services.login.log_in(person.email, password, visitor=visitor)
    session, judged = await person.services.sessions.logged_in(opened.token), 0
    while True:
        try:
            await person.services.two_factor.at_login.prove_totp(session, person.phone.wrong_code(), visitor)
        except SecondFactorRejected:
            judged += 1
        except TooOften:
            return judged


async def test_a_reset_of_the_password_brings_no_further_tries(enrolled, outbox, sql):
    services, network, judged = enrolled.services, anyone().address, []
    for _, password in zip(range(4), cycle([OTHER_PASSWORD, PASSWORD]), strict=False):
        await services.mail_requests.ask_password_reset(enrolled.email, anyone())
        await services.mail_requests.answer_next()
        code = next(mail.code for mail in await outbox.mails() if mail.code)
        await sql.execute("DELETE FROM outbox")
        browser = await services.password_reset.set_password(code, password, Visitor(network))
        judged.append(await guesses(enrolled, password, Visitor(network, browser=browser)))

    assert sum(judged) == CODE_HERE.at_once


async def test_a_browser_from_before_it_was_set_up_has_no_tries_of_its_own(person):
    login = person.services.login
    browsers = [(await login.log_in(person.email, PASSWORD, visitor=anyone())).browser for _ in range(6)]
    await person.enrol()
    network = anyone().address

    judged = [await guesses(person, PASSWORD, Visitor(network, browser=browser)) for browser in browsers]

    assert sum(judged) == CODE_HERE.at_once


async def test_changing_the_password_with_it_leaves_a_browser_its_tries(enrolled):
    visitor = anyone()
    again = await (await enrolled.log_in(visitor)).prove()
    typed = TypedPasswords(PASSWORD, OTHER_PASSWORD)
    browser = await enrolled.services.password_change.change(
        await again.session(), typed, visitor, token=again.token
    )

    judged = await guesses(enrolled, OTHER_PASSWORD, anyone(browser=browser))

    assert judged == CODE_PROVEN_BROWSER.at_once


async def test_a_reset_of_the_second_factor_ends_that_too(enrolled, sql):
    await enrolled.services.two_factor.reset.reset_own(await enrolled.session())

    assert await sql.fetchval("SELECT count(*) FROM known_browsers WHERE factor_proven_at IS NOT NULL") == 0


@pytest.fixture
async def neighbour(make_person):
    """With an account and a second factor of his own."""
    return await (await make_person("piet@dezon.example")).enrol()


async def proves_in(person, browser):
    """Log in there in full; returns the token that the browser has then."""
    person.clock.advance(STEP)
    visitor = anyone(browser=browser)
    again = await person.log_in(visitor)
    opened = await person.services.two_factor.at_login.prove_totp(
        await again.session(), person.phone.code(), visitor
    )
    return opened.browser


async def test_what_somebody_copied_from_the_browser_before_is_worth_nothing(enrolled, neighbour, outbox):
    copied = await proves_in(neighbour, None)
    await proves_in(enrolled, copied)
    await outbox.sql.execute("DELETE FROM outbox")

    guesser = anyone(browser=copied)

    assert await guesses(enrolled, PASSWORD, guesser) == CODE_HERE.at_once
    enrolled.clock.advance(timedelta(hours=1))
    await proves_in(enrolled, copied)
    # Nor does it keep a login from being told.
    assert [mail.kind for mail in await outbox.every_mail()] == ["new_device_login"]


async def test_nor_is_what_somebody_copied_from_it_afterwards_once_he_is_there_himself(enrolled, neighbour):
    copied = await proves_in(enrolled, None)

    browser = await proves_in(neighbour, copied)

    assert await guesses(enrolled, PASSWORD, anyone(browser=browser)) == CODE_HERE.at_once


async def test_a_login_that_comes_to_nothing_leaves_the_browser_known(
    enrolled, make_account, monkeypatch, sql
):
    browser = await proves_in(enrolled, None)
    await make_account(email="els@dezon.example")
    monkeypatch.setattr(LoginTable, "complete", fail)

    with pytest.raises(Unavailable):
        await enrolled.services.login.log_in("els@dezon.example", PASSWORD, visitor=anyone(browser=browser))

    monkeypatch.undo()
    assert await guesses(enrolled, PASSWORD, anyone(browser=browser)) == CODE_PROVEN_BROWSER.at_once


async def fail(*_):
    raise Unavailable("as if the database were away")


async def test_what_setting_it_up_made_known_is_no_copy_either(person, neighbour):
    copied = await proves_in(neighbour, None)
    person.visitor = anyone(browser=copied)
    await person.enrol()

    assert await guesses(person, PASSWORD, anyone(browser=copied)) == CODE_HERE.at_once


async def test_the_browser_stays_known_to_whoever_used_it_before(enrolled, neighbour, outbox):
    browser = await proves_in(enrolled, await proves_in(neighbour, None))
    await outbox.sql.execute("DELETE FROM outbox")

    assert await guesses(enrolled, PASSWORD, anyone(browser=browser)) == CODE_PROVEN_BROWSER.at_once
    await proves_in(neighbour, browser)
    assert await outbox.every_mail() == []


async def test_who_proves_his_own_factor_there_gains_no_further_guesses_at_those_of_others(
    enrolled, neighbour
):
    network, browser, judged = anyone().address, await proves_in(enrolled, None), []
    for _ in range(3):
        judged.append(await guesses(enrolled, PASSWORD, Visitor(network, browser=browser)))
        browser = await proves_in(neighbour, browser)

    # The neighbour is new there, so that the next ones are a stranger's; and there are no more of either.
    assert judged == [CODE_PROVEN_BROWSER.at_once, CODE_HERE.at_once, 0]


async def test_of_two_presses_on_the_button_the_first_gives_the_browser_its_token(enrolled, sql):
    visitor = anyone(browser=await proves_in(enrolled, None))
    enrolled.clock.advance(STEP)
    session = await (await enrolled.log_in(visitor)).session()
    prove, code = enrolled.services.two_factor.at_login.prove_totp, enrolled.phone.code()

    outcomes = await asyncio.gather(
        *(prove(session, code, visitor) for _ in range(5)), return_exceptions=True
    )

    (opened,) = [outcome for outcome in outcomes if not isinstance(outcome, Exception)]
    known = await sql.fetch(
        "SELECT token_digest FROM known_browsers WHERE token_digest = ANY($1)",
        [token_digest(token) for token in (visitor.browser, opened.browser)],
    )
    assert [digest for (digest,) in known] == [token_digest(opened.browser)]


async def test_two_who_prove_theirs_in_one_browser_at_once_do_not_wait_for_each_other(enrolled, neighbour):
    for _ in range(5):
        shared = await proves_in(enrolled, await proves_in(neighbour, None))

        assert all(await asyncio.gather(*(proves_in(each, shared) for each in (enrolled, neighbour))))


async def test_no_cookie_passes_for_a_program(person):
    account_id = (await person.session()).account.id
    program = Visitor("10.0.0.1", is_program=True)
    await person.services.login.log_in(person.email, PASSWORD, visitor=program)

    forged = anyone(browser=f"{account_id} {program.address}")
    opened = await person.services.login.log_in(person.email, PASSWORD, visitor=forged)

    assert opened.browser != forged.browser
