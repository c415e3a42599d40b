"""/v1/uitnodigingen: inviting people, what became of that, mailing it again, taking it back, accepting it."""

from uuid import UUID

from pydantic import ConfigDict
from pydantic import Field as MemberOf

from auth_service.accounts.account import Role
from auth_service.accounts.people import Invited
from auth_service.accounts.suppression import SUPPRESSED_FOR
from auth_service.accounts.visitors import Visitor
from auth_service.web.api.call import Call, Explanation, Given, Moment, PathParameter
from auth_service.web.api.callers import Asked
from auth_service.web.api.json_bodies import CODE_EXAMPLE, Body, NoBody, required_text
from auth_service.web.api.problem_kinds import (
    CODE_REJECTED,
    FACTOR_OWED,
    INVALID_INPUT,
    NO_GEMEENTE,
    NO_INVITATION,
    NOT_ALLOWED,
    PROOF_NEEDED,
    TOO_OFTEN,
)
from auth_service.web.api.signed_in import full_session

PATH = "/uitnodigingen"
TAG = "Gebruikers"
INVITATION_EXAMPLE = "9b2f0d4e-7c35-4d0a-9a52-0c9f5f1f2a11"
IN_PATH = (PathParameter("id", "De `id` van een uitnodiging.", INVITATION_EXAMPLE),)
EXPLANATION = "We sturen een e-mail naar dit adres."


class InvitationBody(Body):
    model_config = ConfigDict(title="Uitnodiging")

    invited_email: str = required_text("Wie wordt uitgenodigd.", "piet@dezon.example")
    role: str = required_text(
        "Wat hij wordt. `ondernemer` is beheerder van het bedrijf.",
        Role.GEBRUIKER.value,
        enum=[role.value for role in Role],
    )
    gemeente: str | None = MemberOf(
        default=None,
        description="GM-code van de gemeente van een `gemeentemedewerker`. Zonder is het de eigen gemeente.",
        examples=["GM9901"],
    )


class AcceptanceBody(Body):
    model_config = ConfigDict(title="AanvaardeUitnodiging")

    code: str = required_text("De 48 tekens uit de e-mail. Spaties en hoofdletters geven niet.", CODE_EXAMPLE)
    password: str = required_text(
        "De regels van een registratie gelden.", "vier woorden achter elkaar gezet", format="password"
    )


class OpenInvitation(Given):
    model_config = ConfigDict(title="OpenUitnodiging")

    id: UUID = MemberOf(
        description="Hiermee trekt u de uitnodiging in, of stuurt u die opnieuw.",
        examples=[INVITATION_EXAMPLE],
    )
    email: str = MemberOf(examples=["piet@dezon.example"])
    rol: str = MemberOf(examples=[Role.GEBRUIKER.value])
    gemeente: str = MemberOf(examples=["GM9901"])
    uitgenodigd_op: Moment = MemberOf(alias="uitgenodigdOp")
    vervallen: bool = MemberOf(
        description="Wie uitnodigde, mag dat niet meer. De code werkt niet. Nodig dan opnieuw uit."
    )
    verloopt_op: Moment = MemberOf(
        alias="verlooptOp", description="Daarna werkt de code niet meer. Nodig dan opnieuw uit."
    )
    email_geweigerd: bool = MemberOf(
        alias="emailGeweigerd", description="De laatste e-mail is geweigerd of teruggekomen."
    )
    mailstop: bool = MemberOf(
        description="Een mailserver zei dat het adres niet bestaat. Daarom sturen we er geen e-mail meer"
        f" naartoe, {SUPPRESSED_FOR.days} dagen lang of tot u de uitnodiging opnieuw stuurt. `true` wordt"
        " het pas als de laatste e-mail van de uitnodiging daarop vastliep. `false` belooft dus niet dat er"
        " e-mail naar het adres gaat."
    )


class OpenInvitations(Given):
    model_config = ConfigDict(title="OpenUitnodigingen")

    uitnodigingen: tuple[OpenInvitation, ...] = MemberOf(description="De nieuwste eerst, ook verlopen.")


async def invite(asked: Asked[InvitationBody]) -> Explanation:
    logged_in, body = await full_session(asked), asked.body
    invitations, email, visitor = asked.services.people.invitations, body.invited_email, asked.visitor()
    role = Role(body.role) if body.role in list(Role) else None
    if role is Role.BEHEERDER:
        await invitations.invite_to_platform(logged_in, email, visitor)
    elif role is Role.GEMEENTEMEDEWERKER:
        code = body.gemeente or logged_in.account.gemeente_code
        await invitations.invite_staff(logged_in, code, email, visitor)
    else:
        await invitations.invite_to_company(logged_in, email, role, visitor)
    return Explanation(uitleg=EXPLANATION)


