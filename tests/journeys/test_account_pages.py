"""The pages of who is logged in: the password, and where one is logged in."""

import pytest
from playwright.async_api import expect

from tests.journeys.mailbox import PASSWORD_CHANGED
from tests.journeys.people import OTHER_PASSWORD, WRONG_PASSWORD
from tests.journeys.test_keyboard import tabs_to


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
async def test_who_changes_his_password_stays_logged_in_here_only(
    make_visitor, make_account, mailbox, scripts
):
    visitor, elsewhere = await make_visitor(scripts=scripts), await make_visitor(scripts=scripts)
    person = await make_account()
    for one in (visitor, elsewhere):
        await one.logs_in(person.email, person.password)

    await visitor.follows("Wachtwoord wijzigen")
    await visitor.types({"Huidig wachtwoord": WRONG_PASSWORD, "Nieuw wachtwoord": OTHER_PASSWORD})
    await visitor.presses("Wachtwoord wijzigen")
    await visitor.reads("Uw huidige wachtwoord klopt niet.")
    await visitor.finds_in("Huidig wachtwoord", "")
    await visitor.types({"Huidig wachtwoord": person.password, "Nieuw wachtwoord": OTHER_PASSWORD})
    await visitor.presses("Wachtwoord wijzigen")

    await visitor.is_on("/account")
    await visitor.reads("Uw wachtwoord is gewijzigd.")
    assert "alle andere apparaten uitgelogd" in (await mailbox.newest(person.email, PASSWORD_CHANGED)).text
    await elsewhere.opens("/account")
    await elsewhere.is_on("/inloggen")
    await elsewhere.logs_in(person.email, OTHER_PASSWORD)
    await elsewhere.is_on("/account")


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
async def test_one_sees_where_one_is_logged_in_and_logs_out_there(make_visitor, make_account, scripts):
    visitor, elsewhere = await make_visitor(scripts=scripts), await make_visitor(scripts=scripts)
    person = await make_account()
    for one in (elsewhere, visitor):
        await one.logs_in(person.email, person.password)

    await visitor.follows("Waar ben ik ingelogd?")
    await visitor.reads("Dit apparaat")
    async with visitor.page.expect_navigation():
        await visitor.page.get_by_role("button", name="Log uit bij Chrome op Linux, ingelogd op ").click()

    await visitor.reads("Het apparaat is uitgelogd.")
    await visitor.reads("U bent nergens anders ingelogd.")
    await elsewhere.opens("/account")
    await elsewhere.is_on("/inloggen")


async def test_the_menu_leads_everywhere_by_keyboard_and_says_where_one_is(visitor, make_account):
    person = await make_account()
    await visitor.logs_in(person.email, person.password)
    menu = visitor.page.get_by_role("navigation", name="Uw account")

    await tabs_to(visitor, menu.get_by_role("link", name="Waar ben ik ingelogd?"))
    async with visitor.page.expect_navigation():
        await visitor.page.keyboard.press("Enter")

    await visitor.is_on("/account/sessies")
    await expect(menu.locator("[aria-current=page]")).to_have_text("Waar ben ik ingelogd?")
    await tabs_to(visitor, menu.get_by_role("link", name="Handleiding"))
