"""The gemeente whose pages these are, by the host name that was asked for and by no other header."""

from aiohttp import web

from auth_service.accounts.places import Gemeente
from auth_service.web.menu import WHO

# Set where the host of a request was found to be ours; missing where it is nobody's in particular.
TENANT = web.RequestKey("tenant", Gemeente)


def tenant_of(request: web.Request) -> Gemeente | None:
    """None at the host of PUBLIC_URL, which belongs to no gemeente."""
    return request.get(TENANT)


def gemeente_to_ask(request: web.Request) -> Gemeente | None:
    """Named on every page at the host of a gemeente; once somebody is logged in there, it is his own."""
    tenant, logged_in = tenant_of(request), request.get(WHO)
    return logged_in.gemeente if tenant and logged_in else tenant
