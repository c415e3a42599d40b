"""/beheer: all gemeenten, for those of the platform."""

from typing import Any

from aiohttp import web

from auth_service.accounts.gemeente_search import GemeenteSearch, standing_of
from auth_service.flows.gemeente_admission import GemeenteCounted, GemeentePage
from auth_service.web.gemeente_view import (
    PAGE,
    SEARCH,
    STANDING,
    STANDINGS,
    page_address,
    page_from,
    search_from,
)
from auth_service.web.rendering import render
from auth_service.web.services import services_of
from auth_service.web.signed_in import require_login

PATH = "/beheer"


async def get_gemeenten(request: web.Request) -> web.Response:
    logged_in = await require_login(request)
    search = search_from(request.query)
    page = await services_of(request).gemeente_admission.search(logged_in, search, page_from(request.query))
    context = {
        "search": search.text,
        "standing": STANDINGS[search.standing][0] if search.standing else "",
        "standings": list(STANDINGS.values()),
        "names": {"search": SEARCH, "standing": STANDING, "page": PAGE},
        "is_filtered": search != GemeenteSearch(),
        "rows": [row_of(counted) for counted in page.gemeenten],
        "page": page,
        **neighbours(search, page),
    }
    return render(request, "gemeenten.html", context)


def row_of(counted: GemeenteCounted) -> dict[str, Any]:
    gemeente = counted.gemeente
    _, standing = STANDINGS[standing_of(gemeente)]
    since = f" in {gemeente.dissolved_in}" if gemeente.dissolved_in else ""
    return {
        "code": gemeente.code,
        "name": gemeente.name,
        "standing": standing + since,
        "participating": gemeente.participating,
        "companies": counted.companies,
        "staff": counted.staff,
    }


def neighbours(search: GemeenteSearch, page: GemeentePage) -> dict[str, str | None]:
    """Addresses of the page before and the one after."""
    before, after = page.number - 1, page.number + 1
    return {
        "previous_page": page_address(PATH, search, before) if before else None,
        "next_page": page_address(PATH, search, after) if after <= page.pages else None,
    }
