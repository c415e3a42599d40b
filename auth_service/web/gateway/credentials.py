"""The token that somebody else's request carries: in the session cookie, or as bearer token."""

from collections.abc import Iterator

from aiohttp import hdrs, web

from auth_service.accounts.tokens import can_be_token
from auth_service.web.cookies import Cookie, cookie_name

BEARER = "bearer"


def only_token(request: web.Request) -> str | None:
    """None without a token, for one that we can't have drawn, and with more than one.

    Of two tokens nobody can say whose request it is, and the application might look at the other one.
    """
    given = [*in_cookies(request), *in_authorization(request)]
    return given[0] if len(given) == 1 and can_be_token(given[0]) else None


def in_cookies(request: web.Request) -> Iterator[str]:
    # Not `request.cookies`, which takes twenty times as long and hides that a cookie came twice.
    name = cookie_name(request, Cookie.SESSION)
    for header in request.headers.getall(hdrs.COOKIE, []):
        for pair in header.split(";"):
            key, _, value = pair.partition("=")
            if key.strip() == name:
                yield value.strip()


def in_authorization(request: web.Request) -> Iterator[str]:
    """Other schemes are the application's own, such as the Basic of a site that isn't public yet."""
    for header in request.headers.getall(hdrs.AUTHORIZATION, []):
        scheme, *credentials = header.split(None, 1)
        if scheme.lower() == BEARER:
            yield "".join(credentials)
