"""/beheer/beheerders: those who run the platform, and the yearly look at their rights."""

from aiohttp import web

from auth_service.accounts.account import Role
from auth_service.accounts.refusals import NotAllowed
from auth_service.flows.sessions import LoggedIn
from auth_service.web.form_input import posted_fields
from auth_service.web.ids import read_id
from auth_service.web.kept_forms import own_fields
from auth_service.web.notices import Notice, leave_notice
from auth_service.web.people_lists import OPERATORS, answer_inviting, ask_whom_to_invite
from auth_service.web.people_view import invited_of, people_of, review_of
from auth_service.web.rendering import redirect, render
from auth_service.web.services import services_of
from auth_service.web.signed_in import require_login
from auth_service.web.visitors import visitor_of


async def require_operator(request: web.Request) -> LoggedIn:
    """Who runs the platform; raises NotAllowed, and what require_login raises."""
    logged_in = await require_login(request)
    if logged_in.account.role is not Role.BEHEERDER:
        raise NotAllowed
    return logged_in


async def get_platform_staff(request: web.Request) -> web.Response:
    logged_in = await require_operator(request)
    roster = await services_of(request).people.rosters.of_platform(logged_in)
    context = {
        "list": OPERATORS,
        "of_whom": "het systeem",
        "people": people_of(roster, logged_in.account),
        "invited": invited_of(roster),
        "review": review_of(roster.review, roster.seen_at),
    }
    return render(request, "staff.html", context)


async def get_inviting_operator(request: web.Request) -> web.Response:
    return await ask_whom_to_invite(request, OPERATORS, await require_operator(request))


async def post_inviting_operator(request: web.Request) -> web.Response:
    # Judged first: a forged post is told nothing of who is logged in.
    await posted_fields(request)
    logged_in = await require_operator(request)
    fields = await own_fields(request, logged_in)
    inviting = services_of(request).people.invitations.invite_to_platform(
        logged_in, fields.get("email", ""), visitor_of(request)
    )
    return await answer_inviting(request, OPERATORS, logged_in, fields, inviting)


async def post_inviting_operator_again(request: web.Request) -> web.Response:
    fields = await posted_fields(request)
    logged_in = await require_operator(request)
    sending = services_of(request).people.invitations.send_again(
        logged_in, read_id(fields.get("uitnodiging", "")), visitor_of(request)
    )
    return await answer_inviting(request, OPERATORS, logged_in, fields, sending)


async def post_operator_withdrawal(request: web.Request) -> web.Response:
    fields = await posted_fields(request)
    logged_in = await require_operator(request)
    await services_of(request).people.invitations.withdraw(logged_in, read_id(fields.get("uitnodiging", "")))
    return redirect(request, OPERATORS.path, leave_notice(Notice.INVITATION_WITHDRAWN))


async def post_operator_review(request: web.Request) -> web.Response:
    await posted_fields(request)
    await services_of(request).people.rosters.note_review(await require_operator(request), None)
    return redirect(request, OPERATORS.path, leave_notice(Notice.RIGHTS_REVIEWED))
