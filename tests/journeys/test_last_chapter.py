"""The handleiding's chapter "Nieuw wachtwoord aanmaken"."""

from tests.journeys.mailbox import ACTIVATION, PASSWORD_CHANGED, RESET
from tests.journeys.people import OTHER_PASSWORD, TOO_SHORT_PASSWORD, Person


async def test_a_forgotten_password_is_replaced(visitor, make_account, mailbox):
    person = await make_account()

    await visitor.opens("/inloggen")
    await visitor.follows("Wachtwoord vergeten?")
    await visitor.types({"Emailadres": person.email})
    await visitor.presses("Herstellen")
    await visitor.reads("Wanneer uw emailadres bekend is in ons systeem ontvangt u een email")

    mail = await mailbox.newest(person.email, RESET)
    await visitor.opens(mail.link)
    await visitor.reads_heading("Code ontvangen")
    await visitor.finds_in("Code", mail.code)
    assert mail.code not in visitor.address

    await visitor.types({"Nieuw wachtwoord": OTHER_PASSWORD})
    await visitor.presses("Opslaan")
    await visitor.is_on("/inloggen")
    await visitor.reads("Uw wachtwoord is gewijzigd. U kunt nu inloggen met uw nieuwe wachtwoord.")

    await visitor.types({"Emailadres": person.email, "Wachtwoord": person.password})
    await visitor.presses("Inloggen")
    await visitor.reads("Het e-mailadres of het wachtwoord klopt niet.")
    await visitor.types({"Wachtwoord": OTHER_PASSWORD})
    await visitor.presses("Inloggen")
    await visitor.is_on("/account")
    await mailbox.newest(person.email, PASSWORD_CHANGED)


async def test_a_new_password_ends_the_sessions_in_other_browsers(
    visitor, make_visitor, make_account, mailbox
):
    person = await make_account()
    elsewhere = await make_visitor()
    await elsewhere.logs_in(person.email, person.password)
    await elsewhere.is_on("/account")

    await visitor.door.send("/wachtwoord-vergeten", {"email": person.email})
    mail = await mailbox.newest(person.email, RESET)
    await visitor.opens(mail.link)
    await visitor.types({"Nieuw wachtwoord": OTHER_PASSWORD})
    await visitor.presses("Opslaan")
    await visitor.is_on("/inloggen")

    await elsewhere.opens("/account")
    await elsewhere.is_on("/inloggen")
    await elsewhere.reads_nowhere(person.email)


async def test_a_refused_new_password_leaves_the_code_in_its_field_and_usable(visitor, make_account, mailbox):
    person = await make_account()
    await visitor.door.send("/wachtwoord-vergeten", {"email": person.email})
    mail = await mailbox.newest(person.email, RESET)
    await visitor.opens(mail.link)

    await visitor.types({"Nieuw wachtwoord": TOO_SHORT_PASSWORD})
    await visitor.presses("Opslaan")
    await visitor.reads("Uw wachtwoord is te kort. Gebruik minstens 15 tekens.")
    await visitor.finds_in("Code", mail.code)

    await visitor.types({"Nieuw wachtwoord": OTHER_PASSWORD})
    await visitor.presses("Opslaan")
    await visitor.is_on("/inloggen")


async def test_a_registration_that_waits_for_its_code_gets_that_again_instead_of_a_reset(visitor, mailbox):
    person = Person()
    await visitor.door.send("/registreren", person.posted)
    await mailbox.newest(person.email, ACTIVATION)

    await visitor.door.send("/wachtwoord-vergeten", {"email": person.email})
    mail = await mailbox.newest(person.email, ACTIVATION, of=2)

    await visitor.opens(mail.link)
    await visitor.presses("Opslaan")
    await visitor.reads("Uw e-mailadres is bevestigd.")
    assert not await mailbox.mails_to(person.email, RESET)
