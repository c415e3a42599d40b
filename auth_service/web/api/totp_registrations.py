"""/v1/totp-…: setting up two-factor authentication, taking it away, and its recovery codes (R-37…R-54)."""

from pydantic import ConfigDict
from pydantic import Field as MemberOf

from auth_service.accounts.recovery_codes import in_groups
from auth_service.accounts.totp import setup_uri
from auth_service.flows.recovery_codes import Codes
from auth_service.web.api.call import Call, Given, Moment
from auth_service.web.api.callers import Asked
from auth_service.web.api.json_bodies import CODE_EXAMPLE, Body, NoBody, required_text
from auth_service.web.api.problem_kinds import (
    ALREADY_ENROLLED,
    CODE_REJECTED,
    ENROLMENT_FROZEN,
    FACTOR_OWED,
    NOT_ENROLLED,
    PROOF_NEEDED,
    TOO_OFTEN,
)
from auth_service.web.api.second_factor import RECOVERY_EXAMPLE, TOTP_EXAMPLE
from auth_service.web.api.signed_in import any_session, full_session

SECRET_EXAMPLE = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"  # noqa: S105 - an example.


class TotpOfferGiven(Given):
    model_config = ConfigDict(title="TotpAanbieding")

    geheim: str = MemberOf(description="In Base32, om in een app te plakken.", examples=[SECRET_EXAMPLE])
    otpauth_uri: str = MemberOf(
        alias="otpauthUri",
        description="Voor een QR-code, of om op hetzelfde apparaat te openen.",
        examples=[f"otpauth://totp/DNR:naam%40voorbeeld.nl?secret={SECRET_EXAMPLE}&issuer=DNR"],
    )
    geldig_tot: Moment = MemberOf(alias="geldigTot", description="Zo lang kan het worden bevestigd.")


class EnrolmentBody(Body):
    model_config = ConfigDict(title="TotpBevestiging")

    totp_code: str = required_text("De eerste 6-cijferige code uit de authenticatie-app.", TOTP_EXAMPLE)
    mailed_code: str | None = MemberOf(
        default=None,
        description="De code uit de e-mail. Alleen nodig als iemand anders 2FA heeft gereset.",
        examples=[CODE_EXAMPLE],
    )


class EnrolledGiven(Given):
    model_config = ConfigDict(title="TotpRegistratie")

    token: str = MemberOf(
        description="Het nieuwe token van de sessie.",
        examples=["q2tXH8cZb7mVt0WcQGk3oXn3vC1u2m8uJr5d9sYh4aE"],
    )
    herstelcodes: tuple[str, ...] = MemberOf(
        description="Om te bewaren. We laten ze maar één keer zien.", examples=[[RECOVERY_EXAMPLE]]
    )


class RecoveryCodesGiven(Given):
    model_config = ConfigDict(title="Herstelcodes")

    herstelcodes: tuple[str, ...] = MemberOf(
        description="Om te bewaren. De oude werken niet meer.", examples=[[RECOVERY_EXAMPLE]]
    )


class EnrolmentGiven(Given):
    model_config = ConfigDict(title="TotpStatus")

    ingesteld_op: Moment | None = MemberOf(
        alias="ingesteldOp", description="Sinds wanneer 2FA aanstaat; leeg als het uitstaat."
    )
    is_verplicht: bool = MemberOf(
        alias="isVerplicht", description="Of de gemeente, het bedrijf of de rol het verplicht."
    )
    herstelcodes_over: int = MemberOf(
        alias="herstelcodesOver", description="Hoeveel herstelcodes nog niet zijn gebruikt.", examples=[10]
    )


async def get_enrolment(asked: Asked[NoBody]) -> EnrolmentGiven:
    logged_in = await full_session(asked)
    two_factor = logged_in.account.two_factor
    return EnrolmentGiven(
        ingesteldOp=two_factor.enrolled_at,
        isVerplicht=two_factor.is_required,
        herstelcodesOver=await asked.services.two_factor.recovery_codes.left(logged_in),
    )


async def mail_code(asked: Asked[NoBody]) -> None:
    await asked.services.two_factor.reset.mail_code_again(await any_session(asked), asked.visitor())


async def offer(asked: Asked[NoBody]) -> TotpOfferGiven:
    logged_in = await any_session(asked)
    offered = await asked.services.two_factor.enrolment.offer(logged_in)
    issuer = asked.services.site.product_name
    return TotpOfferGiven(
        geheim=offered.secret,
        otpauthUri=setup_uri(offered.secret, label=logged_in.account.email.text, issuer=issuer),
        geldigTot=offered.good_until,
    )


