"""Who is behind the session cookie of a request."""

from aiohttp import web

from auth_service.accounts.sessions import SessionState
from auth_service.flows.sessions import FactorOwed, LoggedIn, require_fresh_proof
from auth_service.web.cookies import Cookie, read_cookie
from auth_service.web.menu import WHO
from auth_service.web.services import services_of


class NotLoggedIn(Exception):
    """The page is for who is logged in; others are led to the login page, and from there back."""


async def session_behind(request: web.Request) -> LoggedIn | None:
    """Whatever it still owes; None without a session. Raises SessionOver."""
    token = read_cookie(request, Cookie.SESSION)
    if token is None:
        return None
    logged_in = await services_of(request).sessions.logged_in(token)
    if logged_in is not None:
        request[WHO] = logged_in
    return logged_in


async def require_session_for_script(request: web.Request) -> LoggedIn:
    """For what a page asks by itself, which is no use of the session; raises NotLoggedIn and SessionOver."""
    token = read_cookie(request, Cookie.SESSION)
    logged_in = None if token is None else await services_of(request).sessions.looked_at(token)
    if logged_in is None:
        raise NotLoggedIn
    return logged_in


async def who_is_logged_in(request: web.Request) -> LoggedIn | None:
    """None without a session, or with one that still owes a factor; raises SessionOver."""
    logged_in = await session_behind(request)
    return logged_in if logged_in and logged_in.state is SessionState.FULL else None


async def require_session(request: web.Request) -> LoggedIn:
    """Whose session it is, whatever it still owes; raises NotLoggedIn and SessionOver."""
    logged_in = await session_behind(request)
    if logged_in is None:
        raise NotLoggedIn
    return logged_in


async def require_login(request: web.Request) -> LoggedIn:
    """Who is logged in; raises NotLoggedIn, FactorOwed and SessionOver."""
    logged_in = await require_session(request)
    if logged_in.state is not SessionState.FULL:
        raise FactorOwed(logged_in.state)
    return logged_in


async def require_fresh_login(request: web.Request) -> LoggedIn:
    """Who has just proven that it is he; raises ProofNeeded, and what require_login raises."""
    logged_in = await require_login(request)
    require_fresh_proof(logged_in)
    return logged_in
