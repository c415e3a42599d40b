"""What every request leaves behind: a correlation id, a line in the log, a span, and a count.

Never the client's address, which is personal data, nor the path as it was sent, which may hold anything.
"""

import time
from contextlib import AbstractContextManager

import structlog
from aiohttp import hdrs, web
from aiohttp.typedefs import Handler
from prometheus_client import Histogram

from auth_service.accounts.audit import AuditOrigin
from auth_service.web.api.version import ROOT
from auth_service.web.client_address import is_trusted
from auth_service.web.last_requests import UNDER_WAY
from auth_service.web.services import services_of
from shared.correlation import beginning
from shared.metrics import REGISTRY
from shared.tracing import TRACEPARENT, note_in_span

UNKNOWN = "unknown"
DURATION = Histogram(
    "dnr_http_request_seconds",
    "Until the answer is made, by the route's own pattern.",
    ("method", "route", "status"),
    registry=REGISTRY,
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)

log = structlog.get_logger()


@web.middleware
async def note_requests(request: web.Request, handler: Handler) -> web.StreamResponse:
    began, method, route = time.perf_counter(), known_method(request), route_of(request)
    # Also what a handler that is cancelled leaves behind.
    status = 499
    with request.app[UNDER_WAY].one_more(), request_beginning(request, method, route):
        try:
            response = await handler(request)
            status = response.status
        except ConnectionError:
            # The client went away; nginx has a number for it.
            status = 499
            raise
        except Exception:
            # What the page for errors itself tripped over: aiohttp answers it, and tells nobody.
            log.exception("unanswered_error")
            status = 500
            raise
        finally:
            seconds = time.perf_counter() - began
            DURATION.labels(method, route, status).observe(seconds)
            note_in_span(failed="server_error" if status >= 500 else None, status=status)
            log.info("request", method=method, route=route, status=status, ms=round(seconds * 1_000, 1))
        return response


def request_beginning(request: web.Request, method: str, route: str) -> AbstractContextManager[str]:
    door = AuditOrigin.API if request.path.startswith(f"{ROOT}/") else AuditOrigin.PAGE
    return beginning(f"{method} {route}", trusted_traceparent(request), door=door)


def known_method(request: web.Request) -> str:
    # Each would be a time series of its own, and anybody can make up more.
    return request.method if request.method in hdrs.METH_ALL else UNKNOWN


def route_of(request: web.Request) -> str:
    resource = request.match_info.route.resource
    return resource.canonical if resource is not None else UNKNOWN


def trusted_traceparent(request: web.Request) -> str | None:
    """The gateway's own trace; anybody else could make ours join whatever he likes."""
    trusted = services_of(request).site.trusted_proxies
    return request.headers.get(TRACEPARENT) if is_trusted(request.remote or "", trusted) else None
