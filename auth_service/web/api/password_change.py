"""PUT /v1/wachtwoord: a new password for who is logged in."""

from pydantic import ConfigDict

from auth_service.flows.password_change import TypedPasswords
from auth_service.web.api.call import Call
from auth_service.web.api.callers import Asked
from auth_service.web.api.json_bodies import Body, required_text
from auth_service.web.api.problem_kinds import FACTOR_OWED, TOO_OFTEN
from auth_service.web.api.signed_in import full_session


class PasswordChangeBody(Body):
    model_config = ConfigDict(title="Wachtwoordwijziging")

    current_password: str = required_text(
        "Het wachtwoord tot nu toe.", "vier losse woorden achter elkaar", format="password"
    )
    new_password: str = required_text(
        "Anders dan het huidige; verder gelden de regels van een registratie.",
        "vier nieuwe woorden achter elkaar",
        format="password",
    )


async def change_password(asked: Asked[PasswordChangeBody]) -> None:
    logged_in = await full_session(asked)
    typed = TypedPasswords(asked.body.current_password, asked.body.new_password)
    await asked.services.password_change.change(logged_in, typed, asked.visitor(), token=asked.token())


CHANGE_PASSWORD = Call(
    method="PUT",
    path="/wachtwoord",
    name="wijzigWachtwoord",
    tag="Wachtwoord",
    summary="Wijzig het wachtwoord",
    description="Alle andere sessies van het account zijn daarna voorbij, en alle codes ongeldig. Het token"
    " blijft werken.",
    takes=PasswordChangeBody,
    handle=change_password,
    status=204,
    gives=None,
    means="Het wachtwoord is gewijzigd.",
    refuses=(*FACTOR_OWED, TOO_OFTEN),
    needs_token=True,
)
