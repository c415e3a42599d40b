"""Somebody corrects his data, changes his address by real mail, downloads it all, and closes his account."""

import json

from tests.journeys.mailbox import ACCOUNT_CLOSED, ADDRESS_CHANGE
from tests.journeys.people import PASSWORD, draw_address


async def logs_in(visitor, email):
    await visitor.logs_in(email, PASSWORD)
    await visitor.is_on("/account")


async def asks_for(visitor, email):
    await visitor.opens("/account/gegevens")
    await visitor.follows("E-mailadres wijzigen")
    await visitor.types({"Nieuw e-mailadres": email})
    await visitor.presses("Stuur een code")
    await visitor.is_on("/account/email-bevestigen")
    await visitor.reads(email)


async def test_the_details_of_the_company_are_corrected(visitor, make_account):
    person = await make_account()
    await logs_in(visitor, person.email)
    await visitor.follows("Mijn gegevens")
    await visitor.finds_in("Naam onderneming *:", "Pension De Zon")

    await visitor.types({"Naam onderneming *:": "Hotel De Maan", "Accommodatie *:": "Hotel"})
    await visitor.presses("Opslaan")

    await visitor.reads("Uw gegevens zijn opgeslagen.")
    await visitor.finds_in("Naam onderneming *:", "Hotel De Maan")
    await visitor.reads("De gegevens van uw bedrijf zijn gewijzigd door uzelf.")


async def test_the_mailed_link_leads_through_the_login_to_the_new_address(
    visitor, make_visitor, make_account, mailbox
):
    person, new = await make_account(), draw_address()
    await logs_in(visitor, person.email)
    await asks_for(visitor, new)
    mail = await mailbox.newest(new, ADDRESS_CHANGE)

    # On another device, where the code must come along through the login.
    phone = await make_visitor()
    await phone.opens(mail.link)
    await phone.types({"Emailadres": person.email, "Wachtwoord": PASSWORD})
    await phone.presses("Inloggen")
    await phone.finds_in("Code", mail.code)
    assert phone.address == f"{phone.site}/account/email-bevestigen"
    await phone.presses("Opslaan")
    await phone.reads("Uw e-mailadres is gewijzigd.")

    await visitor.opens("/account/gegevens")
    await visitor.is_on("/inloggen")
    await visitor.logs_in(person.email, PASSWORD)
    await visitor.reads("Het e-mailadres of het wachtwoord klopt niet.")
    await logs_in(visitor, new)


async def test_without_scripts_the_code_is_pasted(make_visitor, make_account, mailbox):
    person, new = await make_account(), draw_address()
    visitor = await make_visitor(scripts=False)
    await logs_in(visitor, person.email)
    await asks_for(visitor, new)
    mail = await mailbox.newest(new, ADDRESS_CHANGE)

    await visitor.opens(mail.link)
    await visitor.types({"Code": f" {mail.code} "})
    await visitor.presses("Opslaan")

    await visitor.reads("Uw e-mailadres is gewijzigd.")


async def test_the_data_are_downloaded_as_a_file(visitor, make_account):
    person = await make_account()
    await logs_in(visitor, person.email)
    await visitor.opens("/account/gegevens")

    async with visitor.page.expect_download() as started:
        await visitor.page.get_by_role("link", name="Mijn gegevens downloaden").click()

    download = await started.value
    assert download.suggested_filename == "nachregister-gegevens.json"
    held = json.loads((await download.path()).read_text(encoding="utf-8"))
    assert held["account"]["email"] == person.email
    assert "E-mailadres bevestigen" in [mail["onderwerp"] for mail in held["emails"]]


async def test_an_account_is_closed_after_a_second_press(visitor, make_account, mailbox):
    person = await make_account()
    await logs_in(visitor, person.email)
    await visitor.opens("/account/gegevens")
    await visitor.follows("Account sluiten")
    await visitor.reads("Weet u het zeker?")

    await visitor.presses("Ja, sluit mijn account")

    await visitor.is_on("/inloggen")
    await visitor.reads("Uw account is gesloten.")
    await mailbox.newest(person.email, ACCOUNT_CLOSED)
    await visitor.logs_in(person.email, PASSWORD)
    await visitor.reads("U kunt niet inloggen met dit account.")
