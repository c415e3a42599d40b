"""Choosing a new password with a mailed code."""

import asyncio
from datetime import timedelta

import pytest

from auth_service.accounts.refusals import CodeRejected, Field, InputRefused, LoginRejected, Problem
from tests.integration.auth.scene import OTHER_PASSWORD, PASSWORD, anyone, registration_form

ADDRESS = "jan@dezon.example"


@pytest.fixture
async def ask_reset(services, outbox):
    """Ask for a reset and let the worker answer; returns the code that was mailed."""

    async def ask(address=ADDRESS):
        await services.mail_requests.ask_password_reset(address, anyone())
        assert await services.mail_requests.answer_next()
        return await outbox.code()

    return ask


async def test_the_new_password_works_and_the_old_one_no_longer_does(services, make_account, ask_reset):
    await make_account()
    code = await ask_reset()

    await services.password_reset.set_password(code, OTHER_PASSWORD, anyone())

    assert await services.login.log_in(ADDRESS, OTHER_PASSWORD, visitor=anyone())
    with pytest.raises(LoginRejected):
        await services.login.log_in(ADDRESS, PASSWORD, visitor=anyone())


async def test_a_reset_ends_every_session_and_tells_the_owner(services, make_account, ask_reset, outbox):
    await make_account()
    tokens = [(await services.login.log_in(ADDRESS, PASSWORD, visitor=anyone())).token for _ in range(2)]

    await services.password_reset.set_password(await ask_reset(), OTHER_PASSWORD, anyone())

    assert [await services.sessions.logged_in(token) for token in tokens] == [None, None]
    mail = await outbox.newest()
    assert (mail.kind, mail.to, mail.code) == ("password_changed", ADDRESS, None)


async def test_a_reset_voids_every_other_code(services, make_account, ask_reset):
    await make_account()
    first, second = await ask_reset(), await ask_reset()

    await services.password_reset.set_password(second, OTHER_PASSWORD, anyone())

    with pytest.raises(CodeRejected):
        await services.password_reset.set_password(first, "nog een heel ander wachtwoord", anyone())


async def test_of_ten_resets_at_once_exactly_one_succeeds(services, make_account, ask_reset, outbox):
    await make_account()
    code = await ask_reset()

    outcomes = await asyncio.gather(
        *(
            services.password_reset.set_password(code, f"{OTHER_PASSWORD} {number}", anyone())
            for number in range(10)
        ),
        return_exceptions=True,
    )

    assert sum(isinstance(outcome, str) for outcome in outcomes) == 1
    assert sum(isinstance(outcome, CodeRejected) for outcome in outcomes) == 9
    assert len(await outbox.mails()) == 1


@pytest.mark.parametrize(
    ("new_password", "problem"),
    [
        ("", Problem.EMPTY),
        ("kort", Problem.TOO_SHORT),
        ("wachtwoord12345", Problem.COMMON_PASSWORD),
        ("Pension De Zon 1", Problem.CONTEXT_PASSWORD),
        (PASSWORD, Problem.SAME_PASSWORD),
    ],
)
async def test_a_refused_password_leaves_the_code_usable(
    services, make_account, ask_reset, new_password, problem
):
    await make_account()
    code = await ask_reset()

    with pytest.raises(InputRefused) as refusal:
        await services.password_reset.set_password(code, new_password, anyone())

    assert refusal.value.violations[0].field is Field.NEW_PASSWORD
    assert refusal.value.violations[0].problem is problem
    await services.password_reset.set_password(code, OTHER_PASSWORD, anyone())


async def test_a_reset_code_expires_after_an_hour(services, make_account, ask_reset, clock):
    await make_account()
    code = await ask_reset()
    clock.advance(timedelta(hours=1))

    with pytest.raises(CodeRejected):
        await services.password_reset.set_password(code, OTHER_PASSWORD, anyone())


