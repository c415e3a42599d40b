"""The form of a refusal: `application/problem+json` (RFC 9457)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web
from pydantic import BaseModel, ConfigDict
from pydantic import Field as MemberOf

from auth_service.web.api import problem_kinds as kinds
from auth_service.web.api.problem_kinds import ProblemKind

PROBLEM_TYPE = "application/problem+json"


class InvalidParam(BaseModel):
    model_config = ConfigDict(title="OngeldigVeld")

    name: str = MemberOf(description="Naam van het veld of de header.", examples=["postcode"])
    reason: str = MemberOf(description="Wat er mis is, als zin.", examples=["Vul uw postcode in."])


class GemeenteChoice(BaseModel):
    model_config = ConfigDict(title="Gemeentekeuze")

    code: str = MemberOf(description="GM-code van de gemeente.", examples=["GM0361"])
    naam: str = MemberOf(examples=["Alkmaar"])


class AccommodationChoice(BaseModel):
    model_config = ConfigDict(title="Accommodatiekeuze")

    waarde: str = MemberOf(description="Voor het veld `accommodatie`.", examples=["pension"])
    naam: str = MemberOf(examples=["Pension"])


class Problem(BaseModel):
    model_config = ConfigDict(title="Probleem", frozen=True)

    type: str = MemberOf(
        description="Vaste naam van het probleem, of `about:blank` waar de status genoeg zegt.",
        examples=["ongeldige-invoer"],
    )
    title: str = MemberOf(description="Het soort probleem, altijd hetzelfde.", examples=["Ongeldige invoer"])
    status: int = MemberOf(description="De HTTP-status.", examples=[400])
    detail: str = MemberOf(
        description="Wat er nu mis is, en wat eraan te doen is.",
        examples=["Een of meer velden kloppen niet. Zie invalidParams."],
    )
    invalid_params: tuple[InvalidParam, ...] = MemberOf(
        default=(), alias="invalidParams", description="Welke velden niet kloppen."
    )
    gemeenten: tuple[GemeenteChoice, ...] = MemberOf(
        default=(), description="Waaruit te kiezen is bij een woonplaats die vaker voorkomt."
    )
    accommodaties: tuple[AccommodationChoice, ...] = MemberOf(
        default=(), description="Waaruit te kiezen is in de gemeente, als zij de gekozen soort niet heeft."
    )
    foutcode: str = MemberOf(default="", description="Om te noemen als u contact opneemt.")


@dataclass(frozen=True)
class Told:
    """A refusal in words: what differs from its kind, and the headers that go with it."""

    kind: ProblemKind
    detail: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    more: Mapping[str, Any] = field(default_factory=dict)


def problem_response(told: Told) -> web.Response:
    kind = told.kind
    problem = Problem(
        type=kind.type,
        title=kind.title,
        status=kind.status,
        detail=told.detail or kind.detail,
        **told.more,
    )
    body = problem.model_dump_json(by_alias=True, exclude_defaults=True).encode()
    return web.Response(status=kind.status, body=body, content_type=PROBLEM_TYPE, headers=told.headers)


def unexpected_problem(error_id: str) -> web.Response:
    detail = f"{kinds.UNEXPECTED.detail} Noem deze code als u contact opneemt: {error_id}."
    return problem_response(Told(kinds.UNEXPECTED, detail, more={"foutcode": error_id}))
