"""How many logins a second one process of auth web does, against what argon2id alone would allow."""

import asyncio
import os
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import cycle
from statistics import mean, median

from tests.bench.figures import milliseconds, percentile, table, verdict
from tests.bench.people import PASSWORD, browser_of, home_of
from tests.bench.processes import busy_seconds, cpu_seconds, own_cpu_seconds, with_children
from tests.bench.raw_verifies import RawRound, RawVerifies
from tests.bench.stack import Stack
from tests.bench.web_client import WAIT_SECONDS, Answer, WebClient, form_post, json_post

CORES = os.cpu_count() or 1
# Enough to keep every core at work, and below the queue's end.
CONNECTIONS = 4 * CORES
ACCOUNTS = 300
WARM_UP_SECONDS = 1.0
AIM = 0.85

MakeRequest = Callable[[str], bytes]


@dataclass(frozen=True)
class Round:
    """`seconds` it lasted; CPU seconds by whom they were used."""

    latencies: Sequence[float]
    seconds: float
    cpu: dict[str, float]

    @property
    def rate(self) -> float:
        return len(self.latencies) / self.seconds

    def rate_without(self, *users: str) -> float:
        """As if these had run on a machine of their own: what they used is taken out of the cores' time."""
        elsewhere = sum(self.cpu[user] for user in users)
        return len(self.latencies) / (self.seconds - elsewhere / CORES)


@dataclass(frozen=True)
class LoginRounds:
    """`others`: the share of the cores that was used by anything else meanwhile."""

    doors: dict[str, list[Round]]
    raw: list[RawRound]
    others: list[float]


@dataclass(frozen=True)
class Plan:
    """So many `starts` of auth web, so many rounds of so many seconds after each."""

    starts: int
    rounds: int
    seconds: float


async def measure_logins(stack: Stack, emails: Sequence[str], raw: RawVerifies, plan: Plan) -> LoginRounds:
    """Both doors and the raw verifies in turns, so that whatever else the machine does meets all three.

    Where the system happens to put the memory of a process makes its hashes some per cent quicker or slower
    for as long as it runs. So all are started several times.
    """
    measured = LoginRounds({name: [] for name in doors(stack.http_port)}, [], [])
    for _ in range(plan.starts):
        await asyncio.to_thread(stack.restart, "auth-web")
        raw.start_anew()
        await measure_one_start(stack, emails, raw, plan, measured)
    return measured


async def measure_one_start(
    stack: Stack, emails: Sequence[str], raw: RawVerifies, plan: Plan, measured: LoginRounds
) -> None:
    clients = [await WebClient.connected(stack.http_port) for _ in range(CONNECTIONS)]
    # Made before anything is measured: making them takes the same cores.
    requests = {
        name: cycle([make(email) for email in emails]) for name, make in doors(stack.http_port).items()
    }
    for door in requests.values():
        await logins(stack, clients, door, WARM_UP_SECONDS)
    await asyncio.to_thread(raw.round, WARM_UP_SECONDS)
    others, began = others_cpu(stack), time.perf_counter()
    for _ in range(plan.rounds):
        for name, door in requests.items():
            measured.doors[name].append(await logins(stack, clients, door, plan.seconds))
        measured.raw.append(await asyncio.to_thread(raw.round, plan.seconds))
    measured.others.append((others_cpu(stack) - others) / (time.perf_counter() - began) / CORES)
    for client in clients:
        client.close()


def doors(port: int) -> dict[str, MakeRequest]:
    return {
        "POST /inloggen": lambda email: form_post(
            "/inloggen",
            {"email": email, "wachtwoord": PASSWORD},
            network=home_of(email),
            port=port,
            browser=browser_of(email),
        ),
        "POST /v1/sessies": lambda email: json_post(
            "/v1/sessies", {"email": email, "wachtwoord": PASSWORD}, network=home_of(email), port=port
        ),
    }


async def logins(
    stack: Stack, clients: Sequence[WebClient], requests: Iterator[bytes], seconds: float
) -> Round:
    # The last ones are counted and waited for: until the very end there is work for every core.
    before, began = cpu_by_user(stack), time.perf_counter()
    end = began + seconds
    async with asyncio.timeout(seconds + WAIT_SECONDS):
        each = await asyncio.gather(*(log_in_until(end, client, requests) for client in clients))
    took, after = time.perf_counter() - began, cpu_by_user(stack)
    answers = [answer for some in each for answer in some]
    refused = [answer.status for answer in answers if answer.status not in (201, 303)]
    assert not refused, f"logins were answered with {set(refused)}"
    used = {name: after[name] - before[name] for name in after}
    return Round([answer.seconds for answer in answers], took, used)


