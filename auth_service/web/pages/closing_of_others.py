"""Closing somebody's account: by a manager in his company, by staff in a gemeente."""

from collections.abc import Mapping

from aiohttp import web

from auth_service.accounts.refusals import InputRefused, NoOtherManager, TooOften
from auth_service.flows.sessions import require_fresh_proof
from auth_service.web.form_input import posted_fields
from auth_service.web.form_view import FormView, typed_again, with_violations
from auth_service.web.notices import Notice, leave_notice
from auth_service.web.pages.account_blocking import Asked, by_manager, by_staff
from auth_service.web.refusals_nl import NO_OTHER_MANAGER, sentence_about_wait
from auth_service.web.rendering import redirect, render, slowed_down
from auth_service.web.services import services_of


async def get_closing_by_manager(request: web.Request) -> web.Response:
    return confirm(request, await by_manager(request))


async def get_closing_by_staff(request: web.Request) -> web.Response:
    return confirm(request, await by_staff(request))


async def post_closing_by_manager(request: web.Request) -> web.Response:
    fields = await posted_fields(request)
    return await act(request, await by_manager(request), fields)


async def post_closing_by_staff(request: web.Request) -> web.Response:
    fields = await posted_fields(request)
    return await act(request, await by_staff(request), fields)


def confirm(request: web.Request, asked: Asked) -> web.Response:
    # Only now: who has no business here is not asked for any proof.
    require_fresh_proof(asked.logged_in)
    return show(request, asked, FormView())


async def act(request: web.Request, asked: Asked, fields: Mapping[str, str]) -> web.Response:
    services = services_of(request)
    try:
        await services.people.closing.close(
            asked.logged_in, asked.subject.id, fields.get("reden", ""), gemeente_code=asked.gemeente_code
        )
    except InputRefused as refusal:
        return show(request, asked, with_violations(fields, refusal, services.site), status=400)
    except NoOtherManager:
        return show(request, asked, typed_again(fields, problem=NO_OTHER_MANAGER), status=400)
    except TooOften as refusal:
        form = typed_again(fields, problem=sentence_about_wait(refusal))
        return slowed_down(show(request, asked, form), refusal)
    return redirect(request, asked.listed.path, leave_notice(Notice.OTHER_CLOSED))


def show(request: web.Request, asked: Asked, form: FormView, *, status: int = 200) -> web.Response:
    context = {
        "form": form,
        "action": request.path,
        "email": asked.subject.email.text,
        "back": asked.listed.path,
        "back_name": asked.listed.name,
        "menu_path": asked.listed.menu_item,
    }
    return render(request, "closing_of_others.html", context, status=status)
