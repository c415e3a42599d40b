"""`make bench`: measures what is promised about speed, memory and timing, on servers of its own."""

import argparse
import asyncio
import os
import random
import signal
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path

import uvloop

from deploy.local.console import Console
from deploy.local.failures import StartFailed
from deploy.local.packages import install_servers
from deploy.local.rabbitmq import PrivateRabbit
from shared.clock import utc_now
from tests.bench.alike import ACTS, alike_report, measure_alike
from tests.bench.backlog import backlog_report, measure_backlog
from tests.bench.composing import composing_report, measure_composing
from tests.bench.delivery_rate import delivery_report, measure_delivery
from tests.bench.helpdesk import helpdesk_report, measure_helpdesk
from tests.bench.login_rate import ACCOUNTS, Plan, login_report, measure_logins
from tests.bench.mail_latency import latency_report, measure_latency
from tests.bench.memory_use import measure_memory, memory_report
from tests.bench.people import PASSWORD, add_people, draw_address
from tests.bench.postfix_tools import PostfixTools, postfix_tools
from tests.bench.processes import busy_share
from tests.bench.raw_verifies import RawVerifies
from tests.bench.scaling import measure_scaling, scaling_report
from tests.bench.smtp_sink import SmtpSink
from tests.bench.stack import Stack, bench_folder, running_stack

# With the services idle; far above a few per cent, somebody else is at work and figures say little.
LOOK_SECONDS = 5.0


class Bench:
    """The parts, on one running stack."""

    def __init__(self, stack: Stack, sink: SmtpSink, chosen: argparse.Namespace) -> None:
        self._stack = stack
        self._sink = sink
        self._chosen = chosen
        self._raw = RawVerifies(PASSWORD)

    async def latency(self) -> str:
        return latency_report(
            *await measure_latency(self._stack.http_port, self._sink, self._chosen.registrations)
        )

    async def login(self) -> str:
        emails = [draw_address() for _ in range(ACCOUNTS)]
        await add_people(
            self._stack.database_url,
            known=emails,
            pending=(),
            password_hash=self._raw.password_hash,
            now=utc_now(),
        )
        chosen = self._chosen
        plan = Plan(chosen.starts, chosen.rounds, chosen.seconds)
        return login_report(await measure_logins(self._stack, emails, self._raw, plan))

    async def memory(self) -> str:
        """After the work of the two above, which is done here where it wasn't yet."""
        for part, work in (("latency", self.latency), ("login", self.login)):
            if part not in self._chosen.parts:
                await work()
        return memory_report(await measure_memory(self._stack))

    async def alike(self) -> str:
        draws = random.Random(self._chosen.seed)
        measured = {
            act.name: await measure_alike(
                self._stack,
                act,
                tries=self._chosen.tries,
                password_hash=self._raw.password_hash,
                now=utc_now(),
                order=draws,
            )
            for act in ACTS
        }
        return f"{alike_report(measured, draws)} (seed {self._chosen.seed})"

    async def helpdesk(self) -> str:
        draws = random.Random(self._chosen.seed)
        return helpdesk_report(
            *await measure_helpdesk(self._stack, searches=self._chosen.searches, now=utc_now(), draws=draws)
        )


class LoneMailer:
    """The parts that need a broker, and nothing else that would take its share of the cores."""

    def __init__(self, amqp_url: str, tools: PostfixTools, folder: Path, chosen: argparse.Namespace) -> None:
        self._amqp_url = amqp_url
        self._tools = tools
        self._folder = folder
        self._chosen = chosen

    async def mail(self) -> str:
        chosen = self._chosen
        return delivery_report(
            await measure_delivery(
                self._amqp_url,
                self._tools,
                self._folder,
                mails=chosen.mails,
                rounds=chosen.turns,
                now=utc_now(),
            )
        )

    async def scaling(self) -> str:
        rounds = self._chosen.turns
        return scaling_report(
            await measure_scaling(self._amqp_url, self._tools, self._folder, rounds=rounds, now=utc_now())
        )

    async def backlog(self) -> str:
        mails = self._chosen.backlog
        parts = await measure_backlog(self._amqp_url, self._tools, self._folder, mails=mails, now=utc_now())
        return backlog_report(mails, parts)


