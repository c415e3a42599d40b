"""What further mailers bring where the relay takes its time, and the cores have some left."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from statistics import median

import aio_pika
from cryptography.fernet import Fernet

from shared import broker_topology
from tests.bench.contenders import our_mailer, our_settings
from tests.bench.counting_sink import CountingSink
from tests.bench.delivery_rate import AIM_SCALING, Run, measured, per_round, rates_shown
from tests.bench.figures import table, verdict
from tests.bench.postfix_tools import PostfixTools
from tests.bench.sample_mails import sample_mails

PROCESSES = (1, 2, 4)
# For each mail. A relay that looks at what it gets takes as long.
RELAY_SECONDS = 1
# Of each process.
SESSIONS = 40
# How long the relay should have work.
WORK_SECONDS = 10


async def measure_scaling(
    amqp_url: str, tools: PostfixTools, folder: Path, *, rounds: int, now: datetime
) -> Mapping[int, Sequence[Run]]:
    """By the number of processes, each each with as many mails as the relay takes in WORK_SECONDS."""
    key = Fernet.generate_key().decode()
    runs: dict[int, list[Run]] = {}
    async with (
        CountingSink(tools, wait_seconds=RELAY_SECONDS) as sink,
        await aio_pika.connect(amqp_url) as connection,
    ):
        async with connection.channel() as channel:
            await broker_topology.declare(channel)
        for _ in range(rounds):
            for count in PROCESSES:
                samples = list(sample_mails(count * SESSIONS * WORK_SECONDS // RELAY_SECONDS, key, now))
                settings = {**our_settings(amqp_url, sink.port, key), "SMTP_SESSIONS": f"{SESSIONS}"}
                run = await measured(our_mailer(count, settings), samples, sink, connection, folder)
                runs.setdefault(count, []).append(run)
    return runs


def scaling_report(runs: Mapping[int, Sequence[Run]]) -> str:
    rows = [
        [
            f"{count}",
            *rates_shown([run.mails_per_second for run in done]),
            f"{per_round(done, runs[1]):.2f}",
            f"{median(run.cpu_ms_per_mail for run in done):.2f}",
        ]
        for count, done in runs.items()
    ]
    heads = ["processes", "mails/s", "from-to", "times one", "CPU ms per mail"]
    twice = per_round(runs[2], runs[1])
    return (
        f"a relay that takes {RELAY_SECONDS} s for each mail, {SESSIONS} sessions per process\n\n"
        f"{table(heads, rows)}\n\n"
        f"two processes against one {twice:.2f} times, aim {AIM_SCALING}: {verdict(met=twice >= AIM_SCALING)}"
    )
