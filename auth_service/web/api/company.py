"""/v1/bedrijfsgegevens: what a company told of itself, and correcting it."""

from pydantic import ConfigDict
from pydantic import Field as MemberOf

from auth_service.accounts.company_details import ACCOMMODATION_TYPES, CompanyDetails
from auth_service.accounts.company_form import CompanyForm
from auth_service.accounts.refusals import NotAllowed
from auth_service.web.api.call import Call, Given
from auth_service.web.api.callers import Asked
from auth_service.web.api.json_bodies import Body, Digits, NoBody, required, required_text
from auth_service.web.api.problem_kinds import FACTOR_OWED, NOT_ALLOWED, TOO_OFTEN
from auth_service.web.api.signed_in import full_session

PATH = "/bedrijfsgegevens"


class CompanyBody(Body):
    model_config = ConfigDict(title="Bedrijf")

    company_name: str = required_text("Naam van de onderneming, maximaal 200 tekens.", "Pension De Zon")
    street_address: str = required_text("Straat en huisnummer van de accommodatie.", "Dorpsstraat 12")
    postcode: str = required_text("Met of zonder spatie.", "1234 AB")
    place: str = required_text("Woonplaats van de accommodatie.", "Zeedorp")
    gemeente: str | None = MemberOf(
        default=None,
        description="GM-code, alleen nodig als de woonplaats in meer gemeenten voorkomt."
        " Het probleem `ongeldige-invoer` geeft dan de keuzes in `gemeenten`.",
        examples=["GM9901"],
    )
    kvk_number: str | None = MemberOf(default=None, description="8 cijfers.", examples=["12345678"])
    phone: str | None = MemberOf(
        default=None, description="Nederlands of internationaal.", examples=["0612345678"]
    )
    sleeping_places: Digits = required("Aantal slaapplekken.", 4)
    accommodation: str = required_text("Soort accommodatie.", "pension", enum=list(ACCOMMODATION_TYPES))

    def company_form(self) -> CompanyForm:
        return CompanyForm(**{name: typed or "" for name, typed in self.model_dump().items()})


class CompanyGiven(Given):
    model_config = ConfigDict(title="Bedrijfsgegevens")

    naam_onderneming: str = MemberOf(alias="naamOnderneming", examples=["Pension De Zon"])
    adres: str = MemberOf(examples=["Dorpsstraat 12"])
    postcode: str = MemberOf(examples=["1234AB"])
    woonplaats: str = MemberOf(examples=["Zeedorp"])
    kvk_nummer: str | None = MemberOf(alias="kvkNummer", examples=["12345678"])
    telefoonnummer: str | None = MemberOf(examples=["+31612345678"])
    aantal_slaapplekken: int = MemberOf(alias="aantalSlaapplekken", examples=[4])
    accommodatie: str = MemberOf(examples=["pension"])


def company_given(details: CompanyDetails) -> CompanyGiven:
    return CompanyGiven(
        naamOnderneming=details.name,
        adres=details.street_address,
        postcode=details.postcode,
        woonplaats=details.place,
        kvkNummer=details.kvk_number,
        telefoonnummer=details.phone,
        aantalSlaapplekken=details.sleeping_places,
        accommodatie=details.accommodation,
    )


async def get_company(asked: Asked[NoBody]) -> CompanyGiven:
    logged_in = await full_session(asked)
    details = await asked.services.company_correction.details_for(logged_in.account)
    if details is None:
        raise NotAllowed
    return company_given(details)


async def correct_company(asked: Asked[CompanyBody]) -> None:
    logged_in = await full_session(asked)
    await asked.services.company_correction.correct(logged_in, asked.body.company_form())


GET_COMPANY = Call(
    method="GET",
    path=PATH,
    name="bekijkBedrijf",
    tag="Gegevens",
    summary="Bekijk de gegevens van het bedrijf",
    description="Voor alle gebruikers van het bedrijf. Een medewerker van een gemeente heeft geen bedrijf.",
    takes=NoBody,
    handle=get_company,
    status=200,
    gives=CompanyGiven,
    means="De gegevens van het bedrijf.",
    refuses=(NOT_ALLOWED, *FACTOR_OWED),
    needs_token=True,
)
CORRECT_COMPANY = Call(
    method="PUT",
    path=PATH,
    name="wijzigBedrijf",
    tag="Gegevens",
    summary="Wijzig de gegevens van het bedrijf",
    description="Alleen voor een beheerder van het bedrijf (`ondernemer`). De woonplaats moet in dezelfde"
    " gemeente blijven.",
    takes=CompanyBody,
    handle=correct_company,
    status=204,
    gives=None,
    means="De gegevens zijn opgeslagen.",
    refuses=(NOT_ALLOWED, *FACTOR_OWED, TOO_OFTEN),
    needs_token=True,
)
