"""The OpenAPI document, made from the table of calls and the models that read and write their JSON."""

from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import Any

from aiohttp import hdrs
from pydantic import BaseModel

from auth_service.web.api.call import Call, PathParameter, QueryParameter
from auth_service.web.api.callers import RECEIPT_HEADER
from auth_service.web.api.document_schemas import SCHEMAS, Json, schemas_of, title_of
from auth_service.web.api.json_bodies import JSON_TYPE, RECEIPT_EXAMPLE, RECEIPT_PATTERN
from auth_service.web.api.problem_kinds import UNNAMED, ProblemKind
from auth_service.web.api.problems import PROBLEM_TYPE, Problem
from auth_service.web.api.version import ROOT, VERSION
from auth_service.web.services import Site

ABOUT = """\
Registreren, inloggen en een nieuw wachtwoord kiezen, voor andere systemen. De regels zijn als op de pagina's.

- Stuur JSON in UTF-8, één object, met alleen velden die in dit document staan.
- Wat wordt geweigerd, komt als `application/problem+json` (RFC 9457). De `type` is een vaste naam; \
vergelijk hem als tekst. Een adres dat niet bestaat, geeft 404, ook met een slash aan het eind. \
Een methode die er niet is, geeft 405.
- Cookies tellen niet mee. Een ingelogde gebruiker bewijst zich met `Authorization: Bearer <token>`.
- Het ontvangstbewijs laat zien dat iemand dezelfde is als die zich registreerde. Het geeft geen toegang.
- Versies volgen Semantic Versioning. Een antwoord kan nieuwe velden krijgen zonder nieuwe hoofdversie."""
BEARER_MEANS = "Het token dat `POST /sessies` geeft."
HEADER_OBJECTS: Json = {
    "API-Version": {
        "description": "De volledige versie van de API.",
        "required": True,
        "schema": {"type": "string", "const": VERSION},
    },
    hdrs.RETRY_AFTER: {
        "description": "Na hoeveel seconden u het opnieuw kunt proberen.",
        "required": True,
        "schema": {"type": "integer", "minimum": 1},
    },
    hdrs.WWW_AUTHENTICATE: {
        "description": "`Bearer`, met `error` als het token niet (meer) werkt.",
        "required": True,
        "schema": {"type": "string", "pattern": "^Bearer"},
    },
    hdrs.LOCATION: {
        "description": "Het pad van wat er is gemaakt.",
        "required": True,
        "schema": {"type": "string", "pattern": f"^{ROOT}/"},
    },
}
RECEIPT_PARAMETER: Json = {
    "name": RECEIPT_HEADER,
    "in": "header",
    "required": False,
    "description": "Het ontvangstbewijs dat een registratie gaf.",
    "schema": {"type": "string", "pattern": RECEIPT_PATTERN},
    "example": RECEIPT_EXAMPLE,
}
# What goes with a status besides the problem itself.
HEADERS_OF_STATUS = {401: [hdrs.WWW_AUTHENTICATE], 429: [hdrs.RETRY_AFTER], 503: [hdrs.RETRY_AFTER]}


def build_document(calls: Sequence[Call[Any]], site: Site) -> Json:
    return {
        "openapi": "3.1.0",
        "info": {
            "title": f"{site.product_name}: inloggen",
            "version": VERSION,
            "description": ABOUT,
            "contact": contact_of(site),
            "license": {"name": "EUPL-1.2", "identifier": "EUPL-1.2"},
        },
        "servers": [{"url": site.public_url + ROOT}],
        "tags": [{"name": tag} for tag in dict.fromkeys(call.tag for call in calls)],
        "paths": paths_of(calls),
        "components": {
            "schemas": schemas_of(models_taken(calls), models_given(calls)),
            "responses": dict(response for call in calls for response in problem_responses(call)),
            "headers": HEADER_OBJECTS,
            "parameters": {"Ontvangstbewijs": RECEIPT_PARAMETER},
            "securitySchemes": {"sessie": {"type": "http", "scheme": "bearer", "description": BEARER_MEANS}},
        },
    }


