"""/inloggen/code and /inloggen/herstelcode: the second factor, after the password (R-52)."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from aiohttp import web

from auth_service.accounts.refusals import InputRefused, TooOften
from auth_service.accounts.second_factor import SecondFactorRejected
from auth_service.accounts.sessions import SessionState
from auth_service.accounts.visitors import Visitor
from auth_service.flows.second_factor import SecondFactor
from auth_service.flows.sessions import LoggedIn, OpenedSession, SessionGone
from auth_service.web.clock_nl import clock_where_off
from auth_service.web.cookies import Cookie, CookieChange, known_by
from auth_service.web.form_input import posted_fields
from auth_service.web.form_view import FormView, typed_again, with_violations, without_code
from auth_service.web.notices import Notice, leave_notice
from auth_service.web.refusals_nl import SECOND_FACTOR_REJECTED, sentence_about_wait
from auth_service.web.rendering import redirect, render, slowed_down
from auth_service.web.return_paths import NEXT_STEP, RETURN, own_path, with_return
from auth_service.web.services import services_of
from auth_service.web.signed_in import require_session
from auth_service.web.visitors import visitor_of

CODE_PATH = "/inloggen/code"
RECOVERY_PATH = "/inloggen/herstelcode"


@dataclass(frozen=True)
class CodePage:
    """One way to prove the second factor."""

    template: str
    prove: Callable[[SecondFactor, LoggedIn, str, Visitor], Awaitable[OpenedSession]]
    typed_again: Callable[..., FormView]
    # Left behind for the page that one gets to.
    notices: tuple[CookieChange, ...] = ()


TOTP = CodePage("login_code.html", SecondFactor.prove_totp, without_code)
RECOVERY = CodePage(
    "login_recovery_code.html",
    SecondFactor.prove_recovery_code,
    typed_again,
    (leave_notice(Notice.RECOVERY_CODE_USED),),
)


@dataclass(frozen=True)
class Arrival:
    """Who still owes the second factor, and where he is led once it is proven."""

    page: CodePage
    logged_in: LoggedIn
    return_path: str | None


async def get_login_code(request: web.Request) -> web.Response:
    return await get(request, TOTP)


async def get_login_recovery_code(request: web.Request) -> web.Response:
    return await get(request, RECOVERY)


async def post_login_code(request: web.Request) -> web.Response:
    return await post(request, TOTP)


async def post_login_recovery_code(request: web.Request) -> web.Response:
    return await post(request, RECOVERY)


async def get(request: web.Request, page: CodePage) -> web.Response:
    arrival = Arrival(page, await require_session(request), own_path(request.query.get(RETURN, "")))
    if arrival.logged_in.state is not SessionState.AWAITING_TOTP:
        return led_on(request, arrival)
    return show(request, arrival, FormView())


async def post(request: web.Request, page: CodePage) -> web.Response:
    fields = await posted_fields(request)
    arrival = Arrival(page, await require_session(request), own_path(fields.get(RETURN, "")))
    if arrival.logged_in.state is not SessionState.AWAITING_TOTP:
        return led_on(request, arrival)
    services = services_of(request)
    try:
        opened = await page.prove(
            services.two_factor.at_login, arrival.logged_in, fields.get("code", ""), visitor_of(request)
        )
    except InputRefused as refusal:
        return show(request, arrival, with_violations(fields, refusal, services.site))
    except SecondFactorRejected as refusal:
        form = page.typed_again(fields, errors={"code": SECOND_FACTOR_REJECTED[refusal.fault]})
        return show(request, arrival, form, clock=clock_where_off(refusal))
    except TooOften as refusal:
        form = FormView(problem=sentence_about_wait(refusal))
        return slowed_down(show(request, arrival, form), refusal)
    except SessionGone:
        # The second press on the button: the browser may hold the new token by now.
        return redirect(request, arrival.return_path or services.site.landing)
    location = arrival.return_path or services.site.landing
    session = CookieChange(Cookie.SESSION, opened.token)
    return redirect(request, location, session, known_by(opened.browser), *page.notices)


def led_on(request: web.Request, arrival: Arrival) -> web.Response:
    next_step = NEXT_STEP.get(arrival.logged_in.state)
    if next_step:
        return redirect(request, with_return(next_step, arrival.return_path))
    return redirect(request, arrival.return_path or services_of(request).site.landing)


def show(request: web.Request, arrival: Arrival, form: FormView, *, clock: str | None = None) -> web.Response:
    context = {
        "form": form,
        "clock": clock,
        "gemeente": arrival.logged_in.gemeente,
        "return_path": arrival.return_path,
        "code_path": with_return(CODE_PATH, arrival.return_path),
        "recovery_path": with_return(RECOVERY_PATH, arrival.return_path),
    }
    return render(request, arrival.page.template, context, status=400 if form.errors else 200)
