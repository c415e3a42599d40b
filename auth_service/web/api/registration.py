"""POST /v1/registraties: registering; the same answer for every address (R-19…R-25a)."""

from pydantic import ConfigDict
from pydantic import Field as MemberOf

from auth_service.accounts.company_details import ACCOMMODATION_TYPES
from auth_service.accounts.registration_form import RegistrationForm
from auth_service.web.api.call import Call, Given
from auth_service.web.api.callers import Asked
from auth_service.web.api.json_bodies import RECEIPT_EXAMPLE, Body, Digits, required, required_text
from auth_service.web.api.problem_kinds import TOO_OFTEN


class RegistrationBody(Body):
    model_config = ConfigDict(title="Registratie")

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
    email: str = required_text("Hierheen gaat de code.", "naam@voorbeeld.nl", format="email")
    password: str = required_text(
        "Lang, niet veel gebruikt, en zonder de naam van onderneming of gemeente. Spaties mogen.",
        "vier losse woorden achter elkaar",
        format="password",
    )

    def form(self) -> RegistrationForm:
        return RegistrationForm(**{name: typed or "" for name, typed in self.model_dump().items()})


class Receipt(Given):
    model_config = ConfigDict(title="Ontvangstbewijs")

    ontvangstbewijs: str = MemberOf(
        description="Bewaar dit. Het laat zien dat een latere vraag van dezelfde persoon komt.",
        examples=[RECEIPT_EXAMPLE],
    )


async def register(asked: Asked[RegistrationBody]) -> Receipt:
    receipt = await asked.services.registration.register(asked.body.form(), asked.visitor())
    return Receipt(ontvangstbewijs=receipt)


REGISTER = Call(
    method="POST",
    path="/registraties",
    name="registreer",
    tag="Registreren",
    summary="Registreer een onderneming",
    description="Het antwoord is voor elk e-mailadres hetzelfde. In de e-mail staat hoe het verder gaat: een"
    " code om het adres te bevestigen, of het bericht dat er al een account is. Stuurt u een ontvangstbewijs"
    " mee, dan geldt dat ook voor deze registratie.",
    takes=RegistrationBody,
    handle=register,
    status=202,
    gives=Receipt,
    means="De registratie is ontvangen. Er gaat een e-mail naar het adres.",
    refuses=(TOO_OFTEN,),
    takes_receipt=True,
)
