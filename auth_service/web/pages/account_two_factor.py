"""/account/2fa: whether it is on, recovery codes, the reset, and the choice for the company (R-51…R-54)."""

from collections.abc import Mapping

from aiohttp import web

from auth_service.accounts.account import Role
from auth_service.accounts.recovery_codes import FEW
from auth_service.accounts.refusals import NotAllowed, TooOften
from auth_service.accounts.second_factor import NotEnrolled
from auth_service.accounts.two_factor import Obligation
from auth_service.flows.sessions import LoggedIn
from auth_service.web.cookies import Cookie, CookieChange
from auth_service.web.form_input import posted_fields
from auth_service.web.form_view import FormView
from auth_service.web.kept_forms import kept_form, own_fields
from auth_service.web.notices import Notice, leave_notice
from auth_service.web.refusals_nl import sentence_about_wait
from auth_service.web.rendering import redirect, render, slowed_down
from auth_service.web.services import services_of
from auth_service.web.signed_in import require_fresh_login, require_login
from shared.dutch_times import date, moment

PATH = "/account/2fa"


async def get_account_two_factor(request: web.Request) -> web.Response:
    logged_in = await require_login(request)
    # Only he has the form.
    kept = await kept_form(request, logged_in) if may_decide(logged_in) else None
    policy = services_of(request).two_factor.policy
    company_asks = await policy.of_company(logged_in) if kept is None else is_ticked(kept)
    return await show(request, logged_in, FormView(), company_asks=company_asks)


async def show(
    request: web.Request, logged_in: LoggedIn, form: FormView, *, company_asks: bool
) -> web.Response:
    two_factor = logged_in.account.two_factor
    codes_left = await services_of(request).two_factor.recovery_codes.left(logged_in)
    reset_due_at = await services_of(request).two_factor.waiting_resets.due_for(logged_in)
    context = {
        "form": form,
        "enrolled_since": date(two_factor.enrolled_at) if two_factor.enrolled_at else None,
        "reset_due": moment(reset_due_at) if reset_due_at else None,
        "is_required": two_factor.is_required,
        "codes_left": codes_left,
        "few_codes": codes_left <= FEW,
        "may_decide": may_decide(logged_in),
        "company_asks": company_asks,
        "gemeente_asks": two_factor.obligation is Obligation.GEMEENTE,
        "gemeente": logged_in.gemeente,
        "account_id": logged_in.account.id,
    }
    return render(request, "account_two_factor.html", context)


def may_decide(logged_in: LoggedIn) -> bool:
    return logged_in.account.role is Role.ONDERNEMER


def is_ticked(fields: Mapping[str, str]) -> bool:
    return fields.get("verplicht") == "ja"


async def post_company_policy(request: web.Request) -> web.Response:
    # Judged first: a forged post is told nothing of who is logged in.
    await posted_fields(request)
    logged_in = await require_fresh_login(request)
    fields = await own_fields(request, logged_in)
    try:
        await services_of(request).two_factor.policy.decide_for_company(logged_in, required=is_ticked(fields))
    except NotAllowed:
        raise web.HTTPForbidden from None
    except TooOften as refusal:
        form = FormView(problem=sentence_about_wait(refusal))
        return slowed_down(await show(request, logged_in, form, company_asks=is_ticked(fields)), refusal)
    return redirect(request, PATH, leave_notice(Notice.POLICY_CHANGED))


async def get_new_recovery_codes(request: web.Request) -> web.Response:
    logged_in = await require_fresh_login(request)
    if not logged_in.account.two_factor.is_enrolled:
        return redirect(request, PATH)
    return render(request, "new_recovery_codes.html", {"form": FormView()})


async def post_new_recovery_codes(request: web.Request) -> web.Response:
    await posted_fields(request)
    try:
        await services_of(request).two_factor.recovery_codes.make_new(await require_fresh_login(request))
    except NotEnrolled:
        return redirect(request, PATH)
    except TooOften as refusal:
        form = FormView(problem=sentence_about_wait(refusal))
        return slowed_down(render(request, "new_recovery_codes.html", {"form": form}), refusal)
    return redirect(request, f"/2fa/herstelcodes?terug={PATH}")


async def get_totp_reset(request: web.Request) -> web.Response:
    logged_in = await require_fresh_login(request)
    if not logged_in.account.two_factor.is_enrolled:
        return redirect(request, PATH)
    return render(request, "totp_reset.html", {"is_required": logged_in.account.two_factor.is_required})


async def post_totp_reset(request: web.Request) -> web.Response:
    await posted_fields(request)
    logged_in = await require_fresh_login(request)
    try:
        await services_of(request).two_factor.reset.reset_own(logged_in)
    except NotEnrolled:
        return redirect(request, PATH)
    # This session has ended with all the others.
    return redirect(request, "/inloggen", CookieChange(Cookie.SESSION, None), leave_notice(told(logged_in)))


def told(logged_in: LoggedIn) -> Notice:
    return Notice.TOTP_RESET_REQUIRED if logged_in.account.two_factor.is_required else Notice.TOTP_RESET
