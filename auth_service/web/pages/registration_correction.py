"""/gemeente/{gemeente}/bedrijven/{id}/email: another address for a registration whose mail can't arrive."""

from aiohttp import web

from auth_service.accounts.pending_registration import PendingRegistration
from auth_service.accounts.refusals import InputRefused, RegistrationMovedOn, TooOften
from auth_service.flows.registration_correction import TypedCorrection
from auth_service.web.form_input import posted_fields
from auth_service.web.form_view import FormView, typed_again, with_violations
from auth_service.web.kept_forms import kept_form, own_fields
from auth_service.web.mail_delay_nl import told_delay
from auth_service.web.notices import Notice, leave_notice
from auth_service.web.refusals_nl import sentence_about_wait
from auth_service.web.rendering import redirect, render, slowed_down
from auth_service.web.services import services_of
from auth_service.web.staff_at_work import AtWork, id_in_path, require_fresh_staff


async def get_correction(request: web.Request) -> web.Response:
    working = await require_fresh_staff(request)
    correction = services_of(request).helpdesk.correction
    try:
        pending = await correction.waiting(working.gemeente.code, id_in_path(request))
    except RegistrationMovedOn:
        return moved_on(request, working)
    kept = await kept_form(request, working.logged_in)
    return await show(request, working, pending, typed_again(kept or {}))


async def post_correction(request: web.Request) -> web.Response:
    # Judged first: a forged post is told nothing of who is logged in.
    await posted_fields(request)
    working = await require_fresh_staff(request)
    fields = await own_fields(request, working.logged_in)
    code, registration_id = working.gemeente.code, id_in_path(request)
    services = services_of(request)
    correction = services.helpdesk.correction
    typed = TypedCorrection(fields.get("email", ""), fields.get("reden", ""))
    try:
        pending = await correction.waiting(code, registration_id)
        await correction.correct(working.logged_in, code, registration_id, typed)
    except RegistrationMovedOn:
        return moved_on(request, working)
    except InputRefused as refusal:
        form = with_violations(fields, refusal, services.site)
        return await show(request, working, pending, form, status=400)
    except TooOften as refusal:
        form = typed_again(fields, problem=sentence_about_wait(refusal))
        return slowed_down(await show(request, working, pending, form), refusal)
    return redirect(request, company_page(request, working), leave_notice(Notice.REGISTRATION_CORRECTED))


def company_page(request: web.Request, working: AtWork) -> str:
    return f"/gemeente/{working.gemeente.code}/bedrijven/{id_in_path(request)}"


def moved_on(request: web.Request, working: AtWork) -> web.Response:
    return redirect(request, company_page(request, working), leave_notice(Notice.REGISTRATION_MOVED_ON))


async def show(
    request: web.Request, working: AtWork, pending: PendingRegistration, form: FormView, *, status: int = 200
) -> web.Response:
    context = {
        "form": form,
        "gemeente": working.gemeente,
        "company_path": company_page(request, working),
        "name": pending.details.name,
        "email": pending.email.text,
        "account_id": working.logged_in.account.id,
        "mail_delay": told_delay(await services_of(request).helpdesk.mail_delays.now()),
    }
    return render(request, "registration_correction.html", context, status=status)
