"""Two-factor authentication without scripts, with a keyboard only, on a phone; and its words as served."""

import pytest
from playwright.async_api import expect

from tests.journeys.authenticator import Authenticator, scan
from tests.journeys.keyboard import presses_enter, tabs_to
from tests.journeys.two_factor import (
    ASKING,
    CODE,
    CODE_FIELD,
    PAPER,
    SETUP,
    enrol,
    log_in,
    shown_codes,
    shown_key,
)


async def test_without_javascript_it_is_set_up_and_logged_in_with(make_visitor, make_account):
    visitor, person = await make_visitor(scripts=False), await make_account(ASKING)
    await visitor.logs_in(person.email, person.password)
    await visitor.is_on(SETUP)
    # What only a script could do is not offered.
    assert await visitor.page.get_by_role("button").all_inner_texts() == ["2FA instellen", "Uitloggen"]
    await visitor.reads("De QR-code hieronder blijft 10 minuten werken. U kunt hem meteen scannen.")
    await expect(visitor.page.get_by_text("Wacht tot u ziet dat de QR-code verandert.")).to_be_hidden()
    await visitor.follows("Toon een nieuwe QR-code")
    await visitor.is_on(SETUP)

    scanned = await scan(visitor.page)
    assert scanned.secret == await shown_key(visitor)
    app = Authenticator(scanned.secret)
    await visitor.types({CODE_FIELD: await app.next_code()})
    await visitor.presses("2FA instellen")
    await visitor.is_on(PAPER)
    assert len(await shown_codes(visitor)) == 10
    assert await visitor.page.get_by_role("button").all_inner_texts() == ["Ik heb ze bewaard"]
    await visitor.presses("Ik heb ze bewaard")
    await visitor.presses("Uitloggen")

    await visitor.types({"Emailadres": person.email, "Wachtwoord": person.password})
    await visitor.presses("Inloggen")
    await visitor.is_on(CODE)
    await visitor.types({CODE_FIELD: await app.next_code()})
    await visitor.presses("Inloggen")
    await visitor.is_on("/account")


async def test_by_keyboard_it_is_set_up_in_the_order_of_the_page(visitor, make_account):
    await log_in(visitor.door, await make_account(ASKING))
    await visitor.opens(SETUP)
    app = Authenticator(await shown_key(visitor))

    stops = await tabs_to(visitor, visitor.field(CODE_FIELD))
    await visitor.page.keyboard.type(await app.next_code())
    await tabs_to(visitor, visitor.button("2FA instellen"))
    await presses_enter(visitor)

    assert [stop.partition("\n")[0] for stop in stops] == [
        "Ga naar de inhoud",
        "D·N·R",
        *(f"Uitleg over de {app} app" for app in ("Google", "Microsoft", "Authy")),
        "Kopieer de code",
        "Zet de QR-code stil",
        CODE_FIELD,
    ]
    await visitor.is_on(PAPER)
    await tabs_to(visitor, visitor.button("Ik heb ze bewaard"))
    await presses_enter(visitor)
    await visitor.is_on("/account")


async def test_by_keyboard_the_code_is_typed(visitor, make_account, make_door):
    person, door = await make_account(), await make_door()
    await log_in(door, person)
    app = (await enrol(door)).app
    await log_in(visitor.door, person)
    await visitor.opens(CODE)

    await tabs_to(visitor, visitor.field(CODE_FIELD))
    await visitor.page.keyboard.type(await app.next_code())
    await presses_enter(visitor)

    await visitor.is_on("/account")


async def test_the_focus_stays_on_the_button_that_stops_the_qr_code(visitor, make_account):
    await log_in(visitor.door, await make_account())
    await visitor.opens(SETUP)

    await tabs_to(visitor, visitor.button("Zet de QR-code stil"))
    await visitor.page.keyboard.press("Space")

    await expect(visitor.button("Laat de QR-code weer veranderen")).to_be_focused()


async def test_on_a_phone_the_secret_can_be_opened_in_the_app_of_the_same_phone(make_visitor, make_account):
    visitor = await make_visitor(viewport={"width": 390, "height": 800}, is_mobile=True, has_touch=True)
    await log_in(visitor.door, await make_account())
    await visitor.opens(SETUP)

    link = visitor.page.get_by_role("link", name="Open de app en voeg dit account toe")

    await expect(link).to_be_visible()
    above, below = await link.bounding_box(), await visitor.page.locator("[data-qr]").bounding_box()
    assert above["y"] < below["y"]
    secret = await shown_key(visitor)
    assert f"secret={secret}&" in f"{await link.get_attribute('href')}&"


async def test_on_a_narrow_screen_no_recovery_code_is_broken_in_two(make_visitor, make_account):
    visitor = await make_visitor(viewport={"width": 320, "height": 640})
    await log_in(visitor.door, await make_account())
    await enrol(visitor.door)
    await visitor.opens(PAPER)

    heights = await visitor.page.locator(".recovery-codes li").evaluate_all(
        "items => items.map(item => item.clientHeight / parseFloat(getComputedStyle(item).lineHeight))"
    )

    assert heights == [pytest.approx(1, abs=0.1)] * 10
    assert await visitor.page.evaluate("document.documentElement.scrollWidth") <= 320


WORDS = {
    SETUP: (
        *(
            f">{app}: <"
            for app in ("Google app (voor mobiel gebruik)", "Microsoft app (voor mobiel gebruik)")
        ),
        ">Authy app (voor mobiel en desktop gebruik): <",
        ">Let op<",
        "De QR-code op uw beeldscherm verandert iedere 30 seconden. Wacht tot u ziet dat de QR-code"
        " verandert. Scan dan pas. Zo heeft u genoeg tijd om de juiste 6-cijferige code in te vullen.<",
        ">Handmatige code invoeren<",
        "Als het niet lukt om toegang te krijgen, neem dan contact op met je contactpersoon bij de gemeente."
        " Zij kunnen je verder helpen.<",
        "QR-code voor uw authenticatie-app. Kunt u niet scannen? Gebruik de code hieronder.",
        "Kunt u de QR-code niet scannen? Kopieer dan deze code en plak hem in de app.",
        ">Kopieer de code<",
        ">Toon een nieuwe QR-code<",
        ">6-cijferige code<",
        ">2FA instellen<",
    ),
    CODE: (
        ">Vul de code uit uw app in<",
        "Open uw authenticatie-app. Vul de 6-cijferige code in.",
        ">6-cijferige code<",
        ">Inloggen<",
        ">Terug naar inloggen<",
    ),
}


@pytest.mark.parametrize("path", WORDS)
async def test_a_page_says_what_was_agreed_on(make_door, make_account, path):
    door, person = await make_door(), await make_account(ASKING)
    if path == CODE:
        elsewhere = await make_door()
        await log_in(elsewhere, person)
        await enrol(elsewhere)
    await log_in(door, person)

    served = await (await door.get(path)).body()

    assert [words for words in WORDS[path] if words.encode() not in served] == []
