"""The handleiding's chapter "Tweefactorauthenticatie", with an app that reads the QR code from the screen."""

from tests.journeys.authenticator import Authenticator, scan
from tests.journeys.mailbox import ACTIVATION, TOTP_ENABLED
from tests.journeys.people import Person
from tests.journeys.two_factor import ACCOUNT, ASKING, CODE, CODE_FIELD, PAPER, SETUP, shown_codes, shown_key


async def test_an_entrepreneur_registers_sets_it_up_and_logs_in_with_it(visitor, mailbox):
    person = Person(place=ASKING)
    await visitor.registers(person.fields)
    await visitor.opens((await mailbox.newest(person.email, ACTIVATION)).link)
    await visitor.presses("Opslaan")
    await visitor.types({"Emailadres": person.email, "Wachtwoord": person.password})
    await visitor.presses("Inloggen")

    await visitor.is_on(SETUP)
    await visitor.reads("De gemeente Alkmaar vraagt om extra beveiliging: tweefactorauthenticatie (2FA).")
    scanned = await scan(visitor.page)
    assert (scanned.issuer, scanned.label.partition(":")[2]) == ("Digitaal Nachregister", person.email)
    app = Authenticator(scanned.secret)
    await visitor.types({CODE_FIELD: await app.next_code()})
    await visitor.presses("2FA instellen")

    await visitor.is_on(PAPER)
    await visitor.reads("2FA is ingesteld. U heeft de app voortaan nodig om in te loggen.")
    assert len(set(await shown_codes(visitor))) == 10
    await visitor.presses("Ik heb ze bewaard")
    await visitor.is_on("/account")
    assert "2FA" in (await mailbox.newest(person.email, TOTP_ENABLED)).text

    await visitor.presses("Uitloggen")
    await visitor.types({"Emailadres": person.email, "Wachtwoord": person.password})
    await visitor.presses("Inloggen")
    await visitor.is_on(CODE)
    await visitor.types({CODE_FIELD: await app.next_code()})
    await visitor.presses("Inloggen")
    await visitor.is_on("/account")


LOOKS = {
    "narrow": {"viewport": {"width": 320, "height": 640}},
    "dark": {"color_scheme": "dark"},
    "dark and narrow": {"viewport": {"width": 320, "height": 640}, "color_scheme": "dark"},
}


async def test_the_qr_code_can_be_read_from_every_screen(make_visitor, make_account):
    person = await make_account()
    for how, looks in LOOKS.items():
        visitor = await make_visitor(**looks)
        await visitor.logs_in(person.email, person.password)
        await visitor.opens(SETUP)
        await visitor.button("Zet de QR-code stil").click()
        await visitor.hears("De QR-code staat stil.")

        assert (await scan(visitor.page)).secret == await shown_key(visitor), how


async def test_whoever_asked_for_a_page_gets_it_after_setting_it_up_and_after_the_code(visitor, make_account):
    person = await make_account(ASKING)
    await visitor.opens(ACCOUNT)
    await visitor.types({"Emailadres": person.email, "Wachtwoord": person.password})
    await visitor.presses("Inloggen")
    app = Authenticator(await shown_key(visitor))
    await visitor.types({CODE_FIELD: await app.next_code()})
    await visitor.presses("2FA instellen")
    await visitor.presses("Ik heb ze bewaard")
    await visitor.is_on(ACCOUNT)
    await visitor.reads("2FA staat aan sinds")

    await visitor.presses("Uitloggen")
    await visitor.opens(ACCOUNT)
    await visitor.types({"Emailadres": person.email, "Wachtwoord": person.password})
    await visitor.presses("Inloggen")
    await visitor.types({CODE_FIELD: await app.next_code()})
    await visitor.presses("Inloggen")

    await visitor.is_on(ACCOUNT)


async def test_an_outdated_secret_is_advised_to_be_scanned_anew(visitor, make_account):
    person = await make_account(ASKING)
    await visitor.logs_in(person.email, person.password)
    wrong = Authenticator(await shown_key(visitor)).wrong_code()
    await visitor.types({CODE_FIELD: wrong})
    await visitor.presses("2FA instellen")
    await visitor.reads("Code is ongeldig. Wacht op een nieuwe code in de app en probeer het opnieuw.")
    await visitor.finds_in(CODE_FIELD, "")
    await visitor.reads_nowhere("Als je herhaaldelijk de foutmelding")

    await visitor.types({CODE_FIELD: wrong})
    await visitor.presses("2FA instellen")

    await visitor.reads("Als je herhaaldelijk de foutmelding 'Code is ongeldig' krijgt, kan dat betekenen")
    await visitor.reads("Verwijder eerst de verouderde unieke code uit de verificatie-app")


async def test_a_phone_whose_clock_is_off_is_helped(visitor, make_account, sql):
    person = await make_account(ASKING)
    await visitor.logs_in(person.email, person.password)
    app = Authenticator(await shown_key(visitor), off=-4)
    await visitor.types({CODE_FIELD: app.code_shown()})
    await visitor.presses("2FA instellen")
    await visitor.reads("Code is ongeldig. Wacht op een nieuwe code in de app")
    # As if that had been the code before the one that it shows.
    await sql.execute("UPDATE sessions SET drift_step = drift_step - 1")

    await visitor.types({CODE_FIELD: app.code_shown()})
    await visitor.presses("2FA instellen")

    await visitor.reads("De klok van uw telefoon loopt niet gelijk: hij loopt achter.")
    for heading in ("Zet de klok van uw telefoon gelijk", "iPhone", "Android"):
        await visitor.reads(heading)
