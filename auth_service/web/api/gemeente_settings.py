"""/v1/gemeenten/{code}: what a gemeente decides for itself."""

from typing import Annotated

from pydantic import BeforeValidator, ConfigDict, WithJsonSchema
from pydantic import Field as MemberOf
from pydantic_core import PydanticCustomError

from auth_service.accounts.company_details import ACCOMMODATION_TYPES
from auth_service.accounts.gemeente_settings import (
    RESET_WAITS,
    GemeenteSettingsForm,
    offered_types,
    wait_in_hours,
)
from auth_service.web.api.call import Call, Given
from auth_service.web.api.callers import Asked
from auth_service.web.api.json_bodies import Body, NoBody, digits_of, required, required_text
from auth_service.web.api.problem_kinds import FACTOR_OWED, NO_GEMEENTE, PROOF_NEEDED, TOO_OFTEN
from auth_service.web.api.signed_in import staff_session
from auth_service.web.api.staff_paths import IN_GEMEENTE

PATH = "/gemeenten/{code}"
TYPES_EXAMPLE = ["hotel", "pension", "camping"]


def texts(members: object) -> object:
    if not isinstance(members, list) or not all(isinstance(member, str) for member in members):
        raise PydanticCustomError("texts", "not a list of texts")
    return members


Types = Annotated[
    list[str],
    BeforeValidator(texts),
    WithJsonSchema(
        {
            "type": "array",
            "items": {"type": "string", "enum": list(ACCOMMODATION_TYPES)},
            "minItems": 1,
            "uniqueItems": True,
        }
    ),
]
Hours = Annotated[
    str, BeforeValidator(digits_of), WithJsonSchema({"type": "integer", "enum": list(RESET_WAITS)})
]


class SettingsBody(Body):
    model_config = ConfigDict(title="GemeenteInstellingen")

    contact_email: str = required_text(
        "Voor vragen van ondernemers, en voor antwoorden op onze e-mails.",
        "nachtregister@zeedorp.example",
        format="email",
    )
    contact_phone: str | None = MemberOf(default=None, description="Mag leeg.", examples=["0228 123 456"])
    requires_approval: bool = MemberOf(
        description="Of de gemeente nieuwe ondernemers eerst goedkeurt.", examples=[False]
    )
    accommodation_types: Types = MemberOf(description="Waaruit ondernemers kiezen.", examples=[TYPES_EXAMPLE])
    reset_wait: Hours = required(
        "Hoeveel uur een ondernemer bezwaar kan maken voordat zijn 2FA wordt gereset."
        " Maakt u dat korter? Dan geldt de oude tijd nog even lang als hij was.",
        24,
    )

    def form(self) -> GemeenteSettingsForm:
        return GemeenteSettingsForm(
            contact_email=self.contact_email,
            contact_phone=self.contact_phone or "",
            requires_approval=self.requires_approval,
            accommodation_types=frozenset(self.accommodation_types),
            reset_wait=self.reset_wait,
        )


class SettingsGiven(Given):
    model_config = ConfigDict(title="Gemeentegegevens")

    code: str = MemberOf(examples=["GM9901"])
    naam: str = MemberOf(examples=["Zeedorp"])
    host: str | None = MemberOf(
        description="De eigen hostnaam van de gemeente.", examples=["zeedorp.voorbeeld.nl"]
    )
    email: str = MemberOf(examples=["nachtregister@zeedorp.example"])
    telefoonnummer: str | None = MemberOf(examples=["0228 123 456"])
    goedkeuring_nodig: bool = MemberOf(alias="goedkeuringNodig")
    accommodaties: list[str] = MemberOf(examples=[TYPES_EXAMPLE])
    wachttijd: int = MemberOf(description="In uren.", examples=[24])


async def get_settings(asked: Asked[NoBody]) -> SettingsGiven:
    _, gemeente = await staff_session(asked)
    return SettingsGiven(
        code=gemeente.code,
        naam=gemeente.name,
        host=gemeente.host,
        email=gemeente.email,
        telefoonnummer=gemeente.phone,
        goedkeuringNodig=gemeente.requires_approval,
        accommodaties=[value for value in ACCOMMODATION_TYPES if value in offered_types(gemeente)],
        wachttijd=wait_in_hours(gemeente),
    )


async def change_settings(asked: Asked[SettingsBody]) -> None:
    logged_in, gemeente = await staff_session(asked)
    await asked.services.gemeente_settings.change(logged_in, gemeente.code, asked.body.form())


GET_SETTINGS = Call(
    method="GET",
    path=PATH,
    name="bekijkGemeente",
    tag="Gemeenten",
    summary="Bekijk de instellingen van een gemeente",
    description="Voor medewerkers van de gemeente.",
    takes=NoBody,
    handle=get_settings,
    status=200,
    gives=SettingsGiven,
    means="De instellingen van de gemeente.",
    refuses=(NO_GEMEENTE, *FACTOR_OWED),
    needs_token=True,
    in_path=(IN_GEMEENTE,),
)
CHANGE_SETTINGS = Call(
    method="PUT",
    path=PATH,
    name="wijzigGemeente",
    tag="Gemeenten",
    summary="Wijzig de instellingen van een gemeente",
    description="Voor medewerkers van de gemeente. De hostnaam en de 2FA-verplichting horen hier niet bij.",
    takes=SettingsBody,
    handle=change_settings,
    status=204,
    gives=None,
    means="De instellingen zijn opgeslagen.",
    refuses=(NO_GEMEENTE, *FACTOR_OWED, PROOF_NEEDED, TOO_OFTEN),
    needs_token=True,
    in_path=(IN_GEMEENTE,),
)
