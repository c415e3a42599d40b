"""/v1/sessies: where somebody is logged in, and logging out there."""

from uuid import UUID

from pydantic import ConfigDict
from pydantic import Field as MemberOf

from auth_service.accounts.refusals import NoSuchSession
from auth_service.accounts.sessions import UsedSession
from auth_service.web.api.call import Call, Given, Moment, PathParameter
from auth_service.web.api.callers import Asked
from auth_service.web.api.json_bodies import NoBody
from auth_service.web.api.problem_kinds import FACTOR_OWED, NO_SUCH_SESSION
from auth_service.web.api.signed_in import full_session

SESSION_EXAMPLE = "7c9e6679-7425-40de-944b-e07fc1f90ae7"


class RunningSession(Given):
    model_config = ConfigDict(title="LopendeSessie")

    id: UUID = MemberOf(description="Hiermee beëindigt u de sessie.", examples=[SESSION_EXAMPLE])
    gestart_op: Moment = MemberOf(alias="gestartOp", description="Wanneer er is ingelogd.")
    laatst_gebruikt_op: Moment = MemberOf(
        alias="laatstGebruiktOp", description="Wanneer de sessie het laatst is gebruikt, op een minuut na."
    )
    browser: str | None = MemberOf(
        description="Een naam om te laten zien. Leeg als we de browser niet herkennen.",
        examples=["Firefox"],
    )
    systeem: str | None = MemberOf(
        description="Een naam om te laten zien. Leeg als we het systeem niet herkennen.",
        examples=["Windows"],
    )
    is_huidige: bool = MemberOf(alias="isHuidige", description="Of dit de sessie bij het token is.")


class RunningSessions(Given):
    model_config = ConfigDict(title="LopendeSessies")

    sessies: tuple[RunningSession, ...] = MemberOf(
        description="Eerst de huidige, dan de laatst gebruikte eerst."
    )


async def list_sessions(asked: Asked[NoBody]) -> RunningSessions:
    logged_in = await full_session(asked)
    running = await asked.services.own_sessions.running(logged_in)
    return RunningSessions(sessies=tuple(given(used, logged_in.session.id) for used in running))


def given(used: UsedSession, current: UUID) -> RunningSession:
    session, device = used.session, used.device
    return RunningSession(
        id=session.id,
        gestartOp=session.started_at,
        laatstGebruiktOp=session.last_seen_at,
        browser=device.browser,
        systeem=device.system,
        isHuidige=session.id == current,
    )


async def end_session(asked: Asked[NoBody]) -> None:
    logged_in = await full_session(asked)
    session_id = asked.id_in_path("id")
    if session_id is None:
        raise NoSuchSession
    await asked.services.own_sessions.end(logged_in, session_id)


async def end_other_sessions(asked: Asked[NoBody]) -> None:
    await asked.services.own_sessions.end_others(await full_session(asked))


LIST_SESSIONS = Call(
    method="GET",
    path="/sessies",
    name="bekijkSessies",
    tag="Sessies",
    summary="Bekijk waar het account is ingelogd",
    description="De lopende sessies van het account, van browsers en van programma's.",
    takes=NoBody,
    handle=list_sessions,
    status=200,
    gives=RunningSessions,
    means="De lopende sessies.",
    refuses=FACTOR_OWED,
    needs_token=True,
)
END_SESSION = Call(
    method="DELETE",
    path="/sessies/{id}",
    name="beeindigSessie",
    tag="Sessies",
    summary="Beëindig een sessie van het account",
    description="Wie daar was ingelogd, is dat meteen niet meer.",
    takes=NoBody,
    handle=end_session,
    status=204,
    gives=None,
    means="De sessie is beëindigd.",
    refuses=(NO_SUCH_SESSION, *FACTOR_OWED),
    needs_token=True,
    in_path=(PathParameter("id", "De `id` van een lopende sessie.", SESSION_EXAMPLE),),
)
END_OTHER_SESSIONS = Call(
    method="DELETE",
    path="/sessies",
    name="beeindigAndereSessies",
    tag="Sessies",
    summary="Beëindig alle andere sessies van het account",
    description="De sessie bij het token gaat door. Ook als er geen andere is, is het antwoord 204.",
    takes=NoBody,
    handle=end_other_sessions,
    status=204,
    gives=None,
    means="De andere sessies zijn beëindigd.",
    refuses=FACTOR_OWED,
    needs_token=True,
)
