"""A form that outlives the session in which it was filled in.

A page that keeps its form is named in PAGES_THAT_KEEP, wherever the form is posted to. Its template sets
`keeps_form` and has `form_owner` of `macros.html` in the form, its post takes `own_fields`, and its get shows
`kept_form` where there is one.
"""

from collections.abc import Mapping
from uuid import UUID

from aiohttp import hdrs, web

from auth_service.accounts.refusals import Field
from auth_service.flows.kept_forms import KEPT, FilledForm
from auth_service.flows.sessions import LoggedIn
from auth_service.web.cookies import Cookie, CookieChange, read_cookie, write_with_page
from auth_service.web.csrf import ForeignPost
from auth_service.web.form_input import posted_fields
from auth_service.web.form_view import FORM_NAMES, NEVER_SHOWN
from auth_service.web.notices import Notice, say_on_this_page
from auth_service.web.return_paths import page_with_form, route_with_form
from auth_service.web.services import services_of
from auth_service.web.visitors import visitor_of

# As the table of routes has them.
PAGES_THAT_KEEP = frozenset(
    {
        "/account/2fa",
        "/account/email",
        "/account/gegevens",
        "/beheer/beheerders/uitnodigen",
        "/beheer/gemeenten/{code}",
        "/gebruikers/uitnodigen",
        "/gebruikers/{id}/2fa-resetten",
        "/gebruikers/{id}/blokkeren",
        "/gebruikers/{id}/deblokkeren",
        "/gebruikers/{id}/sluiten",
        "/gemeente/{gemeente}/2fa",
        "/gemeente/{gemeente}/bedrijven/{id}/afwijzen",
        "/gemeente/{gemeente}/bedrijven/{id}/email",
        "/gemeente/{gemeente}/gebruikers/{id}/2fa-resetten",
        "/gemeente/{gemeente}/gebruikers/{id}/2fa-vrijgeven",
        "/gemeente/{gemeente}/gebruikers/{id}/blokkeren",
        "/gemeente/{gemeente}/gebruikers/{id}/deblokkeren",
        "/gemeente/{gemeente}/gebruikers/{id}/sluiten",
        "/gemeente/{gemeente}/instellingen",
        "/gemeente/{gemeente}/medewerkers/uitnodigen",
    }
)
# Whose form it is: in one browser one account may be used after another.
OWNER = "account"
NEVER_KEPT = frozenset({*NEVER_SHOWN, FORM_NAMES[Field.CODE], FORM_NAMES[Field.MAILED_CODE], OWNER})


async def own_fields(request: web.Request, logged_in: LoggedIn) -> dict[str, str]:
    """As posted_fields; raises ForeignPost too where the form is of another account than is logged in now."""
    fields = await posted_fields(request)
    if fields.pop(OWNER, "") != str(logged_in.account.id):
        raise ForeignPost(has_cookie=True)
    return fields


async def kept_form(request: web.Request, logged_in: LoggedIn) -> Mapping[str, str] | None:
    """What he had filled in on this page before, by field name; once, and with a notice on this page."""
    token = read_cookie(request, Cookie.FORM)
    # A HEAD shows nobody anything.
    if token is None or request.method != hdrs.METH_GET:
        return None
    fields = await services_of(request).kept_forms.take(token, logged_in.account.id, request.path)
    if fields is not None:
        write_with_page(request, CookieChange(Cookie.FORM, None))
        say_on_this_page(request, Notice.FORM_UNSAVED)
    return fields


async def keep_form(request: web.Request) -> CookieChange | None:
    """Keep what was posted, for its owner to find again; None where it is not kept."""
    if route_with_form(request) not in PAGES_THAT_KEEP:
        return None
    fields = await posted_fields(request)
    owner = owner_of(fields)
    if owner is None:
        return None
    shown = {name: text for name, text in fields.items() if name not in NEVER_KEPT}
    filled = FilledForm(owner, page_with_form(request), shown)
    token = await services_of(request).kept_forms.keep(filled, visitor_of(request))
    return CookieChange(Cookie.FORM, token, KEPT) if token else None


def owner_of(fields: Mapping[str, str]) -> UUID | None:
    try:
        return UUID(fields.get(OWNER, ""))
    except ValueError:
        return None
