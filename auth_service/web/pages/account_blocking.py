"""Blocking somebody and letting him in again: by a manager in his company, by staff in a gemeente."""

from dataclasses import dataclass

from aiohttp import web

from auth_service.accounts.account import Account, Role
from auth_service.accounts.places import Gemeente
from auth_service.accounts.refusals import InputRefused, TooOften
from auth_service.flows.sessions import LoggedIn, require_fresh_proof
from auth_service.web.form_input import posted_fields
from auth_service.web.form_view import FormView, typed_again, with_violations
from auth_service.web.ids import id_in_path
from auth_service.web.kept_forms import kept_form, own_fields
from auth_service.web.notices import Notice, leave_notice
from auth_service.web.pages.company_users import require_manager
from auth_service.web.people_lists import COMPANY_USERS, OPERATORS, PeopleList, staff_of
from auth_service.web.refusals_nl import sentence_about_wait
from auth_service.web.rendering import redirect, render, slowed_down
from auth_service.web.services import services_of
from auth_service.web.staff_at_work import require_staff

UNBLOCKING = "deblokkeren"


@dataclass(frozen=True)
class Listed:
    """A page, what it is called, and the entry of the menu that leads there."""

    path: str
    name: str
    menu_item: str


@dataclass(frozen=True)
class Asked:
    """Who acts on whom; `gemeente_code` None for a manager. `listed` is where the account is found."""

    logged_in: LoggedIn
    subject: Account
    gemeente_code: str | None
    listed: Listed
    unblocks: bool


async def by_manager(request: web.Request) -> Asked:
    logged_in = await require_manager(request)
    subject = await services_of(request).people.blocking.subject(logged_in, id_in_path(request))
    return Asked(logged_in, subject, None, at(COMPANY_USERS), unblocks=is_unblocking(request))


async def by_staff(request: web.Request) -> Asked:
    at_work = await require_staff(request)
    gemeente, blocking = at_work.gemeente, services_of(request).people.blocking
    subject = await blocking.subject(at_work.logged_in, id_in_path(request), gemeente_code=gemeente.code)
    listed = where_listed(subject, gemeente)
    return Asked(at_work.logged_in, subject, gemeente.code, listed, unblocks=is_unblocking(request))


def where_listed(subject: Account, gemeente: Gemeente) -> Listed:
    match subject.role:
        case Role.BEHEERDER:
            return at(OPERATORS)
        case Role.GEMEENTEMEDEWERKER:
            return at(staff_of(gemeente))
        case _:
            root = f"/gemeente/{gemeente.code}"
            return Listed(f"{root}/bedrijven/{subject.company_id}", "het bedrijf", menu_item=root)


def at(people_list: PeopleList) -> Listed:
    return Listed(people_list.path, people_list.name, menu_item=people_list.path)


def is_unblocking(request: web.Request) -> bool:
    return request.path.rpartition("/")[2] == UNBLOCKING


async def get_blocking_by_manager(request: web.Request) -> web.Response:
    return await confirm(request, await by_manager(request))


async def get_blocking_by_staff(request: web.Request) -> web.Response:
    return await confirm(request, await by_staff(request))


async def post_blocking_by_manager(request: web.Request) -> web.Response:
    # Judged first: a forged post is told nothing of who is logged in.
    await posted_fields(request)
    return await act(request, await by_manager(request))


async def post_blocking_by_staff(request: web.Request) -> web.Response:
    await posted_fields(request)
    return await act(request, await by_staff(request))


async def confirm(request: web.Request, asked: Asked) -> web.Response:
    # Only now: who has no business here is not asked for any proof.
    require_fresh_proof(asked.logged_in)
    kept = await kept_form(request, asked.logged_in)
    return show(request, asked, typed_again(kept or {}))


async def act(request: web.Request, asked: Asked) -> web.Response:
    services, fields = services_of(request), await own_fields(request, asked.logged_in)
    blocking = services.people.blocking
    reason, code = fields.get("reden", ""), asked.gemeente_code
    try:
        if asked.unblocks:
            await blocking.unblock(asked.logged_in, asked.subject.id, reason, gemeente_code=code)
        else:
            await blocking.block(asked.logged_in, asked.subject.id, reason, gemeente_code=code)
    except InputRefused as refusal:
        return show(request, asked, with_violations(fields, refusal, services.site), status=400)
    except TooOften as refusal:
        form = typed_again(fields, problem=sentence_about_wait(refusal))
        return slowed_down(show(request, asked, form), refusal)
    notice = Notice.ACCOUNT_UNBLOCKED if asked.unblocks else Notice.ACCOUNT_BLOCKED
    return redirect(request, asked.listed.path, leave_notice(notice))


def show(request: web.Request, asked: Asked, form: FormView, *, status: int = 200) -> web.Response:
    context = {
        "form": form,
        "action": request.path,
        "email": asked.subject.email.text,
        "unblocks": asked.unblocks,
        "back": asked.listed.path,
        "back_name": asked.listed.name,
        "menu_path": asked.listed.menu_item,
        "account_id": asked.logged_in.account.id,
    }
    return render(request, "account_blocking.html", context, status=status)
