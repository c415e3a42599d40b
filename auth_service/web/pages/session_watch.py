"""/account/sessie: for the script that warns before a session ends. Asking is no use of it, posting is."""

from contextlib import suppress

from aiohttp import web

from auth_service.flows.sessions import SessionOver
from auth_service.web.cookies import Cookie, read_cookie
from auth_service.web.form_input import posted_fields
from auth_service.web.services import services_of
from auth_service.web.signed_in import session_behind


async def get_time_left(request: web.Request) -> web.Response:
    token = read_cookie(request, Cookie.SESSION)
    left = await services_of(request).session_watch.time_left(token) if token else None
    told = {
        "seconden": left.seconds if left else 0,
        "verlengbaar": left.can_be_extended if left else False,
    }
    return web.json_response(told)


async def post_time_left(request: web.Request) -> web.Response:
    await posted_fields(request)
    with suppress(SessionOver):
        await session_behind(request)
    return await get_time_left(request)
