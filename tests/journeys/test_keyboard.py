"""Everything by keyboard, with the focus always visible (WCAG 2.1.1, 2.4.7)."""

from playwright.async_api import expect

from tests.journeys.keyboard import tabs_to


async def test_logging_in_takes_only_tab_enter_and_typing(visitor, make_account):
    person = await make_account()
    await visitor.opens("/inloggen")

    await tabs_to(visitor, visitor.field("Emailadres"))
    await visitor.page.keyboard.type(person.email)
    await tabs_to(visitor, visitor.field("Wachtwoord"))
    await visitor.page.keyboard.type(person.password)
    await tabs_to(visitor, visitor.button("Inloggen"))
    async with visitor.page.expect_navigation():
        await visitor.page.keyboard.press("Enter")

    await visitor.is_on("/account")
    await tabs_to(visitor, visitor.button("Uitloggen"))
    async with visitor.page.expect_navigation():
        await visitor.page.keyboard.press("Enter")
    await visitor.reads("U bent uitgelogd.")
    # A screen reader begins there.
    await expect(visitor.page.get_by_role("status")).to_be_focused()


async def test_enter_in_a_field_sends_the_form(visitor, make_account):
    person = await make_account()
    await visitor.opens("/inloggen")
    await visitor.types({"Emailadres": person.email, "Wachtwoord": person.password})

    async with visitor.page.expect_navigation():
        await visitor.field("Wachtwoord").press("Enter")

    await visitor.is_on("/account")


async def test_the_focus_is_visible_all_the_way_through_the_longest_form(visitor):
    await visitor.opens("/registreren")

    await tabs_to(visitor, visitor.button("Registreren"))
    await tabs_to(visitor, visitor.page.get_by_role("link", name="Kwetsbaarheid melden"))


async def test_the_first_stop_leads_past_the_header(visitor):
    await visitor.opens("/registreren")

    await visitor.page.keyboard.press("Tab")
    await expect(visitor.page.get_by_role("link", name="Ga naar de inhoud")).to_be_focused()
    await visitor.page.keyboard.press("Enter")

    await tabs_to(visitor, visitor.page.get_by_role("link", name="Terug naar inloggen"))
