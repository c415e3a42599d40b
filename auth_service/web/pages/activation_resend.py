"""/activeren/nieuwe-code: a further code by mail; the same answer for every address."""

from aiohttp import web

from auth_service.accounts.refusals import InputRefused, TooOften
from auth_service.web.form_input import posted_fields
from auth_service.web.form_view import FormView, typed_again, with_violations
from auth_service.web.refusals_nl import sentence_about_wait
from auth_service.web.rendering import redirect, render, slowed_down
from auth_service.web.services import services_of
from auth_service.web.visitors import registered_here, visitor_of

PAGE = "/activeren/nieuwe-code"
DONE = "verstuurd"


async def get_activation_resend(request: web.Request) -> web.Response:
    if DONE in request.query:
        return show(request, FormView(), done=True)
    pending = await registered_here(request)
    return show(request, FormView({"email": pending.email.text} if pending else {}))


async def post_activation_resend(request: web.Request) -> web.Response:
    fields = await posted_fields(request)
    services = services_of(request)
    try:
        await services.mail_requests.ask_activation_code(fields.get("email", ""), visitor_of(request))
    except InputRefused as refusal:
        return show(request, with_violations(fields, refusal, services.site), status=400)
    except TooOften as refusal:
        form = typed_again(fields, problem=sentence_about_wait(refusal))
        return slowed_down(show(request, form), refusal)
    return redirect(request, f"{PAGE}?{DONE}=1")


def show(request: web.Request, form: FormView, status: int = 200, *, done: bool = False) -> web.Response:
    return render(request, "activation_resend.html", {"form": form, "done": done}, status=status)
