"""Requests for a host name that isn't ours: a forged Host header, or a gateway that was set up wrongly."""

from urllib.parse import urlsplit

import structlog
from aiohttp import web
from aiohttp.typedefs import Handler

from auth_service.web.services import services_of

LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
LONGEST_NAME = 253

log = structlog.get_logger()


@web.middleware
async def refuse_foreign_hosts(request: web.Request, handler: Handler) -> web.StreamResponse:
    """421 (RFC 9110 § 15.5.20), so that no page is ever built for, or kept under, a name that isn't ours."""
    host = host_name(request.host)
    if host is None or not await is_own(request, host):
        log.warning("foreign_host", host=str(host)[:LONGEST_NAME])
        raise web.HTTPMisdirectedRequest
    return await handler(request)


def host_name(host: str) -> str | None:
    """In lower case and without the port; None where it can't be a host name at all."""
    try:
        name = urlsplit(f"//{host}").hostname
    except ValueError:
        return None
    return name if name and len(name) <= LONGEST_NAME and name.isascii() and name.isprintable() else None


async def is_own(request: web.Request, host: str) -> bool:
    services = services_of(request)
    public = host_name(urlsplit(services.site.public_url).netloc)
    if host == public or (public in LOOPBACK and host in LOOPBACK):
        return True
    return await services.own_hosts.is_of_gemeente(host)
