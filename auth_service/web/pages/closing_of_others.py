"""Closing somebody's account: by a manager in his company, by staff in a gemeente."""

from aiohttp import web

from auth_service.accounts.refusals import InputRefused, NoOtherManager, TooOften
from auth_service.flows.sessions import require_fresh_proof
from auth_service.web.form_input import posted_fields
from auth_service.web.form_view import FormView, typed_again, with_violations
from auth_service.web.kept_forms import kept_form, own_fields
from auth_service.web.notices import Notice, leave_notice
from auth_service.web.pages.account_blocking import Asked, by_manager, by_staff
from auth_service.web.refusals_nl import NO_OTHER_MANAGER, sentence_about_wait
from auth_service.web.rendering import redirect, render, slowed_down
from auth_service.web.services import services_of


async def get_closing_by_manager(request: web.Request) -> web.Response:
    return await confirm(request, await by_manager(request))


async def get_closing_by_staff(request: web.Request) -> web.Response:
    return await confirm(request, await by_staff(request))


async def post_closing_by_manager(request: web.Request) -> web.Response:
    # Judged first: a forged post is told nothing of who is logged in.
    await posted_fields(request)
    return await act(request, await by_manager(request))


async def post_closing_by_staff(request: web.Request) -> web.Response:
    await posted_fields(request)
    return await act(request, await by_staff(request))


async def confirm(request: web.Request, asked: Asked) -> web.Response:
    # Only now: who has no business here is not asked for any proof.
    require_fresh_proof(asked.logged_in)
    kept = await kept_form(request, asked.logged_in)
    return show(request, asked, typed_again(kept or {}))


async def act(request: web.Request, asked: Asked) -> web.Response:
    services, fields = services_of(request), await own_fields(request, asked.logged_in)
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
        "account_id": asked.logged_in.account.id,
    }
    return render(request, "closing_of_others.html", context, status=status)
