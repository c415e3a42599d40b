"""Fields left empty or filled in wrongly: what the page says, where the focus is, and what it keeps."""

import re

import pytest
from playwright.async_api import expect

from tests.journeys.mailbox import ACTIVATION
from tests.journeys.people import TOO_SHORT_PASSWORD, Person

SUMMARY = "Niet alles is goed ingevuld. Controleer deze velden:"
NOTHING_TYPED = {
    "Naam onderneming *:": "Vul de naam van uw onderneming in.",
    "Adres *:": "Vul de straat en het huisnummer in.",
    "Postcode *:": "Vul uw postcode in.",
    "Woonplaats *:": "Vul de woonplaats in.",
    "Aantal slaapplekken *:": "Vul in hoeveel slaapplekken u heeft.",
    "Accommodatie *:": "Kies een soort accommodatie.",
    "Email *:": "Vul uw e-mailadres in.",
    "Wachtwoord *:": "Kies een wachtwoord.",
}
WRONG = {
    "Adres *:": ("Dorpsstraat", "Vul ook een huisnummer in, bijvoorbeeld Dorpsstraat 12."),
    "Postcode *:": (
        "12345",
        "Vul een postcode in met 4 cijfers en 2 letters, bijvoorbeeld 1234 AB.",
    ),
    "Woonplaats *:": (
        "Nergenshuizen",
        "Deze woonplaats kennen we niet. Controleer de naam, bijvoorbeeld Den Haag.",
    ),
    "KVK nummer:": (
        "123",
        "Een KVK-nummer heeft 8 cijfers. Controleer het nummer of laat dit veld leeg.",
    ),
    "Telefoonnummer:": (
        "bellen mag",
        "Vul een geldig telefoonnummer in, bijvoorbeeld 0612345678, of laat dit veld leeg.",
    ),
    "Aantal slaapplekken *:": ("veel", "Vul een heel getal in van 1 of meer."),
    "Email *:": ("jan.dezon", "Vul een geldig e-mailadres in, bijvoorbeeld naam@voorbeeld.nl."),
    "Wachtwoord *:": (TOO_SHORT_PASSWORD, "Uw wachtwoord is te kort. Gebruik minstens 15 tekens."),
}


async def assert_says_at_every_field(visitor, errors):
    """Above the form, in its order, and at the field itself; the focus is on what says so."""
    await expect(visitor.page.get_by_role("heading", name=SUMMARY)).to_be_focused()
    listed = visitor.page.locator(".message--wrong li")
    assert await listed.all_inner_texts() == list(errors.values())
    for label, sentence in errors.items():
        field, said_first = visitor.field(label), re.compile(rf"^{re.escape(sentence)}")
        await expect(field).to_have_attribute("aria-invalid", "true")
        await expect(field).to_have_accessible_description(said_first)
    assert (await visitor.page.title()).startswith("Fout: ")


async def test_every_field_that_was_left_empty_is_named(visitor):
    await visitor.opens("/registreren")

    await visitor.presses("Registreren")

    await assert_says_at_every_field(visitor, NOTHING_TYPED)


async def test_every_wrong_field_is_named_and_keeps_what_was_typed_but_the_password(visitor):
    typed = Person().fields | {label: text for label, (text, _) in WRONG.items()}
    await visitor.opens("/registreren")
    await visitor.types(typed)

    await visitor.presses("Registreren")

    await assert_says_at_every_field(visitor, {label: sentence for label, (_, sentence) in WRONG.items()})
    for label, text in (typed | {"Accommodatie *:": "pension", "Wachtwoord *:": ""}).items():
        await visitor.finds_in(label, text)
    assert TOO_SHORT_PASSWORD not in await visitor.page.content()


async def test_every_item_of_the_list_leads_to_its_field(visitor):
    await visitor.opens("/registreren")
    await visitor.presses("Registreren")

    for label, sentence in NOTHING_TYPED.items():
        await visitor.page.get_by_role("link", name=sentence).click()

        await expect(visitor.field(label)).to_be_focused()
        await expect(visitor.page.locator("label", has_text=label)).to_be_in_viewport()


async def test_mended_input_is_accepted(visitor, mailbox):
    person = Person()
    await visitor.opens("/registreren")
    await visitor.types(person.fields | {"Postcode *:": "12345"})
    await visitor.presses("Registreren")

    await visitor.types({"Postcode *:": " 1234ab ", "Wachtwoord *:": person.password})
    await visitor.presses("Registreren")

    await visitor.is_on("/registreren/gelukt")
    await mailbox.newest(person.email, ACTIVATION)


async def test_a_place_in_several_gemeenten_asks_which_one(visitor):
    await visitor.opens("/registreren")
    await visitor.types(Person().fields | {"Woonplaats *:": "Hengelo"})
    await visitor.presses("Registreren")
    await visitor.reads("Deze woonplaats komt vaker voor. Kies de gemeente waar uw accommodatie ligt.")

    await visitor.types(
        {"In welke gemeente ligt uw accommodatie? *": "Bronckhorst", "Wachtwoord *:": Person().password}
    )
    await visitor.presses("Registreren")

    await visitor.is_on("/registreren/gelukt")


@pytest.mark.parametrize(
    ("path", "button", "errors"),
    [
        (
            "/inloggen",
            "Inloggen",
            {"Emailadres": "Vul uw e-mailadres in.", "Wachtwoord": "Vul uw wachtwoord in."},
        ),
        ("/activeren", "Opslaan", {"Code": "Vul de code in uit de e-mail."}),
        ("/activeren/nieuwe-code", "Stuur een nieuwe code", {"Emailadres": "Vul uw e-mailadres in."}),
        ("/wachtwoord-vergeten", "Herstellen", {"Emailadres": "Vul uw e-mailadres in."}),
        (
            "/wachtwoord-herstellen",
            "Opslaan",
            {"Code": "Vul de code in uit de e-mail.", "Nieuw wachtwoord": "Kies een wachtwoord."},
        ),
    ],
)
async def test_every_other_form_names_its_empty_fields(visitor, path, button, errors):
    await visitor.opens(path)

    await visitor.presses(button)

    await assert_says_at_every_field(visitor, errors)


async def test_what_stands_behind_an_info_button_is_shown_and_hidden(visitor):
    await visitor.opens("/registreren")
    explanation = visitor.page.get_by_text("Vul de straat en het huisnummer in van de plek")
    await expect(explanation).to_be_hidden()

    await visitor.button("Uitleg bij Adres").click()
    await expect(explanation).to_be_visible()
    await visitor.page.keyboard.press("Escape")

    await expect(explanation).to_be_hidden()
    await expect(visitor.button("Uitleg bij Adres")).to_be_focused()


async def test_a_password_can_be_shown_and_hidden_again(visitor):
    await visitor.opens("/inloggen")

    await visitor.button("Toon wachtwoord").click()
    await expect(visitor.field("Wachtwoord")).to_have_attribute("type", "text")
    await visitor.button("Verberg wachtwoord").click()

    await expect(visitor.field("Wachtwoord")).to_have_attribute("type", "password")
