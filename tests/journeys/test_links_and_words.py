"""No link is dead, and the pages as served hold the sentences of the handleiding byte for byte."""

from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

import pytest

from auth_service.config import AUTHENTICATORS
from tests.journeys.people import Person
from tests.journeys.staff import add_colleague, give_work
from tests.journeys.two_factor import ACCOUNT, ASKING, CODE, PAPER, SETUP, enrol, log_in

# Opened by another program.
FOR_ANOTHER_PROGRAM = ("mailto", "tel", "otpauth")
REGISTER = (
    "Wanneer u zich aanmeldt bent u zich ervan bewust dat de ingevoerde gegevens verwerkt worden in het "
    "kader van de openbare orde en veiligheid en de afdracht van verblijfsbelasting<"
)
FORGOTTEN = (
    "Wanneer uw emailadres bekend is in ons systeem ontvangt u een email met daarin instructies om uw "
    "wachtwoord te resetten."
)
BACK = ">Terug naar inloggen<"
WORDS = {
    "/inloggen": (
        ">Log in met bestaand account<",
        ">Of registreer een nieuw account<",
        ">Emailadres<",
        ">Wachtwoord<",
        ">Inloggen <",
        "→",
        ">Wachtwoord vergeten?<",
        ">Handleiding<",
    ),
    "/registreren": (
        BACK,
        ">Registreren</h1>",
        *(f">{label}<" for label in Person().fields),
        ">Registreren</button>",
        REGISTER,
    ),
    "/registreren/gelukt": (
        BACK,
        ">Registreren</h1>",
        ">Uw account is succesvol geregistreerd. U kunt nu inloggen.<",
        REGISTER,
    ),
    "/activeren": (
        ">Code invullen<",
        ">Code<",
        ">Opslaan<",
        ">Ik heb geen code ontvangen.<",
        BACK,
    ),
    "/wachtwoord-vergeten": (
        ">Wachtwoord vergeten<",
        FORGOTTEN,
        ">Emailadres<",
        ">Herstellen<",
        ">Ik heb al een code ontvangen.<",
        BACK,
    ),
    "/wachtwoord-vergeten?verstuurd=1": (">Wachtwoord vergeten<", FORGOTTEN, BACK),
    "/wachtwoord-herstellen": (
        ">Code ontvangen<",
        ">Code<",
        ">Nieuw wachtwoord<",
        ">Opslaan<",
        ">Ik heb geen code ontvangen.<",
        BACK,
    ),
}


class Links(HTMLParser):
    """Where a page leads, what it loads, and the places in it that a link can lead to."""

    def __init__(self, html):
        super().__init__()
        self.targets, self.ids = set(), set()
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        attributes = dict(attrs)
        self.targets |= {attributes[name] for name in ("href", "src") if name in attributes}
        self.ids |= {attributes["id"]} if "id" in attributes else set()


async def dead_links(door, *starts):
    """What doesn't lead to a page, or to a place in it, of all that can be reached from the given paths."""
    pages, waiting, dead = {}, [(start, start) for start in starts], set()
    while waiting:
        target, found_on = waiting.pop()
        parts = urlsplit(target)
        if parts.scheme:
            # The apps are explained on sites of others.
            leads_elsewhere = parts.scheme in FOR_ANOTHER_PROGRAM or f"={target}," in f"{AUTHENTICATORS},"
            dead |= set() if leads_elsewhere else {(target, found_on)}
            continue
        path = parts._replace(fragment="").geturl()
        if path not in pages:
            answer = await door.visit(path)
            is_page = answer.headers.get("content-type", "").startswith("text/html")
            pages[path] = Links(await answer.text() if is_page else "")
            dead |= {(target, found_on)} if answer.status != 200 else set()
            waiting += [(urljoin(path, found), path) for found in pages[path].targets]
        if parts.fragment and parts.fragment not in pages[path].ids:
            dead |= {(target, found_on)}
    return dead, pages.keys()


async def test_no_link_is_dead_for_a_stranger(make_door):
    dead, found = await dead_links(await make_door(), "/inloggen")

    assert not dead
    assert {"/registreren", "/wachtwoord-vergeten", "/handleiding", "/privacy"} <= found


async def test_no_link_is_dead_for_somebody_who_just_registered(make_door):
    door = await make_door()
    await door.send("/registreren", Person().posted)

    starts = ("/registreren/gelukt", "/activeren", "/wachtwoord-vergeten?verstuurd=1")
    dead, found = await dead_links(door, *starts)

    assert not dead
    assert {"/registreren?wijzigen=1", "/activeren/nieuwe-code", "/wachtwoord-herstellen"} <= found


async def test_no_link_is_dead_for_somebody_who_is_logged_in(make_door, make_account):
    door, person = await make_door(), await make_account()
    await door.send("/inloggen", {"email": person.email, "wachtwoord": person.password})

    dead, found = await dead_links(door, "/account")

    assert not dead
    assert {"/account", "/handleiding"} <= found


async def test_no_link_is_dead_on_the_pages_of_two_factor_authentication(make_door, make_account):
    person, door, elsewhere = await make_account(ASKING), await make_door(), await make_door()
    await log_in(door, person)
    dead, found = await dead_links(door, SETUP)
    await enrol(door)
    dead_later, found_later = await dead_links(door, PAPER, ACCOUNT, "/account/bevestigen")
    await log_in(elsewhere, person)
    dead_before, found_before = await dead_links(elsewhere, CODE)

    assert not dead | dead_later | dead_before
    assert SETUP in found
    assert {"/2fa/herstelcodes/bestand", "/account/2fa/resetten"} <= found_later
    assert {"/inloggen/herstelcode", "/inloggen"} <= found_before


async def test_no_link_is_dead_for_staff(make_door, make_account, sql):
    # Where nobody else lives: all of its pages are visited.
    owner, person, door = await make_account("Zwolle"), await make_account("Zwolle"), await make_door()
    await add_colleague(sql, owner, blocked_by="company")
    await give_work(sql, person)
    await log_in(door, person)
    await enrol(door)

    dead, found = await dead_links(door, "/gemeente/GM0193")

    assert not dead
    sorts = {path.rpartition("/")[2] for path in found}
    assert {"instellingen", "logboek", "bestand", "uitnodigen", "blokkeren", "deblokkeren"} <= sorts


@pytest.mark.parametrize("path", WORDS)
async def test_a_page_says_what_the_handleiding_says(make_door, path):
    door = await make_door()
    await door.send("/registreren", Person().posted)

    served = await (await door.get(path)).body()

    missing = [words for words in WORDS[path] if words.encode() not in served]

    assert not missing
