"""/account/sessies: where somebody is logged in, and logging out there."""

from dataclasses import dataclass
from uuid import UUID

from aiohttp import web

from auth_service.accounts.refusals import NoSuchSession
from auth_service.accounts.sessions import UsedSession
from auth_service.flows.sessions import LoggedIn
from auth_service.web.devices import told_of_device
from auth_service.web.form_input import posted_fields
from auth_service.web.form_view import FormView
from auth_service.web.notices import Notice, leave_notice
from auth_service.web.rendering import redirect, render
from auth_service.web.services import services_of
from auth_service.web.signed_in import require_login
from shared.dutch_times import moment

PAGE = "/account/sessies"
# What the field says for all but the one that asks.
OTHERS = "andere"
GONE = "Dit apparaat is al uitgelogd."


@dataclass(frozen=True)
class SessionRow:
    id: UUID
    device: str
    started: str
    last_used: str
    is_current: bool


async def get_sessions(request: web.Request) -> web.Response:
    return await show(request, await require_login(request), FormView())


async def post_sessions(request: web.Request) -> web.Response:
    chosen = (await posted_fields(request)).get("sessie", "")
    logged_in = await require_login(request)
    own_sessions = services_of(request).own_sessions
    if chosen == OTHERS:
        await own_sessions.end_others(logged_in)
        return redirect(request, PAGE, leave_notice(Notice.OTHERS_LOGGED_OUT))
    try:
        await own_sessions.end(logged_in, session_id_of(chosen))
    except NoSuchSession:
        return await show(request, logged_in, FormView(problem=GONE), status=404)
    return redirect(request, PAGE, leave_notice(Notice.DEVICE_LOGGED_OUT))


def session_id_of(chosen: str) -> UUID:
    try:
        return UUID(chosen)
    except ValueError:
        raise NoSuchSession from None


async def show(
    request: web.Request, logged_in: LoggedIn, form: FormView, *, status: int = 200
) -> web.Response:
    running = await services_of(request).own_sessions.running(logged_in)
    rows = [row_of(used, logged_in) for used in running]
    return render(request, "sessions.html", {"form": form, "sessions": rows}, status=status)


def row_of(used: UsedSession, logged_in: LoggedIn) -> SessionRow:
    session = used.session
    return SessionRow(
        id=session.id,
        device=told_of_device(used.device),
        started=moment(session.started_at),
        last_used=moment(session.last_seen_at),
        is_current=session.id == logged_in.session.id,
    )
