"""/2fa/reset-annuleren: "dit was ik niet". Showing the page uses nothing up; only the press does."""

from aiohttp import web

from auth_service.accounts.refusals import AlreadyObjected, CodeRejected, InputRefused, TooOften
from auth_service.flows.reset_objection import Objected
from auth_service.web.cookies import Cookie, CookieChange
from auth_service.web.form_input import posted_fields
from auth_service.web.form_view import FormView, typed_again, with_violations
from auth_service.web.notices import Notice, leave_notice
from auth_service.web.refusals_nl import OBJECTION_CODE_REJECTED, sentence_about_wait
from auth_service.web.rendering import redirect, render, slowed_down
from auth_service.web.services import services_of
from auth_service.web.visitors import visitor_of

NOTICES = {Objected.PREVENTED: Notice.TOTP_RESET_STOPPED, Objected.FROZEN: Notice.ENROLMENT_FROZEN}


async def get_reset_objection(request: web.Request) -> web.Response:
    return show(request, FormView())


async def post_reset_objection(request: web.Request) -> web.Response:
    fields = await posted_fields(request)
    services = services_of(request)
    try:
        objected = await services.two_factor.objection.object_to_reset(
            fields.get("code", ""), visitor_of(request)
        )
    except InputRefused as refusal:
        return show(request, with_violations(fields, refusal, services.site))
    except TooOften as refusal:
        form = typed_again(fields, problem=sentence_about_wait(refusal))
        return slowed_down(show(request, form), refusal)
    except AlreadyObjected:
        return redirect(request, "/inloggen", leave_notice(Notice.ALREADY_OBJECTED))
    except CodeRejected:
        return show(request, typed_again(fields, errors={"code": OBJECTION_CODE_REJECTED}))
    changes = [leave_notice(NOTICES[objected])]
    if objected is Objected.FROZEN:
        # Every session has ended, also the one this browser may have had.
        changes.append(CookieChange(Cookie.SESSION, None))
    return redirect(request, "/inloggen", *changes)


def show(request: web.Request, form: FormView) -> web.Response:
    return render(request, "reset_objection.html", {"form": form}, status=400 if form.errors else 200)
