"""Only a browser in which a second factor was proven has a budget of its own for codes."""

from itertools import cycle

from auth_service.accounts.attempt_budgets import CODE_HERE, CODE_PROVEN_BROWSER
from auth_service.accounts.refusals import TooOften
from auth_service.accounts.second_factor import SecondFactorRejected
from auth_service.accounts.visitors import Visitor
from auth_service.flows.password_change import TypedPasswords
from tests.integration.auth.scene import OTHER_PASSWORD, PASSWORD, anyone


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


async def test_no_cookie_passes_for_a_program(person):
    account_id = (await person.session()).account.id
    program = Visitor("10.0.0.1", is_program=True)
    await person.services.login.log_in(person.email, PASSWORD, visitor=program)

    forged = anyone(browser=f"{account_id} {program.address}")
    opened = await person.services.login.log_in(person.email, PASSWORD, visitor=forged)

    assert opened.browser != forged.browser
