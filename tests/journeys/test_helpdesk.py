"""Whoever got stuck is helped: by the helpdesk of a gemeente, by the manager of a company, and by himself."""

import asyncio
import re

from playwright.async_api import expect

from tests.journeys.authenticator import Authenticator
from tests.journeys.keyboard import presses_enter, tabs_to
from tests.journeys.mailbox import ACTIVATION, INVITATION, RESET_DISPUTED, TOTP_RESET
from tests.journeys.people import PASSWORD, Person, draw_address, draw_address_that_answers
from tests.journeys.staff import account_of, give_work
from tests.journeys.two_factor import ASKING, CODE, CODE_FIELD, PAPER, SETUP, enrol, log_in, shown_key

ZEEDORP, ALKMAAR = "GM9901", "GM0361"
REASON = "Telefoon kwijt."
IDENTIFIED = "Teruggebeld op het bekende telefoonnummer"


async def accepts(visitor, mail):
    await visitor.opens(mail.link)
    await visitor.hears("De code is ingevuld. Kies een wachtwoord en klik op Opslaan.")
    await visitor.types({"Wachtwoord": PASSWORD})
    await visitor.presses("Opslaan")
    await visitor.is_on("/inloggen")
    await visitor.reads("Uw account is gemaakt. U kunt nu inloggen.")


async def sets_up_two_factor(visitor, **further):
    """On the page that he was led to."""
    await visitor.is_on(SETUP)
    app = Authenticator(await shown_key(visitor))
    await visitor.types({CODE_FIELD: await app.next_code(), **further})
    await visitor.presses("2FA instellen")
    await visitor.is_on(PAPER)
    await visitor.presses("Ik heb ze bewaard")
    return app


async def comes_to_work(medewerker, services, mailbox):
    """The first of a gemeente: there is nobody yet but the operator to invite him."""
    email = draw_address()
    invite = ("auth_service", "staff", "invite", email, "--gemeente", ALKMAAR)
    await asyncio.to_thread(services.run_to_end, invite)
    await accepts(medewerker, await mailbox.newest(email, INVITATION))
    await medewerker.logs_in(email, PASSWORD)
    await sets_up_two_factor(medewerker)


async def test_the_helpdesk_corrects_an_address_and_resets_two_factor_of_a_lost_phone(
    visitor, make_visitor, services, mailbox
):
    mistyped, right = draw_address_that_answers("weiger-550"), draw_address()
    await visitor.registers(Person(mistyped, place=ASKING).fields)
    await visitor.hears("Het e-mailadres bestaat niet")

    medewerker = await make_visitor()
    await comes_to_work(medewerker, services, mailbox)
    await medewerker.opens("/gemeente")
    await medewerker.types({"Zoek een ondernemer": mistyped})
    await medewerker.presses("Zoeken")
    await medewerker.follows("Pension De Zon")
    company = medewerker.address
    await medewerker.reads("De e-mail met de code is geweigerd: dit adres bestaat niet.")
    correcting = medewerker.page.get_by_role("link", name="Verbeter het e-mailadres voor Pension De Zon")
    await tabs_to(medewerker, correcting)
    await presses_enter(medewerker)
    await medewerker.types({"Juist e-mailadres": right, "Reden": "Belde: typefout."})
    await medewerker.presses("Verbeter en stuur een code")
    await medewerker.reads("Er is een nieuwe e-mail naar dat adres gestuurd.")

    await visitor.opens((await mailbox.newest(right, ACTIVATION)).link)
    await visitor.hears("De code is ingevuld.")
    await visitor.presses("Opslaan")
    await visitor.reads("Uw e-mailadres is bevestigd. U kunt nu inloggen.")
    await visitor.logs_in(right, PASSWORD)
    await sets_up_two_factor(visitor)
    await visitor.presses("Uitloggen")
    await visitor.logs_in(right, PASSWORD)
    # His phone is gone.
    await visitor.is_on(CODE)

    await medewerker.opens(company)
    await medewerker.follows(f"2FA resetten voor {right}")
    await medewerker.types({"Hoe heeft u gecontroleerd wie u helpt?": IDENTIFIED})
    await medewerker.types({"Waarom reset u 2FA?": REASON})
    await medewerker.presses("2FA resetten")
    await medewerker.reads("2FA is gereset. De gebruiker krijgt een e-mail met een code.")
    await medewerker.reads(f"2FA is gereset voor {right}")

    code = (await mailbox.newest(right, TOTP_RESET)).code
    await visitor.logs_in(right, PASSWORD)
    await sets_up_two_factor(visitor, **{"Code uit de e-mail": code})
    await visitor.opens("/account/gegevens")
    told = visitor.page.get_by_role("listitem")
    by_staff = told.filter(has_text="2FA is gereset door een medewerker van de gemeente.")
    await expect(by_staff).to_contain_text(re.compile(f"Reden: {REASON}.*{IDENTIFIED}", re.DOTALL))
    corrected = told.filter(has_text="Het e-mailadres van de aanmelding is verbeterd door een medewerker")
    await expect(corrected).to_contain_text("Reden: Belde: typefout.")


async def test_a_manager_without_scripts_invites_a_user_and_blocks_him_later(
    visitor, make_visitor, make_account, mailbox
):
    boss, email = await make_account(), draw_address()
    manager = await make_visitor(scripts=False)
    await manager.logs_in(boss.email, boss.password)
    await manager.follows("Gebruikers")
    await manager.follows("Nodig iemand uit")
    await manager.types({"E-mailadres": email, "Rol": "Gebruiker: alleen het eigen account"})
    await manager.presses("Stuur de uitnodiging")
    await manager.reads("De uitnodiging wordt verstuurd.")

    await accepts(visitor, await mailbox.newest(email, INVITATION))
    await visitor.logs_in(email, PASSWORD)
    await visitor.is_on("/account")

    await manager.follows("Gebruikers")
    await manager.follows(f"Blokkeer : {email}")
    await manager.types({"Reden": "Werkt hier niet meer."})
    await manager.presses("Blokkeer het account")
    await manager.reads("Het account is geblokkeerd. De gebruiker is overal uitgelogd.")
    await manager.reads("Geblokkeerd")

    await visitor.opens("/account")
    await visitor.is_on("/inloggen")
    await visitor.logs_in(email, PASSWORD)
    await visitor.reads("U kunt niet inloggen met dit account. Neem contact op met de gemeente Zeedorp")


async def test_who_asked_for_no_reset_says_so_with_the_keyboard(
    visitor, make_account, make_door, mailbox, sql
):
    person, staff, door, desk = (
        await make_account(),
        await make_account(),
        await make_door(),
        await make_door(),
    )
    await log_in(door, person)
    await enrol(door)
    await give_work(sql, staff)
    await log_in(desk, staff)
    await enrol(desk)
    path = f"/gemeente/{ZEEDORP}/gebruikers/{(await account_of(sql, person))['id']}/2fa-resetten"
    await desk.send(path, {"identificatie": "teruggebeld", "reden": REASON})

    await visitor.opens((await mailbox.newest(person.email, TOTP_RESET)).link)
    await visitor.is_on("/2fa/reset-annuleren")
    await visitor.hears("De code is ingevuld.")
    await tabs_to(visitor, visitor.button("Dit was ik niet"))
    await presses_enter(visitor)

    await visitor.is_on("/inloggen")
    await visitor.reads("Uw account is geblokkeerd en u bent overal uitgelogd.")
    await mailbox.newest("nachtregister@zeedorp.example", RESET_DISPUTED)
    await visitor.logs_in(person.email, person.password)
    await visitor.reads_heading("2FA kan nu niet worden ingesteld")
