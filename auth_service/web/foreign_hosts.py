"""Requests for a host name that isn't ours: a forged Host header, or a gateway that was set up wrongly."""

import re
from urllib.parse import urlsplit

import structlog
from aiohttp import web
from aiohttp.typedefs import Handler

from auth_service.web.services import services_of
from auth_service.web.tenants import TENANT

LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
# RFC 9110 § 7.2: a name or an address, and maybe a port; nothing of what else an address of a page can hold.
HOST = re.compile(r"(?P<name>[a-z0-9._-]+|\[[0-9a-f:.]+\])(:[0-9]{0,5})?", re.IGNORECASE | re.ASCII)
LONGEST_HOST = 260

log = structlog.get_logger()


@web.middleware
async def refuse_foreign_hosts(request: web.Request, handler: Handler) -> web.StreamResponse:
    """421 (RFC 9110 § 15.5.20), so that no page is ever built for, or kept under, a name that isn't ours."""
    host = host_name(request.host)
    if host is None or not await is_own(request, host):
        log.warning("foreign_host", host=str(host))
        raise web.HTTPMisdirectedRequest
    return await handler(request)


def host_name(host: str) -> str | None:
    """In lower case and without the port; None where it can't be a host name at all."""
    parts = HOST.fullmatch(host)
    if parts is None or len(host) > LONGEST_HOST:
        return None
    return parts["name"].strip("[]").lower()


async def is_own(request: web.Request, host: str) -> bool:
    """Also finds out whose pages are asked for."""
    services = services_of(request)
    public = host_name(urlsplit(services.site.public_url).netloc)
    if host == public or (public in LOOPBACK and host in LOOPBACK):
        return True
    tenant = await services.own_hosts.gemeente_at(host)
    if tenant is not None:
        request[TENANT] = tenant
    return tenant is not None