def composing() -> str:
    return composing_report(*measure_composing(utc_now()))


SERVERLESS_PARTS: dict[str, Callable[[], str]] = {"composing": composing}
LONE_PARTS: dict[str, Callable[[LoneMailer], Awaitable[str]]] = {
    "mail": LoneMailer.mail,
    "scaling": LoneMailer.scaling,
    "backlog": LoneMailer.backlog,
}
PARTS: dict[str, Callable[[Bench], Awaitable[str]]] = {
    "latency": Bench.latency,
    "login": Bench.login,
    "memory": Bench.memory,
    "alike": Bench.alike,
    "helpdesk": Bench.helpdesk,
}


async def measure(stack: Stack, chosen: argparse.Namespace) -> None:
    sink = SmtpSink()
    await sink.listen(stack.smtp_port)
    await asyncio.to_thread(stack.wait_until_ready)
    bench = Bench(stack, sink, chosen)
    await tell_of_load()
    for name, part in PARTS.items():
        if name in chosen.parts:
            show(name, await part(bench))


async def measure_serverless(chosen: argparse.Namespace) -> None:
    await tell_of_load()
    for name, part in SERVERLESS_PARTS.items():
        if name in chosen.parts:
            show(name, part())


async def measure_lone(mailer: LoneMailer, chosen: argparse.Namespace) -> None:
    await tell_of_load()
    for name, part in LONE_PARTS.items():
        if name in chosen.parts:
            show(name, await part(mailer))


async def tell_of_load() -> None:
    busy = await busy_share(LOOK_SECONDS)
    print(f"{os.cpu_count()} cores, {busy:.0%} busy before anything is measured", flush=True)


def show(name: str, report: str) -> None:
    print(f"\n== {name} ==\n{report}\n", flush=True)


def main() -> int:
    chosen = parsed_arguments()
    console = Console()
    # What make and a terminal that closes send; as Ctrl-C, so that everything is stopped.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        if SERVERLESS_PARTS.keys() & chosen.parts:
            uvloop.run(measure_serverless(chosen))
        if {*LONE_PARTS, *PARTS}.intersection(chosen.parts):
            install_servers(console, postgres=True, rabbit=True)
        if LONE_PARTS.keys() & chosen.parts:
            with bench_folder() as folder, PrivateRabbit(folder / "rabbitmq") as rabbit:
                mailer = LoneMailer(rabbit.url, postfix_tools(folder), folder, chosen)
                uvloop.run(measure_lone(mailer, chosen))
        if PARTS.keys() & chosen.parts:
            with running_stack() as stack:
                uvloop.run(measure(stack, chosen))
    except StartFailed as failure:
        print(failure, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


def parsed_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    every = [*SERVERLESS_PARTS, *LONE_PARTS, *PARTS]
    parser.add_argument(
        "parts", nargs="*", metavar="PART", help=f"of {', '.join(every)}; all if none is named"
    )
    parser.add_argument("--mails", type=int, default=4_000, help="of mail, each time (%(default)s)")
    parser.add_argument("--turns", type=int, default=3, help="of mail and scaling (%(default)s)")
    parser.add_argument("--backlog", type=int, default=100_000, help="of backlog, mails (%(default)s)")
    parser.add_argument("--registrations", type=int, default=200, help="of latency (%(default)s)")
    parser.add_argument("--starts", type=int, default=7, help="of login (%(default)s)")
    parser.add_argument("--rounds", type=int, default=2, help="of login, after each start (%(default)s)")
    parser.add_argument("--seconds", type=float, default=3.0, help="that a round lasts (%(default)s)")
    parser.add_argument("--tries", type=int, default=300, help="of alike, each kind (%(default)s)")
    parser.add_argument("--searches", type=int, default=40, help="of helpdesk, each kind (%(default)s)")
    parser.add_argument("--seed", type=int, default=1, help="of what is drawn (%(default)s)")
    chosen = parser.parse_args()
    chosen.parts = chosen.parts or every
    if unknown := set(chosen.parts) - set(every):
        parser.error(f"no such part: {', '.join(sorted(unknown))}")
    return chosen


if __name__ == "__main__":
    sys.exit(main())