async def enrol(asked: Asked[EnrolmentBody]) -> EnrolledGiven:
    body, flows = asked.body, asked.services.two_factor
    logged_in = await any_session(asked)
    enrolled = await flows.enrolment.enrol(
        logged_in, body.totp_code, asked.visitor(), mailed_code=body.mailed_code or ""
    )
    return EnrolledGiven(token=enrolled.session.token, herstelcodes=readable(enrolled.recovery_codes))


async def reset_own(asked: Asked[NoBody]) -> None:
    await asked.services.two_factor.reset.reset_own(await full_session(asked))


async def make_recovery_codes(asked: Asked[NoBody]) -> RecoveryCodesGiven:
    codes = await asked.services.two_factor.recovery_codes.make_new(await full_session(asked))
    return RecoveryCodesGiven(herstelcodes=readable(codes))


def readable(codes: Codes) -> tuple[str, ...]:
    return tuple(in_groups(code) for code in codes)


OFFER_TOTP = Call(
    method="POST",
    path="/totp-aanbiedingen",
    name="vraagTotpAan",
    tag="Tweefactorauthenticatie",
    summary="Vraag een geheim aan voor de authenticatie-app",
    description="Iedere 30 seconden is er een nieuw geheim. Elk geheim is 10 minuten geldig. Pas een code uit"
    " de app maakt het tot dat van het account.",
    takes=NoBody,
    handle=offer,
    status=201,
    gives=TotpOfferGiven,
    means="Het geheim van deze sessie en deze 30 seconden.",
    refuses=(PROOF_NEEDED, ALREADY_ENROLLED, ENROLMENT_FROZEN),
    needs_token=True,
)
ENROL_TOTP = Call(
    method="POST",
    path="/totp-registraties",
    name="stelTotpIn",
    tag="Tweefactorauthenticatie",
    summary="Stel tweefactorauthenticatie in",
    description="Met een code van een geheim dat in deze sessie is aangeboden. De sessie is daarna volledig.",
    takes=EnrolmentBody,
    handle=enrol,
    status=201,
    gives=EnrolledGiven,
    means="Ingesteld, met een nieuw token en de herstelcodes.",
    refuses=(CODE_REJECTED, PROOF_NEEDED, ALREADY_ENROLLED, ENROLMENT_FROZEN, TOO_OFTEN),
    needs_token=True,
)
GET_ENROLMENT = Call(
    method="GET",
    path="/totp-registraties/huidige",
    name="bekijkTotp",
    tag="Tweefactorauthenticatie",
    summary="Bekijk of tweefactorauthenticatie aanstaat",
    description="Ook of het verplicht is, en hoeveel herstelcodes er nog zijn.",
    takes=NoBody,
    handle=get_enrolment,
    status=200,
    gives=EnrolmentGiven,
    means="De stand van zaken.",
    refuses=FACTOR_OWED,
    needs_token=True,
)
MAIL_ENROLMENT_CODE = Call(
    method="POST",
    path="/totp-registratiecodes",
    name="vraagTotpCodeAan",
    tag="Tweefactorauthenticatie",
    summary="Vraag een nieuwe code aan om 2FA opnieuw in te stellen",
    description="Alleen nodig als iemand anders 2FA heeft gereset. Anders gebeurt er niets.",
    takes=NoBody,
    handle=mail_code,
    status=204,
    gives=None,
    means="De e-mail is onderweg, als er een code nodig is.",
    refuses=(TOO_OFTEN,),
    needs_token=True,
)
RESET_OWN_TOTP = Call(
    method="DELETE",
    path="/totp-registraties/huidige",
    name="resetTotp",
    tag="Tweefactorauthenticatie",
    summary="Reset de eigen tweefactorauthenticatie",
    description="Alle sessies van het account eindigen, ook deze.",
    takes=NoBody,
    handle=reset_own,
    status=204,
    gives=None,
    means="Gereset.",
    refuses=(*FACTOR_OWED, PROOF_NEEDED, NOT_ENROLLED),
    needs_token=True,
)
MAKE_RECOVERY_CODES = Call(
    method="POST",
    path="/herstelcodes",
    name="maakHerstelcodes",
    tag="Tweefactorauthenticatie",
    summary="Maak nieuwe herstelcodes",
    description="De oude werken daarna niet meer.",
    takes=NoBody,
    handle=make_recovery_codes,
    status=201,
    gives=RecoveryCodesGiven,
    means="De nieuwe herstelcodes.",
    refuses=(*FACTOR_OWED, PROOF_NEEDED, NOT_ENROLLED, TOO_OFTEN),
    needs_token=True,
)
