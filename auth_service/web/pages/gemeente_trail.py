"""/gemeente/{gemeente}/logboek: what was done for a gemeente and its people, by whom and why."""

from urllib.parse import urlencode

from aiohttp import hdrs, web

from auth_service.accounts.refusals import TooOften
from auth_service.accounts.trail import TrailFilter, TrailPage
from auth_service.web.form_input import posted_fields
from auth_service.web.form_view import FormView
from auth_service.web.refusals_nl import sentence_about_wait
from auth_service.web.rendering import redirect, render, slowed_down
from auth_service.web.return_paths import RECONFIRMATION, with_return
from auth_service.web.services import services_of
from auth_service.web.staff_at_work import AtWork, require_staff
from auth_service.web.trail_nl import GROUP_NAMES, csv_heading, csv_lines, told_line
from auth_service.web.trail_query import FILTERS, OLDER_THAN, QueryRefused, read_filter, read_mark

EMPTY_PAGE = TrailPage((), None)


async def get_trail(request: web.Request) -> web.Response:
    return await show(request, await require_staff(request))


async def post_trail_export(request: web.Request) -> web.StreamResponse:
    """What is looked for stands behind the address, as it does on the page with the form."""
    await posted_fields(request)
    working = await require_staff(request)
    path = path_of(working)
    if not working.logged_in.is_freshly_proven:
        # Back to the page with the form: an answer that is a file would leave the question standing there.
        return redirect(request, with_return(RECONFIRMATION, path + search_of(request)))
    trail = services_of(request).gemeente_trail
    try:
        sought = read_filter(request.query)
        await trail.begin_export(working.logged_in, working.gemeente.code)
    except QueryRefused:
        return redirect(request, path + search_of(request))
    except TooOften as refusal:
        return slowed_down(await show(request, working, sentence_about_wait(refusal)), refusal)
    return await stream(request, working, sought)


async def stream(request: web.Request, working: AtWork, sought: TrailFilter) -> web.StreamResponse:
    name = f"logboek-{working.gemeente.code}.csv"
    response = web.StreamResponse(headers={hdrs.CONTENT_DISPOSITION: f'attachment; filename="{name}"'})
    response.content_type, response.charset = "text/csv", "utf-8"
    await response.prepare(request)
    await response.write(csv_heading().encode())
    async for lines in services_of(request).gemeente_trail.all_lines(working.gemeente.code, sought):
        await response.write(csv_lines(lines).encode())
    await response.write_eof()
    return response


async def show(request: web.Request, working: AtWork, problem: str | None = None) -> web.Response:
    """`problem` of an export that was refused."""
    page, errors = EMPTY_PAGE, {}
    try:
        sought = read_filter(request.query)
        older_than = read_mark(request.query)
        page = await services_of(request).gemeente_trail.page(working.gemeente.code, sought, older_than)
    except QueryRefused as refusal:
        errors = dict(refusal.errors)
    path, search = path_of(working), search_of(request)
    context = {
        "form": FormView({name: request.query.get(name, "") for name in FILTERS}, errors, problem),
        "gemeente": working.gemeente,
        "path": path,
        "lines": [told_line(line) for line in page.lines],
        "groups": [(group.value, name) for group, name in GROUP_NAMES.items()],
        "is_filtered": bool(search),
        "newest": path + search if OLDER_THAN in request.query else None,
        "older": path + search_of(request, **{OLDER_THAN: str(page.older)}) if page.older else None,
        "export": f"{path}/bestand{search}",
    }
    return render(request, "gemeente_trail.html", context, status=400 if errors else 200)


def path_of(working: AtWork) -> str:
    return f"/gemeente/{working.gemeente.code}/logboek"


def search_of(request: web.Request, **more: str) -> str:
    """What is looked for, behind an address; empty where that is everything."""
    chosen = {name: request.query[name] for name in FILTERS if request.query.get(name, "").strip()}
    return "?" + urlencode(chosen | more) if chosen or more else ""
