"""/gemeente/{gemeente}/medewerkers: the staff of a gemeente, and the yearly look at their rights."""

from aiohttp import web

from auth_service.web.form_input import posted_fields
from auth_service.web.ids import read_id
from auth_service.web.kept_forms import own_fields
from auth_service.web.notices import Notice, leave_notice
from auth_service.web.people_lists import answer_inviting, ask_whom_to_invite, staff_of
from auth_service.web.people_view import invited_of, people_of, review_of
from auth_service.web.rendering import redirect, render
from auth_service.web.services import services_of
from auth_service.web.staff_at_work import require_staff
from auth_service.web.visitors import visitor_of


async def get_gemeente_staff(request: web.Request) -> web.Response:
    at_work = await require_staff(request)
    logged_in, gemeente = at_work.logged_in, at_work.gemeente
    roster = await services_of(request).people.rosters.of_gemeente(logged_in, gemeente.code)
    context = {
        "list": staff_of(gemeente),
        "of_whom": f"de gemeente {gemeente.name}",
        "people": people_of(roster, logged_in.account),
        "invited": invited_of(roster),
        "review": review_of(roster.review, roster.seen_at),
    }
    return render(request, "staff.html", context)


async def get_inviting_staff(request: web.Request) -> web.Response:
    at_work = await require_staff(request)
    return await ask_whom_to_invite(request, staff_of(at_work.gemeente), at_work.logged_in)


async def post_inviting_staff(request: web.Request) -> web.Response:
    # Judged first: a forged post is told nothing of who is logged in.
    await posted_fields(request)
    at_work = await require_staff(request)
    fields = await own_fields(request, at_work.logged_in)
    inviting = services_of(request).people.invitations.invite_staff(
        at_work.logged_in, at_work.gemeente.code, fields.get("email", ""), visitor_of(request)
    )
    return await answer_inviting(request, staff_of(at_work.gemeente), at_work.logged_in, fields, inviting)


async def post_inviting_staff_again(request: web.Request) -> web.Response:
    fields = await posted_fields(request)
    at_work = await require_staff(request)
    sending = services_of(request).people.invitations.send_again(
        at_work.logged_in,
        read_id(fields.get("uitnodiging", "")),
        visitor_of(request),
        gemeente_code=at_work.gemeente.code,
    )
    return await answer_inviting(request, staff_of(at_work.gemeente), at_work.logged_in, fields, sending)


async def post_staff_withdrawal(request: web.Request) -> web.Response:
    fields = await posted_fields(request)
    at_work = await require_staff(request)
    await services_of(request).people.invitations.withdraw(
        at_work.logged_in, read_id(fields.get("uitnodiging", "")), gemeente_code=at_work.gemeente.code
    )
    path = staff_of(at_work.gemeente).path
    return redirect(request, path, leave_notice(Notice.INVITATION_WITHDRAWN))


async def post_staff_review(request: web.Request) -> web.Response:
    await posted_fields(request)
    at_work = await require_staff(request)
    await services_of(request).people.rosters.note_review(at_work.logged_in, at_work.gemeente.code)
    return redirect(request, staff_of(at_work.gemeente).path, leave_notice(Notice.RIGHTS_REVIEWED))
