"""Waiting for the mail: the page after registering tells what becomes of it."""

import asyncio

from tests.journeys.conftest import WAIT_MS
from tests.journeys.mailbox import ACTIVATION
from tests.journeys.people import Person, draw_address, draw_address_that_answers

PAGE = "/registreren/gelukt"
SENT = "De e-mail is om "
UNDER_WAY = "We versturen de e-mail."


async def test_the_page_tells_by_itself_that_the_mail_has_left(visitor, services):
    with services["mailer"].paused():
        await visitor.registers(Person().fields)
        await visitor.hears(UNDER_WAY)
        await visitor.page.evaluate("document.body.dataset.loadedOnce = 'yes'")

    await visitor.hears(SENT)
    assert await visitor.page.evaluate("document.body.dataset.loadedOnce") == "yes"


async def test_a_network_that_was_away_for_a_while_does_not_stop_the_page(visitor, services):
    with services["mailer"].paused():
        await visitor.registers(Person().fields)
        await visitor.hears(UNDER_WAY)
        await visitor.page.context.set_offline(True)
        async with visitor.page.expect_event("requestfailed"):
            pass
        await visitor.page.context.set_offline(False)

    await visitor.hears(SENT)


async def test_a_refused_address_is_corrected_and_the_mail_arrives(visitor, mailbox):
    refused = Person(draw_address_that_answers("weiger-550"))
    await visitor.registers(refused.fields)
    await visitor.hears("Het e-mailadres bestaat niet, of het wordt niet meer gebruikt.")

    await visitor.follows("Een ander e-mailadres gebruiken")
    await visitor.finds_in("Naam onderneming *:", "Pension De Zon")
    await visitor.finds_in("Email *:", refused.email)
    await visitor.finds_in("Wachtwoord:", "")
    corrected = draw_address()
    await visitor.types({"Email *:": corrected})
    await visitor.presses("Registreren")

    await visitor.is_on(PAGE)
    await visitor.hears(SENT)
    await visitor.reads_nowhere("niet bezorgd")
    assert await mailbox.newest(corrected, ACTIVATION)


async def test_without_javascript_the_link_tells_it(make_visitor, services, mailbox):
    visitor, person = await make_visitor(scripts=False), Person()
    with services["mailer"].paused():
        await visitor.registers(person.fields)
        await visitor.hears(UNDER_WAY)
        await visitor.follows("Ververs deze pagina")
        await visitor.hears(UNDER_WAY)
    await mailbox.newest(person.email, ACTIVATION)

    # The mail may be there a moment before the report of it.
    async with asyncio.timeout(WAIT_MS / 1000):
        while SENT not in await visitor.page.content():
            await visitor.follows("Ververs deze pagina")


async def test_a_further_code_stands_above_the_mail_that_was_put_off(visitor):
    person = Person(draw_address_that_answers("vertraag-452"))
    await visitor.registers(person.fields)
    await visitor.hears("Maak ruimte in uw mailbox. We proberen het om ")

    await visitor.follows("Geen e-mail gekregen? Vraag een nieuwe code aan")
    await visitor.finds_in("Emailadres", person.email)
    await visitor.presses("Stuur een nieuwe code")
    await visitor.reads("Is uw e-mailadres bekend en nog niet bevestigd?")
    await visitor.reads_nowhere("vertraagd")

    await visitor.opens(PAGE)
    await visitor.hears("Eerdere e-mails:")


async def test_whoever_comes_back_to_the_page_after_confirming_elsewhere_is_led_on(
    make_visitor, visitor, mailbox
):
    person = Person()
    await visitor.registers(person.fields)
    await visitor.hears(SENT)
    mail = await mailbox.newest(person.email, ACTIVATION)
    phone = await make_visitor()

    await phone.opens(mail.link)
    await phone.types({"Wachtwoord": person.password})
    await phone.presses("Opslaan")
    await phone.is_on("/inloggen")
    # What the browser tells a page when one comes back to its tab.
    await visitor.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")

    await visitor.is_on("/inloggen")


async def test_going_back_to_the_form_and_forth_registers_nothing_again(visitor, mailbox):
    person = Person()
    await visitor.registers(person.fields)
    await mailbox.newest(person.email, ACTIVATION)

    await visitor.goes_back()
    await visitor.is_on("/registreren")
    await visitor.page.go_forward()
    await visitor.is_on(PAGE)
    await visitor.page.reload()
    await visitor.hears(SENT)

    assert len(await mailbox.mails_to(person.email)) == 1


async def test_a_stranger_to_the_registration_sees_nothing_of_it(visitor, make_visitor):
    await visitor.registers(Person().fields)
    stranger = await make_visitor()

    await stranger.opens(PAGE)

    assert stranger.address == f"{stranger.site}/registreren"
