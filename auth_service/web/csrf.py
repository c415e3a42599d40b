"""Guards every post: it must come from a page of ours, in a browser that we gave a secret (ASVS 3.5.1)."""

import hmac

from aiohttp import web

from auth_service.accounts.tokens import draw_token
from auth_service.web.cookies import Cookie, CookieChange, read_cookie, write_cookie
from auth_service.web.services import services_of

FIELD = "csrf"
DRAWN = web.RequestKey("csrf_drawn", str)


class ForeignPost(Exception):
    """The post doesn't come from a page of ours; `has_cookie` False may mean that cookies are off."""

    def __init__(self, *, has_cookie: bool) -> None:
        super().__init__("post without our token")
        self.has_cookie = has_cookie


def csrf_token(request: web.Request) -> str:
    """The secret of this browser, for the hidden field of a form; drawn where it has none yet."""
    token = read_cookie(request, Cookie.CSRF) or request.get(DRAWN)
    if token is None:
        token = request[DRAWN] = draw_token()
    return token


class FormToken:
    """The token for a template: drawn only where a form shows it.

    A page without a form must not replace the secret that an open form relies on.
    """

    def __init__(self, request: web.Request) -> None:
        self._request = request

    def __str__(self) -> str:
        return csrf_token(self._request)


def write_drawn_token(request: web.Request, response: web.StreamResponse) -> None:
    if drawn := request.get(DRAWN):
        write_cookie(request, response, CookieChange(Cookie.CSRF, drawn))


def check_csrf(request: web.Request, typed: str) -> None:
    """Raises ForeignPost."""
    secret = read_cookie(request, Cookie.CSRF)
    if secret is None:
        raise ForeignPost(has_cookie=False)
    if not hmac.compare_digest(secret.encode(), typed.encode()) or not is_from_here(request):
        raise ForeignPost(has_cookie=True)


def is_from_here(request: web.Request) -> bool:
    # A browser says itself where a post comes from; programs that say nothing still need the secret.
    if site := request.headers.get("Sec-Fetch-Site"):
        return site in ("same-origin", "none")
    origin = request.headers.get("Origin")
    own = {services_of(request).site.public_url, f"http://{request.host}", f"https://{request.host}"}
    return origin is None or origin in own
