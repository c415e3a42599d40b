"""/gemeente/…/2fa: whether, and from when, a gemeente asks its entrepreneurs for a second factor (R-50)."""

from aiohttp import web

from auth_service.accounts.refusals import InputRefused, TooOften
from auth_service.accounts.two_factor import Coverage
from auth_service.flows.two_factor_policy import TypedPolicy
from auth_service.web.form_input import posted_fields
from auth_service.web.form_view import FormView, typed_again, with_violations
from auth_service.web.kept_forms import kept_form, own_fields
from auth_service.web.notices import Notice, leave_notice
from auth_service.web.refusals_nl import sentence_about_wait
from auth_service.web.rendering import redirect, render, slowed_down
from auth_service.web.services import services_of
from auth_service.web.staff_at_work import AtWork, require_fresh_staff
from shared.dutch_times import date

# What the button says that was pressed.
CHOICE = "keuze"


async def get_gemeente_two_factor(request: web.Request) -> web.Response:
    working = await require_fresh_staff(request)
    kept = await kept_form(request, working.logged_in)
    return await show(request, working, typed_again(kept or {}))


async def get_requiring_now(request: web.Request) -> web.Response:
    """Whom it strikes is shown before it does."""
    working = await require_fresh_staff(request)
    page, gemeente = f"/gemeente/{working.gemeente.code}/2fa", working.gemeente
    if gemeente.requires_totp:
        return redirect(request, page)
    rollout = await services_of(request).two_factor.policy.rollout(gemeente)
    context = {"gemeente": gemeente, "page": page, "struck": struck(rollout.coverage)}
    return render(request, "gemeente_two_factor_now.html", context)


async def post_gemeente_two_factor(request: web.Request) -> web.Response:
    # Judged first: a forged post is told nothing of who is logged in.
    fields = await posted_fields(request)
    working = await require_fresh_staff(request)
    # To require it at once is a press on a page of its own: there is no form of his to be found again.
    if fields.get(CHOICE) != "nu":
        fields = await own_fields(request, working.logged_in)
    typed = policy_in(fields)
    services = services_of(request)
    try:
        is_new = await services.two_factor.policy.decide_for_gemeente(
            working.logged_in, working.gemeente.code, typed
        )
    except InputRefused as refusal:
        return await show(request, working, with_violations(fields, refusal, services.site))
    except TooOften as refusal:
        form = typed_again(fields, problem=sentence_about_wait(refusal))
        return slowed_down(await show(request, working, form), refusal)
    notice = Notice.POLICY_CHANGED if is_new else Notice.NOTHING_CHANGED
    return redirect(request, request.path, leave_notice(notice))


def policy_in(fields: dict[str, str]) -> TypedPolicy:
    """Raises HTTPBadRequest for what no button of the page says."""
    reason = fields.get("reden", "")
    match fields.get(CHOICE):
        case "vanaf":
            return TypedPolicy(required=True, starts_on=fields.get("vanaf", ""))
        case "nu":
            return TypedPolicy(required=True)
        case "uit":
            return TypedPolicy(required=False, reason=reason)
        case _:
            raise web.HTTPBadRequest


async def show(request: web.Request, working: AtWork, form: FormView) -> web.Response:
    gemeente = working.gemeente
    rollout = await services_of(request).two_factor.policy.rollout(gemeente)
    context = {
        "form": form,
        "gemeente": gemeente,
        "starts_on": date(gemeente.requires_totp_from) if gemeente.requires_totp_from else None,
        "is_announcing": rollout.is_announcing,
        "preview": preview(rollout.coverage),
        "account_id": working.logged_in.account.id,
    }
    return render(request, "gemeente_two_factor.html", context, status=400 if form.errors else 200)


def preview(coverage: Coverage) -> str:
    accounts, without = in_thousands(coverage.accounts), in_thousands(coverage.without)
    match coverage:
        case Coverage(accounts=0):
            return "Er zijn nog geen accounts van ondernemers."
        case Coverage(without=0):
            return "Alle ondernemers hebben 2FA."
        case Coverage(without=1):
            return f"1 van de {accounts} ondernemers heeft nog geen 2FA."
        case _:
            return f"{without} van de {accounts} ondernemers hebben nog geen 2FA."


def struck(coverage: Coverage) -> str:
    """Who must set it up at once."""
    accounts, without = in_thousands(coverage.accounts), in_thousands(coverage.without)
    match coverage:
        case Coverage(without=0):
            return preview(coverage)
        case Coverage(without=1):
            return f"1 van de {accounts} ondernemers moet bij het volgende bezoek 2FA instellen."
        case _:
            return f"{without} van de {accounts} ondernemers moeten bij hun volgende bezoek 2FA instellen."


def in_thousands(number: int) -> str:
    return f"{number:,}".replace(",", ".")
