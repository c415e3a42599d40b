"""Whether a large backlog is worked off as fast at its end as at its beginning, in as much memory."""

import time
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import aio_pika
from cryptography.fernet import Fernet

from shared import broker_topology
from tests.bench.contenders import contenders
from tests.bench.counting_sink import CountingSink
from tests.bench.delivery_rate import OURS_TWICE, Workers, all_of, until_taken, workers
from tests.bench.figures import table
from tests.bench.postfix_tools import PostfixTools
from tests.bench.processes import memory_kib
from tests.bench.queue_filling import empty, fill
from tests.bench.sample_mails import sample_events
from tests.event_messages import event_message

PARTS = 10


@dataclass(frozen=True)
class Part:
    """A tenth of the backlog; memory (10^6 bytes) of the largest mailer and of it only then."""

    mails_per_second: float
    largest_mb: float


async def measure_backlog(
    amqp_url: str, tools: PostfixTools, folder: Path, *, mails: int, now: datetime
) -> list[Part]:
    key = Fernet.generate_key().decode()
    async with CountingSink(tools) as sink, await aio_pika.connect(amqp_url) as connection:
        async with connection.channel() as channel:
            await broker_topology.declare(channel)
        events = sample_events(mails, key, now)
        await fill(connection, broker_topology.SEND_QUEUE, map(event_message, events))
        (two,) = [one for one in contenders(amqp_url, sink.port, key) if one.name == OURS_TWICE]
        with workers(two, folder) as working:
            # From the first mail on: starting is not what is asked.
            await until_taken(sink, 1, working)
            parts = [await part(sink, number * mails // PARTS, working) for number in range(1, PARTS + 1)]
        await empty(connection, two.fills)
    return parts


async def part(sink: CountingSink, until: int, working: Workers) -> Part:
    first, began = sink.mails, time.perf_counter()
    await until_taken(sink, until, working)
    rate = (sink.mails - first) / (time.perf_counter() - began)
    return Part(rate, max(memory_kib(pid)["Rss"] for pid in all_of(working)) * 1024 / 1e6)


def backlog_report(mails: int, parts: list[Part]) -> str:
    rows = [
        [f"{number * mails // PARTS}", f"{part.mails_per_second:.0f}", f"{part.largest_mb:.1f}"]
        for number, part in enumerate(parts, start=1)
    ]
    rates = [part.mails_per_second for part in parts]
    grown = parts[-1].largest_mb - parts[1].largest_mb
    return (
        f"{table(['mails delivered', 'mails/s', 'largest mailer, MB'], rows)}\n\n"
        f"slowest tenth {min(rates) / max(rates):.0%} of the fastest;"
        f" memory {grown:+.1f} MB since the second tenth"
    )
