"""/activeren: the code from the mail (R-28…R-36). Showing the page uses nothing up; only Opslaan does."""

from aiohttp import web

from auth_service.accounts.refusals import CodeRejected, InputRefused, ProofMissing, TooOften
from auth_service.web.cookies import Cookie, known_by, read_cookie
from auth_service.web.form_input import posted_fields
from auth_service.web.form_view import FormView, typed_again, with_violations
from auth_service.web.notices import Notice, leave_notice
from auth_service.web.refusals_nl import CODE_REJECTED, PASSWORD_NEEDED, sentence_about_wait
from auth_service.web.rendering import redirect, render, slowed_down
from auth_service.web.services import services_of
from auth_service.web.visitors import visitor_of


async def get_activation(request: web.Request) -> web.Response:
    return show(request, FormView())


async def post_activation(request: web.Request) -> web.Response:
    fields = await posted_fields(request)
    services = services_of(request)
    try:
        opened = await services.activation.activate(
            fields.get("code", ""), password=fields.get("wachtwoord", ""), visitor=visitor_of(request)
        )
    except InputRefused as refusal:
        return show(
            request, with_violations(fields, refusal, services.site), ask_password="wachtwoord" in fields
        )
    except TooOften as refusal:
        form = typed_again(fields, problem=sentence_about_wait(refusal))
        return slowed_down(show(request, form, ask_password="wachtwoord" in fields), refusal)
    except CodeRejected:
        form = typed_again(fields, errors={"code": CODE_REJECTED})
        return show(request, form, ask_password="wachtwoord" in fields)
    except ProofMissing:
        form = typed_again(fields, errors={"wachtwoord": PASSWORD_NEEDED})
        return show(request, form, ask_password=True)
    # The receipt stays: it may be of a second registration too.
    notice = Notice.ACTIVATED_AWAITING_APPROVAL if opened.awaits_approval else Notice.ACTIVATED
    return redirect(request, "/inloggen", leave_notice(notice), known_by(opened.browser))


def show(request: web.Request, form: FormView, *, ask_password: bool = False) -> web.Response:
    is_known_browser = read_cookie(request, Cookie.RECEIPT) is not None
    context = {"form": form, "ask_password": ask_password or not is_known_browser}
    return render(request, "activation.html", context, status=400 if form.errors else 200)
