"""Who is behind the session cookie of a request."""

from urllib.parse import quote

from aiohttp import web

from auth_service.accounts.sessions import SessionState
from auth_service.flows.sessions import LoggedIn
from auth_service.web.cookies import Cookie, read_cookie
from auth_service.web.services import services_of


async def who_is_logged_in(request: web.Request) -> LoggedIn | None:
    """None without a session, or with one that still owes a factor; raises SessionOver."""
    token = read_cookie(request, Cookie.SESSION)
    if token is None:
        return None
    logged_in = await services_of(request).sessions.logged_in(token)
    return logged_in if logged_in and logged_in.state is SessionState.FULL else None


class NotLoggedIn(Exception):
    """The page is for who is logged in; others are led to the login page, and from there back."""


async def require_login(request: web.Request) -> LoggedIn:
    """Who is logged in; raises NotLoggedIn and SessionOver."""
    logged_in = await who_is_logged_in(request)
    if logged_in is None:
        raise NotLoggedIn
    return logged_in


def login_and_back(request: web.Request) -> str:
    """The login page, that leads back to the page asked for."""
    if request.method != "GET" or request.path in ("/", "/inloggen"):
        return "/inloggen"
    return f"/inloggen?terug={quote(request.path_qs, safe='/')}"
