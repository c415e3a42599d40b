"""…/2fa-vrijgeven: staff have spoken with somebody who had objected to a reset of his second factor."""

from aiohttp import web

from auth_service.accounts.refusals import InputRefused, NotFrozen, OwnReset, TooOften
from auth_service.web.form_input import posted_fields
from auth_service.web.form_view import FormView, typed_again, with_violations
from auth_service.web.identification_nl import CHOICES, posted_identification
from auth_service.web.kept_forms import kept_form, own_fields
from auth_service.web.notices import Notice, leave_notice
from auth_service.web.pages.totp_reset_for import Case, staff_case
from auth_service.web.refusals_nl import OWN_RESET, sentence_about_wait
from auth_service.web.rendering import redirect, render, slowed_down
from auth_service.web.services import services_of


async def get_enrolment_release(request: web.Request) -> web.Response:
    case = await staff_case(request)
    kept = await kept_form(request, case.logged_in) if case.account.two_factor.is_frozen else None
    return show(request, case, typed_again(kept or {}))


async def post_enrolment_release(request: web.Request) -> web.Response:
    # Judged first: a forged post is told nothing of who is logged in.
    await posted_fields(request)
    case = await staff_case(request)
    services, fields = services_of(request), await own_fields(request, case.logged_in)
    try:
        await services.two_factor.release.release(
            case.logged_in, case.account.id, fields.get("reden", ""), posted_identification(fields)
        )
    except InputRefused as refusal:
        return show(request, case, with_violations(fields, refusal, services.site), status=400)
    except OwnReset:
        return show(request, case, typed_again(fields, problem=OWN_RESET), status=403)
    except TooOften as refusal:
        form = typed_again(fields, problem=sentence_about_wait(refusal))
        return slowed_down(show(request, case, form), refusal)
    except NotFrozen:
        # The page says so.
        return redirect(request, request.path)
    return redirect(request, case.back, leave_notice(Notice.ENROLMENT_RELEASED))


def show(request: web.Request, case: Case, form: FormView, *, status: int = 200) -> web.Response:
    context = {
        "form": form,
        "email": case.account.email.text,
        "path": case.path,
        "back": case.back,
        "is_frozen": case.account.two_factor.is_frozen,
        "identifications": CHOICES,
        "account_id": case.logged_in.account.id,
    }
    return render(request, "enrolment_release.html", context, status=status)
