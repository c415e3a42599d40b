"""/wachtwoord-vergeten: asking for a reset code; the same answer for every address (R-57…R-60)."""

from aiohttp import web

from auth_service.accounts.refusals import InputRefused
from auth_service.web.form_input import posted_fields
from auth_service.web.form_view import FormView, with_violations
from auth_service.web.rendering import redirect, render
from auth_service.web.services import services_of
from auth_service.web.visitors import visitor_of

PAGE = "/wachtwoord-vergeten"
DONE = "verstuurd"


async def get_password_forgotten(request: web.Request) -> web.Response:
    context = {"form": FormView(), "done": DONE in request.query}
    return render(request, "password_forgotten.html", context)


async def post_password_forgotten(request: web.Request) -> web.Response:
    fields = await posted_fields(request)
    services = services_of(request)
    try:
        await services.mail_requests.ask_password_reset(fields.get("email", ""), visitor_of(request))
    except InputRefused as refusal:
        context = {"form": with_violations(fields, refusal, services.site), "done": False}
        return render(request, "password_forgotten.html", context, status=400)
    return redirect(request, f"{PAGE}?{DONE}=1")
