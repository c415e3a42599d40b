"""/v1/gemeenten: all gemeenten, and whether one takes part, for those of the platform."""

from typing import Any

from pydantic import ConfigDict
from pydantic import Field as MemberOf

from auth_service.accounts.gemeente_admission import AdmissionForm
from auth_service.accounts.gemeente_search import standing_of
from auth_service.flows.gemeente_admission import GemeenteCounted
from auth_service.web.api.call import Call, Given, QueryParameter
from auth_service.web.api.callers import Asked
from auth_service.web.api.json_bodies import Body, NoBody, required_text
from auth_service.web.api.problem_kinds import FACTOR_OWED, NO_GEMEENTE, NOT_ALLOWED, PROOF_NEEDED, TOO_OFTEN
from auth_service.web.api.signed_in import GEMEENTE_CODE, full_session
from auth_service.web.api.staff_paths import IN_GEMEENTE
from auth_service.web.gemeente_view import PAGE, SEARCH, STANDING, STANDINGS, page_from, search_from

STANDING_NAMES: list[Any] = [name for name, _ in STANDINGS.values()]


class AdmissionBody(Body):
    model_config = ConfigDict(title="DeelnameVanGemeente")

    participating: bool = MemberOf(
        description="Of de gemeente meedoet. Zo niet, dan kan niemand zich er aanmelden.", examples=[True]
    )
    contact_email: str = required_text(
        "Waar antwoorden op e-mails aankomen. Mag leeg zijn als de gemeente nooit heeft meegedaan.",
        "nachtregister@zeedorp.example",
    )
    contact_phone: str | None = MemberOf(
        default=None, description="Wie ondernemers bellen.", examples=["14 0228"]
    )
    host: str | None = MemberOf(
        default=None,
        description="Hostnaam van de eigen pagina's van de gemeente.",
        examples=["zeedorp.voorbeeld.nl"],
    )

    def admission_form(self) -> AdmissionForm:
        return AdmissionForm(
            self.participating, self.contact_email, self.contact_phone or "", self.host or ""
        )


class GemeenteGiven(Given):
    model_config = ConfigDict(title="GemeenteMetAantallen")

    code: str = MemberOf(examples=["GM0361"])
    naam: str = MemberOf(examples=["Alkmaar"])
    stand: str = MemberOf(examples=[STANDING_NAMES[0]], json_schema_extra={"enum": STANDING_NAMES})
    opgeheven_in: int | None = MemberOf(
        alias="opgehevenIn", description="Het jaar waarin de gemeente is opgeheven."
    )
    email: str | None = MemberOf(examples=["nachtregister@alkmaar.example"])
    telefoonnummer: str | None = MemberOf(examples=["14 072"])
    host: str | None
    aantal_bedrijven: int = MemberOf(alias="aantalBedrijven")
    aantal_medewerkers: int = MemberOf(alias="aantalMedewerkers")


class GemeentenGiven(Given):
    model_config = ConfigDict(title="Gemeenten")

    gemeenten: list[GemeenteGiven]
    pagina: int = MemberOf(description="Welke pagina dit is, vanaf 1.")
    aantal_paginas: int = MemberOf(alias="aantalPaginas")
    aantal: int = MemberOf(description="Hoeveel gemeenten er zijn gevonden.")


def gemeente_given(counted: GemeenteCounted) -> GemeenteGiven:
    gemeente = counted.gemeente
    return GemeenteGiven(
        code=gemeente.code,
        naam=gemeente.name,
        stand=STANDINGS[standing_of(gemeente)][0],
        opgehevenIn=gemeente.dissolved_in,
        email=gemeente.email or None,
        telefoonnummer=gemeente.phone,
        host=gemeente.host,
        aantalBedrijven=counted.companies,
        aantalMedewerkers=counted.staff,
    )


async def list_gemeenten(asked: Asked[NoBody]) -> GemeentenGiven:
    logged_in = await full_session(asked)
    query = {name: asked.in_query(name) for name in (SEARCH, STANDING, PAGE)}
    page = await asked.services.gemeente_admission.search(logged_in, search_from(query), page_from(query))
    return GemeentenGiven(
        gemeenten=[gemeente_given(counted) for counted in page.gemeenten],
        pagina=page.number,
        aantalPaginas=page.pages,
        aantal=page.found,
    )


async def decide_admission(asked: Asked[AdmissionBody]) -> None:
    logged_in = await full_session(asked)
    code = asked.request.match_info[GEMEENTE_CODE]
    await asked.services.gemeente_admission.decide(logged_in, code, asked.body.admission_form())


LIST_GEMEENTEN = Call(
    method="GET",
    path="/gemeenten",
    name="bekijkGemeenten",
    tag="Gemeenten",
    summary="Zoek in alle gemeenten",
    description="Voor beheerders van het platform. Op naam, 50 per pagina.",
    takes=NoBody,
    handle=list_gemeenten,
    status=200,
    gives=GemeentenGiven,
    means="De gemeenten van deze pagina.",
    refuses=(NOT_ALLOWED, *FACTOR_OWED),
    needs_token=True,
    in_query=(
        QueryParameter(SEARCH, "Een deel van de naam, of de code.", "Alkmaar"),
        QueryParameter(
            STANDING,
            "Alleen gemeenten die meedoen, niet meedoen of zijn opgeheven.",
            STANDING_NAMES[0],
            {"type": "string", "enum": STANDING_NAMES},
        ),
        QueryParameter(
            PAGE,
            "Welke pagina, vanaf 1. Is die er niet, dan de laatste.",
            1,
            {"type": "integer", "minimum": 1},
        ),
    ),
)
DECIDE_ADMISSION = Call(
    method="PUT",
    path="/gemeenten/{code}/deelname",
    name="wijzigDeelname",
    tag="Gemeenten",
    summary="Laat een gemeente meedoen, of niet meer",
    description="Voor beheerders van het platform. Doet een gemeente niet meer mee, dan kan niemand zich er"
    " nog aanmelden. Wie al een account heeft, blijft inloggen.",
    takes=AdmissionBody,
    handle=decide_admission,
    status=204,
    gives=None,
    means="Opgeslagen.",
    refuses=(NO_GEMEENTE, NOT_ALLOWED, *FACTOR_OWED, PROOF_NEEDED, TOO_OFTEN),
    needs_token=True,
    in_path=(IN_GEMEENTE,),
)
