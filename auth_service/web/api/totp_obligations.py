"""Whether a company, or a gemeente, requires a second factor of its people (R-50, R-51)."""

from datetime import date

from pydantic import ConfigDict
from pydantic import Field as MemberOf

from auth_service.accounts.two_factor import Obligation
from auth_service.flows.two_factor_policy import TypedPolicy
from auth_service.web.api.call import Call, Given
from auth_service.web.api.callers import Asked
from auth_service.web.api.json_bodies import Body, NoBody
from auth_service.web.api.problem_kinds import (
    FACTOR_OWED,
    NO_GEMEENTE,
    NOT_ALLOWED,
    PROOF_NEEDED,
    TOO_OFTEN,
)
from auth_service.web.api.signed_in import full_session, staff_session
from auth_service.web.api.staff_paths import IN_GEMEENTE
from shared.dutch_times import AMSTERDAM

OF_COMPANY = "/totp-verplichting"
OF_GEMEENTE = "/gemeenten/{code}/totp-verplichting"


class ObligationBody(Body):
    model_config = ConfigDict(title="TotpVerplichting")

    totp_required: bool = MemberOf(
        description="Of 2FA verplicht is voor alle gebruikers van het bedrijf.", examples=[True]
    )


class ObligationGiven(Given):
    model_config = ConfigDict(title="TotpKeuze")

    verplicht: bool = MemberOf(
        description="Of het bedrijf 2FA verplicht, wat de gemeente ook doet.", examples=[True]
    )
    gemeente_verplicht: bool = MemberOf(
        alias="gemeenteVerplicht", description="Of de gemeente 2FA verplicht voor alle ondernemers."
    )


class GemeenteObligationBody(Body):
    model_config = ConfigDict(title="TotpVerplichtingVanGemeente")

    totp_required: bool = MemberOf(
        description="Of 2FA verplicht is, of wordt, voor alle ondernemers van de gemeente.", examples=[True]
    )
    starts_on: str | None = MemberOf(
        default=None,
        description="Vanaf welke dag; zonder deze dag meteen. Wie nog geen 2FA heeft, krijgt een e-mail.",
        examples=["2027-01-01"],
    )
    policy_reason: str | None = MemberOf(
        default=None,
        description="Waarom 2FA niet verplicht is. Dan nodig.",
        examples=["Proef tot de zomer, met tien bedrijven."],
    )


class GemeenteObligationGiven(Given):
    model_config = ConfigDict(title="TotpKeuzeVanGemeente")

    verplicht: bool = MemberOf(description="Of 2FA nu verplicht is voor alle ondernemers.", examples=[False])
    vanaf: date | None = MemberOf(description="Vanaf welke dag, als dat is aangekondigd.")
    ondernemers: int = MemberOf(description="Hoeveel accounts van ondernemers er zijn.", examples=[340])
    zonder_totp: int = MemberOf(
        alias="zonderTotp", description="Hoeveel daarvan nog geen 2FA hebben.", examples=[212]
    )


async def get_choice_for_company(asked: Asked[NoBody]) -> ObligationGiven:
    logged_in = await full_session(asked)
    return ObligationGiven(
        verplicht=await asked.services.two_factor.policy.choice_for_company(logged_in),
        gemeenteVerplicht=logged_in.account.two_factor.obligation is Obligation.GEMEENTE,
    )


async def decide_for_company(asked: Asked[ObligationBody]) -> None:
    logged_in = await full_session(asked)
    await asked.services.two_factor.policy.decide_for_company(logged_in, required=asked.body.totp_required)


async def get_choice_for_gemeente(asked: Asked[NoBody]) -> GemeenteObligationGiven:
    _, gemeente = await staff_session(asked)
    coverage = (await asked.services.two_factor.policy.rollout(gemeente)).coverage
    starts_at = gemeente.requires_totp_from
    return GemeenteObligationGiven(
        verplicht=gemeente.requires_totp,
        vanaf=starts_at.astimezone(AMSTERDAM).date() if starts_at else None,
        ondernemers=coverage.accounts,
        zonderTotp=coverage.without,
    )


async def decide_for_gemeente(asked: Asked[GemeenteObligationBody]) -> None:
    logged_in, gemeente = await staff_session(asked)
    body = asked.body
    typed = TypedPolicy(body.totp_required, body.starts_on, body.policy_reason or "")
    await asked.services.two_factor.policy.decide_for_gemeente(logged_in, gemeente.code, typed)


GET_CHOICE_FOR_COMPANY = Call(
    method="GET",
    path=OF_COMPANY,
    name="bekijkTotpVerplichting",
    tag="Tweefactorauthenticatie",
    summary="Bekijk of 2FA verplicht is voor het eigen bedrijf",
    description="Voor ondernemers. De keuze van het bedrijf telt ook als de gemeente stopt met verplichten.",
    takes=NoBody,
    handle=get_choice_for_company,
    status=200,
    gives=ObligationGiven,
    means="Wat het bedrijf en de gemeente hebben gekozen.",
    refuses=(NOT_ALLOWED, *FACTOR_OWED),
    needs_token=True,
)
DECIDE_FOR_COMPANY = Call(
    method="PUT",
    path=OF_COMPANY,
    name="kiesTotpVerplichting",
    tag="Tweefactorauthenticatie",
    summary="Verplicht 2FA voor het eigen bedrijf, of niet meer",
    description="Voor ondernemers. Wie nog geen 2FA heeft, moet het dan instellen. Accounts die al 2FA"
    " gebruiken, blijven 2FA gebruiken.",
    takes=ObligationBody,
    handle=decide_for_company,
    status=204,
    gives=None,
    means="Opgeslagen.",
    refuses=(NOT_ALLOWED, *FACTOR_OWED, PROOF_NEEDED, TOO_OFTEN),
    needs_token=True,
)
GET_CHOICE_FOR_GEMEENTE = Call(
    method="GET",
    path=OF_GEMEENTE,
    name="bekijkTotpVerplichtingVanGemeente",
    tag="Tweefactorauthenticatie",
    summary="Bekijk of 2FA verplicht is voor de ondernemers van een gemeente",
    description="Voor medewerkers. Ook hoeveel ondernemers nog geen 2FA hebben.",
    takes=NoBody,
    handle=get_choice_for_gemeente,
    status=200,
    gives=GemeenteObligationGiven,
    means="Wat de gemeente heeft gekozen.",
    refuses=(NO_GEMEENTE, *FACTOR_OWED),
    needs_token=True,
    in_path=(IN_GEMEENTE,),
)
DECIDE_FOR_GEMEENTE = Call(
    method="PUT",
    path=OF_GEMEENTE,
    name="kiesTotpVerplichtingVanGemeente",
    tag="Tweefactorauthenticatie",
    summary="Verplicht 2FA voor de ondernemers van een gemeente, of niet meer",
    description="Voor medewerkers. Met `vanaf` wordt de verplichting aangekondigd. `verplicht` false trekt"
    " ook een aankondiging in. Accounts die al 2FA gebruiken, blijven 2FA gebruiken.",
    takes=GemeenteObligationBody,
    handle=decide_for_gemeente,
    status=204,
    gives=None,
    means="Opgeslagen.",
    refuses=(NO_GEMEENTE, *FACTOR_OWED, PROOF_NEEDED, TOO_OFTEN),
    needs_token=True,
    in_path=(IN_GEMEENTE,),
)
