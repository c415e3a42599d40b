"""/v1/gebruikers/…/totp-…: resetting the second factor of others, and their objections (R-56)."""

from typing import Annotated

from pydantic import ConfigDict, WithJsonSchema
from pydantic import Field as MemberOf

from auth_service.accounts.identification import LONGEST_HOW, TypedIdentification
from auth_service.web.api.call import Call, Given, Moment, PathParameter
from auth_service.web.api.callers import Asked
from auth_service.web.api.json_bodies import CODE_EXAMPLE, Body, NoBody, required_text
from auth_service.web.api.problem_kinds import (
    CODE_REJECTED,
    FACTOR_OWED,
    NO_ACCOUNT,
    NOT_ALLOWED,
    NOT_ENROLLED,
    NOT_FROZEN,
    NOTHING_WAITS,
    PROOF_NEEDED,
    RESET_WAITS,
    TOO_OFTEN,
)
from auth_service.web.api.signed_in import full_session
from auth_service.web.identification_nl import NAMES, typed_identification

ACCOUNT_EXAMPLE = "3f2504e0-4f89-41d3-9a0c-0305e82c3301"
IN_PATH = (PathParameter("id", "Het account van de gebruiker.", ACCOUNT_EXAMPLE),)
# Any text is taken; what isn't one of them is refused in the words for none.
IdentificationName = Annotated[str, WithJsonSchema({"type": "string", "enum": list(NAMES.values())})]


class GroundsBody(Body):
    """Why something is done to the account of somebody else, and how its owner was identified."""

    reason: str = required_text(
        "Waarom dit gebeurt. De gebruiker kan dit lezen.",
        "Telefoon kwijt, paspoort gezien aan de balie.",
    )
    identified_by: IdentificationName | None = MemberOf(
        default=None,
        description="Hoe is gecontroleerd wie de gebruiker is. Medewerkers vullen dit altijd in.",
        examples=["identiteitsbewijs"],
    )
    identified_how: str | None = MemberOf(
        default=None,
        description="Alleen bij `anders`: hoe dan.",
        json_schema_extra={"maxLength": LONGEST_HOW},
    )

    @property
    def identified(self) -> TypedIdentification:
        return typed_identification(self.identified_by or "", self.identified_how or "")


class ReasonBody(GroundsBody):
    model_config = ConfigDict(title="RedenVanReset")


class ReleaseBody(GroundsBody):
    model_config = ConfigDict(title="RedenVanVrijgave")


class ObjectionBody(Body):
    model_config = ConfigDict(title="Resetbezwaar")

    code: str = required_text("De 48 tekens uit de e-mail over de reset.", CODE_EXAMPLE)


class TotpOfOtherGiven(Given):
    model_config = ConfigDict(title="TotpVanGebruiker")

    ingesteld_op: Moment | None = MemberOf(
        alias="ingesteldOp", description="Sinds wanneer 2FA aanstaat; leeg als het uitstaat."
    )
    reset_gepland_op: Moment | None = MemberOf(
        alias="resetGeplandOp", description="Tot dan kan de gebruiker een reset tegenhouden; leeg zonder."
    )
    bevroren_sinds: Moment | None = MemberOf(
        alias="bevrorenSinds",
        description="Sinds wanneer 2FA niet kan worden ingesteld, omdat de gebruiker bezwaar maakte.",
    )


async def get_totp_of(asked: Asked[NoBody]) -> TotpOfOtherGiven:
    logged_in = await full_session(asked)
    subject = await asked.services.two_factor.waiting_resets.subject(logged_in, asked.id_in_path("id"))
    two_factor = subject.account.two_factor
    return TotpOfOtherGiven(
        ingesteldOp=two_factor.enrolled_at,
        resetGeplandOp=subject.waiting.due_at if subject.waiting else None,
        bevrorenSinds=two_factor.frozen_at,
    )


async def reset_for(asked: Asked[ReasonBody]) -> None:
    logged_in, body = await full_session(asked), asked.body
    account_id = asked.id_in_path("id")
    await asked.services.two_factor.reset.reset_for(logged_in, account_id, body.reason, body.identified)


async def withdraw(asked: Asked[NoBody]) -> None:
    logged_in = await full_session(asked)
    await asked.services.two_factor.waiting_resets.withdraw(logged_in, asked.id_in_path("id"))


