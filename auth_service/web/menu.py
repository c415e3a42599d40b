"""The menu beside the pages of who is logged in: his account, and what his role has to do."""

from dataclasses import dataclass

from aiohttp import web

from auth_service.accounts.account import Role
from auth_service.accounts.places import Gemeente
from auth_service.flows.sessions import LoggedIn

# Set by whatever finds out who is behind a request, and for which gemeente staff work on this page.
WHO = web.RequestKey("who", LoggedIn)
SERVED = web.RequestKey("served", Gemeente)


@dataclass(frozen=True)
class MenuGroup:
    """`links` are pairs of path and text; the first group needs no heading."""

    heading: str | None
    links: tuple[tuple[str, str], ...]


MY_ACCOUNT = ("/account", "Mijn account")
OF_EVERYBODY = (
    ("/account/wachtwoord", "Wachtwoord wijzigen"),
    ("/account/2fa", "Tweefactorauthenticatie"),
    ("/account/sessies", "Waar ben ik ingelogd?"),
    ("/account/gegevens", "Mijn gegevens"),
)
OWN_ACCOUNT = MenuGroup(None, (MY_ACCOUNT, *OF_EVERYBODY))
OF_MANAGER = MenuGroup(None, (MY_ACCOUNT, *OF_EVERYBODY, ("/gebruikers", "Gebruikers")))
PLATFORM = MenuGroup("Platform", (("/beheer", "Gemeenten"), ("/beheer/beheerders", "Beheerders")))
# Beneath `/gemeente/{code}`.
OF_GEMEENTE = (
    ("", "Ondernemers"),
    ("/medewerkers", "Medewerkers"),
    ("/2fa", "2FA-verplichting"),
    ("/instellingen", "Instellingen"),
    ("/logboek", "Logboek"),
)


def menu_for(request: web.Request) -> list[MenuGroup]:
    """Empty where nobody was asked for."""
    logged_in = request.get(WHO)
    return menu_of(logged_in, request.get(SERVED)) if logged_in else []


def menu_of(logged_in: LoggedIn, served: Gemeente | None) -> list[MenuGroup]:
    """`served`: the gemeente that staff work for on this page, which for those of the platform can be any."""
    match logged_in.account.role:
        case Role.ONDERNEMER:
            return [OF_MANAGER]
        case Role.GEBRUIKER:
            return [OWN_ACCOUNT]
        case Role.GEMEENTEMEDEWERKER:
            return [OWN_ACCOUNT, work_for(logged_in.gemeente)]
        case Role.BEHEERDER:
            return [OWN_ACCOUNT, PLATFORM, *([work_for(served)] if served else [])]


def work_for(gemeente: Gemeente) -> MenuGroup:
    root = f"/gemeente/{gemeente.code}"
    return MenuGroup(f"Gemeente {gemeente.name}", tuple((root + path, text) for path, text in OF_GEMEENTE))
