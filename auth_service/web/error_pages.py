"""What went wrong, in Dutch and with the right status; the only place that catches everything."""

import structlog
from aiohttp import web
from aiohttp.typedefs import Handler

from auth_service.accounts.refusals import NotAllowed, NotFound, TooBusy, TooOften, Unavailable
from auth_service.web.api.problems import unexpected_problem
from auth_service.web.api.version import is_api_call
from auth_service.web.cookies import Cookie, read_cookie
from auth_service.web.csrf import ForeignPost
from auth_service.web.refusals_nl import sentence_about_wait
from auth_service.web.rendering import render, rendered_for_nobody, slowed_down
from auth_service.web.security_headers import headers_of
from auth_service.web.services import SERVICES, services_of
from shared.correlation import current_origin

# Heading and message by status; {back} is where the link below leads.
MESSAGES: dict[int, tuple[str, str]] = {
    400: ("Dit kunnen we niet lezen", "We kunnen niet lezen wat uw browser stuurde. Probeer het opnieuw."),
    403: ("Geen toegang", "U mag deze pagina niet bekijken."),
    404: (
        "Pagina niet gevonden",
        "Deze pagina bestaat niet. Controleer het adres of ga terug naar {back}.",
    ),
    405: ("Dat kan hier niet", "Deze pagina kan niet wat uw browser vraagt. Ga terug naar {back}."),
    408: ("Dit duurde te lang", "Het versturen duurde te lang. Probeer het opnieuw."),
    413: ("Dit is te groot", "Wat u stuurt, is te groot. Maak de tekst korter en probeer het opnieuw."),
    421: (
        "Verkeerd adres",
        "Op dit adres staat deze website niet. Controleer het adres in uw browser.",
    ),
    415: ("Dit kunnen we niet lezen", "We kunnen niet lezen wat uw browser stuurde. Probeer het opnieuw."),
}
LOGIN = "inloggen"
UNEXPECTED = ("Er ging iets mis", "Er ging iets mis bij ons. Probeer het later opnieuw.")
CLIENT_ERROR = (
    "Dit kunnen we niet doen",
    "We kunnen niet doen wat uw browser vraagt. Ga terug naar {back}.",
)
OLD_FORM = (
    "Probeer het opnieuw",
    "Deze pagina stond te lang open. Uw gegevens zijn niet opgeslagen. Probeer het opnieuw.",
)
NO_COOKIES = (
    "Cookies staan uit",
    "Zet cookies aan in uw browser. Zonder cookies kunt u niet inloggen.",
)
UNAVAILABLE = "Het {product} is even niet bereikbaar. Probeer het over een paar minuten opnieuw."

log = structlog.get_logger()


@web.middleware
async def show_unexpected_errors(request: web.Request, handler: Handler) -> web.StreamResponse:
    try:
        return await handler(request)
    except ConnectionError:
        # The browser went away; nobody is there to see a page.
        raise
    except Exception:
        # The edge of the process: logged once here, and told to the person with a code to ask by.
        error_id = error_code()
        log.exception("unexpected_error", error_id=error_id)
        if is_api_call(request):
            return unexpected_problem(error_id)
        return error_page(request, 500, *UNEXPECTED, error_id)


def error_code() -> str:
    """Short enough to be read out on the phone; the correlation id of the log lines begins with it."""
    return (current_origin().correlation_id or "")[:12]


@web.middleware
async def show_refusals(request: web.Request, handler: Handler) -> web.StreamResponse:
    try:
        return await handler(request)
    except (web.HTTPException, NotAllowed, NotFound) as error:
        return http_error_page(request, in_http(error))
    except ForeignPost as refusal:
        log.info("foreign_post", has_cookie=refusal.has_cookie)
        return error_page(request, 403, *(OLD_FORM if refusal.has_cookie else NO_COOKIES))
    except TooOften as refusal:
        page = error_page(request, 429, "Dit gaat te snel", sentence_about_wait(refusal))
        return slowed_down(page, refusal)
    except TooBusy as refusal:
        return unavailable_page(request, refusal.retry_after)
    except Unavailable as error:
        log.error("unavailable", reason=str(error))
        return unavailable_page(request, error.retry_after)


def in_http(error: web.HTTPException | NotAllowed | NotFound) -> web.HTTPException:
    match error:
        case NotAllowed():
            return web.HTTPForbidden()
        case NotFound():
            return web.HTTPNotFound()
        case _:
            return error


def http_error_page(request: web.Request, error: web.HTTPException) -> web.StreamResponse:
    heading, message = MESSAGES.get(error.status, CLIENT_ERROR)
    back = "Mijn account" if read_cookie(request, Cookie.SESSION) else LOGIN
    page = error_page(request, error.status, heading, message.format(back=back))
    if "Allow" in error.headers:
        page.headers["Allow"] = error.headers["Allow"]
    return page


def unavailable_page(request: web.Request, retry_after: int) -> web.Response:
    message = UNAVAILABLE.format(product=services_of(request).site.product_name)
    page = error_page(request, 503, "Even niet bereikbaar", message)
    page.headers["Retry-After"] = str(retry_after)
    return page


def error_page(
    request: web.Request, status: int, heading: str, message: str, error_id: str | None = None
) -> web.Response:
    context = {"heading": heading, "message": message, "error_id": error_id}
    return render(request, "error.html", context, status=status)


def page_for_nobody(app: web.Application, status: int) -> web.Response:
    """For a connection on which no request could be read."""
    heading, message = MESSAGES.get(status, UNEXPECTED)
    context = {"heading": heading, "message": message.format(back=LOGIN), "error_id": None}
    text = rendered_for_nobody(app, "error.html", context)
    headers = {**headers_of(app[SERVICES].site), "Cache-Control": "no-store"}
    return web.Response(status=status, text=text, content_type="text/html", headers=headers)
