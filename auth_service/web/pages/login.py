"""/inloggen: address and password (R-12…R-18)."""

from aiohttp import web

from auth_service.accounts.refusals import AccountBlocked, InputRefused, LoginRejected, NotActivated, TooOften
from auth_service.accounts.sessions import SessionState
from auth_service.web.cookies import Cookie, CookieChange, known_by, read_cookie, write_cookies
from auth_service.web.form_input import posted_fields
from auth_service.web.form_view import FormView, typed_again, with_violations
from auth_service.web.notices import Notice, leave_notice
from auth_service.web.refusals_nl import LOGIN_REJECTED, sentence_about_account, sentence_about_wait
from auth_service.web.rendering import redirect, render, slowed_down
from auth_service.web.return_paths import NEXT_STEP, RETURN, own_path, with_return
from auth_service.web.services import services_of
from auth_service.web.signed_in import session_behind
from auth_service.web.visitors import visitor_of


async def get_login(request: web.Request) -> web.Response:
    return_path = own_path(request.query.get(RETURN, ""))
    logged_in = await session_behind(request)
    if logged_in and logged_in.state is SessionState.FULL:
        return redirect(request, return_path or services_of(request).site.landing)
    page = show(request, FormView(), return_path)
    # One that still owes a factor stays: the page may have come by the back button.
    if logged_in is None and read_cookie(request, Cookie.SESSION):
        write_cookies(request, page, CookieChange(Cookie.SESSION, None))
    return page


async def post_login(request: web.Request) -> web.Response:
    fields = await posted_fields(request)
    return_path = own_path(fields.get(RETURN, ""))
    services = services_of(request)
    try:
        opened = await services.login.log_in(
            fields.get("email", ""),
            fields.get("wachtwoord", ""),
            visitor=visitor_of(request),
            old_token=read_cookie(request, Cookie.SESSION),
        )
    except InputRefused as refusal:
        return show(request, with_violations(fields, refusal, services.site), return_path, 400)
    except TooOften as refusal:
        form = typed_again(fields, problem=sentence_about_wait(refusal))
        # Whoever can read the owner's mail need not wait for what strangers have used up.
        return slowed_down(show(request, form, return_path, offer_reset=True), refusal)
    except LoginRejected:
        form = typed_again(fields, problem=LOGIN_REJECTED)
        return show(request, form, return_path, 400, offer_activation=True)
    except AccountBlocked as refusal:
        form = typed_again(fields, problem=sentence_about_account(refusal))
        return show(request, form, return_path, 400)
    except NotActivated:
        return redirect(request, "/activeren", leave_notice(Notice.CONFIRM_FIRST))
    session = CookieChange(Cookie.SESSION, opened.token)
    next_step = NEXT_STEP.get(opened.state)
    location = with_return(next_step, return_path) if next_step else return_path or services.site.landing
    return redirect(request, location, session, known_by(opened.browser))


def show(
    request: web.Request,
    form: FormView,
    return_path: str | None,
    status: int = 200,
    *,
    offer_activation: bool = False,
    offer_reset: bool = False,
) -> web.Response:
    context = {
        "form": form,
        "return_path": return_path,
        "leads_further": return_path not in (None, services_of(request).site.landing),
        "offer_activation": offer_activation,
        "offer_reset": offer_reset,
    }
    return render(request, "login.html", context, status=status)
