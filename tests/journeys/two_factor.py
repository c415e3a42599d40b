"""Setting up two-factor authentication without looking, for stories that begin afterwards."""

import re
from dataclasses import dataclass

from tests.journeys.authenticator import EVERY_SECRET, Authenticator
from tests.journeys.front_door import FrontDoor
from tests.journeys.people import Person
from tests.journeys.visitor import Visitor

ASKING = "Alkmaar"
SETUP, CODE, PAPER, ACCOUNT = "/2fa/instellen", "/inloggen/code", "/2fa/herstelcodes", "/account/2fa"
CODE_FIELD = "6-cijferige code"
KEY = re.compile(r"data-key>([A-Z2-7 ]+)<")
RECOVERY_CODE = re.compile(r"[0-9A-Z]{4}(?:-[0-9A-Z]{4}){3}")


@dataclass
class Enrolled:
    app: Authenticator
    recovery_codes: list[str]


async def log_in(door: FrontDoor, person: Person) -> None:
    await door.send("/inloggen", {"email": person.email, "wachtwoord": person.password})


async def enrol(door: FrontDoor) -> Enrolled:
    """Whoever is logged in there."""
    key = KEY.search(await (await door.get(SETUP)).text())
    assert key
    app = Authenticator(key[1].replace(" ", ""))
    await door.send(SETUP, {"code": await app.next_code()})
    return Enrolled(app, kept(RECOVERY_CODE.findall(await (await door.get(PAPER)).text())))


def kept(codes: list[str]) -> list[str]:
    """On paper; none of them may be logged, with or without its hyphens."""
    EVERY_SECRET.update(codes, (code.replace("-", "") for code in codes))
    return codes


async def shown_key(visitor: Visitor) -> str:
    return (await visitor.page.locator("[data-key]").inner_text()).replace(" ", "")


async def shown_codes(visitor: Visitor) -> list[str]:
    return kept(
        await visitor.page.get_by_role("list", name="Uw herstelcodes")
        .get_by_role("listitem")
        .all_inner_texts()
    )
