"""/account/wachtwoord: a new password for who is logged in; the current one is proof enough."""

from aiohttp import web

from auth_service.accounts.refusals import InputRefused, TooOften
from auth_service.accounts.tokens import draw_token
from auth_service.flows.password_change import TypedPasswords
from auth_service.flows.sessions import LoggedIn
from auth_service.web.cookies import Cookie, CookieChange, known_by
from auth_service.web.form_input import posted_fields
from auth_service.web.form_view import FormView, with_violations
from auth_service.web.notices import Notice, leave_notice
from auth_service.web.refusals_nl import sentence_about_wait_here
from auth_service.web.rendering import redirect, render, slowed_down
from auth_service.web.services import services_of
from auth_service.web.signed_in import require_login
from auth_service.web.visitors import visitor_of


async def get_password_change(request: web.Request) -> web.Response:
    return show(request, await require_login(request), FormView())


async def post_password_change(request: web.Request) -> web.Response:
    fields = await posted_fields(request)
    logged_in = await require_login(request)
    services = services_of(request)
    typed = TypedPasswords(fields.get("huidigWachtwoord", ""), fields.get("nieuwWachtwoord", ""))
    token = draw_token()
    try:
        browser = await services.password_change.change(logged_in, typed, visitor_of(request), token=token)
    except InputRefused as refusal:
        return show(request, logged_in, with_violations(fields, refusal, services.site))
    except TooOften as refusal:
        form = FormView(problem=sentence_about_wait_here(refusal))
        return slowed_down(show(request, logged_in, form), refusal)
    notice = leave_notice(Notice.OWN_PASSWORD_CHANGED)
    return redirect(request, "/account", CookieChange(Cookie.SESSION, token), known_by(browser), notice)


def show(request: web.Request, logged_in: LoggedIn, form: FormView) -> web.Response:
    context = {
        "form": form,
        "email": logged_in.account.email.text,
        "password_min_length": services_of(request).site.password_min_length,
    }
    return render(request, "password_change.html", context, status=400 if form.errors else 200)
