"""/activeren/nieuwe-code: a further code by mail; the same answer for every address."""

from aiohttp import web

from auth_service.accounts.refusals import InputRefused
from auth_service.web.form_input import posted_fields
from auth_service.web.form_view import FormView, with_violations
from auth_service.web.rendering import redirect, render
from auth_service.web.services import services_of
from auth_service.web.visitors import visitor_of

PAGE = "/activeren/nieuwe-code"
DONE = "verstuurd"


async def get_activation_resend(request: web.Request) -> web.Response:
    context = {"form": FormView(), "done": DONE in request.query}
    return render(request, "activation_resend.html", context)


async def post_activation_resend(request: web.Request) -> web.Response:
    fields = await posted_fields(request)
    services = services_of(request)
    try:
        await services.mail_requests.ask_activation_code(fields.get("email", ""), visitor_of(request))
    except InputRefused as refusal:
        context = {"form": with_violations(fields, refusal, services.site), "done": False}
        return render(request, "activation_resend.html", context, status=400)
    return redirect(request, f"{PAGE}?{DONE}=1")
