"""/v1/sessies: logging in for a token, who is behind it, and logging out (R-12…R-18, R-27)."""

from typing import Annotated, Literal

from pydantic import ConfigDict, WithJsonSchema
from pydantic import Field as MemberOf

from auth_service.accounts.account import Role
from auth_service.accounts.sessions import SessionState
from auth_service.web.api.call import Call, Given, Moment
from auth_service.web.api.callers import Asked
from auth_service.web.api.json_bodies import Body, NoBody, ReceiptText, required_text
from auth_service.web.api.problem_kinds import (
    AWAITING_APPROVAL,
    BLOCKED,
    CLOSED,
    LOGIN_REJECTED,
    NOT_ACTIVATED,
    TOO_OFTEN,
)
from auth_service.web.api.signed_in import any_session

CURRENT = "/sessies/huidige"

Status = Literal["volledig", "totpVereist", "totpInstellen"]
STATUSES: dict[SessionState, Status] = {
    SessionState.FULL: "volledig",
    SessionState.AWAITING_TOTP: "totpVereist",
    SessionState.AWAITING_TOTP_SETUP: "totpInstellen",
}
STATUS_MEANS = (
    "`volledig`: ingelogd. `totpVereist`: de code uit de authenticatie-app moet nog."
    " `totpInstellen`: tweefactorauthenticatie moet nog worden ingesteld."
)

RoleName = Annotated[str, WithJsonSchema({"type": "string", "enum": [role.value for role in Role]})]


class CredentialsBody(Body):
    model_config = ConfigDict(title="Inloggegevens")

    email: str = required_text("Het adres van het account.", "naam@voorbeeld.nl", format="email")
    password: str = required_text("Het wachtwoord.", "vier losse woorden achter elkaar", format="password")
    receipt: ReceiptText | None = MemberOf(
        default=None,
        description="Het ontvangstbewijs van een registratie. Alleen daarmee is te zien dat een adres nog"
        " niet bevestigd is.",
    )


class OpenedSession(Given):
    model_config = ConfigDict(title="GeopendeSessie")

    token: str = MemberOf(
        description="Stuur dit mee als `Authorization: Bearer <token>`. We laten het maar één keer zien.",
        examples=["q2tXH8cZb7mVt0WcQGk3oXn3vC1u2m8uJr5d9sYh4aE"],
    )
    status: Status = MemberOf(description=STATUS_MEANS)


class GemeenteContact(Given):
    model_config = ConfigDict(title="Gemeente")

    naam: str = MemberOf(examples=["Zeedorp"])
    email: str = MemberOf(examples=["nachtregister@zeedorp.example"])
    telefoonnummer: str | None = MemberOf(examples=["0228 123 456"])


class CurrentSession(Given):
    model_config = ConfigDict(title="HuidigeSessie")

    email: str = MemberOf(description="Het adres van het account.", examples=["naam@voorbeeld.nl"])
    rol: RoleName = MemberOf(examples=[Role.ONDERNEMER.value])
    naam_onderneming: str | None = MemberOf(
        alias="naamOnderneming", description="Niet bij medewerkers.", examples=["Pension De Zon"]
    )
    gemeente: GemeenteContact = MemberOf(description="Wie u om hulp kunt vragen.")
    status: Status = MemberOf(description=STATUS_MEANS)
    gestart_op: Moment = MemberOf(alias="gestartOp", description="Wanneer er is ingelogd.")
    verloopt_op: Moment = MemberOf(
        alias="verlooptOp", description="Wanneer de sessie eindigt als zij niet meer wordt gebruikt."
    )


async def log_in(asked: Asked[CredentialsBody]) -> OpenedSession:
    body = asked.body
    opened = await asked.services.login.log_in(body.email, body.password, visitor=asked.visitor(body.receipt))
    return OpenedSession(token=opened.token, status=STATUSES[opened.state])


async def get_session(asked: Asked[NoBody]) -> CurrentSession:
    logged_in = await any_session(asked)
    account, gemeente = logged_in.account, logged_in.gemeente
    return CurrentSession(
        email=account.email.text,
        rol=account.role.value,
        naamOnderneming=account.company_name,
        gemeente=GemeenteContact(naam=gemeente.name, email=gemeente.email, telefoonnummer=gemeente.phone),
        status=STATUSES[logged_in.state],
        gestartOp=logged_in.session.started_at,
        verlooptOp=logged_in.ends_at,
    )


async def log_out(asked: Asked[NoBody]) -> None:
    await any_session(asked)
    await asked.services.sessions.log_out(asked.token())


LOG_IN = Call(
    method="POST",
    path="/sessies",
    name="logIn",
    tag="Sessies",
    summary="Log in",
    description="Geeft een token voor een nieuwe sessie. Een onbekend adres, een verkeerd wachtwoord en een"
    " adres dat nog niet bevestigd is, krijgen hetzelfde antwoord: `inloggen-mislukt`.",
    takes=CredentialsBody,
    handle=log_in,
    status=201,
    gives=OpenedSession,
    means="Ingelogd. De `status` zegt wat er nog moet gebeuren.",
    refuses=(LOGIN_REJECTED, NOT_ACTIVATED, AWAITING_APPROVAL, BLOCKED, CLOSED, TOO_OFTEN),
    takes_receipt=True,
    made=CURRENT,
)
GET_SESSION = Call(
    method="GET",
    path=CURRENT,
    name="bekijkSessie",
    tag="Sessies",
    summary="Bekijk wie er is ingelogd",
    description="Het account, de gemeente en de duur van de sessie bij het token.",
    takes=NoBody,
    handle=get_session,
    status=200,
    gives=CurrentSession,
    means="De sessie bij het token.",
    needs_token=True,
)
LOG_OUT = Call(
    method="DELETE",
    path=CURRENT,
    name="logUit",
    tag="Sessies",
    summary="Log uit",
    description="Het token werkt daarna niet meer.",
    takes=NoBody,
    handle=log_out,
    status=204,
    gives=None,
    means="Uitgelogd.",
    needs_token=True,
)
