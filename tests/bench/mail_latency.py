"""How long it takes from pressing the button until the mail server has the mail, on an idle system."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass

from tests.bench.figures import milliseconds, percentile, table, verdict
from tests.bench.people import draw_address, draw_network, registration
from tests.bench.smtp_sink import SmtpSink
from tests.bench.web_client import WebClient, form_post

WARM_UP = 20
# Until the reports of the mail before are written, so that each one meets an idle system.
PAUSE_SECONDS = 0.05
ARRIVE_SECONDS = 60.0
AIM_P50, AIM_P99 = 0.150, 1.0
PERCENTS = (50, 90, 99, 100)


@dataclass(frozen=True)
class Way:
    """Seconds from just before the POST until its answer, and until the final dot was answered with 250."""

    answered: float
    accepted: float


async def measure_latency(port: int, sink: SmtpSink, registrations: int) -> tuple[list[Way], float]:
    """Each registration's way, and the seconds that all took."""
    client = await WebClient.connected(port)
    for _ in range(WARM_UP):
        await register(client, port, sink)
    began = time.perf_counter()
    ways = [await register(client, port, sink) for _ in range(registrations)]
    took = time.perf_counter() - began
    client.close()
    return ways, took


async def register(client: WebClient, port: int, sink: SmtpSink) -> Way:
    await asyncio.sleep(PAUSE_SECONDS)
    email = draw_address()
    arrived = sink.expect(email)
    request = form_post("/registreren", registration(email), network=draw_network(), port=port)
    began = time.perf_counter()
    answer = await client.ask(request)
    assert answer.status == 303, f"registering was answered with {answer.status}"
    async with asyncio.timeout(ARRIVE_SECONDS):
        return Way(answer.seconds, await arrived - began)


def latency_report(ways: Sequence[Way], seconds: float) -> str:
    accepted = [way.accepted for way in ways]
    rows = [
        row("POST -> SMTP accepted", accepted),
        row("  POST -> answered", [way.answered for way in ways]),
        row("  answered -> SMTP accepted", [way.accepted - way.answered for way in ways]),
    ]
    met = percentile(accepted, 50) <= AIM_P50 and percentile(accepted, 99) <= AIM_P99
    return (
        f"{len(ways)} registrations, each {milliseconds(PAUSE_SECONDS)} ms after the one before had"
        f" arrived: {len(ways) / seconds:.1f} per second\n\n"
        f"{table(['milliseconds', 'p50', 'p90', 'p99', 'max'], rows)}\n\n"
        f"aim p50 <= {milliseconds(AIM_P50)}, p99 <= {milliseconds(AIM_P99)}: {verdict(met=met)}"
    )


def row(name: str, seconds: Sequence[float]) -> list[str]:
    return [name, *(milliseconds(percentile(seconds, percent)) for percent in PERCENTS)]
