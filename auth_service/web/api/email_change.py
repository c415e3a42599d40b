"""POST /v1/emailwijzigingen and /v1/emailbevestigingen: another address; the same answer for each."""

from pydantic import ConfigDict

from auth_service.accounts.visitors import Visitor
from auth_service.web.api.call import Call, Explanation
from auth_service.web.api.callers import Asked
from auth_service.web.api.json_bodies import CODE_EXAMPLE, Body, required_text
from auth_service.web.api.problem_kinds import (
    ADDRESS_TAKEN,
    CODE_REJECTED,
    FACTOR_OWED,
    PROOF_NEEDED,
    RESET_OPEN,
    TOO_OFTEN,
)
from auth_service.web.api.signed_in import full_session

EXPLANATION = (
    "We hebben een e-mail gestuurd naar het nieuwe e-mailadres. Pas met de code daaruit is het gewijzigd."
)


class EmailChangeBody(Body):
    model_config = ConfigDict(title="Emailwijziging")

    email: str = required_text("Het nieuwe adres.", "naam@nieuw.example", format="email")


class EmailConfirmationBody(Body):
    model_config = ConfigDict(title="Emailbevestiging")

    code: str = required_text("De 48 tekens uit de e-mail. Spaties en hoofdletters geven niet.", CODE_EXAMPLE)


async def ask_email_change(asked: Asked[EmailChangeBody]) -> Explanation:
    logged_in = await full_session(asked)
    await asked.services.email_change.ask(logged_in, asked.body.email, caller(asked.network))
    return Explanation(uitleg=EXPLANATION)


async def confirm_email(asked: Asked[EmailConfirmationBody]) -> None:
    logged_in = await full_session(asked)
    await asked.services.email_change.confirm(
        logged_in, asked.body.code, caller(asked.network), token=asked.token()
    )


def caller(network: str) -> Visitor:
    return Visitor(network, is_program=True)


ASK_EMAIL_CHANGE = Call(
    method="POST",
    path="/emailwijzigingen",
    name="vraagEmailwijziging",
    tag="Gegevens",
    summary="Vraag een ander e-mailadres",
    description="Er gaat een code naar het nieuwe adres en een waarschuwing naar het oude. Codes van een"
    " eerdere vraag zijn daarna ongeldig. Het antwoord is voor elk e-mailadres hetzelfde.",
    takes=EmailChangeBody,
    handle=ask_email_change,
    status=202,
    gives=Explanation,
    means="Het verzoek is ontvangen.",
    refuses=(PROOF_NEEDED, RESET_OPEN, *FACTOR_OWED, TOO_OFTEN),
    needs_token=True,
)
CONFIRM_EMAIL = Call(
    method="POST",
    path="/emailbevestigingen",
    name="bevestigEmail",
    tag="Gegevens",
    summary="Bevestig het nieuwe e-mailadres",
    description="Alleen van het account dat erom vroeg. De andere sessies van het account zijn daarna"
    " voorbij, en alle andere codes ongeldig.",
    takes=EmailConfirmationBody,
    handle=confirm_email,
    status=204,
    gives=None,
    means="Het e-mailadres is gewijzigd.",
    refuses=(CODE_REJECTED, ADDRESS_TAKEN, RESET_OPEN, *FACTOR_OWED, TOO_OFTEN),
    needs_token=True,
)