async def list_invitations(asked: Asked[NoBody]) -> OpenInvitations:
    invited = await asked.services.people.rosters.invited_by_such_as(await full_session(asked))
    return OpenInvitations(uitnodigingen=tuple(given(each) for each in invited))


def given(invited: Invited) -> OpenInvitation:
    invitation = invited.invitation
    return OpenInvitation(
        id=invitation.id,
        email=invitation.email.text,
        rol=invitation.place.role.value,
        gemeente=invitation.place.gemeente_code,
        uitgenodigdOp=invitation.invited_at,
        vervallen=not invited.stands,
        verlooptOp=invitation.expires_at,
        emailGeweigerd=invited.is_refused,
        mailstop=invited.awaits_word,
    )


async def send_again(asked: Asked[NoBody]) -> None:
    logged_in = await full_session(asked)
    invitations = asked.services.people.invitations
    await invitations.send_again(logged_in, asked.id_in_path("id"), asked.visitor())


async def withdraw(asked: Asked[NoBody]) -> None:
    logged_in = await full_session(asked)
    await asked.services.people.invitations.withdraw(logged_in, asked.id_in_path("id"))


async def accept(asked: Asked[AcceptanceBody]) -> None:
    visitor = Visitor(asked.network, is_program=True)
    await asked.services.people.acceptance.accept(asked.body.code, asked.body.password, visitor)


INVITE = Call(
    method="POST",
    path=PATH,
    name="nodigUit",
    tag=TAG,
    summary="Nodig iemand uit",
    description="Een `ondernemer` nodigt uit voor zijn bedrijf, een `gemeentemedewerker` voor zijn gemeente."
    " Een `beheerder` nodigt uit voor elke gemeente en voor het systeem. Het antwoord is voor elk adres"
    " hetzelfde. Wie al is uitgenodigd, krijgt een nieuwe code. Eerdere codes blijven werken,"
    " als dezelfde gebruiker ze heeft laten sturen.",
    takes=InvitationBody,
    handle=invite,
    status=202,
    gives=Explanation,
    means="Er gaat een e-mail naar het adres.",
    refuses=(NOT_ALLOWED, NO_GEMEENTE, *FACTOR_OWED, PROOF_NEEDED, TOO_OFTEN),
    needs_token=True,
)
LIST_INVITATIONS = Call(
    method="GET",
    path=PATH,
    name="bekijkUitnodigingen",
    tag=TAG,
    summary="Bekijk wie nog niet heeft aangenomen",
    description="Van het eigen bedrijf of de eigen gemeente. Een `beheerder` ziet die van alle gemeenten en"
    " van het systeem.",
    takes=NoBody,
    handle=list_invitations,
    status=200,
    gives=OpenInvitations,
    means="De uitnodigingen die niet zijn aangenomen.",
    refuses=(NOT_ALLOWED, *FACTOR_OWED),
    needs_token=True,
)
SEND_INVITATION_AGAIN = Call(
    method="POST",
    path=f"{PATH}/{{id}}/emails",
    name="stuurUitnodigingOpnieuw",
    tag=TAG,
    summary="Stuur een uitnodiging opnieuw",
    description="Met een nieuwe code, ook als de uitnodiging is verlopen. Bij een `mailstop` gaat er weer"
    " e-mail naar het adres: wie dit vraagt, zegt dat het adres klopt. Een bedrijf kan dat één keer per dag"
    " zeggen. Alleen voor een uitnodiging die is verlopen of vervallen, is een herbevestiging nodig.",
    takes=NoBody,
    handle=send_again,
    status=204,
    gives=None,
    means="Er gaat een e-mail naar het adres.",
    refuses=(INVALID_INPUT, NO_INVITATION, *FACTOR_OWED, PROOF_NEEDED, TOO_OFTEN),
    needs_token=True,
    in_path=IN_PATH,
)
WITHDRAW_INVITATION = Call(
    method="DELETE",
    path=f"{PATH}/{{id}}",
    name="trekUitnodigingIn",
    tag=TAG,
    summary="Trek een uitnodiging in",
    description="De codes die ervoor zijn gestuurd, werken meteen niet meer.",
    takes=NoBody,
    handle=withdraw,
    status=204,
    gives=None,
    means="De uitnodiging is ingetrokken.",
    refuses=(NO_INVITATION, *FACTOR_OWED, TOO_OFTEN),
    needs_token=True,
    in_path=IN_PATH,
)
ACCEPT_INVITATION = Call(
    method="POST",
    path="/aanvaarde-uitnodigingen",
    name="neemUitnodigingAan",
    tag=TAG,
    summary="Neem een uitnodiging aan",
    description="Pas hierna bestaat het account. Een code werkt één keer."
    " Een geweigerde poging maakt hem niet op.",
    takes=AcceptanceBody,
    handle=accept,
    status=204,
    gives=None,
    means="Het account is gemaakt. Inloggen kan nu.",
    refuses=(CODE_REJECTED, TOO_OFTEN),
)
