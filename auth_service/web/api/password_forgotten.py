"""POST /v1/wachtwoordherstelverzoeken: asking for a reset code; the same answer for every address (R-57)."""

from pydantic import ConfigDict

from auth_service.web.api.call import Call, Explanation
from auth_service.web.api.callers import Asked
from auth_service.web.api.json_bodies import Body, required_text
from auth_service.web.api.problem_kinds import TOO_OFTEN

# R-58, word for word.
EXPLANATION = (
    "Wanneer uw emailadres bekend is in ons systeem ontvangt u een email met daarin instructies"
    " om uw wachtwoord te resetten."
)


class ResetRequestBody(Body):
    model_config = ConfigDict(title="Wachtwoordherstelverzoek")

    email: str = required_text("Het adres van het account.", "naam@voorbeeld.nl", format="email")


async def ask_reset(asked: Asked[ResetRequestBody]) -> Explanation:
    await asked.services.mail_requests.ask_password_reset(asked.body.email, asked.visitor())
    return Explanation(uitleg=EXPLANATION)


ASK_PASSWORD_RESET = Call(
    method="POST",
    path="/wachtwoordherstelverzoeken",
    name="vraagWachtwoordherstel",
    tag="Wachtwoord",
    summary="Vraag een code om een nieuw wachtwoord te kiezen",
    description="Het antwoord is voor elk e-mailadres hetzelfde.",
    takes=ResetRequestBody,
    handle=ask_reset,
    status=202,
    gives=Explanation,
    means="Het verzoek is ontvangen.",
    refuses=(TOO_OFTEN,),
    takes_receipt=True,
)
