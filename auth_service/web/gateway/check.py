"""/gateway/check: whether somebody else's request may pass, and who is asking.

nginx knows only 2xx, 401 and 403 of `auth_request` and makes 500 of all else; so there is never another
answer but 503, not even where something goes wrong here. Whatever method, host and body are, they are those
of the request that the gateway holds, and none of our business.
"""

import structlog
from aiohttp import hdrs, web
from aiohttp.typedefs import Handler

from auth_service.accounts.account import Account
from auth_service.accounts.refusals import Unavailable
from auth_service.accounts.sessions import SessionState
from auth_service.flows.sessions import LoggedIn, SessionOver
from auth_service.web.gateway.credentials import only_token
from auth_service.web.return_paths import NEXT_STEP, with_return
from auth_service.web.services import services_of

PATH = "/gateway/check"
LOGIN = "/inloggen"
ACCOUNT, ROLE, COMPANY = "X-DNR-Account", "X-DNR-Role", "X-DNR-Company"
GEMEENTE, ASSERTION = "X-DNR-Gemeente", "X-DNR-Assertion"
FACTS = (ACCOUNT, ROLE, COMPANY, GEMEENTE, ASSERTION)
ORIGINAL_URI, ORIGINAL_METHOD = "X-Original-URI", "X-Original-Method"
# Envoy takes these away from the request it holds; without it a client could add what we leave out.
ENVOY_REMOVES = "X-Envoy-Auth-Headers-To-Remove"

log = structlog.get_logger()


@web.middleware
async def answer_gateways(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Before whatever answers people in other ways: with pages, redirects, or 421 for a foreign host."""
    return await (answer_check(request) if request.path.startswith(PATH) else handler(request))


async def answer_check(request: web.Request) -> web.Response:
    try:
        return answer_about(await who_asks(request), request)
    except Unavailable as error:
        log.error("unavailable", reason=str(error))
    except Exception:
        # The edge of the process, as for pages: with 500 nginx would say the same, and Envoy less.
        log.exception("unexpected_error")
    return web.Response(status=503, headers={hdrs.RETRY_AFTER: str(Unavailable.retry_after)})


async def who_asks(request: web.Request) -> LoggedIn | None:
    token = only_token(request)
    if token is None:
        return None
    try:
        return await services_of(request).sessions.logged_in(token)
    except SessionOver:
        return None


def answer_about(logged_in: LoggedIn | None, request: web.Request) -> web.Response:
    if logged_in is None:
        headers = {hdrs.WWW_AUTHENTICATE: "Bearer", hdrs.LOCATION: way_in(request, LOGIN)}
        return web.Response(status=401, headers=headers)
    if logged_in.state is not SessionState.FULL:
        return web.Response(status=403, headers={hdrs.LOCATION: way_in(request, NEXT_STEP[logged_in.state])})
    facts = facts_about(logged_in.account, services_of(request).assertions.about(logged_in.account))
    if request.path == PATH:
        return web.Response(status=204, headers=facts)
    # Envoy appends the path that was asked for, and lets pass with 200 only.
    missing = ",".join(name for name in FACTS if name not in facts)
    return web.Response(status=200, headers=facts | ({ENVOY_REMOVES: missing} if missing else {}))


def way_in(request: web.Request, page: str) -> str:
    """For the gateway, which may lead people there; browsers themselves follow no address with 401 or 403."""
    # A post can't be repeated by leading there.
    is_page = request.headers.get(ORIGINAL_METHOD, hdrs.METH_GET) == hdrs.METH_GET
    return with_return(page, request.headers.get(ORIGINAL_URI) if is_page else None)


def facts_about(account: Account, assertion: str | None) -> dict[str, str]:
    known = {
        ACCOUNT: str(account.id),
        ROLE: account.role.value,
        COMPANY: str(account.company_id) if account.company_id else None,
        GEMEENTE: account.gemeente_code,
        ASSERTION: assertion,
    }
    return {name: fact for name, fact in known.items() if fact}


async def ignore_expectations(_request: web.Request) -> None:
    """They are for whoever takes the body."""


CHECK_ROUTE = web.route("*", PATH + "{asked:(?s:.*)}", answer_check, expect_handler=ignore_expectations)
