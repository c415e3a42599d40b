"""The same journeys in a browser that runs no scripts: then one pastes."""

import pytest_asyncio

from tests.journeys.mailbox import ACTIVATION, RESET
from tests.journeys.people import OTHER_PASSWORD, Person


@pytest_asyncio.fixture(loop_scope="session")
async def visitor(make_visitor):
    return await make_visitor(scripts=False)


def copied_clumsily(code):
    """In groups, in capitals, with a line's end and a space too many."""
    groups = [code[start : start + 8].upper() for start in range(0, len(code), 8)]
    return f"  {' '.join(groups)} "


async def test_a_stranger_registers_pastes_the_code_logs_in_and_logs_out(visitor, mailbox):
    person = Person()

    await visitor.opens("/inloggen")
    await visitor.follows("Of registreer een nieuw account")
    await visitor.types(person.fields)
    await visitor.presses("Registreren")
    await visitor.is_on("/registreren/gelukt")

    mail = await mailbox.newest(person.email, ACTIVATION)
    await visitor.opens(mail.link)
    await visitor.finds_in("Code", "")
    await visitor.types({"Code": copied_clumsily(mail.code)})
    await visitor.presses("Opslaan")
    await visitor.reads("Uw e-mailadres is bevestigd. U kunt nu inloggen.")

    await visitor.types({"Emailadres": person.email, "Wachtwoord": person.password})
    await visitor.presses("Inloggen")
    await visitor.is_on("/account")
    await visitor.presses("Uitloggen")
    await visitor.reads("U bent uitgelogd.")


async def test_a_forgotten_password_is_replaced_with_a_pasted_code(visitor, make_account, mailbox):
    person = await make_account()

    await visitor.opens("/inloggen")
    await visitor.follows("Wachtwoord vergeten?")
    await visitor.types({"Emailadres": person.email})
    await visitor.presses("Herstellen")
    await visitor.follows("Ik heb al een code ontvangen.")
    mail = await mailbox.newest(person.email, RESET)
    await visitor.types({"Code": copied_clumsily(mail.code), "Nieuw wachtwoord": OTHER_PASSWORD})
    await visitor.presses("Opslaan")
    await visitor.reads("Uw wachtwoord is gewijzigd.")

    await visitor.types({"Emailadres": person.email, "Wachtwoord": OTHER_PASSWORD})
    await visitor.presses("Inloggen")
    await visitor.is_on("/account")


async def test_the_whole_link_can_be_pasted_too(visitor, mailbox):
    person = Person()
    await visitor.door.send("/registreren", person.posted)
    mail = await mailbox.newest(person.email, ACTIVATION)

    await visitor.opens("/activeren")
    await visitor.types({"Code": mail.link})
    await visitor.presses("Opslaan")

    await visitor.reads("Uw e-mailadres is bevestigd.")


async def test_what_a_script_would_unfold_is_visible_and_what_only_it_can_do_is_not_offered(visitor):
    await visitor.opens("/registreren")

    await visitor.reads("Vul de straat en het huisnummer in van de plek waar uw gasten slapen.")
    await visitor.reads("Kies wat het beste past bij uw overnachtingsplek.")
    assert await visitor.page.get_by_role("button").all_inner_texts() == ["Registreren"]


async def test_wrong_input_is_listed_and_the_list_leads_to_the_fields(visitor):
    await visitor.opens("/registreren")
    await visitor.presses("Registreren")
    await visitor.reads("Niet alles is goed ingevuld. Controleer deze velden:")

    await visitor.page.get_by_role("link", name="Vul de woonplaats in.").click()

    assert visitor.address.endswith("#woonplaats")
