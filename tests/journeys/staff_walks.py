"""Every page for who looks after others, in every state, one after another, to be looked at at each stop."""

from collections.abc import AsyncIterator

from tests.journeys.people import Person, draw_address, draw_address_that_answers
from tests.journeys.staff import BEHEERDER, HAS_TOTP, MEDEWERKER, account_of, add_colleague, give_work
from tests.journeys.two_factor import enrol, log_in
from tests.journeys.two_factor_walks import Walk, Walker

ZEEDORP, ALKMAAR, ZANDVOORT, TERSCHELLING = "GM9901", "GM0361", "GM0473", "GM0093"
HELPDESK = f"/gemeente/{ZEEDORP}"
RESET_WAITS = (
    "INSERT INTO totp_reset_waits (account_id, actor_id, actor_role, reset_by, reason, asked_at, due_at)"
    " VALUES ($1, $1, 'gemeentemedewerker', 'gemeente', 'Telefoon kwijt.', now(), now() + interval '1 day')"
)


async def comes_to_work(walker: Walker, role: str) -> None:
    person = await walker.make_account()
    await give_work(walker.sql, person, role)
    await log_in(walker.visitor.door, person)
    await enrol(walker.visitor.door)


async def helping_who_registers(walker: Walker) -> AsyncIterator[str]:
    visitor, mistyped = walker.visitor, draw_address_that_answers("weiger-550")
    await visitor.door.send("/registreren", Person(mistyped).posted)
    await visitor.opens("/registreren/gelukt")
    await visitor.hears("De e-mail kan niet worden bezorgd.")
    await comes_to_work(walker, MEDEWERKER)
    await visitor.opens(f"{HELPDESK}?zoek=nergens")
    await visitor.reads("Niets gevonden.")
    yield "nothing found"
    await visitor.types({"Zoek een ondernemer": mistyped})
    await visitor.presses("Zoeken")
    yield "found"
    await visitor.follows("Pension De Zon")
    await visitor.reads("geweigerd: dit adres bestaat niet")
    yield "mail refused"
    await visitor.follows("Verbeter het e-mailadres voor Pension De Zon")
    await visitor.presses("Verbeter en stuur een code")
    yield "correcting, empty"


async def helping_who_has_an_account(walker: Walker) -> AsyncIterator[str]:
    visitor, sql, person = walker.visitor, walker.sql, await walker.make_account()
    owner = await account_of(sql, person)
    await sql.execute(HAS_TOTP, owner["id"])
    blocked, frozen = await add_colleague(sql, person, blocked_by="company"), await add_colleague(sql, person)
    await sql.execute("UPDATE accounts SET enrolment_frozen_at = now() WHERE id = $1", frozen.id)
    company = f"{HELPDESK}/bedrijven/{owner['company_id']}"
    await comes_to_work(walker, MEDEWERKER)
    await visitor.opens(company)
    await visitor.reads("Deze gebruiker meldde dat het resetten van 2FA niet van hem kwam.")
    yield "all sorts of people"
    await visitor.follows(f"2FA resetten voor {person.email}")
    await visitor.presses("2FA resetten")
    await visitor.reads("Niet alles is goed ingevuld.")
    yield "reset, empty"
    await sql.execute(RESET_WAITS, owner["id"])
    await visitor.opens(f"{HELPDESK}/gebruikers/{owner['id']}/2fa-resetten")
    await visitor.reads("Er is al gevraagd om 2FA te resetten.")
    yield "reset, waiting"
    await visitor.opens(company)
    await visitor.follows(f"2FA vrijgeven voor {frozen.email}")
    await visitor.presses("2FA vrijgeven")
    yield "release, empty"
    await visitor.opens(company)
    await visitor.follows(f"Blokkeren voor {person.email}")
    await visitor.presses("Blokkeer het account")
    yield "blocking, empty"
    await visitor.opens(company)
    await visitor.follows(f"Blokkade opheffen voor {blocked.email}")
    await visitor.reads_nowhere("Niet alles is goed ingevuld.")
    yield "unblocking"
    await sql.execute("UPDATE companies SET state = 'awaiting_approval' WHERE id = $1", owner["company_id"])
    await visitor.opens(company)
    await visitor.follows("Afwijzen voor Pension De Zon")
    await visitor.presses("Aanmelding afwijzen")
    yield "rejecting, empty"