async def log_in_until(end: float, client: WebClient, requests: Iterator[bytes]) -> list[Answer]:
    answers = []
    while time.perf_counter() < end:
        answers.append(await client.send(next(requests)))
    return answers


def cpu_by_user(stack: Stack) -> dict[str, float]:
    return {
        "client": own_cpu_seconds(),
        "auth web": cpu_seconds([stack.pids["auth-web"]]),
        "PostgreSQL": cpu_seconds(with_children(stack.postgres)),
    }


def others_cpu(stack: Stack) -> float:
    return busy_seconds() - sum(cpu_by_user(stack).values())


def login_report(measured: LoginRounds) -> str:
    raw = median(round_.rate for round_ in measured.raw)
    starts = len(measured.others)
    rows = [
        door_row(name, rounds, raw, by_start(rounds, measured.raw, starts))
        for name, rounds in measured.doors.items()
    ]
    form, *_ = measured.doors.values()
    met = median(round_.rate for round_ in form) / raw >= AIM
    return (
        f"{len(measured.raw)} rounds of each in turn, in {len(measured.others)} starts of auth web;"
        f" {CONNECTIONS} connections, {CORES} cores;"
        f" raw argon2id: {raw:.1f} verifies per second (medians of the rounds)\n\n"
        f"{table(DOOR_HEADS, rows)}\n\n"
        "elsewhere: reckoned as if they took no time of these cores; the aim is not about that\n"
        f"aim for /inloggen, all on the same cores: {AIM:.0%} of raw: {verdict(met=met)}\n\n"
        f"others used {mean(measured.others):.0%} of the cores, which disturbs rates more than CPU time:\n"
        f"{table(CPU_HEADS, cpu_rows(measured))}"
    )


DOOR_HEADS = [
    "",
    "per second",
    "of raw",
    "at each start",
    "client elsewhere",
    "client, PostgreSQL elsewhere",
    "p50 ms",
    "p99 ms",
]
CPU_USERS = ("auth web", "PostgreSQL", "client")
CPU_HEADS = ["CPU milliseconds per login", *CPU_USERS, "all", "raw verify of it"]


def by_start(rounds: Sequence[Round], raw: Sequence[RawRound], starts: int) -> list[float]:
    """The share of raw in the rounds after each start; both are in the order in which they were measured."""
    each = len(raw) // starts
    parts = [slice(first, first + each) for first in range(0, len(raw), each)]
    return [
        median(round_.rate for round_ in rounds[part]) / median(round_.rate for round_ in raw[part])
        for part in parts
    ]


def door_row(name: str, rounds: Sequence[Round], raw: float, shares: Sequence[float]) -> list[str]:
    plain, *discounted = [
        median(round_.rate_without(*elsewhere) for round_ in rounds)
        for elsewhere in ((), ("client",), ("client", "PostgreSQL"))
    ]
    latencies = [seconds for round_ in rounds for seconds in round_.latencies]
    return [
        name,
        f"{plain:.1f}",
        f"{plain / raw:.1%}",
        f"{min(shares):.1%} … {max(shares):.1%}",
        *(f"{rate / raw:.1%}" for rate in discounted),
        milliseconds(percentile(latencies, 50)),
        milliseconds(percentile(latencies, 99)),
    ]


def cpu_rows(measured: LoginRounds) -> list[list[str]]:
    verifies = sum(round_.verifies for round_ in measured.raw)
    raw = sum(round_.cpu for round_ in measured.raw) / verifies
    rows = [cpu_row(name, rounds, raw) for name, rounds in measured.doors.items()]
    return [*rows, ["one raw verify", "", "", "", milliseconds(raw), ""]]


def cpu_row(name: str, rounds: Sequence[Round], raw: float) -> list[str]:
    count = sum(len(round_.latencies) for round_ in rounds)
    used = [sum(round_.cpu[user] for round_ in rounds) / count for user in CPU_USERS]
    return [name, *map(milliseconds, [*used, sum(used)]), f"{raw / sum(used):.1%}"]
