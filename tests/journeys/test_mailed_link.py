"""What a mailed link stands: other browsers, other tabs, scanners of mail, and being used twice."""

from urllib.parse import urlsplit

import pytest

from tests.journeys.mailbox import ACTIVATION, RESET
from tests.journeys.people import OTHER_PASSWORD, WRONG_PASSWORD, Person

ASKED_ELSEWHERE = "Vul het wachtwoord in dat u koos toen u zich aanmeldde."
CONFIRMED = "Uw e-mailadres is bevestigd. U kunt nu inloggen."


@pytest.fixture
def register(make_door, mailbox):
    """Somebody registered in a browser that is not here; returns him and his mail."""

    async def register():
        person = Person()
        await (await make_door()).send("/registreren", person.posted)
        return person, await mailbox.newest(person.email, ACTIVATION)

    return register


async def test_another_browser_must_know_the_password_too(visitor, register):
    person, mail = await register()

    await visitor.opens(mail.link)
    await visitor.reads(ASKED_ELSEWHERE)
    await visitor.types({"Wachtwoord": WRONG_PASSWORD})
    await visitor.presses("Opslaan")
    await visitor.reads("Dit wachtwoord hoort niet bij deze aanmelding.")
    await visitor.finds_in("Code", mail.code)

    await visitor.types({"Wachtwoord": person.password})
    await visitor.presses("Opslaan")
    await visitor.is_on("/inloggen")
    await visitor.reads(CONFIRMED)


async def test_another_browser_that_gives_no_password_is_asked_for_it(visitor, register):
    _, mail = await register()

    await visitor.opens(mail.link)
    await visitor.presses("Opslaan")

    await visitor.reads_heading("Code invullen")
    await visitor.reads(ASKED_ELSEWHERE)
    await visitor.finds_in("Code", mail.code)


async def test_a_browser_that_registered_for_somebody_else_is_asked_for_the_password(visitor, register):
    person, mail = await register()
    await visitor.door.send("/registreren", Person().posted)

    await visitor.opens(mail.link)
    await visitor.presses("Opslaan")
    await visitor.reads(ASKED_ELSEWHERE)
    await visitor.types({"Wachtwoord": person.password})
    await visitor.presses("Opslaan")

    await visitor.reads(CONFIRMED)


@pytest.mark.parametrize("page", ["/activeren", "/wachtwoord-herstellen"])
async def test_a_second_link_in_the_same_tab_fills_in_its_own_code(visitor, page):
    first, second = "0123456789abcdef" * 3, "fedcba9876543210" * 3

    await visitor.opens(f"{page}#code={first}")
    await visitor.finds_in("Code", first)
    await visitor.opens(f"{page}#code={second}")

    await visitor.finds_in("Code", second)
    assert visitor.address == f"{visitor.site}{page}"


async def test_saying_that_the_code_is_filled_in_moves_nothing_from_under_a_press(visitor):
    await visitor.opens(f"/wachtwoord-herstellen#code={'0123456789abcdef' * 3}")
    await visitor.reads("De code is ingevuld. Kies een nieuw wachtwoord en klik op Opslaan.")
    place = await visitor.button("Opslaan").bounding_box()

    await visitor.hears("De code is ingevuld. Kies een nieuw wachtwoord en klik op Opslaan.")

    assert await visitor.button("Opslaan").bounding_box() == place


async def test_the_code_comes_back_neither_with_the_back_button_nor_with_a_reload(visitor):
    code = "0123456789abcdef" * 3
    await visitor.opens(f"/activeren#code={code}")
    await visitor.finds_in("Code", code)

    await visitor.opens("/inloggen")
    await visitor.goes_back()

    assert visitor.address == f"{visitor.site}/activeren"
    await visitor.page.reload()
    await visitor.finds_in("Code", "")


async def look_often(door, link, code):
    """As scanners of mail do, also those that make a query out of a fragment."""
    path = urlsplit(link).path
    for address in (path, f"{path}?code={code}"):
        for _ in range(5):
            assert (await door.get(address)).status == 200
            assert (await door.head(address)).status == 200


async def test_looking_at_the_activation_link_uses_nothing_up(visitor, make_door, mailbox):
    person = Person()
    await visitor.door.send("/registreren", person.posted)
    mail = await mailbox.newest(person.email, ACTIVATION)

    await look_often(await make_door(), mail.link, mail.code)

    await visitor.opens(mail.link)
    await visitor.presses("Opslaan")
    await visitor.reads(CONFIRMED)


async def test_looking_at_the_reset_link_uses_nothing_up(visitor, make_door, make_account, mailbox):
    person = await make_account()
    await visitor.door.send("/wachtwoord-vergeten", {"email": person.email})
    mail = await mailbox.newest(person.email, RESET)

    await look_often(await make_door(), mail.link, mail.code)

    await visitor.opens(mail.link)
    await visitor.types({"Nieuw wachtwoord": OTHER_PASSWORD})
    await visitor.presses("Opslaan")
    await visitor.reads("Uw wachtwoord is gewijzigd.")


async def test_a_used_code_is_refused_and_the_page_says_that_one_can_log_in(visitor, mailbox):
    person = Person()
    await visitor.door.send("/registreren", person.posted)
    mail = await mailbox.newest(person.email, ACTIVATION)
    await visitor.opens(mail.link)
    await visitor.presses("Opslaan")
    await visitor.is_on("/inloggen")

    await visitor.opens(mail.link)
    await visitor.presses("Opslaan")

    await visitor.reads("Code is ongeldig. De code is verkeerd, verlopen of al gebruikt.")
    await visitor.reads("Is uw e-mailadres al bevestigd? Dan kunt u gewoon inloggen.")
    await visitor.follows("inloggen")
    await visitor.is_on("/inloggen")
