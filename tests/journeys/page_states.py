"""Every page of the site in every state in which a person can see it, each reached as a person would."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from playwright.async_api import expect

from auth_service.accounts.attempt_budgets import LOGIN_HERE
from tests.journeys.people import (
    TOO_SHORT_PASSWORD,
    WRONG_PASSWORD,
    MakeAccount,
    Person,
    draw_address,
    draw_address_that_answers,
)
from tests.journeys.visitor import Visitor

A_CODE = "0123456789abcdef" * 3


@dataclass(frozen=True)
class Scene:
    visitor: Visitor
    make_account: MakeAccount


State = Callable[[Scene], Awaitable[None]]


def on(path: str) -> State:
    """The page as it opens."""

    async def arrive(scene: Scene) -> None:
        await scene.visitor.opens(path)

    return arrive


def after_pressing(button: str, path: str, fields: dict[str, str] | None = None) -> State:
    async def press(scene: Scene) -> None:
        await scene.visitor.opens(path)
        await scene.visitor.types(fields or {})
        await scene.visitor.presses(button)

    return press


def after_registering(path: str) -> State:
    async def register(scene: Scene) -> None:
        await scene.visitor.door.send("/registreren", Person().posted)
        await scene.visitor.opens(path)

    return register


def waiting_for(words: str, email: str) -> State:
    """The page after registering, once it says what became of the mail."""

    async def wait(scene: Scene) -> None:
        await scene.visitor.door.send("/registreren", Person(email).posted)
        await scene.visitor.opens("/registreren/gelukt")
        await scene.visitor.hears(words)

    return wait


def logged_in(path: str) -> State:
    async def log_in(scene: Scene) -> None:
        person = await scene.make_account()
        credentials = {"email": person.email, "wachtwoord": person.password}
        await scene.visitor.door.send("/inloggen", credentials)
        await scene.visitor.opens(path)

    return log_in


def after_pressing_logged_in(button: str, path: str) -> State:
    async def press(scene: Scene) -> None:
        await logged_in(path)(scene)
        await scene.visitor.presses(button)

    return press


def with_time_left(told: str) -> State:
    """What the server says of how long the session goes on."""

    async def warn(scene: Scene) -> None:
        await scene.visitor.page.route(
            "**/account/sessie", lambda route: route.fulfill(body=told, content_type="application/json")
        )
        await logged_in("/account")(scene)
        await expect(scene.visitor.page.get_by_role("alertdialog")).to_be_visible()

    return warn


async def logged_in_elsewhere_too(scene: Scene) -> None:
    person = await scene.make_account()
    credentials = {"email": person.email, "wachtwoord": person.password}
    await scene.visitor.door.send("/inloggen", credentials)
    await scene.visitor.page.context.clear_cookies()
    await scene.visitor.door.send("/inloggen", credentials)
    await scene.visitor.opens("/account/sessies")


def after_logging_in(path: str, button: str, fields: dict[str, str] | None = None) -> State:
    async def press(scene: Scene) -> None:
        await logged_in(path)(scene)
        await scene.visitor.types(fields or {})
        await scene.visitor.presses(button)

    return press


async def login_after_logging_out(scene: Scene) -> None:
    await logged_in("/account")(scene)
    await scene.visitor.presses("Uitloggen")


async def login_with_password_shown(scene: Scene) -> None:
    await scene.visitor.opens("/inloggen")
    await scene.visitor.types({"Wachtwoord": WRONG_PASSWORD})
    await scene.visitor.button("Toon wachtwoord").click()


async def login_slowed_down(scene: Scene) -> None:
    email = draw_address()
    for _ in range(LOGIN_HERE.at_once):
        await scene.visitor.door.post("/inloggen", {"email": email, "wachtwoord": WRONG_PASSWORD})
    await scene.visitor.logs_in(email, WRONG_PASSWORD)
    await scene.visitor.reads("Wilt u niet wachten?")


async def registration_with_everything_unfolded(scene: Scene) -> None:
    await scene.visitor.opens("/registreren")
    await scene.visitor.button("Uitleg bij Adres").click()
    await scene.visitor.button("Uitleg bij Accommodatie").click()


async def code_asked_after_logging_in_too_early(scene: Scene) -> None:
    person = Person()
    await scene.visitor.door.send("/registreren", person.posted)
    await scene.visitor.logs_in(person.email, person.password)


def filled_in(arrive: State) -> State:
    """Once the page has said that the code of the link is in its field."""

    async def wait(scene: Scene) -> None:
        await arrive(scene)
        await scene.visitor.hears("De code is ingevuld.")

    return wait


async def old_form(scene: Scene) -> None:
    """Sent with a token that isn't this browser's (any more)."""
    await scene.visitor.opens("/wachtwoord-vergeten")
    await scene.visitor.page.context.clear_cookies()
    await scene.visitor.door.get("/inloggen")
    await scene.visitor.presses("Herstellen")


REFUSED_LOGIN = {"Emailadres": "jan@dezon.example", "Wachtwoord": WRONG_PASSWORD}
REFUSED_DETAILS = {"Postcode *:": "12345", "Woonplaats *:": "Hengelo", "KVK nummer:": "123"}
NEW_ADDRESS = {"Nieuw e-mailadres": draw_address()}
REFUSED_REGISTRATION = {
    "Adres *:": "Dorpsstraat",
    "Postcode *:": "12345",
    "Woonplaats *:": "Hengelo",
    "KVK nummer:": "123",
    "Telefoonnummer:": "bellen mag",
    "Aantal slaapplekken *:": "veel",
    "Email *:": "jan.dezon",
    "Wachtwoord *:": TOO_SHORT_PASSWORD,
}

STATES: dict[str, State] = {
    "login": on("/inloggen"),
    "login, empty": after_pressing("Inloggen", "/inloggen"),
    "login, refused": after_pressing("Inloggen", "/inloggen", REFUSED_LOGIN),
    "login, slowed down": login_slowed_down,
    "login, password shown": login_with_password_shown,
    "login, after logging out": login_after_logging_out,
    "registration": on("/registreren"),
    "registration, unfolded": registration_with_everything_unfolded,
    "registration, empty": after_pressing("Registreren", "/registreren"),
    "registration, refused": after_pressing("Registreren", "/registreren", REFUSED_REGISTRATION),
    "registration, corrected": after_registering("/registreren?wijzigen=1"),
    "registered": after_registering("/registreren/gelukt"),
    "registered, delivered": waiting_for("De e-mail is om ", draw_address()),
    "registered, deferred": waiting_for("De e-mail is vertraagd.", draw_address_that_answers("vertraag-451")),
    "registered, refused": waiting_for("Uw mailbox is vol.", draw_address_that_answers("weiger-552")),
    "activation": after_registering("/activeren"),
    "activation, elsewhere": on("/activeren"),
    "activation, filled in": filled_in(after_registering(f"/activeren#code={A_CODE}")),
    "activation, empty": after_pressing("Opslaan", "/activeren"),
    "activation, refused": after_pressing("Opslaan", "/activeren", {"Code": A_CODE}),
    "activation, after login": code_asked_after_logging_in_too_early,
    "resend": on("/activeren/nieuwe-code"),
    "resend, filled in": after_registering("/activeren/nieuwe-code"),
    "resend, empty": after_pressing("Stuur een nieuwe code", "/activeren/nieuwe-code"),
    "resend, done": on("/activeren/nieuwe-code?verstuurd=1"),
    "forgotten": on("/wachtwoord-vergeten"),
    "forgotten, empty": after_pressing("Herstellen", "/wachtwoord-vergeten"),
    "forgotten, done": on("/wachtwoord-vergeten?verstuurd=1"),
    "reset": on("/wachtwoord-herstellen"),
    "reset, filled in": filled_in(on(f"/wachtwoord-herstellen#code={A_CODE}")),
    "reset, empty": after_pressing("Opslaan", "/wachtwoord-herstellen"),
    "invitation": filled_in(on(f"/uitnodiging#code={A_CODE}")),
    "invitation, empty": after_pressing("Opslaan", "/uitnodiging"),
    "objection": filled_in(on(f"/2fa/reset-annuleren#code={A_CODE}")),
    "objection, refused": after_pressing("Dit was ik niet", "/2fa/reset-annuleren", {"Code": A_CODE}),
    "account": logged_in("/account"),
    "password": logged_in("/account/wachtwoord"),
    "password, empty": after_pressing_logged_in("Wachtwoord wijzigen", "/account/wachtwoord"),
    "sessions": logged_in("/account/sessies"),
    "details": logged_in("/account/gegevens"),
    "details, refused": after_logging_in("/account/gegevens", "Opslaan", REFUSED_DETAILS),
    "details, saved": after_logging_in("/account/gegevens", "Opslaan", {"Aantal slaapplekken *:": "9"}),
    "address": logged_in("/account/email"),
    "address, empty": after_logging_in("/account/email", "Stuur een code"),
    "address, asked": after_logging_in("/account/email", "Stuur een code", NEW_ADDRESS),
    "address, filled in": filled_in(logged_in(f"/account/email-bevestigen#code={A_CODE}")),
    "address, wrong code": after_logging_in("/account/email-bevestigen", "Opslaan", {"Code": A_CODE}),
    "closing": logged_in("/account/sluiten"),
    "closed": after_logging_in("/account/sluiten", "Ja, sluit mijn account"),
    "sessions, elsewhere too": logged_in_elsewhere_too,
    "account, about to end": with_time_left('{"seconden": 100, "verlengbaar": true}'),
    "account, about to be too old": with_time_left('{"seconden": 50, "verlengbaar": false}'),
    "account, ended": with_time_left('{"seconden": 0, "verlengbaar": false}'),
    "manual": on("/handleiding"),
    "manual, logged in": logged_in("/handleiding"),
    "privacy": on("/privacy"),
    "accessibility": on("/toegankelijkheid"),
    "no such page": on("/bestaat-niet"),
    "old form": old_form,
}
