"""/uitloggen: a post, so that no link or picture can log anybody out."""

from aiohttp import web

from auth_service.web.cookies import Cookie, CookieChange, read_cookie
from auth_service.web.form_input import posted_fields
from auth_service.web.notices import Notice, leave_notice
from auth_service.web.rendering import redirect
from auth_service.web.services import services_of


async def post_logout(request: web.Request) -> web.Response:
    await posted_fields(request)
    if token := read_cookie(request, Cookie.SESSION):
        await services_of(request).sessions.log_out(token)
    response = redirect(
        request, "/inloggen", CookieChange(Cookie.SESSION, None), leave_notice(Notice.LOGGED_OUT)
    )
    # ASVS 14.3.1: what the browser kept of the pages goes too.
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response
