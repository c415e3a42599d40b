"""One trace from the request to the mail server and back."""

import asyncio
import json

from playwright.async_api import Playwright

from tests.journeys.conftest import from_elsewhere
from tests.journeys.front_door import FrontDoor
from tests.journeys.people import Person
from tests.journeys.trace_collector import TraceCollector
from tests.running_services import RunningServices

ARRIVAL_SECONDS = 20
GATEWAY_TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"
GATEWAY = {"traceparent": f"00-{GATEWAY_TRACE}-00f067aa0ba902b7-01"}

REQUEST = "POST /registreren"
PUBLISH = "publish mail.activation_code_issued.v1"
DELIVER = "deliver mail.activation_code_issued.v1"
SMTP = "smtp"
RECORD = "record mail.delivered.v1"
# Each process sends its spans when it likes.
EVERY_SPAN = (REQUEST, PUBLISH, DELIVER, SMTP, RECORD)


async def test_a_registration_is_one_trace_through_all_processes(
    services: RunningServices, collector: TraceCollector, playwright: Playwright
) -> None:
    http = await playwright.request.new_context(extra_http_headers=from_elsewhere() | GATEWAY)
    await FrontDoor(http, services.site).send("/registreren", Person().posted)
    await http.dispose()

    async with asyncio.timeout(ARRIVAL_SECONDS):
        while not set(EVERY_SPAN) <= set(spans := collector.trace(GATEWAY_TRACE)):
            await asyncio.sleep(0.05)

    names = {span.span_id: name for name, (_, span) in spans.items()}
    above = {name: (service, names.get(span.parent_span_id)) for name, (service, span) in spans.items()}
    assert above[REQUEST] == ("auth web", None)
    assert above[PUBLISH] == ("auth worker", REQUEST)
    assert above[DELIVER] == ("mailer", PUBLISH)
    assert above[SMTP] == ("mailer", DELIVER)
    assert above[RECORD] == ("auth worker", DELIVER)
    lines = [json.loads(line) for log in services.logs().values() for line in log.splitlines()]
    ids = {line["correlation_id"] for line in lines if line.get("trace_id") == GATEWAY_TRACE}
    # One of our own for the page and one for its form, whatever trace they say that they are part of.
    assert len(ids - {GATEWAY_TRACE}) == 2
