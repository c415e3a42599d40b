"""What a request leaves behind for an operator, and what it never does."""

import re
from functools import partial

import pytest
import structlog
from aiohttp.test_utils import TestClient, TestServer

from auth_service.web import error_pages
from auth_service.web.app import build_app
from shared.metrics import REGISTRY

CODE = "08783e884a2f59f2cf1108c566a33353518e775d44310341"
capture_logs = partial(structlog.testing.capture_logs, processors=[structlog.contextvars.merge_contextvars])


@pytest.fixture
async def client(services):
    async with TestClient(TestServer(build_app(services))) as client:
        yield client


def counted(method, route, status):
    labels = {"method": method, "route": route, "status": str(status)}
    return REGISTRY.get_sample_value("dnr_http_request_seconds_count", labels) or 0


async def test_every_request_has_one_line_with_an_id_of_its_own(client):
    with capture_logs() as logs:
        for _ in range(2):
            await client.get("/inloggen?terug=/account")

    first, second = logs
    assert (first["event"], first["method"], first["route"], first["status"]) == (
        "request",
        "GET",
        "/inloggen",
        200,
    )
    assert first["ms"] > 0
    assert re.fullmatch("[0-9a-f]{32}", first["correlation_id"])
    assert first["correlation_id"] != second["correlation_id"]


@pytest.mark.parametrize("path", [f"/activeren/{CODE}", f"/activeren?code={CODE}", f"/v1/{CODE}"])
async def test_what_somebody_put_in_the_address_is_in_no_log(client, path):
    with capture_logs() as logs:
        await client.get(path, headers={"X-Forwarded-For": CODE, "User-Agent": CODE, "Referer": CODE})

    assert logs
    assert CODE not in str(logs)


async def test_odd_methods_and_paths_are_counted_as_one(client):
    before = counted("unknown", "unknown", 404)

    for number, method in enumerate(("PROPFIND", "MKCOL", "LOCK")):
        await client.request(method, f"/nergens/{number}")

    assert counted("unknown", "unknown", 404) == before + 3


@pytest.mark.alters_tables
async def test_the_code_of_an_error_page_leads_to_its_log_lines(client, sql):
    await sql.execute("ALTER TABLE accounts RENAME TO lost")
    before = counted("POST", "/v1/sessies", 500)

    with capture_logs() as logs:
        answer = await client.post(
            "/v1/sessies", json={"email": "jan@dezon.example", "wachtwoord": "een wachtwoord dat lang is"}
        )
        problem = await answer.json()

    assert answer.status == 500
    error, request = [line for line in logs if line["event"] in ("unexpected_error", "request")]
    assert error["correlation_id"] == request["correlation_id"]
    assert error["correlation_id"].startswith(error["error_id"])
    assert error["error_id"] in str(problem)
    assert counted("POST", "/v1/sessies", 500) == before + 1


@pytest.mark.alters_tables
async def test_an_error_of_the_error_page_is_told_too(client, sql, monkeypatch):
    def trip(*_):
        raise RuntimeError("a bug")

    await sql.execute("ALTER TABLE gemeenten RENAME TO lost")
    monkeypatch.setattr(error_pages, "error_page", trip)
    before = counted("GET", "/inloggen", 500)

    with capture_logs() as logs:
        answer = await client.get("/inloggen", headers={"Host": "elders.example"})

    assert answer.status == 500
    assert [line["event"] for line in logs] == ["unexpected_error", "unanswered_error", "request"]
    assert counted("GET", "/inloggen", 500) == before + 1
