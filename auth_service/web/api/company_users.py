"""/v1/gebruikers: the users of a company, who manages it, and who is kept out."""

from typing import Literal
from uuid import UUID

from pydantic import ConfigDict
from pydantic import Field as MemberOf

from auth_service.accounts.account import Role
from auth_service.accounts.people import Person
from auth_service.web.api.call import Call, Given, Moment, PathParameter
from auth_service.web.api.callers import Asked
from auth_service.web.api.company_story import MAIL_STOP
from auth_service.web.api.json_bodies import Body, NoBody, required_text
from auth_service.web.api.problem_kinds import (
    FACTOR_OWED,
    LAST_MANAGER,
    NO_ACCOUNT,
    NOT_ALLOWED,
    PROOF_NEEDED,
    TOO_OFTEN,
)
from auth_service.web.api.signed_in import full_session

PATH = "/gebruikers"
TAG = "Gebruikers"
ACCOUNT_EXAMPLE = "3f2504e0-4f89-41d3-9a0c-0305e82c3301"
WHOSE = (PathParameter("id", "Het account van de gebruiker.", ACCOUNT_EXAMPLE),)


class RoleBody(Body):
    model_config = ConfigDict(title="Rol")

    role: str = required_text(
        "`ondernemer` is beheerder van het bedrijf.",
        Role.ONDERNEMER.value,
        enum=[Role.ONDERNEMER.value, Role.GEBRUIKER.value],
    )


class BlockingBody(Body):
    model_config = ConfigDict(title="Blokkade")

    blocking_reason: str = required_text(
        "Waarom, maximaal 500 tekens. De gebruiker kan dit lezen.", "Werkt hier niet meer."
    )


class ClosingBody(Body):
    model_config = ConfigDict(title="Sluiting")

    blocking_reason: str = required_text(
        "Waarom, maximaal 500 tekens. Dit komt in het logboek.", "Werkt hier niet meer."
    )


class CompanyUser(Given):
    model_config = ConfigDict(title="Gebruiker")

    id: UUID = MemberOf(examples=[ACCOUNT_EXAMPLE])
    email: str = MemberOf(examples=["piet@dezon.example"])
    rol: str = MemberOf(examples=[Role.GEBRUIKER.value])
    status: Literal["actief", "geblokkeerd"]
    totp_ingesteld: bool = MemberOf(alias="totpIngesteld", description="Of het account 2FA gebruikt.")
    sinds: Moment
    laatst_ingelogd_op: Moment | None = MemberOf(
        alias="laatstIngelogdOp", description="Leeg als dat nooit was."
    )
    mailstop_sinds: Moment | None = MemberOf(alias="mailstopSinds", description=MAIL_STOP)


class CompanyUsers(Given):
    model_config = ConfigDict(title="Gebruikers")

    gebruikers: tuple[CompanyUser, ...] = MemberOf(description="Op volgorde van e-mailadres.")


async def list_users(asked: Asked[NoBody]) -> CompanyUsers:
    roster = await asked.services.people.rosters.of_company(await full_session(asked))
    return CompanyUsers(gebruikers=tuple(given(person) for person in roster.people))


def given(person: Person) -> CompanyUser:
    return CompanyUser(
        id=person.id,
        email=person.email,
        rol=person.role.value,
        status="geblokkeerd" if person.is_blocked else "actief",
        totpIngesteld=person.enrolled_at is not None,
        sinds=person.since,
        laatstIngelogdOp=person.last_login_at,
        mailstopSinds=person.suppression.since if person.suppression else None,
    )


async def give_role(asked: Asked[RoleBody]) -> None:
    logged_in, typed = await full_session(asked), asked.body.role
    role = Role(typed) if typed in list(Role) else None
    await asked.services.people.roles.give(logged_in, asked.id_in_path("id"), role)


async def block(asked: Asked[BlockingBody]) -> None:
    logged_in = await full_session(asked)
    blocking = asked.services.people.blocking
    await blocking.block(logged_in, asked.id_in_path("id"), asked.body.blocking_reason)


