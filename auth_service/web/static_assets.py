"""Styles, scripts and pictures, under addresses that change with their content."""

from functools import partial

from aiohttp import web

from auth_service.web.rendering import static_files, static_urls

FOR_EVER = "public, max-age=31536000, immutable"
# Not what the machine's own table may say: with nosniff a wrong type means an unstyled page.
TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}


def add_static_routes(app: web.Application) -> None:
    contents = static_files()
    for name, url in static_urls().items():
        app.router.add_get(url, partial(get_asset, name, contents[name]))


async def get_asset(name: str, content: bytes, _request: web.Request) -> web.Response:
    suffix = name[name.rindex(".") :]
    return web.Response(
        body=content,
        content_type=TYPES[suffix],
        charset="utf-8",
        headers={"Cache-Control": FOR_EVER},
    )
