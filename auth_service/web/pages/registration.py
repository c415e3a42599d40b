"""/registreren: the form of ten fields (R-19…R-25a)."""

from collections.abc import Sequence
from uuid import UUID

from aiohttp import web

from auth_service.accounts.company_form import accommodation_choices
from auth_service.accounts.pending_registration import PendingRegistration
from auth_service.accounts.refusals import InputRefused, TooOften
from auth_service.accounts.registration_form import RegistrationForm
from auth_service.web.company_view import details_as_typed
from auth_service.web.cookies import Cookie, CookieChange
from auth_service.web.form_input import posted_fields
from auth_service.web.form_view import FormView, read_form, typed_again, with_violations
from auth_service.web.refusals_nl import sentence_about_wait
from auth_service.web.rendering import redirect, render, slowed_down
from auth_service.web.services import services_of
from auth_service.web.tenants import tenant_of
from auth_service.web.visitors import registered_here, visitor_of

DONE = "/registreren/gelukt"
# `/registreren?wijzigen=1` shows the newest registration made in this browser; the form says which one it
# corrects, because another may have been made in the meantime.
CORRECTING = "wijzigen"


async def get_registration(request: web.Request) -> web.Response:
    if not is_correcting(request):
        return show(request, FormView())
    pending = await registered_here(request)
    if pending is None:
        return redirect(request, "/registreren")
    choices = await gemeente_choices(request, pending.details.place)
    return show(request, FormView(as_typed(pending)), choices, correcting=str(pending.id))


async def post_registration(request: web.Request) -> web.Response:
    fields = await posted_fields(request)
    site = services_of(request).site
    form = read_form(RegistrationForm, fields)
    try:
        receipt = await keep(request, form)
    except InputRefused as refusal:
        view = with_violations(fields, refusal, site)
        correcting = request.query.get(CORRECTING)
        return show(
            request,
            view,
            refusal.gemeente_choices,
            refusal.accommodation_choices,
            correcting=correcting,
            status=400,
        )
    except TooOften as refusal:
        view = typed_again(fields, problem=sentence_about_wait(refusal))
        choices = await gemeente_choices(request, form.place)
        page = show(request, view, choices, correcting=request.query.get(CORRECTING))
        return slowed_down(page, refusal)
    if receipt is None:
        return redirect(request, "/registreren")
    return redirect(request, DONE, CookieChange(Cookie.RECEIPT, receipt, site.registration_kept))


async def keep(request: web.Request, form: RegistrationForm) -> str | None:
    """The receipt of what is registered now; None where there was nothing to correct (any more)."""
    registration = services_of(request).registration
    visitor, tenant = visitor_of(request), tenant_of(request)
    if not is_correcting(request):
        return await registration.register(form, visitor, tenant=tenant)
    registration_id = corrected_id(request)
    if registration_id is None:
        return None
    is_corrected = await registration.correct(registration_id, form, visitor, tenant=tenant)
    return visitor.receipt if is_corrected else None


async def gemeente_choices(request: web.Request, place: str) -> Sequence[tuple[str, str]]:
    """Nothing to choose on the pages of a gemeente: there it is that one."""
    return () if tenant_of(request) else await services_of(request).registration.gemeente_choices(place)


def is_correcting(request: web.Request) -> bool:
    return CORRECTING in request.query


def corrected_id(request: web.Request) -> UUID | None:
    try:
        return UUID(request.query[CORRECTING])
    except ValueError:
        return None


def as_typed(pending: PendingRegistration) -> dict[str, str]:
    return {
        **details_as_typed(pending.details),
        "gemeente": pending.gemeente_code,
        "email": pending.email.text,
    }


def show(
    request: web.Request,
    form: FormView,
    gemeente_choices: Sequence[tuple[str, str]] = (),
    offered: Sequence[tuple[str, str]] = (),
    *,
    correcting: str | None = None,
    status: int = 200,
) -> web.Response:
    context = {
        "form": form,
        "accommodation_types": offered or accommodation_choices(tenant_of(request)),
        "gemeente_choices": gemeente_choices,
        "password_min_length": services_of(request).site.password_min_length,
        "correcting": correcting,
    }
    return render(request, "registration.html", context, status=status)
