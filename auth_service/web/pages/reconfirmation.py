"""/account/bevestigen: password and code once more, before what matters (ASVS 7.5.1)."""

from aiohttp import web

from auth_service.accounts.refusals import InputRefused, PasswordRejected, TooOften
from auth_service.accounts.second_factor import SecondFactorRejected
from auth_service.accounts.sessions import SessionState
from auth_service.accounts.tokens import draw_token
from auth_service.flows.sessions import FactorOwed, LoggedIn, SessionGone
from auth_service.web.clock_nl import clock_where_off
from auth_service.web.cookies import Cookie, CookieChange
from auth_service.web.form_input import posted_fields
from auth_service.web.form_view import FormView, typed_again, with_violations, without_code
from auth_service.web.notices import Notice, leave_notice
from auth_service.web.refusals_nl import PASSWORD_REJECTED, SECOND_FACTOR_REJECTED, sentence_about_wait_here
from auth_service.web.rendering import redirect, render, slowed_down
from auth_service.web.return_paths import RETURN, own_path
from auth_service.web.services import services_of
from auth_service.web.signed_in import require_session
from auth_service.web.visitors import visitor_of


async def get_reconfirmation(request: web.Request) -> web.Response:
    logged_in = await require_provable(request)
    return show(request, logged_in, FormView(), own_path(request.query.get(RETURN, "")))


async def post_reconfirmation(request: web.Request) -> web.Response:
    fields = await posted_fields(request)
    return_path = own_path(fields.get(RETURN, ""))
    logged_in = await require_provable(request)
    services = services_of(request)
    token = draw_token()
    try:
        await services.reconfirmation.confirm(
            logged_in, fields.get("wachtwoord", ""), fields.get("code", ""), visitor_of(request), token=token
        )
    except InputRefused as refusal:
        return show(request, logged_in, with_violations(fields, refusal, services.site), return_path)
    except PasswordRejected:
        form = typed_again(fields, errors={"wachtwoord": PASSWORD_REJECTED})
        return show(request, logged_in, form, return_path)
    except SecondFactorRejected as refusal:
        form = without_code(fields, errors={"code": SECOND_FACTOR_REJECTED[refusal.fault]})
        return show(request, logged_in, form, return_path, clock=clock_where_off(refusal))
    except TooOften as refusal:
        form = FormView(problem=sentence_about_wait_here(refusal))
        return slowed_down(show(request, logged_in, form, return_path), refusal)
    except SessionGone:
        return redirect(request, return_path or services.site.landing)
    location = return_path or services.site.landing
    return redirect(request, location, CookieChange(Cookie.SESSION, token), leave_notice(Notice.RECONFIRMED))


async def require_provable(request: web.Request) -> LoggedIn:
    """Who has proven all that he can. Raises NotLoggedIn, FactorOwed and SessionOver."""
    logged_in = await require_session(request)
    if logged_in.state is SessionState.AWAITING_TOTP:
        raise FactorOwed(logged_in.state)
    return logged_in


def show(
    request: web.Request,
    logged_in: LoggedIn,
    form: FormView,
    return_path: str | None,
    *,
    clock: str | None = None,
) -> web.Response:
    context = {
        "form": form,
        "clock": clock,
        "email": logged_in.account.email.text,
        "asks_code": logged_in.account.two_factor.is_enrolled,
        "gemeente": logged_in.gemeente,
        "return_path": return_path,
    }
    return render(request, "reconfirmation.html", context, status=400 if form.errors else 200)
