"""POST /v1/wachtwoordherstellingen: a new password with the code from the mail (R-61…R-68)."""

from pydantic import ConfigDict

from auth_service.accounts.visitors import Visitor
from auth_service.web.api.call import Call
from auth_service.web.api.callers import Asked
from auth_service.web.api.json_bodies import CODE_EXAMPLE, Body, required_text
from auth_service.web.api.problem_kinds import CODE_REJECTED, TOO_OFTEN


class ResetBody(Body):
    model_config = ConfigDict(title="Wachtwoordherstelling")

    code: str = required_text("De 48 tekens uit de e-mail. Spaties en hoofdletters geven niet.", CODE_EXAMPLE)
    new_password: str = required_text(
        "Anders dan het oude; verder gelden de regels van een registratie.",
        "vier nieuwe woorden achter elkaar",
        format="password",
    )


async def set_password(asked: Asked[ResetBody]) -> None:
    body, visitor = asked.body, Visitor(asked.network, is_program=True)
    await asked.services.password_reset.set_password(body.code, body.new_password, visitor)


SET_PASSWORD = Call(
    method="POST",
    path="/wachtwoordherstellingen",
    name="herstelWachtwoord",
    tag="Wachtwoord",
    summary="Kies een nieuw wachtwoord",
    description="Alle sessies van het account zijn daarna voorbij, en alle andere codes ongeldig.",
    takes=ResetBody,
    handle=set_password,
    status=204,
    gives=None,
    means="Het wachtwoord is gewijzigd.",
    refuses=(CODE_REJECTED, TOO_OFTEN),
)
