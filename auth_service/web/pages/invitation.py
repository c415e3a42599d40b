"""/uitnodiging: the code from the mail and a password. Only Opslaan uses the code up."""

from aiohttp import web

from auth_service.accounts.refusals import CodeRejected, InputRefused, TooOften
from auth_service.web.cookies import known_by
from auth_service.web.form_input import posted_fields
from auth_service.web.form_view import FormView, typed_again, with_violations
from auth_service.web.notices import Notice, leave_notice
from auth_service.web.refusals_nl import INVITATION_CODE_REJECTED, sentence_about_wait
from auth_service.web.rendering import redirect, render, slowed_down
from auth_service.web.services import services_of
from auth_service.web.visitors import visitor_of


async def get_invitation(request: web.Request) -> web.Response:
    return show(request, FormView())


async def post_invitation(request: web.Request) -> web.Response:
    fields = await posted_fields(request)
    services = services_of(request)
    try:
        browser = await services.people.acceptance.accept(
            fields.get("code", ""), fields.get("wachtwoord", ""), visitor_of(request)
        )
    except InputRefused as refusal:
        return show(request, with_violations(fields, refusal, services.site))
    except TooOften as refusal:
        form = typed_again(fields, problem=sentence_about_wait(refusal))
        return slowed_down(show(request, form), refusal)
    except CodeRejected:
        return show(request, typed_again(fields, errors={"code": INVITATION_CODE_REJECTED}))
    return redirect(request, "/inloggen", leave_notice(Notice.INVITATION_ACCEPTED), known_by(browser))


def show(request: web.Request, form: FormView) -> web.Response:
    context = {"form": form, "password_min_length": services_of(request).site.password_min_length}
    return render(request, "invitation.html", context, status=400 if form.errors else 200)
