"""/gemeente and /gemeente/{gemeente}: the entrepreneurs of a gemeente, and where each of them stands."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode
from uuid import UUID

from aiohttp import web

from auth_service.accounts.account import Role
from auth_service.accounts.company_search import CompanyFilter, FoundCompany, FoundPage, read_sought
from auth_service.accounts.refusals import NotAllowed
from auth_service.web.company_states_nl import (
    FILTER_NAMES,
    FILTERS,
    ToldStanding,
    filter_named,
    number_nl,
    told_standing,
)
from auth_service.web.mail_delay_nl import told_delay
from auth_service.web.rendering import redirect, render
from auth_service.web.services import services_of
from auth_service.web.signed_in import require_login
from auth_service.web.staff_at_work import require_staff
from shared.dutch_times import date

# More digits than that name no page.
MOST_PAGE_DIGITS = 6


@dataclass(frozen=True)
class CompanyRow:
    """`earlier` registrations of the same address."""

    id: UUID
    name: str
    place: str
    email: str | None
    standing: ToldStanding
    registered: str
    earlier: int


@dataclass(frozen=True)
class FilterLink:
    label: str
    count: str
    path: str
    is_chosen: bool


async def get_own_gemeente(request: web.Request) -> web.Response:
    account = (await require_login(request)).account
    match account.role:
        case Role.GEMEENTEMEDEWERKER:
            return redirect(request, f"/gemeente/{account.gemeente_code}")
        case Role.BEHEERDER:
            return redirect(request, "/beheer")
        case _:
            raise NotAllowed


async def get_companies(request: web.Request) -> web.Response:
    working = await require_staff(request)
    typed, chosen = request.query.get("zoek", ""), filter_named(request.query.get("filter", ""))
    helpdesk, gemeente = services_of(request).helpdesk, working.gemeente
    sought = read_sought(typed, chosen, page_in(request.query))
    found = await helpdesk.search.find(gemeente.code, sought)
    context = {
        "gemeente": gemeente,
        "typed": typed,
        "filter_name": FILTER_NAMES[chosen] if chosen else "",
        "rows": [row_of(company) for company in found.companies],
        "count": number_nl(found.count),
        "page": number_nl(found.page),
        "pages": number_nl(found.pages),
        "filters": filter_links(gemeente.code, typed, chosen, found),
        "is_sought": bool(typed.strip() or chosen),
        **neighbours(gemeente.code, typed, chosen, found),
        "mail_delay": told_delay(await helpdesk.mail_delays.now()),
    }
    return render(request, "companies.html", context)


def page_in(query: Mapping[str, str]) -> int:
    """The first one for what is no number."""
    typed = query.get("pagina", "")
    return int(typed) if typed.isascii() and typed.isdecimal() and len(typed) <= MOST_PAGE_DIGITS else 1


def row_of(company: FoundCompany) -> CompanyRow:
    return CompanyRow(
        company.id,
        company.name,
        company.place,
        company.email,
        told_standing(company),
        date(company.registered_at),
        company.earlier,
    )


def filter_links(
    gemeente_code: str, typed: str, chosen: CompanyFilter | None, found: FoundPage
) -> list[FilterLink]:
    everything = FilterLink(
        "Alle", number_nl(found.total), path_to(gemeente_code, typed, None), chosen is None
    )
    return [
        everything,
        *(
            FilterLink(
                label, number_nl(found.counts[each]), path_to(gemeente_code, typed, each), chosen is each
            )
            for each, label in FILTERS.items()
        ),
    ]


def neighbours(
    gemeente_code: str, typed: str, chosen: CompanyFilter | None, found: FoundPage
) -> dict[str, str | None]:
    """The pages before and after this one, where there are any."""

    def to(page: int) -> str:
        return path_to(gemeente_code, typed, chosen, page)

    return {
        "previous_path": to(found.page - 1) if found.page > 1 else None,
        "next_path": to(found.page + 1) if found.page < found.pages else None,
        "last_path": to(found.pages) if found.page < found.pages - 1 else None,
        "first_path": to(1) if found.page > 2 else None,
    }


def path_to(gemeente_code: str, typed: str, chosen: CompanyFilter | None, page: int = 1) -> str:
    asked = {
        "zoek": typed,
        "filter": FILTER_NAMES[chosen] if chosen else "",
        "pagina": str(page) if page > 1 else "",
    }
    query = urlencode({name: value for name, value in asked.items() if value})
    return f"/gemeente/{gemeente_code}?{query}" if query else f"/gemeente/{gemeente_code}"
