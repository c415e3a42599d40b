"""/beheer/gemeenten/{code}: whether a gemeente takes part, and how it is reached."""

from aiohttp import web

from auth_service.accounts.gemeente_search import standing_of
from auth_service.accounts.refusals import InputRefused, TooOften
from auth_service.flows.sessions import LoggedIn
from auth_service.web.form_input import posted_fields
from auth_service.web.form_view import FormView, typed_again, with_violations
from auth_service.web.gemeente_view import STANDINGS, admission_as_typed, admission_from
from auth_service.web.kept_forms import kept_form, own_fields
from auth_service.web.notices import Notice, leave_notice
from auth_service.web.refusals_nl import sentence_about_wait_here
from auth_service.web.rendering import redirect, render, slowed_down
from auth_service.web.services import services_of
from auth_service.web.signed_in import require_fresh_login, require_login

CODE = "code"


async def get_gemeente_admission(request: web.Request) -> web.Response:
    logged_in = await require_platform(request)
    kept = await kept_form(request, logged_in)
    return await show(request, logged_in, typed_again(kept) if kept else None)


async def post_gemeente_admission(request: web.Request) -> web.Response:
    # Judged first: a forged post is told nothing of who is logged in.
    await posted_fields(request)
    logged_in = await require_platform(request)
    fields = await own_fields(request, logged_in)
    services, code = services_of(request), request.match_info[CODE]
    try:
        is_changed = await services.gemeente_admission.decide(logged_in, code, admission_from(fields))
    except InputRefused as refusal:
        return await show(request, logged_in, with_violations(fields, refusal, services.site), status=400)
    except TooOften as refusal:
        view = typed_again(fields, problem=sentence_about_wait_here(refusal))
        return slowed_down(await show(request, logged_in, view), refusal)
    notice = Notice.GEMEENTE_SAVED if is_changed else Notice.NOTHING_CHANGED
    return redirect(request, f"/beheer/gemeenten/{code}", leave_notice(notice))


async def require_platform(request: web.Request) -> LoggedIn:
    """Who has just proven that it is he; raises NotAllowed and NoSuchGemeente before that is asked."""
    logged_in = await require_login(request)
    await services_of(request).gemeente_admission.one(logged_in, request.match_info[CODE])
    return await require_fresh_login(request)


async def show(
    request: web.Request, logged_in: LoggedIn, form: FormView | None = None, *, status: int = 200
) -> web.Response:
    """`form` is what was typed; without it, the form has what is so now."""
    counted = await services_of(request).gemeente_admission.one(logged_in, request.match_info[CODE])
    context = {
        "form": form or FormView(admission_as_typed(counted.gemeente)),
        "gemeente": counted.gemeente,
        "standing": STANDINGS[standing_of(counted.gemeente)][1],
        "companies": counted.companies,
        "staff": counted.staff,
        "account_id": logged_in.account.id,
    }
    return render(request, "gemeente_admission.html", context, status=status)