async def running_a_gemeente(walker: Walker) -> AsyncIterator[str]:
    visitor = walker.visitor
    await comes_to_work(walker, BEHEERDER)
    await visitor.opens(f"{HELPDESK}/medewerkers/uitnodigen")
    await visitor.presses("Stuur de uitnodiging")
    yield "inviting, empty"
    await visitor.types({"E-mailadres": draw_address()})
    await visitor.presses("Stuur de uitnodiging")
    await visitor.reads("Uitgenodigd")
    yield "staff"
    await visitor.opens(f"{HELPDESK}/2fa")
    await visitor.presses("Aankondigen")
    yield "2FA, no day"
    await walker.sql.execute(
        "UPDATE gemeenten SET totp_required_from = now() + interval '30 days' WHERE code = $1", ZANDVOORT
    )
    await visitor.opens(f"/gemeente/{ZANDVOORT}/2fa")
    await visitor.reads("2FA wordt verplicht op")
    yield "2FA, announced"
    await visitor.opens(f"/gemeente/{ALKMAAR}/2fa")
    await visitor.presses("Verplichting uitzetten")
    yield "2FA, required"
    await visitor.opens(f"{HELPDESK}/instellingen")
    for box in await visitor.page.get_by_role("group").get_by_role("checkbox").all():
        await box.uncheck()
    await visitor.types({"E-mailadres van de gemeente *": ""})
    await visitor.presses("Opslaan")
    await visitor.reads("Niet alles is goed ingevuld.")
    yield "settings, refused"
    await visitor.opens(f"{HELPDESK}/logboek")
    yield "trail"
    await visitor.types({"Vanaf": "2026-02-02", "Tot en met": "2026-02-01"})
    await visitor.presses("Zoeken")
    yield "trail, refused"


async def running_the_platform(walker: Walker) -> AsyncIterator[str]:
    visitor = walker.visitor
    await comes_to_work(walker, BEHEERDER)
    await visitor.opens("/beheer")
    yield "gemeenten"
    await visitor.types({"Naam of code": "nergens"})
    await visitor.presses("Zoeken")
    await visitor.reads("We vinden geen gemeente.")
    yield "no gemeente found"
    await visitor.opens(f"/beheer/gemeenten/{TERSCHELLING}")
    await visitor.types({"E-mailadres van de gemeente": "geen adres"})
    await visitor.presses("Opslaan")
    yield "gemeente, refused"
    await visitor.opens("/beheer/beheerders")
    yield "operators"


async def managing_a_company(walker: Walker) -> AsyncIterator[str]:
    visitor, sql, person = walker.visitor, walker.sql, await walker.make_account()
    await log_in(visitor.door, person)
    await visitor.opens("/gebruikers")
    await visitor.reads("Er zijn nog geen andere gebruikers.")
    yield "alone"
    await visitor.opens("/gebruikers/uitnodigen")
    await visitor.presses("Stuur de uitnodiging")
    yield "inviting, empty"
    await visitor.types({"E-mailadres": draw_address(), "Rol": "Gebruiker: alleen het eigen account"})
    colleague = await add_colleague(sql, person)
    blocked = await add_colleague(sql, person, blocked_by="company")
    await sql.execute(HAS_TOTP, colleague.id)
    await visitor.presses("Stuur de uitnodiging")
    await visitor.reads("Uitgenodigd")
    yield "users"
    await visitor.follows(f"Maak beheerder : {colleague.email}")
    yield "making manager"
    await visitor.presses("Ja, maak beheerder")
    await visitor.follows("Stop als beheerder")
    yield "stopping"
    await visitor.opens("/gebruikers")
    await visitor.follows(f"Hef de blokkade op : {blocked.email}")
    await visitor.presses("Hef de blokkade op")
    yield "unblocking, empty"
    await visitor.opens("/gebruikers")
    await visitor.follows(f"Reset 2FA : {colleague.email}")
    await visitor.presses("2FA resetten")
    yield "reset, empty"


WALKS: dict[str, Walk] = {
    walk.__name__: walk
    for walk in (
        helping_who_registers,
        helping_who_has_an_account,
        running_a_gemeente,
        running_the_platform,
        managing_a_company,
    )
}