async def unblock(asked: Asked[BlockingBody]) -> None:
    logged_in = await full_session(asked)
    blocking = asked.services.people.blocking
    await blocking.unblock(logged_in, asked.id_in_path("id"), asked.body.blocking_reason)


async def close(asked: Asked[ClosingBody]) -> None:
    logged_in = await full_session(asked)
    closing = asked.services.people.closing
    await closing.close(logged_in, asked.id_in_path("id"), asked.body.blocking_reason)


LIST_USERS = Call(
    method="GET",
    path=PATH,
    name="bekijkGebruikers",
    tag=TAG,
    summary="Bekijk de gebruikers van het eigen bedrijf",
    description="Alleen voor een beheerder van het bedrijf (`ondernemer`). Wie is uitgenodigd, staat bij de"
    " uitnodigingen.",
    takes=NoBody,
    handle=list_users,
    status=200,
    gives=CompanyUsers,
    means="De gebruikers van het bedrijf.",
    refuses=(NOT_ALLOWED, *FACTOR_OWED),
    needs_token=True,
)
GIVE_ROLE = Call(
    method="PUT",
    path=f"{PATH}/{{id}}/rol",
    name="wijzigRol",
    tag=TAG,
    summary="Maak iemand beheerder van het bedrijf, of niet meer",
    description="Voor een beheerder van het bedrijf, ook over zichzelf, zolang er een andere beheerder is. De"
    " sessies van de gebruiker zijn daarna voorbij.",
    takes=RoleBody,
    handle=give_role,
    status=204,
    gives=None,
    means="De gebruiker heeft deze rol.",
    refuses=(NO_ACCOUNT, NOT_ALLOWED, LAST_MANAGER, *FACTOR_OWED, PROOF_NEEDED, TOO_OFTEN),
    needs_token=True,
    in_path=WHOSE,
)
BLOCK = Call(
    method="PUT",
    path=f"{PATH}/{{id}}/blokkade",
    name="blokkeer",
    tag=TAG,
    summary="Blokkeer een account",
    description="Voor wie het bedrijf van de gebruiker beheert, en voor medewerkers van zijn gemeente. De"
    " gebruiker wordt overal uitgelogd en kan niet meer inloggen.",
    takes=BlockingBody,
    handle=block,
    status=204,
    gives=None,
    means="Geblokkeerd.",
    refuses=(NO_ACCOUNT, NOT_ALLOWED, *FACTOR_OWED, PROOF_NEEDED, TOO_OFTEN),
    needs_token=True,
    in_path=WHOSE,
)
UNBLOCK = Call(
    method="DELETE",
    path=f"{PATH}/{{id}}/blokkade",
    name="deblokkeer",
    tag=TAG,
    summary="Hef een blokkade op",
    description="Wat de gemeente heeft geblokkeerd, kan een beheerder van het bedrijf niet opheffen.",
    takes=BlockingBody,
    handle=unblock,
    status=204,
    gives=None,
    means="Niet meer geblokkeerd.",
    refuses=(NO_ACCOUNT, NOT_ALLOWED, *FACTOR_OWED, PROOF_NEEDED, TOO_OFTEN),
    needs_token=True,
    in_path=WHOSE,
)
CLOSE = Call(
    method="DELETE",
    path=f"{PATH}/{{id}}",
    name="sluitAccountVan",
    tag=TAG,
    summary="Sluit het account van een ander",
    description="Voor wie het bedrijf van de gebruiker beheert, en voor medewerkers van zijn gemeente. De"
    " gebruiker wordt overal uitgelogd en kan nooit meer inloggen. Hij krijgt daarover een e-mail.",
    takes=ClosingBody,
    handle=close,
    status=204,
    gives=None,
    means="Gesloten.",
    refuses=(NO_ACCOUNT, NOT_ALLOWED, LAST_MANAGER, *FACTOR_OWED, PROOF_NEEDED, TOO_OFTEN),
    needs_token=True,
    in_path=WHOSE,
)
