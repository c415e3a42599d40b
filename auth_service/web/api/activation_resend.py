"""POST /v1/activatiecodes: a further code by mail; the same answer for every address."""

from pydantic import ConfigDict

from auth_service.web.api.call import Call, Explanation
from auth_service.web.api.callers import Asked
from auth_service.web.api.json_bodies import Body, required_text
from auth_service.web.api.problem_kinds import TOO_OFTEN

EXPLANATION = (
    "Is uw e-mailadres bekend en nog niet bevestigd?"
    " Dan krijgt u binnen een paar minuten een e-mail met een nieuwe code."
)


class ResendBody(Body):
    model_config = ConfigDict(title="Activatiecodeverzoek")

    email: str = required_text("Het adres van de registratie.", "naam@voorbeeld.nl", format="email")


async def ask_code(asked: Asked[ResendBody]) -> Explanation:
    await asked.services.mail_requests.ask_activation_code(asked.body.email, asked.visitor())
    return Explanation(uitleg=EXPLANATION)


ASK_ACTIVATION_CODE = Call(
    method="POST",
    path="/activatiecodes",
    name="vraagActivatiecode",
    tag="Registreren",
    summary="Vraag een nieuwe activatiecode",
    description="Het antwoord is voor elk e-mailadres hetzelfde."
    " Eerdere codes blijven geldig tot ze verlopen.",
    takes=ResendBody,
    handle=ask_code,
    status=202,
    gives=Explanation,
    means="Het verzoek is ontvangen.",
    refuses=(TOO_OFTEN,),
    takes_receipt=True,
)
