"""The owner is told of a login from where his account was never used before."""

from dataclasses import replace

import pytest

from auth_service.accounts.refusals import LoginRejected
from auth_service.accounts.visitors import Device, Visitor
from tests.integration.auth.scene import OTHER_PASSWORD, PASSWORD, anyone

ADDRESS = "jan@dezon.example"
FIREFOX = Device("Firefox", "Windows")


@pytest.fixture
async def account(make_account, sql):
    await make_account()
    await sql.execute("DELETE FROM outbox")


async def log_in(services, visitor):
    return await services.login.log_in(ADDRESS, PASSWORD, visitor=visitor)


async def told(outbox):
    return [mail for mail in await outbox.every_mail() if mail.kind == "new_device_login"]


async def test_a_login_in_a_browser_that_is_new_is_told_once(account, services, outbox):
    opened = await log_in(services, replace(anyone(), device=FIREFOX))
    await log_in(services, anyone(browser=opened.browser))

    (mail,) = await told(outbox)
    assert (mail.to, mail.data["browser"], mail.data["system"]) == (ADDRESS, "Firefox", "Windows")


async def test_the_browser_in_which_the_address_was_confirmed_is_not_new(services, make_pending, outbox, sql):
    code, receipt = await make_pending()
    browser = (await services.activation.activate(code, password="", visitor=anyone(receipt))).browser

    await log_in(services, anyone(browser=browser))

    assert await told(outbox) == []


async def test_a_password_that_is_wrong_tells_nothing(account, services, outbox):
    with pytest.raises(LoginRejected):
        await services.login.log_in(ADDRESS, OTHER_PASSWORD, visitor=anyone())

    assert await told(outbox) == []


async def test_a_program_is_told_of_by_its_network(account, services, outbox):
    here, elsewhere = (Visitor(network, is_program=True) for network in ("10.0.0.1", "10.0.0.2"))
    for visitor in (here, here, elsewhere, here):
        await log_in(services, visitor)

    assert len(await told(outbox)) == 2


async def test_a_program_gives_its_network_no_budget_of_a_known_browser(account, services, sql):
    await log_in(services, Visitor("10.0.0.1", is_program=True))

    opened = await log_in(services, Visitor("10.0.0.1"))

    assert opened.browser
    assert await sql.fetchval("SELECT count(*) FROM known_browsers") == 3


async def test_nobody_is_flooded(account, services, outbox):
    for _ in range(10):
        await log_in(services, anyone())

    assert len(await told(outbox)) == 5