async def release(asked: Asked[ReleaseBody]) -> None:
    logged_in, body = await full_session(asked), asked.body
    account_id = asked.id_in_path("id")
    await asked.services.two_factor.release.release(logged_in, account_id, body.reason, body.identified)


async def object_to_reset(asked: Asked[ObjectionBody]) -> None:
    await asked.services.two_factor.objection.object_to_reset(asked.body.code, asked.visitor())


GET_TOTP_OF = Call(
    method="GET",
    path="/gebruikers/{id}/totp-registratie",
    name="bekijkTotpVanGebruiker",
    tag="Tweefactorauthenticatie",
    summary="Bekijk de tweefactorauthenticatie van een ander",
    description="Voor wie het bedrijf van de gebruiker beheert, en voor medewerkers van zijn gemeente.",
    takes=NoBody,
    handle=get_totp_of,
    status=200,
    gives=TotpOfOtherGiven,
    means="De stand van zaken.",
    refuses=(NO_ACCOUNT, *FACTOR_OWED),
    needs_token=True,
    in_path=IN_PATH,
)
RESET_TOTP_FOR = Call(
    method="DELETE",
    path="/gebruikers/{id}/totp-registratie",
    name="resetTotpVanGebruiker",
    tag="Tweefactorauthenticatie",
    summary="Reset de tweefactorauthenticatie van een ander",
    description="Voor wie het bedrijf van de gebruiker beheert, en voor medewerkers van zijn gemeente. De"
    " gebruiker wordt overal uitgelogd. Hij krijgt een e-mail met een code, om 2FA opnieuw in te stellen."
    " Heeft de gemeente een wachttijd, dan wordt een reset door medewerkers eerst alleen gepland.",
    takes=ReasonBody,
    handle=reset_for,
    status=204,
    gives=None,
    means="Gereset, of gepland.",
    refuses=(NO_ACCOUNT, *FACTOR_OWED, PROOF_NEEDED, NOT_ENROLLED, RESET_WAITS, TOO_OFTEN),
    needs_token=True,
    in_path=IN_PATH,
)
WITHDRAW_RESET = Call(
    method="DELETE",
    path="/gebruikers/{id}/totp-reset",
    name="trekTotpResetIn",
    tag="Tweefactorauthenticatie",
    summary="Trek een geplande reset in",
    description="Voor wie de tweefactorauthenticatie van de gebruiker mag resetten.",
    takes=NoBody,
    handle=withdraw,
    status=204,
    gives=None,
    means="Ingetrokken.",
    refuses=(NO_ACCOUNT, *FACTOR_OWED, PROOF_NEEDED, NOTHING_WAITS, TOO_OFTEN),
    needs_token=True,
    in_path=IN_PATH,
)
RELEASE_TOTP = Call(
    method="POST",
    path="/gebruikers/{id}/totp-vrijgaven",
    name="geefTotpVrij",
    tag="Tweefactorauthenticatie",
    summary="Laat een gebruiker 2FA weer instellen",
    description="Voor medewerkers van de gemeente, nadat de gebruiker bezwaar maakte tegen een reset. Hij"
    " krijgt een e-mail met een nieuwe code.",
    takes=ReleaseBody,
    handle=release,
    status=204,
    gives=None,
    means="Vrijgegeven.",
    refuses=(NO_ACCOUNT, NOT_ALLOWED, *FACTOR_OWED, PROOF_NEEDED, NOT_FROZEN, TOO_OFTEN),
    needs_token=True,
    in_path=IN_PATH,
)
OBJECT_TO_RESET = Call(
    method="POST",
    path="/totp-resetbezwaren",
    name="maakBezwaarTegenTotpReset",
    tag="Tweefactorauthenticatie",
    summary="Meld dat een reset van 2FA niet klopt",
    description="Met de code uit de e-mail over de reset. Een geplande reset gaat niet door. Is 2FA al"
    " gereset, dan wordt het account geblokkeerd tot een medewerker van de gemeente met de gebruiker heeft"
    " gesproken.",
    takes=ObjectionBody,
    handle=object_to_reset,
    status=204,
    gives=None,
    means="Tegengehouden of geblokkeerd. De gemeente krijgt een e-mail.",
    refuses=(CODE_REJECTED, TOO_OFTEN),
)
