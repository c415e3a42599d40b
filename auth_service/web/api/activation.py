"""POST /v1/activaties: the code from the mail, and proof that it is the person who registered (R-28…R-36)."""

from pydantic import ConfigDict
from pydantic import Field as MemberOf

from auth_service.web.api.call import Call
from auth_service.web.api.callers import Asked
from auth_service.web.api.json_bodies import CODE_EXAMPLE, Body, ReceiptText, required_text
from auth_service.web.api.problem_kinds import CODE_REJECTED, TOO_OFTEN


class ActivationBody(Body):
    model_config = ConfigDict(title="Activatie")

    code: str = required_text("De 48 tekens uit de e-mail. Spaties en hoofdletters geven niet.", CODE_EXAMPLE)
    password: str | None = MemberOf(
        default=None,
        description="Het wachtwoord dat bij de registratie is gekozen. Nodig zonder ontvangstbewijs.",
        json_schema_extra={"format": "password"},
    )
    receipt: ReceiptText | None = MemberOf(
        default=None, description="Het ontvangstbewijs van de registratie, in plaats van het wachtwoord."
    )


async def activate(asked: Asked[ActivationBody]) -> None:
    body = asked.body
    await asked.services.activation.activate(
        body.code, password=body.password or "", visitor=asked.visitor(body.receipt)
    )


ACTIVATE = Call(
    method="POST",
    path="/activaties",
    name="activeer",
    tag="Registreren",
    summary="Bevestig een e-mailadres",
    description="Pas hierna bestaat het account. Naast de code is er een bewijs nodig dat het dezelfde"
    " persoon is: het ontvangstbewijs of het wachtwoord. Een code werkt één keer. Een geweigerde poging maakt"
    " hem niet op.",
    takes=ActivationBody,
    handle=activate,
    status=204,
    gives=None,
    means="Het adres is bevestigd. Inloggen kan nu, of zodra de gemeente de aanmelding heeft goedgekeurd.",
    refuses=(CODE_REJECTED, TOO_OFTEN),
    takes_receipt=True,
)
