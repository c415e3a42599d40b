"""Leads whoever can't be where he asks to be yet to what he must do first, and from there back."""

from aiohttp import hdrs, web
from aiohttp.typedefs import Handler

from auth_service.accounts.refusals import ProofNeeded
from auth_service.flows.sessions import EnrolmentOwed, FactorOwed, SessionGone, SessionOver
from auth_service.web.cookies import Cookie, CookieChange, read_cookie
from auth_service.web.kept_forms import keep_form
from auth_service.web.notices import Notice, leave_notice
from auth_service.web.rendering import redirect
from auth_service.web.return_paths import (
    NEXT_STEP,
    ON_THE_WAY_IN,
    RECONFIRMATION,
    led_back,
    led_back_here,
    route_of,
)
from auth_service.web.signed_in import NotLoggedIn

LOGIN = "/inloggen"

# What is posted here is a press on a button: nothing was filled in that could be lost. As the table of routes
# has it.
WITHOUT_FIELDS = frozenset(
    {
        "/2fa/herstelcodes",
        "/2fa/instellen/nieuwe-code",
        "/2fa/instellen/vasthouden",
        "/account/2fa/herstelcodes",
        "/account/2fa/resetten",
        "/account/sessies",
        "/account/sluiten",
        "/beheer/beheerders/gecontroleerd",
        "/beheer/beheerders/intrekken",
        "/beheer/beheerders/opnieuw-uitnodigen",
        "/gebruikers/intrekken",
        "/gebruikers/opnieuw-uitnodigen",
        "/gemeente/{gemeente}/bedrijven/{id}/code",
        "/gemeente/{gemeente}/bedrijven/{id}/goedkeuren",
        "/gemeente/{gemeente}/bedrijven/{id}/mailstop-opheffen",
        "/gemeente/{gemeente}/gebruikers/{id}/2fa-resetten/intrekken",
        "/gemeente/{gemeente}/gebruikers/{id}/herstelmail",
        "/gemeente/{gemeente}/gebruikers/{id}/mailstop-opheffen",
        "/gemeente/{gemeente}/medewerkers/gecontroleerd",
        "/gemeente/{gemeente}/medewerkers/intrekken",
        "/gemeente/{gemeente}/medewerkers/opnieuw-uitnodigen",
    }
)

Refusal = NotLoggedIn | SessionOver | FactorOwed | ProofNeeded


@web.middleware
async def lead_on(request: web.Request, handler: Handler) -> web.StreamResponse:
    try:
        return await handler(request)
    except SessionGone:
        # Another request was quicker: the browser may hold the session's new token by now.
        return redirect(request, "/account")
    except (NotLoggedIn, SessionOver, FactorOwed, ProofNeeded) as refusal:
        return await led_on(request, refusal)


async def led_on(request: web.Request, refusal: Refusal) -> web.Response:
    address, notices, changes = first_step(request, refusal)
    if request.method == hdrs.METH_POST:
        notices.extend(await fate_of_post(request, refusal, changes))
    if notices:
        changes.append(leave_notice(*notices))
    return redirect(request, address, *changes)


async def fate_of_post(request: web.Request, refusal: Refusal, changes: list[CookieChange]) -> list[Notice]:
    """What becomes of what was posted; a form that is kept adds to the cookies."""
    if request.path in ON_THE_WAY_IN:
        return [Notice.NOT_DONE_YET] if isinstance(refusal, ProofNeeded) else []
    if kept := await keep_form(request):
        changes.append(kept)
        return [Notice.FORM_KEPT]
    if isinstance(refusal, ProofNeeded):
        return [Notice.NOT_DONE_YET]
    return [Notice.NOT_DONE if route_of(request) in WITHOUT_FIELDS else Notice.FORM_LOST]


def first_step(request: web.Request, refusal: Refusal) -> tuple[str, list[Notice], list[CookieChange]]:
    """Where it is done, and what is to be said there."""
    # A cookie that opens nothing any more would make the pages look as if it did.
    session_gone = CookieChange(Cookie.SESSION, None)
    match refusal:
        case ProofNeeded():
            return led_back_here(request, RECONFIRMATION), [], []
        case FactorOwed(state=state):
            why = [Notice.ENROL_FIRST] if isinstance(refusal, EnrolmentOwed) else []
            return led_back(request, NEXT_STEP[state]), why, []
        case SessionOver(end=end):
            return led_back(request, LOGIN), [Notice(end.value)], [session_gone]
        case NotLoggedIn() if is_second_press(request):
            # The first press may have given the browser a new token, which must not be taken away.
            return led_back(request, LOGIN), [], []
        case NotLoggedIn() if read_cookie(request, Cookie.SESSION):
            return led_back(request, LOGIN), [Notice.TOO_OLD], [session_gone]
        case NotLoggedIn():
            return led_back(request, LOGIN), [], []


def is_second_press(request: web.Request) -> bool:
    """Whether it may be one: on the way in each step gives the session a new token."""
    return request.method == hdrs.METH_POST and request.path in ON_THE_WAY_IN
