"""/2fa/instellen: scanning a secret and typing its first code (R-37…R-49)."""

from dataclasses import dataclass

from aiohttp import web

from auth_service.accounts.refusals import CodeRejected, EnrolmentFrozen, InputRefused, ProofNeeded, TooOften
from auth_service.accounts.second_factor import AlreadyEnrolled, NextCodeNeeded, SecondFactorRejected
from auth_service.accounts.sessions import SessionState
from auth_service.flows.sessions import LoggedIn, SessionGone
from auth_service.web.clock_nl import clock_where_off
from auth_service.web.cookies import Cookie, CookieChange, known_by
from auth_service.web.form_input import posted_fields
from auth_service.web.form_view import FormView, typed_again, with_violations, without_code
from auth_service.web.notices import Notice, leave_notice
from auth_service.web.refusals_nl import (
    ENROLMENT_MAIL_CODE_REJECTED,
    NEXT_CODE,
    SECOND_FACTOR_REJECTED,
    sentence_about_wait,
)
from auth_service.web.rendering import redirect, render, slowed_down
from auth_service.web.return_paths import RECONFIRMATION, RETURN, own_path_after_enrolling, with_return
from auth_service.web.services import services_of
from auth_service.web.signed_in import require_session, require_session_for_script
from auth_service.web.totp_offer_view import offer_view
from auth_service.web.two_factor_nl import reason_to_enrol
from auth_service.web.visitors import visitor_of

SETUP_PATH = "/2fa/instellen"
RECOVERY_CODES_PATH = "/2fa/herstelcodes"
FAILURES = "mislukt"
# Digits of a time step; so many fit into a column of the database.
LONGEST_STEP = 18
# From this many wrong codes in a row on.
ADVISED_FROM = 2


@dataclass(frozen=True)
class Setup:
    """Who is enrolling, where he is led afterwards, and how many wrong codes he has typed in a row."""

    logged_in: LoggedIn
    return_path: str | None
    failures: int = 0


async def get_totp_setup(request: web.Request) -> web.Response:
    setup = Setup(await require_session(request), own_path_after_enrolling(request.query.get(RETURN, "")))
    try:
        return await show(request, setup, FormView())
    except AlreadyEnrolled:
        return led_on(request, setup)
    except EnrolmentFrozen:
        return render(request, "totp_frozen.html", {"gemeente": setup.logged_in.gemeente})


async def get_totp_offer(request: web.Request) -> web.Response:
    """The part of the page that changes, for its script."""
    services = services_of(request)
    logged_in = await require_session_for_script(request)
    try:
        offer = await services.two_factor.enrolment.offer(logged_in)
    except (AlreadyEnrolled, EnrolmentFrozen):
        raise web.HTTPNotFound from None
    return render(request, "totp_offer.html", {"offer": offer_view(offer, logged_in, services.site)})


async def post_totp_hold(request: web.Request) -> web.Response:
    fields = await posted_fields(request)
    logged_in = await require_session(request)
    step = fields.get("stap", "")
    # Before it is read as a number: that takes the longer, the longer it is.
    if not step.isdecimal() or len(step) > LONGEST_STEP:
        raise web.HTTPBadRequest
    if not await services_of(request).two_factor.enrolment.hold(logged_in, int(step)):
        raise web.HTTPNotFound
    return web.Response(status=204)


async def post_totp_mail_code(request: web.Request) -> web.Response:
    fields = await posted_fields(request)
    setup = Setup(await require_session(request), own_path_after_enrolling(fields.get(RETURN, "")))
    try:
        await services_of(request).two_factor.reset.mail_code_again(setup.logged_in, visitor_of(request))
    except TooOften as refusal:
        form = FormView(problem=sentence_about_wait(refusal))
        return slowed_down(await show(request, setup, form), refusal)
    return redirect(request, with_return(SETUP_PATH, setup.return_path), leave_notice(Notice.CODE_MAILED))


async def post_totp_setup(request: web.Request) -> web.Response:
    fields = await posted_fields(request)
    failures = int(fields.get(FAILURES) == "1")
    setup = Setup(await require_session(request), own_path_after_enrolling(fields.get(RETURN, "")), failures)
    try:
        return await enrol(request, setup, fields)
    except ProofNeeded:
        # Back from there, he still is led to where he wanted to be.
        back = with_return(RECONFIRMATION, with_return(SETUP_PATH, setup.return_path))
        return redirect(request, back, leave_notice(Notice.NOT_DONE_YET))
    except AlreadyEnrolled:
        return led_on(request, setup)
    except EnrolmentFrozen:
        return redirect(request, with_return(SETUP_PATH, setup.return_path))
    except SessionGone:
        # The second press on the button: the browser may hold the new token by now.
        return redirect(request, with_return(RECOVERY_CODES_PATH, setup.return_path))


async def enrol(request: web.Request, setup: Setup, fields: dict[str, str]) -> web.Response:
    services = services_of(request)
    try:
        enrolled = await services.two_factor.enrolment.enrol(
            setup.logged_in,
            fields.get("code", ""),
            visitor_of(request),
            mailed_code=fields.get("codeUitEmail", ""),
        )
    except InputRefused as refusal:
        return await show(request, setup, with_violations(fields, refusal, services.site))
    except SecondFactorRejected as refusal:
        return await show_rejected(request, setup, fields, refusal)
    except NextCodeNeeded:
        return await show(request, setup, without_code(fields, errors={"code": NEXT_CODE}))
    except CodeRejected:
        form = typed_again(fields, errors={"codeUitEmail": ENROLMENT_MAIL_CODE_REJECTED})
        return await show(request, setup, form)
    except TooOften as refusal:
        form = without_code(fields, problem=sentence_about_wait(refusal))
        return slowed_down(await show(request, setup, form), refusal)
    return redirect(
        request,
        with_return(RECOVERY_CODES_PATH, setup.return_path),
        CookieChange(Cookie.SESSION, enrolled.session.token),
        known_by(enrolled.session.browser),
        leave_notice(Notice.TOTP_ENABLED),
    )


async def show_rejected(
    request: web.Request, setup: Setup, fields: dict[str, str], refusal: SecondFactorRejected
) -> web.Response:
    form = without_code(fields, errors={"code": SECOND_FACTOR_REJECTED[refusal.fault]})
    again = Setup(setup.logged_in, setup.return_path, setup.failures + 1)
    return await show(request, again, form, clock=clock_where_off(refusal))


def led_on(request: web.Request, setup: Setup) -> web.Response:
    return redirect(request, setup.return_path or services_of(request).site.landing)


async def show(
    request: web.Request, setup: Setup, form: FormView, *, clock: str | None = None
) -> web.Response:
    services = services_of(request)
    logged_in = setup.logged_in
    two_factor = logged_in.account.two_factor
    offer = await services.two_factor.enrolment.offer(logged_in)
    context = {
        "form": form,
        "clock": clock,
        "offer": offer_view(offer, logged_in, services.site),
        "reason": reason_to_enrol(logged_in),
        "authenticators": services.site.authenticators,
        "gemeente": logged_in.gemeente,
        "is_voluntary": logged_in.state is SessionState.FULL,
        "asks_mail_code": two_factor.reset is not None,
        "advise_rescan": setup.failures >= ADVISED_FROM,
        "failures": min(setup.failures, 1),
        "page_path": with_return(SETUP_PATH, setup.return_path),
        "return_path": setup.return_path,
        # What led here because of the reset would lead here again.
        "not_now_path": "/account" if two_factor.reset else setup.return_path or "/account",
    }
    return render(request, "totp_setup.html", context, status=400 if form.errors else 200)
