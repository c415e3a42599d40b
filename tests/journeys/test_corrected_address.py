"""A typing error in one's own address, noticed on the page after registering."""

from tests.journeys.mailbox import ACTIVATION
from tests.journeys.people import Person


async def test_after_a_correction_only_the_code_mailed_to_the_new_address_works(visitor, mailbox):
    mistyped, meant = Person(), Person()
    await visitor.registers(mistyped.fields)
    first = await mailbox.newest(mistyped.email, ACTIVATION)

    await visitor.reads("ja***@dezon.example")
    await visitor.follows("Een ander e-mailadres gebruiken")
    await visitor.finds_in("Naam onderneming *:", "Pension De Zon")
    await visitor.finds_in("Email *:", mistyped.email)
    await visitor.types({"Email *:": meant.email})
    await visitor.presses("Registreren")
    await visitor.is_on("/registreren/gelukt")
    second = await mailbox.newest(meant.email, ACTIVATION)

    await visitor.opens(first.link)
    await visitor.presses("Opslaan")
    await visitor.reads("Code is ongeldig.")

    await visitor.opens(second.link)
    await visitor.presses("Opslaan")
    await visitor.is_on("/inloggen")
    await visitor.types({"Emailadres": meant.email, "Wachtwoord": mistyped.password})
    await visitor.presses("Inloggen")
    await visitor.is_on("/account")


async def test_a_browser_that_registered_nothing_has_nothing_to_correct(visitor):
    for address in ("/registreren/gelukt", "/registreren?wijzigen=1"):
        await visitor.opens(address)

        assert visitor.address == f"{visitor.site}/registreren"