def contact_of(site: Site) -> Json:
    email = site.security_contact.removeprefix("mailto:")
    return {
        "name": f"Beheer van het {site.product_name}",
        "email": email if "@" in email else site.sender,
        "url": site.public_url,
    }


def paths_of(calls: Sequence[Call[Any]]) -> Json:
    paths: Json = {}
    for call in calls:
        paths.setdefault(call.path, {})[call.method.lower()] = operation_of(call)
    return paths


def operation_of(call: Call[Any]) -> Json:
    operation: Json = {
        "operationId": call.name,
        "tags": [call.tag],
        "summary": call.summary,
        "description": call.description,
        "security": [{"sessie": []}] if call.needs_token else [],
        "responses": {str(call.status): success_of(call)}
        | {
            str(status): {"$ref": f"#/components/responses/{name_of(kinds)}"}
            for status, kinds in by_status(call)
        },
    }
    if parameters := parameters_of(call):
        operation["parameters"] = parameters
    if call.has_body:
        operation["requestBody"] = {"required": True, "content": json_of(call.takes)}
    return operation


def parameters_of(call: Call[Any]) -> list[Json]:
    in_header = [{"$ref": "#/components/parameters/Ontvangstbewijs"}] if call.takes_receipt else []
    in_query = [queried(parameter) for parameter in call.in_query]
    return [*in_header, *(in_path(parameter) for parameter in call.in_path), *in_query]


def queried(parameter: QueryParameter) -> Json:
    return {
        "name": parameter.name,
        "in": "query",
        "required": False,
        "description": parameter.description,
        "schema": dict(parameter.schema),
        "example": parameter.example,
    }


def in_path(parameter: PathParameter) -> Json:
    return {
        "name": parameter.name,
        "in": "path",
        "required": True,
        "description": parameter.description,
        "schema": dict(parameter.schema),
        "example": parameter.example,
    }


def success_of(call: Call[Any]) -> Json:
    headers = ["API-Version", *call.headers]
    success: Json = {"description": call.means, "headers": header_references(headers)}
    if call.gives:
        success["content"] = json_of(call.gives)
    return success


def json_of(model: type[BaseModel]) -> Json:
    return {JSON_TYPE: {"schema": {"$ref": SCHEMAS + title_of(model)}}}


def by_status(call: Call[Any]) -> Iterable[tuple[int, list[ProblemKind]]]:
    kinds = sorted(set(call.problems), key=lambda kind: (kind.status, kind.type))
    return [(status, list(group)) for status, group in groupby(kinds, key=lambda kind: kind.status)]


def name_of(kinds: Sequence[ProblemKind]) -> str:
    return "Of".join(kind.schema_name for kind in kinds)


def problem_responses(call: Call[Any]) -> Iterable[tuple[str, Json]]:
    """Each set of kinds that share a status, once for all calls that answer it."""
    for _, kinds in by_status(call):
        yield name_of(kinds), problem_response_of(kinds)


def problem_response_of(kinds: Sequence[ProblemKind]) -> Json:
    names = [kind.title if kind.type == UNNAMED else f"{kind.title} (`{kind.type}`)" for kind in kinds]
    examples = {kind.schema_name: {"value": example_of(kind)} for kind in kinds}
    headers = ["API-Version", *HEADERS_OF_STATUS.get(kinds[0].status, [])]
    content = {"schema": {"$ref": SCHEMAS + title_of(Problem)}, "examples": examples}
    return {
        "description": ", of ".join(names),
        "headers": header_references(headers),
        "content": {PROBLEM_TYPE: content},
    }


def example_of(kind: ProblemKind) -> Json:
    problem = Problem(type=kind.type, title=kind.title, status=kind.status, detail=kind.detail)
    return problem.model_dump(by_alias=True, exclude_defaults=True)


def header_references(names: Iterable[str]) -> Json:
    return {name: {"$ref": f"#/components/headers/{name}"} for name in names}


def models_taken(calls: Iterable[Call[Any]]) -> list[type[BaseModel]]:
    return [call.takes for call in calls if call.has_body]


def models_given(calls: Iterable[Call[Any]]) -> list[type[BaseModel]]:
    return [Problem, *(call.gives for call in calls if call.gives)]
