"""What a helpdesk does for an entrepreneur: a further code, another address, a mail for a new password.

And mail again to an address that a mail server had said to be none.
"""

from dataclasses import replace

from pydantic import ConfigDict

from auth_service.flows.registration_correction import TypedCorrection
from auth_service.web.api.call import Call, PathParameter
from auth_service.web.api.callers import Asked
from auth_service.web.api.companies_of_gemeente import PATH, TAG
from auth_service.web.api.company_story import COMPANY_PARAMETER, EXAMPLE_ID
from auth_service.web.api.json_bodies import Body, NoBody, required_text
from auth_service.web.api.problem_kinds import (
    FACTOR_OWED,
    NO_ACCOUNT,
    NO_COMPANY,
    NO_GEMEENTE,
    PROOF_NEEDED,
    REGISTRATION_MOVED_ON,
    TOO_OFTEN,
)
from auth_service.web.api.signed_in import GEMEENTE_CODE, staff_session
from auth_service.web.api.staff_paths import IN_GEMEENTE

ACCOUNT_PARAMETER = PathParameter("id", "Het account van de gebruiker.", EXAMPLE_ID)


class CorrectionBody(Body):
    model_config = ConfigDict(title="VerbeterdAdres")

    email: str = required_text("Het juiste e-mailadres.", "jan@dezon.example")
    reason: str = required_text("Waarom. De ondernemer kan dit lezen.", "Ondernemer belde: typefout.")


async def resend_code(asked: Asked[NoBody]) -> None:
    logged_in, gemeente = await staff_session(asked)
    resending = asked.services.helpdesk.code_resending
    await resending.resend(logged_in, gemeente.code, asked.id_in_path("id"))


async def correct_address(asked: Asked[CorrectionBody]) -> None:
    logged_in, gemeente = await staff_session(asked)
    typed = TypedCorrection(asked.body.email, asked.body.reason)
    correction = asked.services.helpdesk.correction
    await correction.correct(logged_in, gemeente.code, asked.id_in_path("id"), typed)


async def send_reset_mail(asked: Asked[NoBody]) -> None:
    logged_in, gemeente = await staff_session(asked)
    mailing = asked.services.helpdesk.reset_mailing
    await mailing.send(logged_in, gemeente.code, asked.id_in_path("id"))


async def resume_mail_for_registration(asked: Asked[NoBody]) -> None:
    logged_in, gemeente = await staff_session(asked)
    lifting = asked.services.helpdesk.suppression_lifting
    await lifting.lift_of_registration(logged_in, gemeente.code, asked.id_in_path("id"))


async def resume_mail_for_person(asked: Asked[NoBody]) -> None:
    logged_in, gemeente = await staff_session(asked)
    lifting = asked.services.helpdesk.suppression_lifting
    await lifting.lift_of_account(logged_in, gemeente.code, asked.id_in_path("id"))


RESEND_CODE = Call(
    method="POST",
    path=f"{PATH}/{{id}}/activatiecodes",
    name="stuurActivatiecodeOpnieuw",
    tag=TAG,
    summary="Stuur een ondernemer de code opnieuw",
    description="Naar het e-mailadres van de aanmelding. Eerdere codes blijven geldig.",
    takes=NoBody,
    handle=resend_code,
    status=204,
    gives=None,
    means="De e-mail wordt verstuurd.",
    refuses=(NO_GEMEENTE, NO_COMPANY, REGISTRATION_MOVED_ON, *FACTOR_OWED, TOO_OFTEN),
    needs_token=True,
    in_path=(IN_GEMEENTE, COMPANY_PARAMETER),
)
CORRECT_ADDRESS = Call(
    method="PUT",
    path=f"{PATH}/{{id}}/emailadres",
    name="verbeterEmailadres",
    tag=TAG,
    summary="Verbeter het e-mailadres van een aanmelding",
    description="Zolang het niet is bevestigd. Codes die al zijn verstuurd, werken niet meer; naar het nieuwe"
    " adres gaat een nieuwe code. Het antwoord is voor elk e-mailadres hetzelfde.",
    takes=CorrectionBody,
    handle=correct_address,
    status=204,
    gives=None,
    means="Verbeterd.",
    refuses=(NO_GEMEENTE, NO_COMPANY, REGISTRATION_MOVED_ON, *FACTOR_OWED, PROOF_NEEDED, TOO_OFTEN),
    needs_token=True,
    in_path=(IN_GEMEENTE, COMPANY_PARAMETER),
)
SEND_RESET_MAIL = Call(
    method="POST",
    path=f"/gemeenten/{{{GEMEENTE_CODE}}}/gebruikers/{{id}}/wachtwoordherstelverzoeken",
    name="stuurHerstelmail",
    tag=TAG,
    summary="Stuur een gebruiker een e-mail voor een nieuw wachtwoord",
    description="De gebruiker kiest het wachtwoord zelf.",
    takes=NoBody,
    handle=send_reset_mail,
    status=204,
    gives=None,
    means="De e-mail wordt verstuurd.",
    refuses=(NO_GEMEENTE, NO_ACCOUNT, *FACTOR_OWED, TOO_OFTEN),
    needs_token=True,
    in_path=(IN_GEMEENTE, ACCOUNT_PARAMETER),
)
RESUME_MAIL_FOR_REGISTRATION = Call(
    method="DELETE",
    path=f"{PATH}/{{id}}/mailstop",
    name="hefMailstopVanAanmeldingOp",
    tag=TAG,
    summary="Stuur weer e-mail naar het adres van een aanmelding",
    description="Een mailserver zei dat het adres niet bestaat. Daarom sturen we er 30 dagen lang geen e-mail"
    " naartoe. E-mails van eerder worden niet vanzelf opnieuw verstuurd.",
    takes=NoBody,
    handle=resume_mail_for_registration,
    status=204,
    gives=None,
    means="Er wordt weer e-mail naar dit adres gestuurd.",
    refuses=(NO_GEMEENTE, NO_COMPANY, REGISTRATION_MOVED_ON, *FACTOR_OWED, TOO_OFTEN),
    needs_token=True,
    in_path=(IN_GEMEENTE, COMPANY_PARAMETER),
)
RESUME_MAIL_FOR_PERSON = replace(
    RESUME_MAIL_FOR_REGISTRATION,
    path=f"/gemeenten/{{{GEMEENTE_CODE}}}/gebruikers/{{id}}/mailstop",
    name="hefMailstopVanGebruikerOp",
    summary="Stuur weer e-mail naar het adres van een gebruiker",
    handle=resume_mail_for_person,
    refuses=(NO_GEMEENTE, NO_ACCOUNT, *FACTOR_OWED, TOO_OFTEN),
    in_path=(IN_GEMEENTE, ACCOUNT_PARAMETER),
)
