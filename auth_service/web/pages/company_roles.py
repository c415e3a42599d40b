"""/gebruikers/{id}/rol: sharing the management of a company, handing it over, or stopping with it."""

from aiohttp import web

from auth_service.accounts.account import Account, Role
from auth_service.accounts.refusals import InputRefused, OnlyManager, TooOften
from auth_service.flows.sessions import LoggedIn, require_fresh_proof
from auth_service.web.cookies import Cookie, CookieChange
from auth_service.web.form_input import posted_fields
from auth_service.web.form_view import FormView, with_violations
from auth_service.web.ids import id_in_path
from auth_service.web.notices import Notice, leave_notice
from auth_service.web.pages.company_users import require_manager, role_in
from auth_service.web.people_lists import COMPANY_USERS
from auth_service.web.refusals_nl import ONLY_MANAGER, sentence_about_wait
from auth_service.web.rendering import redirect, render, slowed_down
from auth_service.web.services import services_of


async def get_company_role(request: web.Request) -> web.Response:
    logged_in = await require_manager(request)
    subject = await services_of(request).people.roles.subject(logged_in, id_in_path(request))
    require_fresh_proof(logged_in)
    return await show(request, logged_in, subject, FormView())


async def post_company_role(request: web.Request) -> web.Response:
    fields = await posted_fields(request)
    logged_in = await require_manager(request)
    services = services_of(request)
    roles = services.people.roles
    subject = await roles.subject(logged_in, id_in_path(request))
    try:
        await roles.give(logged_in, subject.id, role_in(fields.get("rol", "")))
    except InputRefused as refusal:
        form = with_violations(fields, refusal, services.site)
        return await show(request, logged_in, subject, form, status=400)
    except OnlyManager:
        return await show(request, logged_in, subject, FormView(problem=ONLY_MANAGER), status=400)
    except TooOften as refusal:
        form = FormView(problem=sentence_about_wait(refusal))
        return slowed_down(await show(request, logged_in, subject, form), refusal)
    if subject.id == logged_in.account.id:
        # This session has ended with all his others.
        changes = (CookieChange(Cookie.SESSION, None), leave_notice(Notice.OWN_ROLE_CHANGED))
        return redirect(request, "/inloggen", *changes)
    return redirect(request, COMPANY_USERS.path, leave_notice(Notice.ROLE_CHANGED))


async def show(
    request: web.Request, logged_in: LoggedIn, subject: Account, form: FormView, *, status: int = 200
) -> web.Response:
    is_self = subject.id == logged_in.account.id
    context = {
        "form": form,
        "email": subject.email.text,
        "action": request.path,
        "is_self": is_self,
        "can_stop": is_self and await services_of(request).people.roles.can_stop(logged_in),
        "is_manager": subject.role is Role.ONDERNEMER,
    }
    return render(request, "company_role.html", context, status=status)
