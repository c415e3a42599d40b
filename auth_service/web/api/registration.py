"""POST /v1/registraties: registering; the same answer for every address (R-19…R-25a)."""

from pydantic import ConfigDict
from pydantic import Field as MemberOf

from auth_service.accounts.registration_form import RegistrationForm
from auth_service.web.api.call import Call, Given
from auth_service.web.api.callers import Asked
from auth_service.web.api.company import CompanyBody
from auth_service.web.api.json_bodies import RECEIPT_EXAMPLE, required_text
from auth_service.web.api.problem_kinds import TOO_OFTEN
from auth_service.web.tenants import tenant_of


class RegistrationBody(CompanyBody):
    model_config = ConfigDict(title="Registratie")

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
    receipt = await asked.services.registration.register(
        asked.body.form(), asked.visitor(), tenant=tenant_of(asked.request)
    )
    return Receipt(ontvangstbewijs=receipt)


REGISTER = Call(
    method="POST",
    path="/registraties",
    name="registreer",
    tag="Registreren",
    summary="Registreer een onderneming",
    description="Het antwoord is voor elk e-mailadres hetzelfde. In de e-mail staat hoe het verder gaat: een"
    " code om het adres te bevestigen, of het bericht dat er al een account is. Stuurt u een ontvangstbewijs"
    " mee, dan geldt dat ook voor deze registratie. Heeft een gemeente een eigen hostnaam, dan kan op die"
    " hostnaam alleen een onderneming uit die gemeente zich registreren.",
    takes=RegistrationBody,
    handle=register,
    status=202,
    gives=Receipt,
    means="De registratie is ontvangen. Er gaat een e-mail naar het adres.",
    refuses=(TOO_OFTEN,),
    takes_receipt=True,
)
