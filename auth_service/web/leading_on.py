"""Leads whoever can't be where he asks to be yet to what he must do first, and from there back."""

from aiohttp import web
from aiohttp.typedefs import Handler

from auth_service.accounts.refusals import ProofNeeded
from auth_service.flows.sessions import SessionGone, SessionOver
from auth_service.web.cookies import Cookie, CookieChange, read_cookie
from auth_service.web.notices import Notice, leave_notice
from auth_service.web.rendering import redirect
from auth_service.web.return_paths import NEXT_STEP, RECONFIRMATION, led_back, led_back_here
from auth_service.web.signed_in import FactorOwed, NotLoggedIn


@web.middleware
async def lead_on(request: web.Request, handler: Handler) -> web.StreamResponse:
    # A cookie that opens nothing any more would make the pages look as if it did.
    session_gone = CookieChange(Cookie.SESSION, None)
    try:
        return await handler(request)
    except NotLoggedIn:
        had_session = read_cookie(request, Cookie.SESSION) is not None
        told = [session_gone, leave_notice(Notice.TOO_OLD)] if had_session else []
        return redirect(request, led_back(request, "/inloggen"), *told)
    except SessionOver as over:
        notice = leave_notice(Notice(over.end.value))
        return redirect(request, led_back(request, "/inloggen"), session_gone, notice)
    except FactorOwed as owed:
        return redirect(request, led_back(request, NEXT_STEP[owed.state]))
    except SessionGone:
        # Another request was quicker: the browser may hold the session's new token by now.
        return redirect(request, "/account")
    except ProofNeeded:
        return redirect(request, led_back_here(request, RECONFIRMATION))
