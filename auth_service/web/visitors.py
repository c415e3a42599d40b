"""Who asks, read from a request: his network, and what his browser holds of ours."""

from aiohttp import web

from auth_service.accounts.visitors import Visitor
from auth_service.web.cookies import Cookie, read_cookie


def visitor_of(request: web.Request) -> Visitor:
    return Visitor(
        address=request.remote or "",
        receipt=read_cookie(request, Cookie.RECEIPT),
        browser=read_cookie(request, Cookie.BROWSER),
    )
