"""GET /v1/gemeenten/{code}/bedrijven/{id}: one entrepreneur and his story, for the staff of his gemeente."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import ConfigDict
from pydantic import Field as MemberOf

from auth_service.accounts.account import AccountState, Role
from auth_service.accounts.company_story import CompanyStory, Person, Stuck, diagnose
from auth_service.web.api.call import Call, Given, Moment, PathParameter
from auth_service.web.api.callers import Asked
from auth_service.web.api.companies_of_gemeente import PATH, TAG
from auth_service.web.api.company import CompanyGiven, company_given
from auth_service.web.api.json_bodies import NoBody
from auth_service.web.api.problem_kinds import FACTOR_OWED, NO_COMPANY, NO_GEMEENTE
from auth_service.web.api.sessions import RoleName
from auth_service.web.api.signed_in import staff_session
from auth_service.web.api.staff_paths import IN_GEMEENTE
from auth_service.web.company_story_nl import ToldEvent, told_diagnosis, told_events

EXAMPLE_ID = "3f2504e0-4f89-41d3-9a0c-0305e82c3301"
COMPANY_PARAMETER = PathParameter("id", "Het bedrijf, of de aanmelding die het nog moet worden.", EXAMPLE_ID)
State = Literal["actief", "geblokkeerd", "gesloten"]
STATES: dict[AccountState, State] = {
    AccountState.ACTIVE: "actief",
    AccountState.BLOCKED: "geblokkeerd",
    AccountState.CLOSED: "gesloten",
}

MAIL_STOP = "Sinds wanneer we geen e-mail naar dit adres sturen, omdat een mailserver het niet kent."


class PersonGiven(Given):
    model_config = ConfigDict(title="GebruikerVanBedrijf")

    id: UUID
    email: str = MemberOf(examples=["naam@voorbeeld.nl"])
    rol: RoleName = MemberOf(examples=[Role.ONDERNEMER.value])
    toestand: State
    gebruikt_totp: bool = MemberOf(alias="gebruiktTotp")
    totp_bevroren: bool = MemberOf(
        alias="totpBevroren", description="De gebruiker meldde dat een reset van 2FA niet van hem kwam."
    )
    mailstop_sinds: Moment | None = MemberOf(alias="mailstopSinds", description=MAIL_STOP)
    geopend_op: Moment = MemberOf(alias="geopendOp")
    laatst_ingelogd_op: Moment | None = MemberOf(alias="laatstIngelogdOp")


class EventGiven(Given):
    model_config = ConfigDict(title="GebeurtenisVanBedrijf")

    tijdstip: Moment
    wat: str = MemberOf(description="Wat er gebeurde.", examples=["Aangemeld"])
    afloop: str | None = MemberOf(
        description="Van een e-mail.", examples=["Geweigerd: dit adres bestaat niet."]
    )
    door: str | None = MemberOf(description="Wie het deed.")
    reden: str | None = MemberOf(description="Die hij opgaf.")
    identiteit: str | None = MemberOf(description="Hoe hij controleerde wie hij hielp.")
    antwoord: str | None = MemberOf(
        description="Wat de mailserver letterlijk antwoordde.", examples=["550 5.1.1 User unknown"]
    )


class StoryGiven(Given):
    model_config = ConfigDict(title="BedrijfMetVerloop")

    id: UUID
    bedrijf: CompanyGiven
    bevestigd: bool = MemberOf(description="Onwaar voor een aanmelding die op haar code wacht.")
    email: str | None = MemberOf(description="Van zo'n aanmelding.")
    mailstop_sinds: Moment | None = MemberOf(
        alias="mailstopSinds", description=f"Van zo'n aanmelding. {MAIL_STOP}"
    )
    diagnose: str = MemberOf(description="Waar de ondernemer vastloopt, in een zin of twee.")
    loopt_vast: bool = MemberOf(alias="looptVast")
    gebruikers: tuple[PersonGiven, ...]
    verloop: tuple[EventGiven, ...] = MemberOf(description="Wat er gebeurde, het oudste eerst.")


async def get_story(asked: Asked[NoBody]) -> StoryGiven:
    logged_in, gemeente = await staff_session(asked)
    telling = asked.services.helpdesk.telling
    return story_given(await telling.story(logged_in, gemeente, asked.id_in_path("id")))


def story_given(story: CompanyStory) -> StoryGiven:
    diagnosis = diagnose(story)
    return StoryGiven(
        id=story.id,
        bedrijf=company_given(story.details),
        bevestigd=story.waiting is None,
        email=story.waiting.email if story.waiting else None,
        mailstopSinds=mail_stop_of(story),
        diagnose=told_diagnosis(story, diagnosis),
        looptVast=diagnosis.stuck is not Stuck.NOT_STUCK,
        gebruikers=tuple(person_given(person) for person in story.people),
        verloop=tuple(event_given(event) for event in told_events(story)),
    )


def mail_stop_of(story: CompanyStory) -> datetime | None:
    suppression = story.waiting.suppression if story.waiting else None
    return suppression.since if suppression else None


def person_given(person: Person) -> PersonGiven:
    return PersonGiven(
        id=person.id,
        email=person.email,
        rol=person.role.value,
        toestand=STATES[person.state],
        gebruiktTotp=person.enrolled_at is not None,
        totpBevroren=person.frozen_at is not None,
        mailstopSinds=person.suppression.since if person.suppression else None,
        geopendOp=person.opened_at,
        laatstIngelogdOp=person.last_login_at,
    )


def event_given(event: ToldEvent) -> EventGiven:
    return EventGiven(
        tijdstip=event.at,
        wat=event.what,
        afloop=event.outcome,
        door=f"{event.doer} ({event.doer_role})" if event.doer_role else event.doer,
        reden=event.reason,
        identiteit=event.identified,
        antwoord=event.reply,
    )


GET_COMPANY_STORY = Call(
    method="GET",
    path=f"{PATH}/{{id}}",
    name="bekijkVerloopVanBedrijf",
    tag=TAG,
    summary="Bekijk een ondernemer en wat er gebeurde",
    description="Voor medewerkers van de gemeente: gegevens, gebruikers, en het verloop met elke e-mail.",
    takes=NoBody,
    handle=get_story,
    status=200,
    gives=StoryGiven,
    means="Het bedrijf, of de aanmelding.",
    refuses=(NO_GEMEENTE, NO_COMPANY, *FACTOR_OWED),
    needs_token=True,
    in_path=(IN_GEMEENTE, COMPANY_PARAMETER),
)
