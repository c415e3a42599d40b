"""Where somebody is led back to once he has logged in, or proven what was still to be proven."""

from urllib.parse import quote

from aiohttp import hdrs, web

from auth_service.accounts.sessions import SessionState

RETURN = "terug"
# Where a session that is not full yet goes on.
NEXT_STEP: dict[SessionState, str] = {
    SessionState.AWAITING_TOTP: "/inloggen/code",
    SessionState.AWAITING_TOTP_SETUP: "/2fa/instellen",
}
RECONFIRMATION = "/account/bevestigen"
# Pages that nobody is to be led back to.
ON_THE_WAY_IN = frozenset({"/", "/inloggen", "/inloggen/herstelcode", RECONFIRMATION, *NEXT_STEP.values()})
# Who came for these had a second factor; to do it to the one that he has only just set up is nobody's wish.
OF_FORMER_FACTOR = frozenset({"/account/2fa/resetten", "/account/2fa/herstelcodes"})


def led_back(request: web.Request, address: str) -> str:
    """`address`, which leads back to the page asked for once it is done."""
    if request.path in ON_THE_WAY_IN:
        return with_return(address, request.query.get(RETURN))
    return led_back_here(request, address)


def led_back_here(request: web.Request, address: str) -> str:
    """The same, also for a page on the way in."""
    # A post can't be repeated by leading there; the page that its form stands on can.
    return with_return(address, request.path_qs if request.method == "GET" else page_with_form(request))


def page_with_form(request: web.Request) -> str:
    """Its own address, or the one above it where what is posted to is no page."""
    return request.path if is_page(request) else above(request.path)


def route_with_form(request: web.Request) -> str:
    """The same as the table of routes has it, with names where ids are."""
    return route_of(request) if is_page(request) else above(route_of(request))


def route_of(request: web.Request) -> str:
    resource = request.match_info.route.resource
    return resource.canonical if resource else request.path


def is_page(request: web.Request) -> bool:
    resource = request.match_info.route.resource
    return resource is not None and any(route.method == hdrs.METH_GET for route in resource)


def above(path: str) -> str:
    return path.rpartition("/")[0] or "/"


def form_page(request: web.Request, return_path: str | None) -> str | None:
    """Where the form is asked for to which this is the answer; None where it is the answer to no form."""
    if request.method != hdrs.METH_POST:
        return None
    return request.path_qs if request.query_string else with_return(page_with_form(request), return_path)


def with_return(address: str, path: str | None) -> str:
    own = own_path(path or "")
    return f"{address}?{RETURN}={quote(own, safe='/')}" if own else address


def own_path(typed: str) -> str | None:
    """A path on this host, or None: logging in must not lead anywhere else."""
    is_path = typed.startswith("/") and not typed.startswith(("//", "/\\"))
    return typed if is_path and typed.isascii() and typed.isprintable() else None


def own_path_after_enrolling(typed: str) -> str | None:
    """The same, but to the page above where the one asked for is about the second factor of before."""
    return "/account/2fa" if typed in OF_FORMER_FACTOR else own_path(typed)
