"""The menu beside the pages of who is logged in: his account, and what his role has to do."""

from dataclasses import dataclass

from aiohttp import web

from auth_service.accounts.account import Account
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


OWN_ACCOUNT = MenuGroup(
    None,
    (
        ("/account", "Mijn account"),
        ("/account/wachtwoord", "Wachtwoord wijzigen"),
        ("/account/2fa", "Tweefactorauthenticatie"),
        ("/account/sessies", "Waar ben ik ingelogd?"),
        ("/account/gegevens", "Mijn gegevens"),
    ),
)


def menu_for(request: web.Request) -> list[MenuGroup]:
    """Empty where nobody was asked for."""
    logged_in = request.get(WHO)
    return menu_of(logged_in.account, request.get(SERVED)) if logged_in else []


def menu_of(account: Account, served: Gemeente | None) -> list[MenuGroup]:
    """`served`: the gemeente that staff work for on this page."""
    return [OWN_ACCOUNT]
