"""How many mails per second a backlog is delivered with, and what one costs: ours and others, in turns."""

import asyncio
import os
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from statistics import median

import aio_pika
from aio_pika.abc import AbstractConnection
from cryptography.fernet import Fernet

from deploy.local.failures import StartFailed
from deploy.local.ports import draw_port
from shared import broker_topology
from tests.bench.contenders import Contender, contenders
from tests.bench.counting_sink import CountingSink
from tests.bench.figures import table, verdict
from tests.bench.postfix_tools import PostfixTools
from tests.bench.processes import cpu_seconds, memory_kib, with_children
from tests.bench.queue_filling import empty, fill, make_queue
from tests.bench.sample_mails import SampleMail, sample_mails
from tests.running_services import CHECKOUT

# Of the backlog, until connections stand and code is warm.
WARM_UP_SHARE = 0.2
LOOK_SECONDS = 0.02
PATIENCE_SECONDS = 300.0
STOP_SECONDS = 40.0
AIM_CPU_MS, AIM_RATIO, AIM_SCALING, AIM_MB = 1.2, 4.0, 1.8, 80.0
OURS, OURS_TWICE = "ours, 1 process", "ours, 2 processes"
CELERY = "Celery, 2 processes, new connection per mail"


Workers = Sequence[subprocess.Popen[bytes]]


@dataclass(frozen=True)
class Run:
    """Of the mails after the warm-up; CPU time of the workers, memory (10^6 bytes) of the largest one."""

    mails_per_second: float
    cpu_ms_per_mail: float
    largest_mb: float


@dataclass(frozen=True)
class DeliveryRates:
    runs: dict[str, list[Run]]
    ceiling: list[float]
    mail_bytes: int


async def measure_delivery(
    amqp_url: str, tools: PostfixTools, folder: Path, *, mails: int, rounds: int, now: datetime
) -> DeliveryRates:
    """`rounds` of everybody, in turns, each with a backlog of `mails`."""
    key = Fernet.generate_key().decode()
    samples = list(sample_mails(mails, key, now))
    rates = DeliveryRates({}, [], len(samples[0].words["raw"]))
    async with CountingSink(tools) as sink, await aio_pika.connect(amqp_url) as connection:
        async with connection.channel() as channel:
            await broker_topology.declare(channel)
        for _ in range(rounds):
            for contender in contenders(amqp_url, sink.port, key):
                run = await measured(contender, samples, sink, connection, folder)
                rates.runs.setdefault(contender.name, []).append(run)
            rates.ceiling.append(await ceiling(tools, sink, mails, rates.mail_bytes))
    return rates


async def measured(
    contender: Contender,
    samples: Sequence[SampleMail],
    sink: CountingSink,
    connection: AbstractConnection,
    folder: Path,
) -> Run:
    if contender.queue != broker_topology.SEND_QUEUE:
        await make_queue(connection, contender.queue)
    await fill(connection, contender.queue, map(contender.message, samples))
    before = sink.mails
    with workers(contender, folder) as working:
        await until_taken(sink, before + int(len(samples) * WARM_UP_SHARE), working)
        began, first, used = time.perf_counter(), sink.mails, cpu_seconds(all_of(working))
        await until_taken(sink, before + len(samples), working)
        took, count = time.perf_counter() - began, sink.mails - first
        cpu = cpu_seconds(all_of(working)) - used
        largest = max(memory_kib(pid)["VmHWM"] for pid in all_of(working)) * 1024 / 1e6
    await empty(connection, contender.fills)
    return Run(count / took, cpu / count * 1000, largest)


async def until_taken(sink: CountingSink, mails: int, working: Workers = ()) -> None:
    """Raises StartFailed where one of these ends instead."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while sink.mails < mails:
            if ended := [process.args for process in working if process.poll() is not None]:
                raise StartFailed(f"ended while it was measured: {ended}")
            await asyncio.sleep(LOOK_SECONDS)


def all_of(working: Workers) -> list[int]:
    return [pid for process in working for pid in with_children(process.pid)]


@contextmanager
def workers(contender: Contender, folder: Path) -> Iterator[Workers]:
    """Running until the block ends."""
    log = (folder / "workers.log").open("ab")
    started = [
        subprocess.Popen(  # noqa: S603 - commands of our own making.
            command,
            cwd=CHECKOUT,
            env={**contender.environment, "OPS_PORT": str(draw_port())},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
        )
        for command in contender.commands
    ]
    try:
        yield started
    finally:
        for process in started:
            process.terminate()
        for process in started:
            try:
                process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
        log.close()


async def ceiling(tools: PostfixTools, sink: CountingSink, mails: int, size: int) -> float:
    """Mails per second of Postfix's `smtp-source`, which has nothing to do but that."""
    before, began = sink.mails, time.perf_counter()
    source = await asyncio.create_subprocess_exec(
        *tools.command("smtp-source", "-m", str(mails), "-s", "4", "-l", str(size), "-d"),
        f"127.0.0.1:{sink.port}",
        env=dict(tools.environment),
    )
    await source.wait()
    await until_taken(sink, before + mails)
    return mails / (time.perf_counter() - began)


def delivery_report(rates: DeliveryRates) -> str:
    rows = [
        [
            name,
            *rates_shown([run.mails_per_second for run in runs]),
            f"{median(run.cpu_ms_per_mail for run in runs):.2f}",
            f"{max(run.largest_mb for run in runs):.0f}",
        ]
        for name, runs in rates.runs.items()
    ]
    rows.append(["smtp-source, the ceiling", f"{median(rates.ceiling):.0f}", "", "", ""])
    heads = ["median of the rounds", "mails/s", "from-to", "CPU ms per mail", "largest process, MB"]
    return (
        f"{len(rates.ceiling)} rounds of a mail of {rates.mail_bytes} bytes,"
        f" {os.cpu_count()} cores for workers, RabbitMQ and smtp-sink together\n\n"
        f"{table(heads, rows)}\n\n{verdicts(rates)}"
    )


def rates_shown(rates: Sequence[float]) -> list[str]:
    return [f"{median(rates):.0f}", f"{min(rates):.0f}-{max(rates):.0f}"]


def verdicts(rates: DeliveryRates) -> str:
    one, two, celery = (rates.runs[name] for name in (OURS, OURS_TWICE, CELERY))
    cpu = median(run.cpu_ms_per_mail for run in one)
    ratio, scaling = per_round(two, celery), per_round(two, one)
    most = max(run.largest_mb for run in (*one, *two))
    return "\n".join(
        [
            f"CPU per mail {cpu:.2f} ms, aim {AIM_CPU_MS}: {verdict(met=cpu <= AIM_CPU_MS)}",
            f"two processes against Celery {ratio:.1f} times, aim {AIM_RATIO}:"
            f" {verdict(met=ratio >= AIM_RATIO)}",
            f"two processes against one {scaling:.2f} times, aim {AIM_SCALING} where cores allow:"
            f" {verdict(met=scaling >= AIM_SCALING)}",
            f"largest process {most:.0f} MB, aim {AIM_MB:.0f}: {verdict(met=most <= AIM_MB)}",
        ]
    )


def per_round(some: Sequence[Run], others: Sequence[Run]) -> float:
    """The median of what each round's rates have to do with each other."""
    pairs = zip(some, others, strict=True)
    return median(one.mails_per_second / other.mails_per_second for one, other in pairs)
