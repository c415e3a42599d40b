"""What managers and staff decide for others: resetting their second factor, and whether they need one."""

from pydantic import ConfigDict
from pydantic import Field as MemberOf

from auth_service.accounts.two_factor import Obligation
from auth_service.web.api.call import Call, Given, PathParameter
from auth_service.web.api.callers import Asked
from auth_service.web.api.json_bodies import Body, NoBody, required_text
from auth_service.web.api.problem_kinds import (
    FACTOR_OWED,
    NO_ACCOUNT,
    NOT_ALLOWED,
    NOT_ENROLLED,
    PROOF_NEEDED,
    TOO_OFTEN,
)
from auth_service.web.api.signed_in import full_session

OBLIGATION_PATH = "/totp-verplichting"
ACCOUNT_EXAMPLE = "3f2504e0-4f89-41d3-9a0c-0305e82c3301"


class ReasonBody(Body):
    model_config = ConfigDict(title="RedenVanReset")

    reason: str = required_text(
        "Waarom 2FA wordt gereset. De gebruiker kan dit lezen.",
        "Telefoon kwijt, paspoort gezien aan de balie.",
    )


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


async def reset_for(asked: Asked[ReasonBody]) -> None:
    logged_in = await full_session(asked)
    await asked.services.two_factor.reset.reset_for(logged_in, asked.id_in_path("id"), asked.body.reason)


async def get_choice_for_company(asked: Asked[NoBody]) -> ObligationGiven:
    logged_in = await full_session(asked)
    return ObligationGiven(
        verplicht=await asked.services.two_factor.policy.choice_for_company(logged_in),
        gemeenteVerplicht=logged_in.account.two_factor.obligation is Obligation.GEMEENTE,
    )


async def decide_for_company(asked: Asked[ObligationBody]) -> None:
    logged_in = await full_session(asked)
    await asked.services.two_factor.policy.decide_for_company(logged_in, required=asked.body.totp_required)


RESET_TOTP_FOR = Call(
    method="DELETE",
    path="/gebruikers/{id}/totp-registratie",
    name="resetTotpVanGebruiker",
    tag="Tweefactorauthenticatie",
    summary="Reset de tweefactorauthenticatie van een ander",
    description="Voor wie het bedrijf van de gebruiker beheert, en voor medewerkers van zijn gemeente. De"
    " gebruiker wordt overal uitgelogd. Hij krijgt een e-mail met een code, om 2FA opnieuw in te stellen.",
    takes=ReasonBody,
    handle=reset_for,
    status=204,
    gives=None,
    means="Gereset.",
    refuses=(NO_ACCOUNT, *FACTOR_OWED, PROOF_NEEDED, NOT_ENROLLED),
    needs_token=True,
    in_path=(PathParameter("id", "Het account van de gebruiker.", ACCOUNT_EXAMPLE),),
)
GET_CHOICE_FOR_COMPANY = Call(
    method="GET",
    path=OBLIGATION_PATH,
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
    path=OBLIGATION_PATH,
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
