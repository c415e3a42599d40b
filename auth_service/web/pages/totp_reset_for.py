"""…/2fa-resetten: the second factor of somebody else, for who manages his company and for staff (R-56)."""

from dataclasses import dataclass
from datetime import timedelta

from aiohttp import web

from auth_service.accounts.account import Account
from auth_service.accounts.places import Gemeente
from auth_service.accounts.refusals import (
    InputRefused,
    NoSuchAccount,
    NothingWaits,
    ResetWaits,
    TooOften,
)
from auth_service.accounts.second_factor import NotEnrolled
from auth_service.flows.sessions import LoggedIn
from auth_service.flows.two_factor_policy import company_he_decides_for
from auth_service.flows.waiting_resets import Resettable
from auth_service.web.account_in_path import account_in_path
from auth_service.web.form_input import posted_fields
from auth_service.web.form_view import FormView, typed_again, with_violations
from auth_service.web.identification_nl import CHOICES, posted_identification
from auth_service.web.kept_forms import kept_form, own_fields
from auth_service.web.notices import Notice, leave_notice
from auth_service.web.refusals_nl import sentence_about_wait
from auth_service.web.rendering import redirect, render, slowed_down
from auth_service.web.services import services_of
from auth_service.web.signed_in import require_fresh_login
from auth_service.web.staff_at_work import require_fresh_staff
from shared.dutch_times import moment

USERS_PATH = "/gebruikers"


@dataclass(frozen=True)
class Case:
    """Who helps whom; `back` is the page that shows the other. `gemeente` None where his company helps."""

    logged_in: LoggedIn
    subject: Resettable
    gemeente: Gemeente | None
    path: str
    back: str

    @property
    def account(self) -> Account:
        return self.subject.account

    @property
    def can_reset(self) -> bool:
        """Whether the page has the form; what stands in its way is told to staff alone."""
        two_factor = self.account.two_factor
        is_held = self.gemeente is not None and (two_factor.is_frozen or self.subject.waiting is not None)
        return two_factor.is_enrolled and not is_held


async def staff_case(request: web.Request) -> Case:
    """Raises NoSuchAccount, also for one of another gemeente, and what require_fresh_staff raises."""
    working = await require_fresh_staff(request)
    resets = services_of(request).two_factor.waiting_resets
    subject = await resets.subject(working.logged_in, account_in_path(request))
    account, gemeente = subject.account, working.gemeente
    if account.gemeente_code != gemeente.code:
        raise NoSuchAccount
    place = f"/gemeente/{gemeente.code}"
    back = f"{place}/bedrijven/{account.company_id}" if account.company_id else f"{place}/medewerkers"
    return Case(working.logged_in, subject, gemeente, f"{place}/gebruikers/{account.id}", back)


async def manager_case(request: web.Request) -> Case:
    """Raises NotAllowed, NoSuchAccount, and what require_fresh_login raises."""
    logged_in = await require_fresh_login(request)
    company_he_decides_for(logged_in.account)
    subject = await services_of(request).two_factor.waiting_resets.subject(
        logged_in, account_in_path(request)
    )
    return Case(logged_in, subject, None, f"{USERS_PATH}/{subject.account.id}", USERS_PATH)


async def get_staff_reset(request: web.Request) -> web.Response:
    return await show_form(request, await staff_case(request))


async def post_staff_reset(request: web.Request) -> web.Response:
    # Judged first: a forged post is told nothing of who is logged in.
    await posted_fields(request)
    return await reset(request, await staff_case(request))


async def get_manager_reset(request: web.Request) -> web.Response:
    return await show_form(request, await manager_case(request))


async def post_manager_reset(request: web.Request) -> web.Response:
    await posted_fields(request)
    return await reset(request, await manager_case(request))


async def show_form(request: web.Request, case: Case) -> web.Response:
    """Empty, or as it was filled in before."""
    kept = await kept_form(request, case.logged_in) if case.can_reset else None
    return show(request, case, typed_again(kept or {}))


async def reset(request: web.Request, case: Case) -> web.Response:
    services, fields = services_of(request), await own_fields(request, case.logged_in)
    try:
        due_at = await services.two_factor.reset.reset_for(
            case.logged_in, case.account.id, fields.get("reden", ""), posted_identification(fields)
        )
    except InputRefused as refusal:
        return show(request, case, with_violations(fields, refusal, services.site))
    except TooOften as refusal:
        form = typed_again(fields, problem=sentence_about_wait(refusal))
        return slowed_down(show(request, case, form), refusal)
    except (NotEnrolled, ResetWaits):
        # The page says so.
        return redirect(request, f"{case.path}/2fa-resetten")
    notice = Notice.TOTP_RESET_FOR if due_at is None else Notice.TOTP_RESET_PLANNED
    return redirect(request, case.back, leave_notice(notice))


async def post_withdrawal(request: web.Request) -> web.Response:
    await posted_fields(request)
    case = await staff_case(request)
    try:
        await services_of(request).two_factor.waiting_resets.withdraw(case.logged_in, case.account.id)
    except NothingWaits:
        return redirect(request, f"{case.path}/2fa-resetten")
    return redirect(request, case.back, leave_notice(Notice.TOTP_RESET_WITHDRAWN))


def show(request: web.Request, case: Case, form: FormView) -> web.Response:
    two_factor, waiting = case.account.two_factor, case.subject.waiting
    context = {
        "form": form,
        "email": case.account.email.text,
        "path": case.path,
        "back": case.back,
        "is_staff": case.gemeente is not None,
        "can_reset": case.can_reset,
        "account_id": case.logged_in.account.id,
        "is_enrolled": two_factor.is_enrolled,
        "is_frozen": two_factor.is_frozen,
        "waits_until": moment(waiting.due_at) if waiting else None,
        "wait_days": days_of(case.subject.reset_wait) if case.gemeente else None,
        "identifications": CHOICES,
    }
    return render(request, "totp_reset_for.html", context, status=400 if form.errors else 200)


def days_of(reset_wait: timedelta) -> str | None:
    """For how long the reset will wait, in words; None where it is done at once."""
    if not reset_wait:
        return None
    hours = round(reset_wait / timedelta(hours=1))
    if hours % 24:
        return f"{hours} uur"
    return f"{hours // 24} {'dag' if hours == 24 else 'dagen'}"
