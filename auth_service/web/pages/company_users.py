"""/gebruikers: the users of a company, for its managers, and inviting further ones."""

from aiohttp import web

from auth_service.accounts.account import Role
from auth_service.accounts.refusals import NotAllowed
from auth_service.flows.sessions import LoggedIn
from auth_service.web.form_input import posted_fields
from auth_service.web.ids import read_id
from auth_service.web.kept_forms import own_fields
from auth_service.web.notices import Notice, leave_notice
from auth_service.web.people_lists import COMPANY_USERS, answer_inviting, ask_whom_to_invite
from auth_service.web.people_view import invited_of, people_of
from auth_service.web.rendering import redirect, render
from auth_service.web.services import services_of
from auth_service.web.signed_in import require_login
from auth_service.web.visitors import visitor_of


async def require_manager(request: web.Request) -> LoggedIn:
    """Who manages a company; raises NotAllowed, and what require_login raises."""
    logged_in = await require_login(request)
    if logged_in.account.role is not Role.ONDERNEMER:
        raise NotAllowed
    return logged_in


async def get_company_users(request: web.Request) -> web.Response:
    logged_in = await require_manager(request)
    roster = await services_of(request).people.rosters.of_company(logged_in)
    people = people_of(roster, logged_in.account)
    context = {
        "list": COMPANY_USERS,
        "company_name": logged_in.account.company_name,
        "people": people,
        "can_stop": any(each.is_manager and not (each.is_self or each.is_blocked) for each in people),
        "invited": invited_of(roster),
    }
    return render(request, "company_users.html", context)


async def get_inviting_user(request: web.Request) -> web.Response:
    return await ask_whom_to_invite(request, COMPANY_USERS, await require_manager(request))


async def post_inviting_user(request: web.Request) -> web.Response:
    # Judged first: a forged post is told nothing of who is logged in.
    await posted_fields(request)
    logged_in = await require_manager(request)
    fields = await own_fields(request, logged_in)
    inviting = services_of(request).people.invitations.invite_to_company(
        logged_in, fields.get("email", ""), role_in(fields.get("rol", "")), visitor_of(request)
    )
    return await answer_inviting(request, COMPANY_USERS, logged_in, fields, inviting)


async def post_inviting_user_again(request: web.Request) -> web.Response:
    fields = await posted_fields(request)
    logged_in = await require_manager(request)
    sending = services_of(request).people.invitations.send_again(
        logged_in, read_id(fields.get("uitnodiging", "")), visitor_of(request)
    )
    return await answer_inviting(request, COMPANY_USERS, logged_in, fields, sending)


async def post_user_withdrawal(request: web.Request) -> web.Response:
    fields = await posted_fields(request)
    logged_in = await require_manager(request)
    await services_of(request).people.invitations.withdraw(logged_in, read_id(fields.get("uitnodiging", "")))
    return redirect(request, COMPANY_USERS.path, leave_notice(Notice.INVITATION_WITHDRAWN))


def role_in(typed: str) -> Role | None:
    return Role(typed) if typed in list(Role) else None
