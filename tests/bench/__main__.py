"""`make bench`: measures what is promised about speed, memory and timing, on servers of its own."""

import argparse
import asyncio
import os
import random
import signal
import sys
from collections.abc import Awaitable, Callable

import uvloop

from deploy.local.console import Console
from deploy.local.failures import StartFailed
from deploy.local.packages import install_servers
from shared.clock import utc_now
from tests.bench.alike import ACTS, alike_report, measure_alike
from tests.bench.helpdesk import helpdesk_report, measure_helpdesk
from tests.bench.login_rate import ACCOUNTS, Plan, login_report, measure_logins
from tests.bench.mail_latency import mail_report, measure_mail
from tests.bench.memory_use import measure_memory, memory_report
from tests.bench.people import PASSWORD, add_people, draw_address
from tests.bench.processes import busy_share
from tests.bench.raw_verifies import RawVerifies
from tests.bench.smtp_sink import SmtpSink
from tests.bench.stack import Stack, running_stack

# With the services idle; far above a few per cent, somebody else is at work and figures say little.
LOOK_SECONDS = 5.0


class Bench:
    """The parts, on one running stack."""

    def __init__(self, stack: Stack, sink: SmtpSink, chosen: argparse.Namespace) -> None:
        self._stack = stack
        self._sink = sink
        self._chosen = chosen
        self._raw = RawVerifies(PASSWORD)

    async def mail(self) -> str:
        return mail_report(*await measure_mail(self._stack.http_port, self._sink, self._chosen.registrations))

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
        for part, work in (("mail", self.mail), ("login", self.login)):
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


PARTS: dict[str, Callable[[Bench], Awaitable[str]]] = {
    "mail": Bench.mail,
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
    busy = await busy_share(LOOK_SECONDS)
    print(f"{os.cpu_count()} cores, {busy:.0%} busy before anything is measured", flush=True)
    for name, part in PARTS.items():
        if name in chosen.parts:
            report = await part(bench)
            print(f"\n== {name} ==\n{report}", flush=True)


def main() -> int:
    chosen = parsed_arguments()
    console = Console()
    # What make and a terminal that closes send; as Ctrl-C, so that everything is stopped.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        install_servers(console, postgres=True, rabbit=True)
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
    parser.add_argument(
        "parts", nargs="*", metavar="PART", help=f"of {', '.join(PARTS)}; all if none is named"
    )
    parser.add_argument("--registrations", type=int, default=200, help="of mail (%(default)s)")
    parser.add_argument("--starts", type=int, default=7, help="of login (%(default)s)")
    parser.add_argument("--rounds", type=int, default=2, help="of login, after each start (%(default)s)")
    parser.add_argument("--seconds", type=float, default=3.0, help="that a round lasts (%(default)s)")
    parser.add_argument("--tries", type=int, default=300, help="of alike, each kind (%(default)s)")
    parser.add_argument("--searches", type=int, default=40, help="of helpdesk, each kind (%(default)s)")
    parser.add_argument("--seed", type=int, default=1, help="of what is drawn (%(default)s)")
    chosen = parser.parse_args()
    chosen.parts = chosen.parts or list(PARTS)
    if unknown := set(chosen.parts) - set(PARTS):
        parser.error(f"no such part: {', '.join(sorted(unknown))}")
    return chosen


if __name__ == "__main__":
    sys.exit(main())
