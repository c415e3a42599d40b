"""How long a helpdesk waits for its list and its searches, with 50 000 companies in its gemeente."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode
from uuid import uuid4

import asyncpg

from auth_service.accounts.company_search import PAGE_SIZE
from auth_service.accounts.tokens import draw_token, token_digest
from auth_service.web.company_states_nl import FILTER_NAMES
from tests.bench.figures import milliseconds, percentile, table, verdict
from tests.bench.people import GEMEENTE
from tests.bench.processes import cpu_seconds, with_children
from tests.bench.stack import Stack
from tests.bench.web_client import WebClient, page_get

COMPANIES = 50_000
AIM_MS = 100.0
WARM_UP = 10

# Names, streets and addresses that repeat as real ones do; one in ten without a second factor.
MADE = """
CREATE TEMP TABLE made AS SELECT i, gen_random_uuid() AS company_id, gen_random_uuid() AS account_id,
    (ARRAY['Pension', 'Hotel', 'Camping', 'Vakantiewoning', 'B&B', 'Herberg', 'Café'])[1 + i % 7] || ' '
    || (ARRAY['De Zon', '’t Duin', 'Zeezicht', 'De Gouden Leeuw', 'Bij Annie', 'Het Wad'])[1 + i / 7 % 6]
    || ' ' || i AS name,
    'eigenaar' || i || '@bedrijf' || i % 500 || '.example' AS email,
    '{now}'::timestamptz - i * interval '10 minutes' AS at
FROM generate_series(1, {companies}) AS i
"""
FILL = """
INSERT INTO companies (
    id, gemeente_code, name, street_address, postcode, place, kvk_number, sleeping_places, accommodation,
    registered_at, state
) SELECT
    company_id, '{gemeente}', name,
    (ARRAY['Dorpsstraat', 'Strandweg', 'Kerkplein'])[1 + i % 3] || ' ' || i % 200, 1000 + i % 9000 || 'AB',
    (ARRAY['Zeedorp', 'Duinoord'])[1 + i % 2], lpad((10000000 + i)::text, 8, '0'), 4, 'pension',
    at, (CASE WHEN i % 100 = 0 THEN 'awaiting_approval' ELSE 'approved' END)::company_state
FROM made;
INSERT INTO accounts (
    id, email, email_key, password_hash, role, state, company_id, gemeente_code, created_at,
    password_changed_at
) SELECT
    account_id, email, email, 'hash', 'ondernemer',
    (CASE WHEN i % 250 = 0 THEN 'blocked' ELSE 'active' END)::account_state, company_id, '{gemeente}', at, at
FROM made;
INSERT INTO totp_enrolments (
    account_id, sealed_secret, sealed_recovery_key, key_fingerprint, enrolled_at, last_step
) SELECT account_id, 'sealed', 'sealed', 'none', at, 0 FROM made WHERE i % 10 <> 0;
INSERT INTO mail_trail (event_id, kind, recipient, account_id, state, created_at, expires_at)
SELECT
    gen_random_uuid(), 'totp_enabled', email, account_id,
    (CASE WHEN i % 200 = 0 AND nth = 1 THEN 'refused' ELSE 'delivered' END)::mail_state,
    at - nth * interval '1 hour', at
FROM made, generate_series(1, 4) AS nth;
INSERT INTO pending_registrations (
    id, receipt_digest, email, email_key, password_hash, gemeente_code, name, street_address, postcode, place,
    sleeping_places, accommodation, registered_at, kept_until
) SELECT
    gen_random_uuid(), 'receipt', address, address, 'hash', '{gemeente}', 'Wachtend ' || i, 'Weg 1', '1234AB',
    'Zeedorp', 3, 'hotel', at, at + interval '30 days'
