"""Whether the time of an answer tells if an address is known, pending or unknown."""

import asyncio
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import combinations
from statistics import median

from auth_service.accounts.attempt_budgets import (
    Claim,
    MailKind,
    login_claims,
    login_work_claims,
    mail_claims,
)
from auth_service.accounts.visitors import Visitor
from auth_service.storage.database import open_database
from auth_service.web.client_address import client_network
from tests.bench.figures import microseconds, milliseconds, table
from tests.bench.people import add_people, draw_address, draw_network, registration
from tests.bench.stack import Stack
from tests.bench.told_apart import Comparison, compare
from tests.bench.web_client import WebClient, form_post
from tests.journeys.people import WRONG_PASSWORD

CLASSES = ("known", "pending", "unknown")
WARM_UP = 20
ALPHA = 0.01
# What a try sets going (worker, mailer) is over by then, and can't be taken for the next one's work.
PAUSE_SECONDS = 0.05
# Longer than any measurement.
SLOWED_DOWN_FOR = timedelta(hours=2)

Times = Mapping[str, Sequence[float]]


@dataclass(frozen=True)
class Act:
    """What is posted to `path`, how it is answered, and which budgets are used up before."""

    name: str
    path: str
    fields: Callable[[str], dict[str, str]]
    status: int
    used_up: Callable[[Visitor, str], Sequence[Claim]] | None = None


def credentials(email: str) -> dict[str, str]:
    return {"email": email, "wachtwoord": WRONG_PASSWORD}


def address_only(email: str) -> dict[str, str]:
    return {"email": email}


def of_login(visitor: Visitor, email: str) -> Sequence[Claim]:
    return (
        *login_claims(visitor, email, known_browser=None),
        *login_work_claims(visitor, known_browser=None),
    )


def of_resend(visitor: Visitor, email: str) -> Sequence[Claim]:
    return mail_claims(visitor, email, MailKind.CODE, own=None)


ACTS = (
    Act("login, wrong password", "/inloggen", credentials, 400),
    Act("registration", "/registreren", registration, 303),
    Act("resend", "/activeren/nieuwe-code", address_only, 303),
    Act("reset", "/wachtwoord-vergeten", address_only, 303),
    Act("login, slowed down", "/inloggen", credentials, 429, of_login),
    Act("resend, slowed down", "/activeren/nieuwe-code", address_only, 429, of_resend),
)


@dataclass(frozen=True)
class Try:
    """One address, asked about once, from a network of its own."""

    kind: str
    email: str
    network: str

    @property
    def visitor(self) -> Visitor:
        return Visitor(client_network(self.network, (), ()))


async def measure_alike(
    stack: Stack, act: Act, *, tries: int, password_hash: str, now: datetime, order: random.Random
) -> Times:
    """Seconds by kind of address; in each round one of every kind, in a drawn order."""
    rounds = [shuffled_round(order) for _ in range(WARM_UP + tries)]
    everyone = [one for round_ in rounds for one in round_]
    by_kind = {kind: [one.email for one in everyone if one.kind == kind] for kind in CLASSES}
    if act.used_up:
        await use_up(stack.database_url, act.used_up, everyone, now)
    await add_people(
        stack.database_url,
        known=by_kind["known"],
        pending=by_kind["pending"],
        password_hash=password_hash,
        now=now,
    )
    client = await WebClient.connected(stack.http_port)
    times: dict[str, list[float]] = {kind: [] for kind in CLASSES}
    for one in everyone:
        times[one.kind].append(await timed(client, stack.http_port, act, one))
    client.close()
    return {kind: seconds[WARM_UP:] for kind, seconds in times.items()}


def shuffled_round(order: random.Random) -> list[Try]:
    return [Try(kind, draw_address(), draw_network()) for kind in order.sample(CLASSES, k=len(CLASSES))]


async def timed(client: WebClient, port: int, act: Act, one: Try) -> float:
    await asyncio.sleep(PAUSE_SECONDS)
    request = form_post(act.path, act.fields(one.email), network=one.network, port=port)
    answer = await client.ask(request)
    assert answer.status == act.status, f"{act.name} was answered with {answer.status}"
    return answer.seconds


async def use_up(
    url: str,
    claims_of: Callable[[Visitor, str], Sequence[Claim]],
    everyone: Sequence[Try],
    now: datetime,
) -> None:
    """As if each had tried too often already."""
    database = await open_database(url, most_connections=1)
    async with database.autocommit() as tables:
        for one in everyone:
            # The first is the tight one, which is used up when the wide ones still are not.
            tight, *wide = claims_of(one.visitor, one.email)
            tries = tight.budget.at_once
            used_up = at_one_stroke(tight, tries * tight.budget.pause + SLOWED_DOWN_FOR)
            rest = [at_one_stroke(claim, tries * claim.budget.pause) for claim in wide]
            await tables.throttle.count([used_up, *rest], now)
    await database.close()


def at_one_stroke(claim: Claim, pause: timedelta) -> Claim:
    """On the same budget a try that uses up so much."""
    return replace(claim, budget=replace(claim.budget, at_once=1, pause=pause))


def comparisons(times: Times, *, level: float, draws: random.Random) -> dict[tuple[str, str], Comparison]:
    return {
        (first, second): compare(times[first], times[second], confidence=1 - level, draws=draws)
        for first, second in combinations(CLASSES, 2)
    }


def alike_report(measured: Mapping[str, Times], draws: random.Random) -> str:
    count = len(measured) * len(list(combinations(CLASSES, 2)))
    level = ALPHA / count
    medians = [
        [name, *(milliseconds(median(times[kind])) for kind in CLASSES)] for name, times in measured.items()
    ]
    rows = [
        comparison_row(name, pair, found, level)
        for name, times in measured.items()
        for pair, found in comparisons(times, level=level, draws=draws).items()
    ]
    told = sum(row[-1] == "YES" for row in rows)
    tries = len(next(iter(measured.values()))["known"])
    return (
        f"{tries} tries of each kind, one at a time and interleaved, each of a fresh address from its own"
        f" network\n\n{table(['median, ms', *CLASSES], medians)}\n\n"
        f"Mann-Whitney, two-sided, level {ALPHA} over all {count} comparisons (Bonferroni: p < {level:.1e});"
        f" interval of the difference: bootstrap, {1 - level:.2%}\n\n"
        f"{table(['', 'kinds', 'difference µs', 'interval µs', 'p', 'told apart'], rows)}\n\n"
        f"told apart: {told} of {count}"
    )


def comparison_row(name: str, pair: tuple[str, str], found: Comparison, level: float) -> list[str]:
    return [
        name,
        " - ".join(pair),
        microseconds(found.difference),
        f"{microseconds(found.low)} … {microseconds(found.high)}",
        f"{found.p:.3f}" if found.p >= 0.001 else f"{found.p:.1e}",
        "YES" if found.p < level else "no",
    ]
