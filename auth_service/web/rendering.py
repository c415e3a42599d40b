"""Pages from templates, and redirects after a post."""

import hashlib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

import aiohttp_jinja2
import jinja2
from aiohttp import web

from auth_service.accounts.refusals import TooOften
from auth_service.web.cookies import WITH_PAGE, Cookie, CookieChange, read_cookie, write_cookies
from auth_service.web.csrf import FormToken, write_drawn_token
from auth_service.web.menu import menu_for
from auth_service.web.notices import notice_for
from auth_service.web.return_paths import form_page
from auth_service.web.services import SERVICES, Site, services_of
from auth_service.web.tenants import gemeente_to_ask

STATIC_URL = "/static"


def set_up_templates(app: web.Application) -> None:
    aiohttp_jinja2.setup(
        app,
        loader=jinja2.PackageLoader("auth_service.web"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment = aiohttp_jinja2.get_env(app)
    environment.globals["static"] = static_urls().__getitem__


@cache
def static_files() -> dict[str, bytes]:
    folder = files("auth_service.web") / "static"
    return {file.name: file.read_bytes() for file in folder.iterdir() if file.is_file()}


@cache
def static_urls() -> dict[str, str]:
    """Addresses that change with the content, so that browsers may keep a file for ever."""
    return {
        name: f"{STATIC_URL}/{hashlib.sha256(content).hexdigest()[:12]}/{name}"
        for name, content in static_files().items()
    }


def render(
    request: web.Request, template: str, context: Mapping[str, Any] | None = None, *, status: int = 200
) -> web.Response:
    given = context or {}
    everywhere = {
        **told_of(services_of(request).site),
        "form_page": form_page(request, given.get("return_path")),
        "csrf": FormToken(request),
        "notice": notice_for(request),
        "menu": menu_for(request),
        "gemeente_to_ask": gemeente_to_ask(request),
        "signed_in": read_cookie(request, Cookie.SESSION) is not None,
    }
    response = aiohttp_jinja2.render_template(template, request, {**everywhere, **given}, status=status)
    write_drawn_token(request, response)
    write_cookies(request, response, *request.get(WITH_PAGE, ()))
    return response


def rendered_for_nobody(app: web.Application, template: str, context: Mapping[str, Any]) -> str:
    """A page that nobody's request asked for: without forms and notices."""
    everywhere = {**told_of(app[SERVICES].site), "form_page": None, "notice": None, "signed_in": False}
    everywhere["gemeente_to_ask"] = None
    return aiohttp_jinja2.get_env(app).get_template(template).render({**everywhere, **context})


def told_of(site: Site) -> dict[str, str | None]:
    return {"product_name": site.product_name, "sender": site.sender, "manual_url": site.manual_url}


def slowed_down(page: web.Response, refusal: TooOften) -> web.Response:
    """The page as the answer to somebody who must wait."""
    page.set_status(429)
    page.headers["Retry-After"] = str(refusal.retry_after)
    return page


def redirect(request: web.Request, location: str, *changes: CookieChange) -> web.Response:
    """303: the browser asks for `location` with GET, so that a reload posts nothing again."""
    response = web.Response(status=303, headers={"Location": location})
    write_cookies(request, response, *changes)
    return response
