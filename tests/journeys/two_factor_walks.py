"""Every page of two-factor authentication in every state, one after another, to be looked at at each stop."""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass

import asyncpg

from auth_service.accounts.attempt_budgets import CODE_HERE
from tests.journeys.authenticator import Authenticator
from tests.journeys.front_door import FrontDoor
from tests.journeys.people import WRONG_PASSWORD, MakeAccount, Person
from tests.journeys.two_factor import (
    ACCOUNT,
    ASKING,
    CODE,
    CODE_FIELD,
    PAPER,
    SETUP,
    Enrolled,
    enrol,
    log_in,
    shown_key,
)
from tests.journeys.visitor import Visitor

RECOVERY, PROOF = "/inloggen/herstelcode", "/account/bevestigen"
NO_RECOVERY_CODE = "0000-0000-0000-0000"


@dataclass(frozen=True)
class Walker:
    visitor: Visitor
    make_account: MakeAccount
    make_door: Callable[[], Awaitable[FrontDoor]]
    sql: asyncpg.Connection

    async def enrols_elsewhere(self) -> tuple[Person, Enrolled]:
        person, door = await self.make_account(ASKING), await self.make_door()
        await log_in(door, person)
        return person, await enrol(door)

    async def types_code(self, code: str, button: str) -> None:
        await self.visitor.types({CODE_FIELD: code})
        await self.visitor.presses(button)


Walk = Callable[[Walker], AsyncIterator[str]]


async def setting_it_up(walker: Walker) -> AsyncIterator[str]:
    visitor = walker.visitor
    await log_in(visitor.door, await walker.make_account(ASKING))
    await visitor.opens(SETUP)
    yield "open"
    await visitor.button("Zet de QR-code stil").click()
    await visitor.hears("De QR-code staat stil.")
    yield "stopped"
    await walker.types_code("", "2FA instellen")
    yield "empty"
    wrong = Authenticator(await shown_key(visitor)).wrong_code()
    for _ in range(2):
        await walker.types_code(wrong, "2FA instellen")
    await visitor.reads("Als je herhaaldelijk de foutmelding")
    yield "refused twice"
    off = Authenticator(await shown_key(visitor), off=4)
    await walker.types_code(off.code_shown(), "2FA instellen")
    await walker.sql.execute("UPDATE sessions SET drift_step = drift_step - 1")
    await walker.types_code(off.code_shown(), "2FA instellen")
    await visitor.reads("De klok van uw telefoon loopt niet gelijk")
    yield "clock off"


async def setting_it_up_again(walker: Walker) -> AsyncIterator[str]:
    """Of one's own accord, after somebody else reset it."""
    visitor, person = walker.visitor, await walker.make_account()
    await walker.sql.execute(
        "UPDATE accounts SET totp_reset_by = 'gemeente', totp_reset_at = now() WHERE email_key = $1",
        person.email,
    )
    await log_in(visitor.door, person)
    await visitor.opens(ACCOUNT)
    await visitor.reads("2FA staat uit.")
    yield "off"
    await visitor.follows("2FA instellen")
    await visitor.presses("2FA instellen")
    await visitor.reads("Vul de code in uit de e-mail.")
    yield "empty"
    await visitor.presses("Ik heb geen code ontvangen")
    await visitor.reads("We sturen u een nieuwe code.")
    yield "mailed again"
    await walker.sql.execute(
        "UPDATE accounts SET enrolment_frozen_at = now() WHERE email_key = $1", person.email
    )
    await visitor.opens(SETUP)
    await visitor.reads_heading("2FA kan nu niet worden ingesteld")
    yield "frozen"


async def logging_in(walker: Walker) -> AsyncIterator[str]:
    visitor = walker.visitor
    person, enrolled = await walker.enrols_elsewhere()
    await log_in(visitor.door, person)
    await visitor.opens(CODE)
    yield "code"
    await walker.types_code("12345", "Inloggen")
    yield "code, no code"
    await visitor.opens(RECOVERY)
    yield "recovery code"
    await visitor.types({"Herstelcode": NO_RECOVERY_CODE})
    await visitor.presses("Inloggen")
    await visitor.reads("Deze herstelcode klopt niet of is al gebruikt.")
    yield "recovery code, refused"
    wrong = enrolled.app.wrong_code()
    for _ in range(CODE_HERE.at_once - 1):
        await visitor.door.post(CODE, {"code": wrong})
    await visitor.opens(CODE)
    await walker.types_code(wrong, "Inloggen")
    await visitor.reads("U heeft te vaak een verkeerde code ingevuld.")
    yield "slowed down"


async def logged_in_with_it(walker: Walker) -> AsyncIterator[str]:
    visitor = walker.visitor
    await log_in(visitor.door, await walker.make_account(ASKING))
    await enrol(visitor.door)
    await visitor.opens(PAPER)
    await visitor.reads("Bewaar deze codes goed.")
    yield "recovery codes"
    await visitor.presses("Ik heb ze bewaard")
    await visitor.opens(PAPER)
    await visitor.reads("We laten herstelcodes maar één keer zien.")
    yield "recovery codes, kept"
    await visitor.opens(ACCOUNT)
    await visitor.reads("2FA verplicht voor alle gebruikers van mijn bedrijf")
    yield "on"
    await visitor.opens("/account/2fa/herstelcodes")
    yield "new recovery codes"
    await visitor.opens("/account/2fa/resetten")
    yield "reset"
    await visitor.opens(PROOF)
    yield "proof"
    await visitor.types({"Wachtwoord": WRONG_PASSWORD})
    await visitor.presses("Bevestigen")
    await visitor.reads("Vul de 6-cijferige code uit de app in, of een herstelcode.")
    yield "proof, refused"


WALKS: dict[str, Walk] = {
    walk.__name__: walk for walk in (setting_it_up, setting_it_up_again, logging_in, logged_in_with_it)
}
