"""The handleiding's chapter "Account aanmaken", from the login page and back to it."""

from tests.journeys.mailbox import ACTIVATION
from tests.journeys.people import WRONG_PASSWORD, Person


async def test_a_stranger_registers_confirms_logs_in_and_logs_out(visitor, mailbox):
    person = Person()

    await visitor.opens("/")
    await visitor.reads_heading("Log in met bestaand account")
    await visitor.follows("Of registreer een nieuw account")
    await visitor.types(person.fields)
    await visitor.presses("Registreren")
    await visitor.is_on("/registreren/gelukt")
    await visitor.reads("Uw account is succesvol geregistreerd. U kunt nu inloggen.")

    mail = await mailbox.newest(person.email, ACTIVATION)
    await visitor.opens(mail.link)
    await visitor.reads_heading("Code invullen")
    await visitor.finds_in("Code", mail.code)
    assert mail.code not in visitor.address

    await visitor.presses("Opslaan")
    await visitor.is_on("/inloggen")
    await visitor.reads("Uw e-mailadres is bevestigd. U kunt nu inloggen.")

    await visitor.types({"Emailadres": person.email, "Wachtwoord": person.password})
    await visitor.presses("Inloggen")
    await visitor.is_on("/account")
    await visitor.reads(person.email)
    await visitor.reads("Pension De Zon")

    await visitor.presses("Uitloggen")
    await visitor.is_on("/inloggen")
    await visitor.reads("U bent uitgelogd.")


async def test_the_link_can_be_pressed_in_the_mailbox(visitor, mailbox):
    person = Person()
    await visitor.door.send("/registreren", person.posted)
    mail = await mailbox.newest(person.email, ACTIVATION)

    await visitor.opens(f"{mailbox.address}/mail/{mail.id}")
    await visitor.follows_in_mail("deze pagina")
    await visitor.finds_in("Code", mail.code)
    await visitor.presses("Opslaan")
    await visitor.reads("Uw e-mailadres is bevestigd. U kunt nu inloggen.")


async def test_logging_in_before_confirming_leads_to_the_code_in_the_browser_that_registered(visitor):
    person = Person()
    await visitor.door.send("/registreren", person.posted)

    await visitor.logs_in(person.email, person.password)

    await visitor.is_on("/activeren")
    await visitor.reads("Bevestig eerst uw e-mailadres. Vul de code in uit de e-mail die u van ons kreeg.")


async def test_logging_in_before_confirming_is_an_ordinary_refusal_in_any_other_browser(
    make_door, make_visitor
):
    person = Person()
    await (await make_door()).send("/registreren", person.posted)
    elsewhere = await make_visitor()

    await elsewhere.logs_in(person.email, person.password)

    await elsewhere.is_on("/inloggen")
    await elsewhere.reads("Het e-mailadres of het wachtwoord klopt niet.")
    await elsewhere.follows("Vul dan eerst de code in")
    await elsewhere.reads_heading("Code invullen")


async def test_a_further_code_can_be_asked_and_the_first_one_stays_good(visitor, mailbox):
    person = Person()
    await visitor.door.send("/registreren", person.posted)
    first = await mailbox.newest(person.email, ACTIVATION)

    await visitor.opens("/activeren")
    await visitor.follows("Ik heb geen code ontvangen.")
    await visitor.types({"Emailadres": person.email})
    await visitor.presses("Stuur een nieuwe code")
    await visitor.reads("Is uw e-mailadres bekend en nog niet bevestigd?")
    second = await mailbox.newest(person.email, ACTIVATION, of=2)
    assert second.code != first.code

    await visitor.opens(first.link)
    await visitor.presses("Opslaan")
    await visitor.reads("Uw e-mailadres is bevestigd.")


async def test_a_wrong_password_says_so_and_the_right_one_then_works(visitor, make_account):
    person = await make_account()

    await visitor.logs_in(person.email, WRONG_PASSWORD)
    await visitor.reads("Het e-mailadres of het wachtwoord klopt niet. Probeer het opnieuw.")
    await visitor.finds_in("Emailadres", person.email)
    await visitor.finds_in("Wachtwoord", "")

    await visitor.types({"Wachtwoord": person.password})
    await visitor.presses("Inloggen")
    await visitor.is_on("/account")


async def test_whoever_asked_for_a_page_first_logs_in_and_then_gets_it(visitor, make_account):
    person = await make_account()

    await visitor.opens("/account?van=elders")
    await visitor.is_on("/inloggen")
    await visitor.types({"Emailadres": person.email, "Wachtwoord": person.password})
    await visitor.presses("Inloggen")

    assert visitor.address == f"{visitor.site}/account?van=elders"
