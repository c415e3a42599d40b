"""/gemeente/…/bedrijven/…: approving of a company that registered, and rejecting it with a reason."""

from collections.abc import Mapping
from uuid import UUID

from aiohttp import web

from auth_service.accounts.company_details import CompanyDetails
from auth_service.accounts.refusals import AlreadyDecided, InputRefused, TooOften
from auth_service.web.company_view import details_as_read
from auth_service.web.form_input import posted_fields
from auth_service.web.form_view import FormView, typed_again, with_violations
from auth_service.web.kept_forms import kept_form, own_fields
from auth_service.web.notices import Notice, leave_notice
from auth_service.web.refusals_nl import sentence_about_wait_here
from auth_service.web.rendering import redirect, render, slowed_down
from auth_service.web.services import services_of
from auth_service.web.staff_at_work import AtWork, require_fresh_staff, require_staff

COMPANY = "id"


async def post_company_approval(request: web.Request) -> web.Response:
    await posted_fields(request)
    working = await require_staff(request)
    approval = services_of(request).company_approval
    try:
        await approval.approve(working.logged_in, working.gemeente.code, company_in_path(request))
    except AlreadyDecided:
        return back_to_company(request, working, Notice.ALREADY_DECIDED)
    return back_to_company(request, working, Notice.COMPANY_APPROVED)


async def get_company_rejection(request: web.Request) -> web.Response:
    working = await require_fresh_staff(request)
    kept = await kept_form(request, working.logged_in)
    try:
        details = await services_of(request).company_approval.awaiting(
            working.gemeente, company_in_path(request)
        )
    except AlreadyDecided:
        return back_to_company(request, working, Notice.ALREADY_DECIDED)
    return show(request, working, details, typed_again(kept or {}))


async def post_company_rejection(request: web.Request) -> web.Response:
    # Judged first: a forged post is told nothing of who is logged in.
    await posted_fields(request)
    working = await require_fresh_staff(request)
    fields = await own_fields(request, working.logged_in)
    try:
        return await reject(request, working, fields)
    except AlreadyDecided:
        return back_to_company(request, working, Notice.ALREADY_DECIDED)


async def reject(request: web.Request, working: AtWork, fields: Mapping[str, str]) -> web.Response:
    services, company_id = services_of(request), company_in_path(request)
    approval = services.company_approval
    try:
        await approval.reject(working.logged_in, working.gemeente.code, company_id, fields.get("reden", ""))
    except InputRefused as refusal:
        view = with_violations(fields, refusal, services.site)
        details = await approval.awaiting(working.gemeente, company_id)
        return show(request, working, details, view, status=400)
    except TooOften as refusal:
        view = typed_again(fields, problem=sentence_about_wait_here(refusal))
        details = await approval.awaiting(working.gemeente, company_id)
        return slowed_down(show(request, working, details, view), refusal)
    return back_to_company(request, working, Notice.COMPANY_REJECTED)


def company_in_path(request: web.Request) -> UUID | None:
    """None for what can't be an id."""
    try:
        return UUID(request.match_info[COMPANY])
    except ValueError:
        return None


def page_of_company(request: web.Request, working: AtWork) -> str:
    return f"/gemeente/{working.gemeente.code}/bedrijven/{request.match_info[COMPANY]}"


def back_to_company(request: web.Request, working: AtWork, notice: Notice) -> web.Response:
    return redirect(request, page_of_company(request, working), leave_notice(notice))


def show(
    request: web.Request, working: AtWork, details: CompanyDetails, form: FormView, *, status: int = 200
) -> web.Response:
    context = {
        "form": form,
        "gemeente": working.gemeente,
        "company": details_as_read(details),
        "company_page": page_of_company(request, working),
        "account_id": working.logged_in.account.id,
    }
    return render(request, "company_rejection.html", context, status=status)
