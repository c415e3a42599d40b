"""One call of the API: what it takes, gives and refuses; its route and its documentation come from this."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated, Any, Generic

from aiohttp import hdrs, web
from aiohttp.typedefs import Handler
from pydantic import BaseModel, ConfigDict, PlainSerializer
from pydantic import Field as MemberOf

from auth_service.web.api.callers import Asked
from auth_service.web.api.json_bodies import JSON_TYPE, BodyT, NoBody, read_body
from auth_service.web.api.problem_kinds import ALWAYS, INVALID_INPUT, NOT_LOGGED_IN, WITH_BODY, ProblemKind
from auth_service.web.api.version import ROOT

# RFC 3339 in UTC, to the second.
Moment = Annotated[datetime, PlainSerializer(lambda moment: moment.replace(microsecond=0))]


class Given(BaseModel):
    """What a call answers."""

    model_config = ConfigDict(frozen=True)


@dataclass(frozen=True)
class PathParameter:
    """What stands in the path as `{name}`: an id where `schema`, which is JSON Schema, says nothing else."""

    name: str
    description: str
    example: str
    schema: Mapping[str, Any] = field(default_factory=lambda: {"type": "string", "format": "uuid"})


@dataclass(frozen=True)
class QueryParameter:
    """May stand behind the path, as `?name=`; empty where it is left out. `schema` is JSON Schema."""

    name: str
    description: str
    example: str | int
    schema: Mapping[str, Any] = field(default_factory=lambda: {"type": "string"})


class Explanation(Given):
    model_config = ConfigDict(title="Uitleg")

    uitleg: str = MemberOf(description="Een zin om te laten zien.")


@dataclass(frozen=True, kw_only=True)
class Call(Generic[BodyT]):
    """`means` says in Dutch what the answer is; `refuses` is what no other call refuses in the same way.

    `takes_receipt`: it may come in its header. `made`: the path of what is made, for the header Location.
    `in_path` are the ids that stand in the path, `in_query` is what may stand behind it.
    """

    method: str
    path: str
    name: str
    tag: str
    summary: str
    description: str
    takes: type[BodyT]
    handle: Callable[[Asked[BodyT]], Awaitable[Given | None]]
    status: int
    gives: type[Given] | None
    means: str
    refuses: tuple[ProblemKind, ...] = ()
    takes_receipt: bool = False
    needs_token: bool = False
    made: str | None = None
    in_path: tuple[PathParameter, ...] = ()
    in_query: tuple[QueryParameter, ...] = ()

    @property
    def has_body(self) -> bool:
        return self.takes is not NoBody

    @property
    def problems(self) -> tuple[ProblemKind, ...]:
        """Every kind of problem this call can answer."""
        for_body = WITH_BODY if self.has_body else ()
        for_receipt = (INVALID_INPUT,) if self.takes_receipt else ()
        for_token = (NOT_LOGGED_IN,) if self.needs_token else ()
        return (*for_body, *for_receipt, *for_token, *self.refuses, *ALWAYS)

    @property
    def headers(self) -> dict[str, str]:
        return {hdrs.LOCATION: ROOT + self.made} if self.made else {}


def route_to(call: Call[Any]) -> web.RouteDef:
    return web.route(call.method, ROOT + call.path, handler_of(call))


def handler_of(call: Call[BodyT]) -> Handler:
    async def answer(request: web.Request) -> web.Response:
        given = await call.handle(Asked(request, await read_body(request, call.takes)))
        if given is None:
            return web.Response(status=call.status, headers=call.headers)
        body = given.model_dump_json(by_alias=True).encode()
        return web.Response(status=call.status, body=body, content_type=JSON_TYPE, headers=call.headers)

    return answer
