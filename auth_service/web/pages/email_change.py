"""/account/email: wanting another address; the same answer for every address that can be one."""

from aiohttp import web

from auth_service.accounts.refusals import InputRefused, ResetOpenToObjection, TooOften
from auth_service.flows.sessions import LoggedIn, refuse_disputed
from auth_service.web.form_input import posted_fields
from auth_service.web.form_view import FormView, typed_again, with_violations
from auth_service.web.kept_forms import kept_form, own_fields
from auth_service.web.refusals_nl import sentence_about_reset, sentence_about_wait
from auth_service.web.rendering import redirect, render, slowed_down
from auth_service.web.services import services_of
from auth_service.web.signed_in import require_fresh_login
from auth_service.web.visitors import visitor_of


async def get_email_change(request: web.Request) -> web.Response:
    logged_in = await require_fresh_login(request)
    refuse_disputed(logged_in.account)
    kept = await kept_form(request, logged_in)
    return show(request, logged_in, FormView() if kept is None else typed_again(kept))


async def post_email_change(request: web.Request) -> web.Response:
    # Judged first: a forged post is told nothing of who is logged in.
    await posted_fields(request)
    logged_in = await require_fresh_login(request)
    fields = await own_fields(request, logged_in)
    services = services_of(request)
    try:
        await services.email_change.ask(logged_in, fields.get("email", ""), visitor_of(request))
    except InputRefused as refusal:
        return show(request, logged_in, with_violations(fields, refusal, services.site), status=400)
    except ResetOpenToObjection as refusal:
        form = typed_again(fields, problem=sentence_about_reset(refusal))
        return show(request, logged_in, form, status=400)
    except TooOften as refusal:
        form = typed_again(fields, problem=sentence_about_wait(refusal))
        return slowed_down(show(request, logged_in, form), refusal)
    return redirect(request, "/account/email-bevestigen")


def show(request: web.Request, logged_in: LoggedIn, form: FormView, *, status: int = 200) -> web.Response:
    account = logged_in.account
    context = {"form": form, "account_email": account.email.text, "account_id": account.id}
    return render(request, "email_change.html", context, status=status)
