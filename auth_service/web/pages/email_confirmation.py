"""/account/email-bevestigen: the code that was mailed to the new address; only Opslaan uses it up."""

from aiohttp import web

from auth_service.accounts.refusals import (
    AddressTaken,
    CodeRejected,
    InputRefused,
    ResetOpenToObjection,
    TooOften,
)
from auth_service.accounts.tokens import draw_token
from auth_service.flows.sessions import LoggedIn
from auth_service.web.cookies import Cookie, CookieChange, known_by
from auth_service.web.form_input import posted_fields
from auth_service.web.form_view import FormView, typed_again, with_violations
from auth_service.web.notices import Notice, leave_notice
from auth_service.web.refusals_nl import (
    ADDRESS_TAKEN,
    CODE_REJECTED,
    sentence_about_reset,
    sentence_about_wait,
)
from auth_service.web.rendering import redirect, render, slowed_down
from auth_service.web.services import services_of
from auth_service.web.signed_in import require_login
from auth_service.web.visitors import visitor_of


async def get_email_confirmation(request: web.Request) -> web.Response:
    return await show(request, await require_login(request), FormView())


async def post_email_confirmation(request: web.Request) -> web.Response:
    fields = await posted_fields(request)
    logged_in = await require_login(request)
    services = services_of(request)
    token = draw_token()
    try:
        browser = await services.email_change.confirm(
            logged_in, fields.get("code", ""), visitor_of(request), token=token
        )
    except InputRefused as refusal:
        return await show(request, logged_in, with_violations(fields, refusal, services.site))
    except CodeRejected:
        return await show(request, logged_in, typed_again(fields, errors={"code": CODE_REJECTED}))
    except AddressTaken:
        return await show(request, logged_in, typed_again(fields, errors={"code": ADDRESS_TAKEN}))
    except ResetOpenToObjection as refusal:
        return await show(request, logged_in, typed_again(fields, problem=sentence_about_reset(refusal)))
    except TooOften as refusal:
        form = typed_again(fields, problem=sentence_about_wait(refusal))
        return slowed_down(await show(request, logged_in, form), refusal)
    changes = (CookieChange(Cookie.SESSION, token), known_by(browser), leave_notice(Notice.EMAIL_CHANGED))
    return redirect(request, "/account/gegevens", *changes)


async def show(request: web.Request, logged_in: LoggedIn, form: FormView) -> web.Response:
    wish = await services_of(request).email_change.waiting_for(logged_in.account.id)
    context = {"form": form, "wanted_email": wish.email.text if wish else None}
    return render(
        request, "email_confirmation.html", context, status=400 if form.errors or form.problem else 200
    )
