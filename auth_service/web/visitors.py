"""Who asks, read from a request: his network, and what his browser holds of ours."""

import asyncio
from datetime import timedelta

import structlog
from aiohttp import hdrs, web
from aiohttp.typedefs import Handler, Middleware

from auth_service.accounts.pending_registration import PendingRegistration
from auth_service.accounts.visitors import Visitor
from auth_service.web.client_address import client_network, is_trusted
from auth_service.web.cookies import Cookie, read_cookie
from auth_service.web.devices import read_device
from auth_service.web.services import services_of

# Not at every request: whoever connects without a proxy can send the header too.
SAID_AGAIN_AFTER = timedelta(hours=1)
ADVICE = (
    "If this is your proxy, name its network in TRUSTED_PROXIES; until then X-Forwarded-For is ignored, and"
    " everybody behind it shares one budget of tries."
)

log = structlog.get_logger()


def visitor_of(request: web.Request) -> Visitor:
    """Somebody with a browser."""
    return Visitor(
        address=client_address(request),
        receipt=read_cookie(request, Cookie.RECEIPT),
        browser=read_cookie(request, Cookie.BROWSER),
        device=read_device(request.headers.get(hdrs.USER_AGENT, "")),
    )


async def registered_here(request: web.Request) -> PendingRegistration | None:
    """The newest registration made in this browser that still waits for its code."""
    receipt = read_cookie(request, Cookie.RECEIPT)
    return await services_of(request).registration.typed_before(receipt) if receipt else None


def client_address(request: web.Request) -> str:
    forwarded_for = request.headers.getall(hdrs.X_FORWARDED_FOR, [])
    trusted = services_of(request).site.trusted_proxies
    return client_network(request.remote or "", forwarded_for, trusted)


def watch_for_proxies() -> Middleware:
    """Tells the operator of a proxy that nobody told us of: behind it all people share one budget."""
    quiet_until = 0.0

    @web.middleware
    async def watch(request: web.Request, handler: Handler) -> web.StreamResponse:
        nonlocal quiet_until
        now = asyncio.get_running_loop().time()
        if now >= quiet_until and comes_by_unknown_proxy(request):
            quiet_until = now + SAID_AGAIN_AFTER.total_seconds()
            log.warning("proxy_not_trusted", peer=request.remote, advice=ADVICE)
        return await handler(request)

    return watch


def comes_by_unknown_proxy(request: web.Request) -> bool:
    trusted = services_of(request).site.trusted_proxies
    return hdrs.X_FORWARDED_FOR in request.headers and not is_trusted(request.remote or "", trusted)
