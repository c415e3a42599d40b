"""/account/sluiten: what closing means, and then the press that does it."""

from aiohttp import web

from auth_service.accounts.refusals import LastManager, NotAllowed, ResetOpenToObjection
from auth_service.flows.sessions import LoggedIn, refuse_disputed
from auth_service.web.cookies import Cookie, CookieChange
from auth_service.web.form_input import posted_fields
from auth_service.web.form_view import FormView
from auth_service.web.notices import Notice, leave_notice
from auth_service.web.refusals_nl import LAST_MANAGER, sentence_about_reset
from auth_service.web.rendering import redirect, render
from auth_service.web.services import services_of
from auth_service.web.signed_in import require_fresh_login


async def get_account_closing(request: web.Request) -> web.Response:
    logged_in = await require_fresh_login(request)
    if logged_in.account.role.is_staff:
        raise NotAllowed
    refuse_disputed(logged_in.account)
    return show(request, logged_in, FormView())


async def post_account_closing(request: web.Request) -> web.Response:
    await posted_fields(request)
    logged_in = await require_fresh_login(request)
    try:
        await services_of(request).account_closing.close(logged_in)
    except LastManager as refusal:
        problem = LAST_MANAGER.format(gemeente=refusal.gemeente, contact=refusal.contact)
        return show(request, logged_in, FormView(problem=problem), status=400)
    except ResetOpenToObjection as refusal:
        return show(request, logged_in, FormView(problem=sentence_about_reset(refusal)), status=400)
    session_gone = CookieChange(Cookie.SESSION, None)
    response = redirect(request, "/inloggen", session_gone, leave_notice(Notice.ACCOUNT_CLOSED))
    # ASVS 14.3.1: what the browser kept of the pages goes too.
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response


def show(request: web.Request, logged_in: LoggedIn, form: FormView, *, status: int = 200) -> web.Response:
    context = {"form": form, "gemeente": logged_in.gemeente}
    return render(request, "account_closing.html", context, status=status)