FROM (SELECT i, at, 'wacht' || i % 800 || '@x.example' AS address FROM made WHERE i <= 1000) AS waiting
"""


@dataclass(frozen=True)
class Asked:
    """One kind of question: what stands behind the address, with `{i}` for a company drawn anew each time."""

    kind: str
    query: Mapping[str, str]

    def path(self, draws: random.Random) -> str:
        drawn = {name: text.format(i=draws.randint(1, COMPANIES)) for name, text in self.query.items()}
        return f"/gemeente/{GEMEENTE}?{urlencode(drawn)}"


KINDS = (
    Asked("whole list", {}),
    Asked("last page", {"pagina": str(COMPANIES // PAGE_SIZE)}),
    Asked("prefix of a name", {"zoek": "pension de z"}),
    Asked("middle of a word", {"zoek": "ouden lee"}),
    Asked("whole name", {"zoek": "{i}"}),
    Asked("with an accent", {"zoek": "CAFE ’t duin"}),
    Asked("e-mail address", {"zoek": "eigenaar{i}@bedrijf"}),
    Asked("KVK number", {"zoek": "100{i:05d}"}),
    Asked("postcode", {"zoek": "1234 AB"}),
    Asked("street and place", {"zoek": "strandweg 12 zeedorp"}),
    Asked("no hit", {"zoek": "bestaat niet"}),
    Asked("a letter that all have", {"zoek": "e"}),
    Asked("last page of that", {"zoek": "e", "pagina": str(COMPANIES // PAGE_SIZE)}),
    *(Asked(f"filter {name}", {"filter": name}) for name in FILTER_NAMES.values()),
    *(Asked(f"pension, {name}", {"zoek": "pension", "filter": name}) for name in FILTER_NAMES.values()),
)


async def measure_helpdesk(
    stack: Stack, *, searches: int, now: datetime, draws: random.Random
) -> tuple[dict[str, list[float]], dict[str, float]]:
    """Seconds by kind, from a medewerker's request until he has the whole page, one after another; and the
    CPU seconds of all of them."""
    port, token = stack.http_port, await fill(stack.database_url, now)
    client = await WebClient.connected(port)
    for _ in range(WARM_UP):
        await ask(client, port, KINDS[0].path(draws), token)
    before = cpu_used(stack)
    times: dict[str, list[float]] = {asked.kind: [] for asked in KINDS}
    for _ in range(searches):
        for asked in KINDS:
            times[asked.kind].append(await ask(client, port, asked.path(draws), token))
    client.close()
    return times, {user: seconds - before[user] for user, seconds in cpu_used(stack).items()}


def cpu_used(stack: Stack) -> dict[str, float]:
    return {
        "auth web": cpu_seconds([stack.pids["auth-web"]]),
        "PostgreSQL": cpu_seconds(with_children(stack.postgres)),
    }


async def ask(client: WebClient, port: int, path: str, token: str) -> float:
    answer = await client.ask(page_get(path, cookie=f"dnr-session={token}", port=port))
    assert answer.status == 200, f"{path} was answered with {answer.status}"
    return answer.seconds


async def fill(database_url: str, now: datetime) -> str:
    """Returns the token of a medewerker's session."""
    connection = await asyncpg.connect(database_url)
    await connection.execute(MADE.format(now=now.isoformat(), companies=COMPANIES))
    await connection.execute(FILL.replace("{gemeente}", GEMEENTE))
    token = await add_medewerker(connection, now)
    await connection.execute("VACUUM ANALYZE")
    await connection.close()
    return token


async def add_medewerker(connection: asyncpg.Connection, now: datetime) -> str:
    account_id, token = uuid4(), draw_token()
    await connection.execute(
        "INSERT INTO accounts (id, email, email_key, password_hash, role, gemeente_code, created_at,"
        " password_changed_at) VALUES ($1, $2, $2, 'hash', 'gemeentemedewerker', $3, $4, $4)",
        account_id,
        f"{account_id}@gemeente.example",
        GEMEENTE,
        now,
    )
    await connection.execute(
        "INSERT INTO totp_enrolments (account_id, sealed_secret, sealed_recovery_key, key_fingerprint,"
        " enrolled_at, last_step) VALUES ($1, 'sealed', 'sealed', 'none', $2, 0)",
        account_id,
        now,
    )
    await connection.execute(
        "INSERT INTO sessions (token_digest, id, account_id, started_at, last_seen_at, password_proven_at,"
        " totp_proven_at) VALUES ($1, $2, $3, $4, $4, $4, $4)",
        token_digest(token),
        uuid4(),
        account_id,
        now,
    )
    return token


def helpdesk_report(times: Mapping[str, Sequence[float]], cpu: Mapping[str, float]) -> str:
    """`cpu`: seconds of all pages together, by whom they were used."""
    rows = [
        [kind, *(milliseconds(percentile(seconds, percent)) for percent in (50, 95, 100))]
        for kind, seconds in times.items()
    ]
    slowest = max(percentile(seconds, 95) for seconds in times.values())
    everything = [second for seconds in times.values() for second in seconds]
    searches = len(next(iter(times.values())))
    used = ", ".join(f"{milliseconds(seconds / len(everything))} ms {user}" for user, seconds in cpu.items())
    return (
        f"{COMPANIES} companies and 1000 registrations in one gemeente; {searches} pages of each kind, one"
        f" after another, logged in\n\n{table(['', 'p50 ms', 'p95 ms', 'most ms'], rows)}\n\n"
        f"all together: p50 {milliseconds(percentile(everything, 50))} ms,"
        f" p95 {milliseconds(percentile(everything, 95))} ms; CPU per page, whatever else the machine"
        f" does: {used}\n"
        f"aim: p95 of each kind at most {AIM_MS:.0f} ms: {verdict(met=slowest * 1_000 <= AIM_MS)}"
    )
