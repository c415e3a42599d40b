"""/account/gegevens: what is known of somebody and his company, for him to see and to correct."""

from collections.abc import Sequence

from aiohttp import web

from auth_service.accounts.account import Role
from auth_service.accounts.company_form import CompanyForm, accommodation_choices
from auth_service.accounts.refusals import InputRefused, TooOften
from auth_service.flows.sessions import LoggedIn
from auth_service.web.audit_nl import told
from auth_service.web.company_view import details_as_read, details_as_typed
from auth_service.web.form_view import FormView, read_form, typed_again, with_violations
from auth_service.web.kept_forms import kept_form, own_fields
from auth_service.web.notices import Notice, leave_notice
from auth_service.web.refusals_nl import sentence_about_wait
from auth_service.web.rendering import redirect, render, slowed_down
from auth_service.web.services import services_of
from auth_service.web.signed_in import require_login
from shared.dutch_times import moment

PAGE = "/account/gegevens"


async def get_details(request: web.Request) -> web.Response:
    logged_in = await require_login(request)
    kept = await kept_form(request, logged_in)
    if kept is None:
        return await show(request, logged_in)
    choices = await services_of(request).registration.gemeente_choices(kept.get("woonplaats", ""))
    return await show(request, logged_in, typed_again(kept), choices)


async def post_details(request: web.Request) -> web.Response:
    logged_in = await require_login(request)
    fields = await own_fields(request, logged_in)
    services = services_of(request)
    form = read_form(CompanyForm, fields)
    try:
        is_changed = await services.company_correction.correct(logged_in, form)
    except InputRefused as refusal:
        view = with_violations(fields, refusal, services.site)
        return await show(request, logged_in, view, refusal.gemeente_choices, status=400)
    except TooOften as refusal:
        view = typed_again(fields, problem=sentence_about_wait(refusal))
        choices = await services.registration.gemeente_choices(form.place)
        return slowed_down(await show(request, logged_in, view, choices), refusal)
    notice = Notice.DETAILS_SAVED if is_changed else Notice.NOTHING_CHANGED
    return redirect(request, PAGE, leave_notice(notice))


async def show(
    request: web.Request,
    logged_in: LoggedIn,
    form: FormView | None = None,
    gemeente_choices: Sequence[tuple[str, str]] = (),
    *,
    status: int = 200,
) -> web.Response:
    """`form` is what was typed; without it, the form has what is known."""
    services, account = services_of(request), logged_in.account
    details = await services.company_correction.details_for(account)
    email_change = await services.email_change.waiting_for(account.id)
    lines = await services.audit_reading.newest(account)
    context = {
        "form": form or FormView(details_as_typed(details) if details else {}),
        "company": details_as_read(details) if details else None,
        "is_manager": account.role is Role.ONDERNEMER,
        "accommodation_types": accommodation_choices(
            logged_in.gemeente, kept=details.accommodation if details else None
        ),
        "gemeente_choices": gemeente_choices,
        "gemeente": logged_in.gemeente,
        "account_id": account.id,
        "account_email": account.email.text,
        "wanted_email": email_change.email.text if email_change else None,
        "acts": [(moment(line.happened_at), told(line, account)) for line in lines],
    }
    return render(request, "details.html", context, status=status)
