"""The OpenAPI document: served to everybody, and about the routes there are."""

import re

import pytest
from aiohttp import hdrs

from auth_service.web.api.calls import CALLS
from auth_service.web.api.version import VERSION
from auth_service.web.app import build_app
from auth_service.wiring import build_services


@pytest.fixture
async def document(api):
    return await (await api.get("/openapi.json")).json()


def responses_of(document):
    """(operation, status, response) with references followed."""
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            for status, response in operation["responses"].items():
                if "$ref" in response:
                    response = document["components"]["responses"][response["$ref"].rpartition("/")[2]]
                yield f"{method} {path}", int(status), response


def references_in(part):
    if isinstance(part, dict):
        yield from ([part["$ref"]] if isinstance(part.get("$ref"), str) else [])
        part = list(part.values())
    for item in part if isinstance(part, list) else []:
        yield from references_in(item)


async def test_any_site_may_read_the_document_and_nothing_else(api):
    response = await api.get("/openapi.json", Origin="https://elders.example")
    elsewhere = await api.get("/sessies/huidige", Origin="https://elders.example")

    assert (response.status, response.content_type) == (200, "application/json")
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert "Access-Control-Allow-Origin" not in elsewhere.headers


async def test_the_document_names_the_routes_there_are(services, document):
    routes = {
        (route.method, route.resource.canonical)
        for route in build_app(services).router.routes()
        if route.resource.canonical.startswith("/v1") and route.method != hdrs.METH_HEAD
    }
    documented = {
        (method.upper(), f"/v1{path}")
        for path, operations in document["paths"].items()
        for method in operations
    }

    assert documented
    assert routes - documented == {("GET", "/v1/openapi.json")}
    assert documented - routes == set()


async def test_the_document_meets_the_design_rules_of_the_government(settings, services, document):
    assert re.fullmatch(r"3\.1\.\d+", document["openapi"])
    assert document["info"]["version"] == VERSION
    assert re.fullmatch(r"\d+\.\d+\.\d+", VERSION)
    assert set(document["info"]["contact"]) == {"name", "email", "url"}
    assert [server["url"] for server in document["servers"]] == ["http://localhost:8080/v1"]
    assert all(re.fullmatch(r"(/([a-z-]+|\{[a-z]+\}))+", path) for path in document["paths"])
    assert all(re.fullmatch(r"([A-Z][a-z]+)+", name) for name in document["components"]["schemas"])
    names = {name for schema in document["components"]["schemas"].values() for name in schema["properties"]}
    assert [name for name in names if not re.fullmatch(r"[a-z]+([A-Z][a-z]+)*", name)] == []


async def test_every_answer_names_the_version_and_every_refusal_is_a_problem(document):
    answers = list(responses_of(document))

    assert len(answers) > 8 * 5
    for operation, status, response in answers:
        assert "API-Version" in response["headers"], operation
        if status >= 400:
            assert list(response["content"]) == ["application/problem+json"], operation
    with_body = [document["paths"][call.path][call.method.lower()] for call in CALLS if call.has_body]
    assert all("400" in operation["responses"] for operation in with_body)


async def test_every_reference_leads_somewhere_and_nothing_lies_unused(document):
    referred = set(references_in(document))

    there = {
        f"#/components/{kind}/{name}"
        for kind in ("schemas", "responses", "headers", "parameters")
        for name in document["components"][kind]
    }
    assert there
    assert referred == there


async def test_behind_https_the_document_says_where_it_is_served(
    settings, database, hashing, clock, open_api
):
    https = settings.model_copy(update={"public_url": "https://inloggen.example.nl"})
    api = await open_api(build_services(https, database, hashing, clock))

    document = await (await api.get("/openapi.json", Host="inloggen.example.nl")).json()

    assert document["servers"] == [{"url": "https://inloggen.example.nl/v1"}]
