"""/v1/gemeenten/{code}/medewerkers: who is staff of a gemeente, and the yearly look at their rights."""

from pydantic import ConfigDict
from pydantic import Field as MemberOf

from auth_service.accounts.people import Roster
from auth_service.web.api.call import Call, Given, Moment
from auth_service.web.api.callers import Asked
from auth_service.web.api.company_users import CompanyUser, given
from auth_service.web.api.json_bodies import NoBody
from auth_service.web.api.problem_kinds import FACTOR_OWED, NO_GEMEENTE, TOO_OFTEN
from auth_service.web.api.signed_in import staff_session
from auth_service.web.api.staff_paths import IN_GEMEENTE

TAG = "Gemeenten"


class StaffGiven(Given):
    model_config = ConfigDict(title="Medewerkers")

    medewerkers: tuple[CompanyUser, ...] = MemberOf(description="Op volgorde van e-mailadres.")
    gecontroleerd_op: Moment | None = MemberOf(
        alias="gecontroleerdOp", description="Wanneer de rechten zijn gecontroleerd; leeg als dat nooit was."
    )
    controle_nodig: bool = MemberOf(
        alias="controleNodig", description="Of dat langer dan een jaar geleden is."
    )


async def list_staff(asked: Asked[NoBody]) -> StaffGiven:
    logged_in, gemeente = await staff_session(asked)
    return staff_given(await asked.services.people.rosters.of_gemeente(logged_in, gemeente.code))


def staff_given(roster: Roster) -> StaffGiven:
    review = roster.review
    return StaffGiven(
        medewerkers=tuple(given(person) for person in roster.people),
        gecontroleerdOp=review.at if review else None,
        controleNodig=review is None or review.is_overdue(roster.seen_at),
    )


async def note_review(asked: Asked[NoBody]) -> None:
    logged_in, gemeente = await staff_session(asked)
    await asked.services.people.rosters.note_review(logged_in, gemeente.code)


LIST_STAFF = Call(
    method="GET",
    path="/gemeenten/{code}/medewerkers",
    name="bekijkMedewerkers",
    tag=TAG,
    summary="Bekijk de medewerkers van een gemeente",
    description="Voor medewerkers van de gemeente. Wie is uitgenodigd, staat bij de uitnodigingen.",
    takes=NoBody,
    handle=list_staff,
    status=200,
    gives=StaffGiven,
    means="De medewerkers, en wanneer hun rechten zijn gecontroleerd.",
    refuses=(NO_GEMEENTE, *FACTOR_OWED),
    needs_token=True,
    in_path=(IN_GEMEENTE,),
)
NOTE_REVIEW = Call(
    method="POST",
    path="/gemeenten/{code}/rechtencontroles",
    name="meldRechtencontrole",
    tag=TAG,
    summary="Meld dat de rechten van de medewerkers zijn gecontroleerd",
    description="Dat hoort elk jaar te gebeuren. Het staat daarna in het logboek.",
    takes=NoBody,
    handle=note_review,
    status=204,
    gives=None,
    means="Opgeslagen.",
    refuses=(NO_GEMEENTE, *FACTOR_OWED, TOO_OFTEN),
    needs_token=True,
    in_path=(IN_GEMEENTE,),
)
