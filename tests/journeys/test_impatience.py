"""Pressing twice, going back, and the pages a browser keeps."""

from tests.journeys.mailbox import ACTIVATION
from tests.journeys.people import WRONG_PASSWORD, Person


async def test_pressing_registreren_twice_registers_once(visitor, mailbox):
    person = Person()
    await visitor.opens("/registreren")
    await visitor.types(person.fields)

    await visitor.presses_twice("Registreren")

    await visitor.is_on("/registreren/gelukt")
    mail = await mailbox.newest(person.email, ACTIVATION)
    await visitor.opens(mail.link)
    await visitor.presses("Opslaan")
    await visitor.reads("Uw e-mailadres is bevestigd.")
    assert len(await mailbox.mails_to(person.email)) == 1


async def test_pressing_opslaan_twice_confirms_once(visitor, mailbox):
    person = Person()
    await visitor.door.send("/registreren", person.posted)
    mail = await mailbox.newest(person.email, ACTIVATION)
    await visitor.opens(mail.link)

    await visitor.presses_twice("Opslaan")

    await visitor.is_on("/inloggen")
    await visitor.reads("Uw e-mailadres is bevestigd. U kunt nu inloggen.")


async def test_pressing_twice_without_javascript_gives_no_error_page(make_visitor, mailbox):
    visitor, person = await make_visitor(scripts=False), Person()
    await visitor.opens("/registreren")
    await visitor.types(person.fields)

    await visitor.presses_twice("Registreren")

    await visitor.is_on("/registreren/gelukt")
    mail = await mailbox.newest(person.email, ACTIVATION)
    await visitor.door.send("/activeren", {"code": mail.code})


async def test_the_back_button_after_a_refused_login_leads_to_a_form_that_works(visitor, make_account):
    person = await make_account()
    await visitor.logs_in(person.email, WRONG_PASSWORD)
    await visitor.reads("Het e-mailadres of het wachtwoord klopt niet.")

    await visitor.goes_back()
    await visitor.is_on("/inloggen")
    await visitor.reads_nowhere("Het e-mailadres of het wachtwoord klopt niet.")
    await visitor.types({"Emailadres": person.email, "Wachtwoord": person.password})
    await visitor.presses("Inloggen")

    await visitor.is_on("/account")


async def test_the_back_button_onto_a_refused_form_asks_nothing_and_shows_the_form(visitor, make_account):
    person = await make_account()
    await visitor.opens("/account/gegevens")
    await visitor.is_on("/inloggen")
    await visitor.types({"Emailadres": person.email, "Wachtwoord": WRONG_PASSWORD})
    await visitor.presses("Inloggen")
    await visitor.reads("Het e-mailadres of het wachtwoord klopt niet.")
    await visitor.follows("Handleiding")

    await visitor.goes_back()

    await visitor.reads_heading("Log in met bestaand account")
    # And still leads to where one was going.
    await visitor.types({"Emailadres": person.email, "Wachtwoord": person.password})
    await visitor.presses("Inloggen")
    await visitor.is_on("/account/gegevens")
    await visitor.types({"Postcode *:": "12345"})
    await visitor.presses("Opslaan")
    await visitor.follows("Mijn account")

    await visitor.goes_back()

    await visitor.reads_heading("Mijn gegevens")
    await visitor.reads_nowhere("Vul een postcode in met 4 cijfers en 2 letters")


async def test_the_back_button_after_logging_out_shows_nothing_of_the_account(visitor, make_account):
    person = await make_account()
    await visitor.logs_in(person.email, person.password)
    await visitor.is_on("/account")
    await visitor.follows("Handleiding")
    await visitor.goes_back()
    await visitor.presses("Uitloggen")
    await visitor.is_on("/inloggen")

    await visitor.goes_back()

    await visitor.reads_heading("Log in met bestaand account")
    await visitor.reads_nowhere(person.email)


async def test_the_login_page_sends_on_who_is_logged_in(visitor, make_account):
    person = await make_account()
    await visitor.logs_in(person.email, person.password)
    await visitor.is_on("/account")

    await visitor.opens("/inloggen")

    await visitor.is_on("/account")
