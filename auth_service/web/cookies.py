"""The cookies of a browser: session, receipt of a registration, what it is known by, and for forms."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from aiohttp import web

from auth_service.accounts.tokens import can_be_token
from auth_service.web.services import services_of


class Cookie(StrEnum):
    SESSION = "dnr-session"
    RECEIPT = "dnr-receipt"
    BROWSER = "dnr-browser"
    CSRF = "dnr-csrf"
    NOTICE = "dnr-notice"
    FORM = "dnr-form"


# Counted anew at each login.
BROWSER_KEPT = timedelta(days=365)


@dataclass(frozen=True)
class CookieChange:
    """To be written on the answer; `value` None deletes, `max_age` None lasts until the browser closes."""

    cookie: Cookie
    value: str | None
    max_age: timedelta | None = None


def known_by(browser: str | None) -> CookieChange:
    return CookieChange(Cookie.BROWSER, browser, BROWSER_KEPT)


WITH_PAGE = web.RequestKey("cookies_with_page", list[CookieChange])


def write_with_page(request: web.Request, change: CookieChange) -> None:
    """On the page that this request is answered with."""
    request.setdefault(WITH_PAGE, []).append(change)


def cookie_name(request: web.Request, cookie: Cookie) -> str:
    # __Host- binds a cookie to this very host, so that no sister domain can plant one; it needs https.
    return f"__Host-{cookie}" if services_of(request).site.is_https else cookie.value


def read_cookie(request: web.Request, cookie: Cookie) -> str | None:
    value = request.cookies.get(cookie_name(request, cookie), "")
    return value if can_be_token(value) else None


def write_cookies(request: web.Request, response: web.StreamResponse, *changes: CookieChange) -> None:
    for change in changes:
        write_cookie(request, response, change)


def write_cookie(request: web.Request, response: web.StreamResponse, change: CookieChange) -> None:
    response.set_cookie(
        cookie_name(request, change.cookie),
        change.value or "",
        max_age=seconds_to_live(change),
        path="/",
        secure=services_of(request).site.is_https,
        httponly=True,
        samesite="Lax",
    )


def seconds_to_live(change: CookieChange) -> int | None:
    if change.value is None:
        return 0
    return None if change.max_age is None else int(change.max_age.total_seconds())
