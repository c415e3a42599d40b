"""/v1/gemeenten/{code}/bedrijven: looking for an entrepreneur, for the staff of his gemeente."""

from typing import Literal
from uuid import UUID

from pydantic import ConfigDict
from pydantic import Field as MemberOf

from auth_service.accounts.company_search import (
    LONGEST_SEARCH,
    CompanyFilter,
    CompanyStanding,
    FoundCompany,
    read_sought,
)
from auth_service.web.api.call import Call, Given, Moment, QueryParameter
from auth_service.web.api.callers import Asked
from auth_service.web.api.json_bodies import MembersRefused, NoBody
from auth_service.web.api.problem_kinds import FACTOR_OWED, INVALID_INPUT, NO_GEMEENTE
from auth_service.web.api.signed_in import GEMEENTE_CODE, staff_session
from auth_service.web.api.staff_paths import IN_GEMEENTE
from auth_service.web.company_states_nl import FILTER_NAMES, filter_named, told_standing

TAG = "Helpdesk"
PATH = f"/gemeenten/{{{GEMEENTE_CODE}}}/bedrijven"
UNKNOWN_FILTER = "Dit filter kennen we niet."
NO_PAGE = "Vul een heel getal in van 1 of meer."
MOST_PAGES = 999_999

Standing = Literal[
    "totpBevroren",
    "geblokkeerd",
    "afgewezen",
    "wachtOpGoedkeuring",
    "mailGeweigerd",
    "nietBevestigd",
    "gesloten",
    "zonderTotp",
    "deelsZonderTotp",
    "actief",
]
STANDINGS: dict[CompanyStanding, Standing] = {
    CompanyStanding.FROZEN: "totpBevroren",
    CompanyStanding.BLOCKED: "geblokkeerd",
    CompanyStanding.REJECTED: "afgewezen",
    CompanyStanding.AWAITING_APPROVAL: "wachtOpGoedkeuring",
    CompanyStanding.MAIL_REFUSED: "mailGeweigerd",
    CompanyStanding.UNCONFIRMED: "nietBevestigd",
    CompanyStanding.CLOSED: "gesloten",
    CompanyStanding.WITHOUT_TOTP: "zonderTotp",
    CompanyStanding.PARTLY_WITHOUT_TOTP: "deelsZonderTotp",
    CompanyStanding.ACTIVE: "actief",
}


class FoundCompanyGiven(Given):
    model_config = ConfigDict(title="GevondenBedrijf")

    id: UUID = MemberOf(description="Van het bedrijf, of van de aanmelding die het nog moet worden.")
    naam_onderneming: str = MemberOf(alias="naamOnderneming", examples=["Pension De Zon"])
    woonplaats: str = MemberOf(examples=["Zeedorp"])
    email: str | None = MemberOf(
        description="Van de eerste beheerder van het bedrijf.", examples=["naam@voorbeeld.nl"]
    )
    stand: Standing = MemberOf(description="Waar de ondernemer staat; wat het meest opvalt, gaat voor.")
    uitleg: str = MemberOf(description="Hetzelfde in woorden.", examples=["E-mailadres nog niet bevestigd"])
    aangemeld_op: Moment = MemberOf(alias="aangemeldOp")
    eerdere_aanmeldingen: int = MemberOf(
        alias="eerdereAanmeldingen", description="Hoeveel andere aanmeldingen met dit e-mailadres wachten."
    )


class CompaniesGiven(Given):
    model_config = ConfigDict(title="GevondenBedrijven")

    bedrijven: tuple[FoundCompanyGiven, ...]
    aantal: int = MemberOf(description="Hoeveel er in totaal zijn gevonden.")
    pagina: int = MemberOf(description="Na de laatste pagina komt de laatste pagina terug.")
    paginas: int = MemberOf(description="Hoeveel pagina's er zijn, minstens 1.")


async def find_companies(asked: Asked[NoBody]) -> CompaniesGiven:
    _, gemeente = await staff_session(asked)
    sought = read_sought(asked.in_query("zoek"), chosen_filter(asked), chosen_page(asked))
    found = await asked.services.helpdesk.search.find(gemeente.code, sought)
    return CompaniesGiven(
        bedrijven=tuple(company_given(company) for company in found.companies),
        aantal=found.count,
        pagina=found.page,
        paginas=found.pages,
    )


def chosen_filter(asked: Asked[NoBody]) -> CompanyFilter | None:
    name = asked.in_query("filter")
    chosen = filter_named(name)
    if name and chosen is None:
        raise MembersRefused({"filter": UNKNOWN_FILTER})
    return chosen


def chosen_page(asked: Asked[NoBody]) -> int:
    typed = asked.in_query("pagina") or "1"
    is_number = typed.isascii() and typed.isdecimal() and len(typed) <= len(str(MOST_PAGES))
    if not is_number or not int(typed):
        raise MembersRefused({"pagina": NO_PAGE})
    return int(typed)


def company_given(company: FoundCompany) -> FoundCompanyGiven:
    return FoundCompanyGiven(
        id=company.id,
        naamOnderneming=company.name,
        woonplaats=company.place,
        email=company.email,
        stand=STANDINGS[company.standing],
        uitleg=told_standing(company).text,
        aangemeldOp=company.registered_at,
        eerdereAanmeldingen=company.earlier,
    )


FIND_COMPANIES = Call(
    method="GET",
    path=PATH,
    name="zoekBedrijven",
    tag=TAG,
    summary="Zoek ondernemers van de gemeente",
    description="Voor medewerkers van de gemeente. Bedrijven, en aanmeldingen die op hun code wachten. Per"
    " pagina 25.",
    takes=NoBody,
    handle=find_companies,
    status=200,
    gives=CompaniesGiven,
    means="Wat er is gevonden.",
    refuses=(INVALID_INPUT, NO_GEMEENTE, *FACTOR_OWED),
    needs_token=True,
    in_path=(IN_GEMEENTE,),
    in_query=(
        QueryParameter(
            "zoek",
            "Woorden uit naam, adres, postcode, woonplaats, e-mailadres of KVK-nummer; elk moet voorkomen.",
            "de zon zeedorp",
            {"type": "string", "maxLength": LONGEST_SEARCH},
        ),
        QueryParameter(
            "filter",
            "Alleen deze.",
            "mail-geweigerd",
            {"type": "string", "enum": list(FILTER_NAMES.values())},
        ),
        QueryParameter("pagina", "Vanaf 1.", 1, {"type": "integer", "minimum": 1, "maximum": MOST_PAGES}),
    ),
)
