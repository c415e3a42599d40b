"""/gemeente/…/instellingen: whom the people of a gemeente ask, and what it asks of them."""

from collections.abc import Mapping

from aiohttp import web

from auth_service.accounts.company_details import ACCOMMODATION_TYPES
from auth_service.accounts.gemeente_settings import (
    RESET_WAITS,
    GemeenteSettingsForm,
    in_hours,
    offered_types,
    wait_in_hours,
)
from auth_service.accounts.places import Gemeente
from auth_service.accounts.refusals import InputRefused, TooOften
from auth_service.web.form_input import posted_fields
from auth_service.web.form_view import FormView, typed_again, with_violations
from auth_service.web.kept_forms import kept_form, own_fields
from auth_service.web.notices import Notice, leave_notice
from auth_service.web.refusals_nl import sentence_about_wait_here
from auth_service.web.rendering import redirect, render, slowed_down
from auth_service.web.services import services_of
from auth_service.web.staff_at_work import AtWork, require_fresh_staff
from shared.dutch_times import moment

TICKED = "ja"
# Each type has a box of its own name: a field that is sent twice is none of ours.
BOX = "soort-"
WAITS = [(str(hours), f"{hours} uur" if hours else "Niet wachten") for hours in RESET_WAITS]


async def get_gemeente_settings(request: web.Request) -> web.Response:
    working = await require_fresh_staff(request)
    kept = await kept_form(request, working.logged_in)
    return show(request, working, typed_again(kept) if kept else FormView(as_typed(working.gemeente)))


async def post_gemeente_settings(request: web.Request) -> web.Response:
    # Judged first: a forged post is told nothing of who is logged in.
    await posted_fields(request)
    working = await require_fresh_staff(request)
    fields = await own_fields(request, working.logged_in)
    services, code = services_of(request), working.gemeente.code
    try:
        is_changed = await services.gemeente_settings.change(working.logged_in, code, read_settings(fields))
    except InputRefused as refusal:
        return show(request, working, with_violations(fields, refusal, services.site), status=400)
    except TooOften as refusal:
        view = typed_again(fields, problem=sentence_about_wait_here(refusal))
        return slowed_down(show(request, working, view), refusal)
    notice = Notice.SETTINGS_SAVED if is_changed else Notice.NOTHING_CHANGED
    return redirect(request, request.path, leave_notice(notice))


def as_typed(gemeente: Gemeente) -> dict[str, str]:
    """By the names of the fields, which read it back as it was."""
    return {
        "email": gemeente.email,
        "telefoonnummer": gemeente.phone or "",
        "wachttijd": str(wait_in_hours(gemeente)),
        **({"goedkeuringNodig": TICKED} if gemeente.requires_approval else {}),
        **{BOX + value: TICKED for value in offered_types(gemeente)},
    }


def read_settings(fields: Mapping[str, str]) -> GemeenteSettingsForm:
    return GemeenteSettingsForm(
        contact_email=fields.get("email", ""),
        contact_phone=fields.get("telefoonnummer", ""),
        requires_approval=fields.get("goedkeuringNodig") == TICKED,
        accommodation_types=frozenset(
            value for value in ACCOMMODATION_TYPES if fields.get(BOX + value) == TICKED
        ),
        reset_wait=fields.get("wachttijd", ""),
    )


def show(request: web.Request, working: AtWork, form: FormView, *, status: int = 200) -> web.Response:
    former = services_of(request).gemeente_settings.former_wait(working.gemeente)
    context = {
        "former_wait": former and f"{in_hours(former.wait)} uur",
        "former_wait_until": former and moment(former.until),
        "form": form,
        "gemeente": working.gemeente,
        "accommodation_types": [(BOX + value, label) for value, label in ACCOMMODATION_TYPES.items()],
        "waits": WAITS,
        "account_id": working.logged_in.account.id,
    }
    return render(request, "gemeente_settings.html", context, status=status)
