"""GET /v1/gemeenten/{code}/logboek: what was done for a gemeente and its people, by whom and why."""

from typing import Literal

from pydantic import ConfigDict
from pydantic import Field as MemberOf
from pydantic.alias_generators import to_camel

from auth_service.accounts.trail import ActGroup, TrailLine
from auth_service.web.api.call import Call, Given, Moment, QueryParameter
from auth_service.web.api.callers import Asked
from auth_service.web.api.json_bodies import MembersRefused, NoBody
from auth_service.web.api.problem_kinds import FACTOR_OWED, INVALID_INPUT, NO_GEMEENTE
from auth_service.web.api.sessions import RoleName
from auth_service.web.api.signed_in import GEMEENTE_CODE, staff_session
from auth_service.web.api.staff_paths import IN_GEMEENTE
from auth_service.web.audit_nl import ACTS
from auth_service.web.identification_nl import told_identification
from auth_service.web.trail_nl import shown
from auth_service.web.trail_query import (
    EMAIL,
    FILTERS,
    FIRST_DAY,
    GROUP,
    LAST_DAY,
    OLDER_THAN,
    QueryRefused,
    read_filter,
    read_mark,
)

DATE = {"type": "string", "format": "date"}
Result = Literal["gelukt", "geweigerd"]
Origin = Literal["website", "api", "opdracht", "vanzelf"]
RESULTS: dict[str, Result] = {"done": "gelukt", "refused": "geweigerd"}
ORIGINS: dict[str, Origin] = {"page": "website", "api": "api", "command": "opdracht", "worker": "vanzelf"}


class TrailLineGiven(Given):
    model_config = ConfigDict(
        title="Logboekregel", frozen=True, alias_generator=to_camel, validate_by_name=True
    )

    op: Moment
    wat: str = MemberOf(examples=["2FA is gereset"])
    handeling: str = MemberOf(description="Een vaste naam voor `wat`.", examples=["totp_reset"])
    account: str | None = MemberOf(description="Om wie het gaat.", examples=["naam@voorbeeld.nl"])
    bedrijf: str | None = MemberOf(examples=["Pension De Zon"])
    uitgenodigd: str | None = MemberOf(examples=["naam@voorbeeld.nl"])
    door: str | None = MemberOf(description="Leeg als het vanzelf ging.", examples=["naam@zeedorp.example"])
    rol: RoleName | None = MemberOf(description="Van wie het deed.", examples=["gemeentemedewerker"])
    reden: str | None = MemberOf(examples=["Telefoon kwijt."])
    identificatie: str | None = MemberOf(
        description="Hoe is gecontroleerd om wie het ging.", examples=["Paspoort gezien aan de balie."]
    )
    resultaat: Result = MemberOf(examples=["gelukt"])
    via: Origin | None = MemberOf(examples=["website"])
    kenmerk: str | None = MemberOf(description="Waarmee de leverancier meer vindt in de logs.")


class TrailGiven(Given):
    model_config = ConfigDict(title="Logboek")

    regels: tuple[TrailLineGiven, ...] = MemberOf(description="Het nieuwste eerst, hooguit 50.")
    ouder: str | None = MemberOf(description="Vraag hiermee om de volgende regels. Leeg als er geen zijn.")


async def list_trail(asked: Asked[NoBody]) -> TrailGiven:
    _, gemeente = await staff_session(asked)
    query = {name: asked.in_query(name) for name in (*FILTERS, OLDER_THAN)}
    try:
        sought = read_filter(query)
    except QueryRefused as refusal:
        raise MembersRefused(refusal.errors) from None
    page = await asked.services.gemeente_trail.page(gemeente.code, sought, read_mark(query))
    return TrailGiven(
        regels=tuple(line_given(line) for line in page.lines), ouder=str(page.older) if page.older else None
    )


def line_given(found: TrailLine) -> TrailLineGiven:
    line = found.line
    return TrailLineGiven(
        op=line.happened_at,
        wat=ACTS[line.act],
        handeling=line.act,
        account=shown(found.account_email),
        bedrijf=found.company_name,
        uitgenodigd=shown(found.invited_email),
        door=shown(found.actor_email),
        rol=line.actor.role.value if line.actor.role else None,
        reden=line.reason,
        identificatie=told_identification(line.identification),
        resultaat=RESULTS[line.result],
        via=ORIGINS[found.origin] if found.origin else None,
        kenmerk=found.correlation_id,
    )


LIST_TRAIL = Call(
    method="GET",
    path=f"/gemeenten/{{{GEMEENTE_CODE}}}/logboek",
    name="bekijkLogboek",
    tag="Gemeenten",
    summary="Bekijk wat er voor een gemeente is gedaan",
    description="Voor medewerkers van de gemeente. Wie het deed, bij wie en waarom; ook wat is geweigerd.",
    takes=NoBody,
    handle=list_trail,
    status=200,
    gives=TrailGiven,
    means="Een deel van het logboek.",
    refuses=(INVALID_INPUT, NO_GEMEENTE, *FACTOR_OWED),
    needs_token=True,
    in_path=(IN_GEMEENTE,),
    in_query=(
        QueryParameter(FIRST_DAY, "De eerste dag.", "2026-11-01", DATE),
        QueryParameter(LAST_DAY, "De laatste dag.", "2026-11-30", DATE),
        QueryParameter(GROUP, "Een soort handelingen.", "2fa", {"type": "string", "enum": list(ActGroup)}),
        QueryParameter(
            EMAIL, "Van wie het deed, of bij wie het is gedaan.", "naam@voorbeeld.nl", {"type": "string"}
        ),
        QueryParameter(
            OLDER_THAN,
            "Uit het vorige antwoord.",
            "3f2504e0-4f89-41d3-9a0c-0305e82c3301",
            {"type": "string", "format": "uuid"},
        ),
    ),
)
