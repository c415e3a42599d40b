"""/wachtwoord-herstellen: a new password with the code from the mail (R-61…R-68)."""

from aiohttp import web

from auth_service.accounts.refusals import CodeRejected, InputRefused, TooOften
from auth_service.web.cookies import Cookie, CookieChange, known_by
from auth_service.web.form_input import posted_fields
from auth_service.web.form_view import FormView, typed_again, with_violations
from auth_service.web.notices import Notice, leave_notice
from auth_service.web.refusals_nl import RESET_CODE_REJECTED, sentence_about_wait
from auth_service.web.rendering import redirect, render, slowed_down
from auth_service.web.services import services_of
from auth_service.web.visitors import visitor_of


async def get_password_reset(request: web.Request) -> web.Response:
    return show(request, FormView())


async def post_password_reset(request: web.Request) -> web.Response:
    fields = await posted_fields(request)
    services = services_of(request)
    try:
        browser = await services.password_reset.set_password(
            fields.get("code", ""), fields.get("nieuwWachtwoord", ""), visitor_of(request)
        )
    except InputRefused as refusal:
        return show(request, with_violations(fields, refusal, services.site))
    except TooOften as refusal:
        form = typed_again(fields, problem=sentence_about_wait(refusal))
        return slowed_down(show(request, form), refusal)
    except CodeRejected:
        return show(request, typed_again(fields, errors={"code": RESET_CODE_REJECTED}))
    # Every session has ended, also the one this browser may have had.
    changes = (leave_notice(Notice.PASSWORD_CHANGED), CookieChange(Cookie.SESSION, None), known_by(browser))
    return redirect(request, "/inloggen", *changes)


def show(request: web.Request, form: FormView) -> web.Response:
    context = {"form": form, "password_min_length": services_of(request).site.password_min_length}
    return render(request, "password_reset.html", context, status=400 if form.errors else 200)