async def test_codes_do_not_work_for_another_purpose(services, make_account, make_pending, ask_reset):
    await make_account()
    reset_code = await ask_reset()
    activation_code, receipt = await make_pending(email="piet@dezon.example")

    with pytest.raises(CodeRejected):
        await services.password_reset.set_password(activation_code, OTHER_PASSWORD, anyone())
    with pytest.raises(CodeRejected):
        await services.activation.activate(reset_code, password=PASSWORD, visitor=anyone(receipt))


async def test_a_code_mailed_to_a_former_address_is_refused(services, make_account, ask_reset, sql):
    await make_account()
    code = await ask_reset()
    await sql.execute("UPDATE accounts SET email = 'nieuw@dezon.example', email_key = 'nieuw@dezon.example'")

    with pytest.raises(CodeRejected):
        await services.password_reset.set_password(code, OTHER_PASSWORD, anyone())


async def test_a_request_writes_one_row_for_any_address(services, make_account, make_pending, sql):
    await make_account()
    await make_pending(email="wacht@dezon.example")

    for address in (ADDRESS, "wacht@dezon.example", "niemand@dezon.example"):
        await services.mail_requests.ask_password_reset(address, anyone())

    assert await sql.fetchval("SELECT count(*) FROM mail_requests") == 3
    assert await sql.fetchval("SELECT count(*) FROM outbox") == 0


async def test_an_unknown_address_gets_no_mail(services, outbox):
    await services.mail_requests.ask_password_reset("niemand@dezon.example", anyone())

    assert await services.mail_requests.answer_next()
    assert not await services.mail_requests.answer_next()
    assert await outbox.mails() == []


async def test_a_pending_address_that_asks_for_a_reset_gets_its_activation_mail_again(
    services, make_pending, outbox
):
    first_code, receipt = await make_pending()

    await services.mail_requests.ask_password_reset(ADDRESS, anyone())
    await services.mail_requests.answer_next()

    mail = await outbox.newest()
    assert mail.kind == "activation_code_issued"
    assert mail.code != first_code
    await services.activation.activate(mail.code, password="", visitor=anyone(receipt))


async def test_an_earlier_activation_code_stays_good_after_asking_again(services, make_pending, outbox):
    first_code, receipt = await make_pending()
    await services.mail_requests.ask_activation_code(ADDRESS, anyone(receipt))
    await services.mail_requests.answer_next()
    second_code = await outbox.code()

    await services.activation.activate(first_code, password="", visitor=anyone(receipt))

    with pytest.raises(CodeRejected):
        await services.activation.activate(second_code, password="", visitor=anyone(receipt))


async def test_asking_again_gives_a_code_for_the_registration_of_this_browser(
    services, make_pending, outbox, clock
):
    _, receipt = await make_pending(company_name="Eerste")
    clock.advance(timedelta(minutes=1))
    await make_pending(company_name="Van een vreemde")

    await services.mail_requests.ask_activation_code(ADDRESS, anyone(receipt))
    await services.mail_requests.ask_activation_code(ADDRESS, anyone())
    await services.mail_requests.answer_next()
    assert (await outbox.newest()).data["companyName"] == "Eerste"
    await services.mail_requests.answer_next()
    assert (await outbox.newest()).data["companyName"] == "Van een vreemde"


async def test_asking_an_activation_code_for_a_known_address_never_sends_one(services, make_account, outbox):
    await make_account()
    await services.mail_requests.ask_activation_code(ADDRESS, anyone())
    await services.mail_requests.answer_next()
    assert await outbox.mails() == []

    await services.registration.register(registration_form(company_name="Nog eens"), anyone())
    assert (await outbox.newest()).kind == "registration_for_existing_account"
    await services.mail_requests.ask_activation_code(ADDRESS, anyone())
    await services.mail_requests.answer_next()
    assert (await outbox.newest()).kind == "registration_for_existing_account"


@pytest.mark.parametrize("typed", ["", "jan", "jan@", "@dezon.example"])
async def test_what_cannot_be_an_address_is_refused(services, typed, sql):
    with pytest.raises(InputRefused):
        await services.mail_requests.ask_password_reset(typed, anyone())

    assert await sql.fetchval("SELECT count(*) FROM mail_requests") == 0
