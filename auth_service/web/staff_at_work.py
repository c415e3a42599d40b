"""Staff, and the gemeente in the address of the page: their own, or any where they are of the platform."""

from dataclasses import dataclass
from uuid import UUID

from aiohttp import web

from auth_service.accounts.places import Gemeente
from auth_service.flows.sessions import LoggedIn
from auth_service.web.menu import SERVED
from auth_service.web.services import services_of
from auth_service.web.signed_in import require_fresh_login, require_login

GEMEENTE = "gemeente"


@dataclass(frozen=True)
class AtWork:
    logged_in: LoggedIn
    gemeente: Gemeente


async def require_staff(request: web.Request) -> AtWork:
    """Raises NoSuchGemeente, also for one that isn't his, and what require_login raises."""
    return await at_work(request, await require_login(request))


async def require_fresh_staff(request: web.Request) -> AtWork:
    """The same, for who has just proven that it is he; raises ProofNeeded too."""
    # Before the proof is asked: who has no business here is not asked for any.
    working = await require_staff(request)
    await require_fresh_login(request)
    return working


async def at_work(request: web.Request, logged_in: LoggedIn) -> AtWork:
    code = request.match_info[GEMEENTE]
    gemeente = await services_of(request).served_gemeenten.with_code(logged_in, code)
    request[SERVED] = gemeente
    return AtWork(logged_in, gemeente)


def id_in_path(request: web.Request) -> UUID | None:
    """None for what can't be one."""
    try:
        return UUID(request.match_info["id"])
    except ValueError:
        return None
