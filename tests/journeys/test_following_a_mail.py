"""What an operator sees: one id from the request to the mail server's reply, and how each process is."""

import asyncio
import json
from typing import Any

import pytest
from playwright.async_api import APIRequestContext

from tests.journeys.conftest import MakeDoor
from tests.journeys.people import MakeAccount, Person
from tests.running_services import COMMANDS, RunningServices

ARRIVAL_SECONDS = 20
Line = dict[str, Any]


def lines_of(services: RunningServices, process: str) -> list[Line]:
    return [json.loads(line) for line in services.logs()[f"{process}.log"].splitlines()]


async def line_with(services: RunningServices, process: str, **fields: str) -> Line:
    """The first line of the log that has all of these, as soon as it is there."""
    async with asyncio.timeout(ARRIVAL_SECONDS):
        while True:
            for line in lines_of(services, process):
                if fields.items() <= line.items():
                    return line
            await asyncio.sleep(0.05)


async def story_of(services: RunningServices, correlation_id: str) -> list[tuple[str, str]]:
    """Which process said what about a request, once its mail's report has come."""
    await line_with(services, "auth-worker", correlation_id=correlation_id, event="mail_reported")
    return [
        (process, line["event"])
        for process in COMMANDS
        for line in lines_of(services, process)
        if line.get("correlation_id") == correlation_id
    ]


async def newest_request(services: RunningServices, route: str) -> str:
    request = [line for line in lines_of(services, "auth-web") if line.get("route") == route][-1]
    return str(request["correlation_id"])


async def test_a_registration_can_be_followed_to_the_mail_servers_reply(
    make_door: MakeDoor, services: RunningServices
) -> None:
    person = Person()
    await (await make_door()).send("/registreren", person.posted)

    correlation_id = await newest_request(services, "/registreren")

    assert sorted(await story_of(services, correlation_id)) == [
        ("auth-web", "request"),
        ("auth-worker", "event_published"),
        ("auth-worker", "mail_reported"),
        ("mailer", "mail_delivered"),
    ]
    delivered = await line_with(services, "mailer", correlation_id=correlation_id)
    assert delivered["reply"].startswith("250 ")
    assert delivered["to"] == "ja***@dezon.example"
    assert not any(person.email in log for log in services.logs().values())


async def test_a_request_for_a_code_can_be_followed_through_the_worker_that_answers_it(
    make_door: MakeDoor, make_account: MakeAccount, services: RunningServices
) -> None:
    person = await make_account()
    await (await make_door()).send("/wachtwoord-vergeten", {"email": person.email})

    correlation_id = await newest_request(services, "/wachtwoord-vergeten")

    story = await story_of(services, correlation_id)
    assert ("mailer", "mail_delivered") in story
    assert story[0] == ("auth-web", "request")


@pytest.mark.parametrize("process", COMMANDS)
async def test_every_process_says_how_it_is(
    process: str, http: APIRequestContext, services: RunningServices
) -> None:
    port = services.operations(process)
    live, ready, metrics = [
        await http.get(f"{port}{path}") for path in ("/health/live", "/health/ready", "/metrics")
    ]

    assert (live.status, await live.json()) == (200, {"status": "live"})
    assert (ready.status, await ready.json()) == (200, {"status": "ready"})
    samples = [line for line in (await metrics.text()).splitlines() if not line.startswith("#")]
    assert samples
    assert all(line.startswith("dnr_") for line in samples)
    assert any(line.startswith("dnr_process_resident_memory_bytes ") for line in samples)
    assert (await http.get(f"{services.site}/metrics")).status == 404
    assert (await http.get(f"{services.site}/health/ready")).status == 404
