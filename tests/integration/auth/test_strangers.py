"""Somebody registers an address that isn't his: what he sees must not depend on what its owner does."""

import pytest

from auth_service.accounts.refusals import CodeRejected, LoginRejected, NotActivated
from tests.integration.auth.scene import OTHER_PASSWORD, PASSWORD, anyone

ADDRESS = "jan@dezon.example"
STRANGERS_PASSWORD = "zeven groene lantaarns zwaaien"


@pytest.fixture
def owner_activates(services, make_pending):
    async def activate():
        code, receipt = await make_pending()
        await services.activation.activate(code, password="", visitor=anyone(receipt))

    return activate


@pytest.fixture
def owner_resets(services, outbox):
    async def reset():
        await services.mail_requests.ask_password_reset(ADDRESS, anyone())
        await services.mail_requests.answer_next()
        await services.password_reset.set_password(await outbox.code(), OTHER_PASSWORD, anyone())
        await outbox.newest()

    return reset


@pytest.fixture
def what_the_stranger_sees(services):
    async def look(receipt, email=ADDRESS):
        with pytest.raises(NotActivated):
            await services.login.log_in(email, STRANGERS_PASSWORD, visitor=anyone(receipt))
        with pytest.raises(LoginRejected):
            await services.login.log_in(email, STRANGERS_PASSWORD, visitor=anyone())
        typed = await services.registration.typed_before(receipt)
        progress = await services.registration_progress.newest(receipt)
        return typed.details, progress.gemeente, progress.mails

    return look


async def test_he_does_not_see_that_the_owner_activates_and_resets(
    make_pending, owner_activates, owner_resets, what_the_stranger_sees
):
    _, receipt = await make_pending(password=STRANGERS_PASSWORD, company_name="Van een vreemde")
    before = await what_the_stranger_sees(receipt)

    await owner_activates()
    assert await what_the_stranger_sees(receipt) == before

    await owner_resets()
    assert await what_the_stranger_sees(receipt) == before


async def test_he_does_not_see_that_there_was_an_account_already(
    make_pending, make_account, what_the_stranger_sees
):
    await make_account()
    _, known = await make_pending(password=STRANGERS_PASSWORD)
    _, unknown = await make_pending(password=STRANGERS_PASSWORD, email="els@dezon.example")

    at_a_known_one = await what_the_stranger_sees(known)

    assert at_a_known_one == await what_the_stranger_sees(unknown, "els@dezon.example")


async def test_what_was_mailed_for_him_confirms_nothing_once_the_owner_has_an_account(
    services, make_pending, owner_activates, sql
):
    code, receipt = await make_pending(password=STRANGERS_PASSWORD)
    await owner_activates()

    with pytest.raises(CodeRejected):
        await services.activation.activate(code, password=STRANGERS_PASSWORD, visitor=anyone(receipt))

    await services.login.log_in(ADDRESS, PASSWORD, visitor=anyone())
    assert await sql.fetchval("SELECT count(*) FROM accounts") == 1


async def test_the_owner_sees_nothing_of_it(services, make_pending, owner_activates):
    await make_pending(password=STRANGERS_PASSWORD)
    _, first_try = await make_pending()
    code, receipt = await make_pending(first_try)

    await services.activation.activate(code, password="", visitor=anyone(receipt))

    assert await services.registration.typed_before(receipt) is None
    assert await services.registration_progress.newest(receipt) is None
