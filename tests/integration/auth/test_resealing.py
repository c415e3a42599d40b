"""What old keys sealed is sealed by the new ones while everybody goes on working, and nothing is lost."""

import asyncio
import json
from datetime import timedelta
from functools import partial

import asyncpg
import pytest
from cryptography.fernet import Fernet

from auth_service.accounts.sealing import key_fingerprint
from auth_service.config import ResealSettings
from auth_service.flows import resealing as resealing_module
from auth_service.flows import sealed_stores
from auth_service.reseal_report import SealsLeft, kept_lines, verdict
from auth_service.storage.sealed_places import SEALED_PLACES
from auth_service.wiring import resealing
from shared.clock import utc_now
from shared.sealing import MessageSeal
from tests.integration.auth.scene import MESSAGE_KEY, anyone, registration_form
from tests.integration.auth.sealed_rows import (
    LOST,
    NEW,
    OLD,
    enrol,
    everything,
    keep_form,
    offer,
    opened,
    show_codes,
)

NEW_MESSAGE_KEY = Fernet.generate_key().decode()
PORTION = 3
DONE = "Everything is sealed by the first keys: "


@pytest.fixture(autouse=True)
def in_small_portions(monkeypatch):
    monkeypatch.setattr(sealed_stores, "PORTION", PORTION)
    monkeypatch.setattr(resealing_module, "PAUSE_SECONDS", 0.01)


@pytest.fixture
def settings_of(database_url):
    return partial(
        ResealSettings,
        database_url=database_url,
        sealing_keys=f"{NEW},{OLD}",
        message_sealing_keys=f"{NEW_MESSAGE_KEY},{MESSAGE_KEY}",
    )


@pytest.fixture
def reseal(settings_of):
    """Run it once; the outcomes by their stores' names."""

    async def run(tell=lambda _: None, clock=utc_now, **changes):
        async with resealing(settings_of(**changes), clock) as work:
            outcomes = await work.run(tell)
        return {outcome.store.name: outcome for outcome in outcomes}

    return run


@pytest.fixture
async def other(database_url):
    """Somebody else at work on the same rows."""
    connection = await asyncpg.connect(database_url)
    yield connection
    await connection.close()


async def fill(sql, rows=PORTION * 2 + 1):
    """Some of everything, sealed by the old key; returns the secrets."""
    secrets = []
    for _ in range(rows):
        person = await enrol(sql, OLD)
        secrets += [person.secret, person.recovery_key, await show_codes(sql, person, OLD)]
        secrets += [await keep_form(sql, person, OLD)]
        secrets += [await offer(sql, person, step, OLD) for step in (1, 2)]
    return sorted(secrets)


async def unsealed_columns(sql):
    rows = await sql.fetch("SELECT account_id, enrolled_at, last_step FROM totp_enrolments ORDER BY 1")
    return [tuple(row) for row in rows]


def told(outcomes):
    return verdict(list(outcomes.values()), codes_end_at=utc_now())


async def test_the_new_key_alone_opens_everything_afterwards(sql, reseal):
    secrets, beside = await fill(sql), await unsealed_columns(sql)

    outcomes = await reseal()

    assert await opened(sql, NEW) == secrets
    assert await unsealed_columns(sql) == beside
    assert f"now remove {key_fingerprint(OLD)} from SEALING_KEYS" in told(outcomes)


async def test_a_second_run_has_nothing_to_do(sql, reseal):
    await fill(sql, rows=1)
    await reseal()
    before = await everything(sql)

    outcomes = await reseal()

    assert [outcome.resealed for outcome in outcomes.values()] == [0] * len(outcomes)
    assert await everything(sql) == before


async def test_every_sealed_column_of_the_database_is_known(sql):
    rows = await sql.fetch(
        "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'public'"
        " AND (column_name LIKE 'sealed\\_%' OR column_name = 'key_fingerprint')"
    )

    known = {
        (place.table, column) for place in SEALED_PLACES for column in (*place.sealed, "key_fingerprint")
    }
    assert {tuple(row) for row in rows} == known


async def test_waiting_codes_are_sealed_anew_and_their_events_are_else_as_they_were(
    services, sql, reseal, make_account
):
    await make_account(email="piet@dezon.example")
    # The last one has an account already: its mail has no code.
    for email in (
        "a@dezon.example",
        "b@dezon.example",
        "c@dezon.example",
        "d@dezon.example",
        "piet@dezon.example",
    ):
        await services.registration.register(registration_form(email=email), anyone())
    before = {row["event_id"]: row["event"] for row in await sql.fetch("SELECT * FROM outbox")}

    outcomes = await reseal()

    after = {row["event_id"]: row["event"] for row in await sql.fetch("SELECT * FROM outbox")}
    assert outcomes["outbox"].resealed == 4
    assert after.keys() == before.keys()
    for event_id, event in after.items():
        was, now = json.loads(before[event_id]), json.loads(event)
        code, sealed = was["data"].pop("sealedCode", None), now["data"].pop("sealedCode", None)
        assert was == now
        assert (code is None) == (sealed is None)
        if sealed:
            clear = MessageSeal([NEW_MESSAGE_KEY]).open(event_id, sealed)
            assert clear == MessageSeal([MESSAGE_KEY]).open(event_id, code)


async def test_codes_that_the_relay_publishes_meanwhile_are_left_to_it(
    services, sql, reseal, other, monkeypatch
):
    passed_over = asyncio.Event()
    hold = sealed_stores.MailedCodes.hold

    async def hold_and_tell(*arguments):
        rows = await hold(*arguments)
        passed_over.set()
        return rows

    monkeypatch.setattr(sealed_stores.MailedCodes, "hold", hold_and_tell)
    for email in ("a@dezon.example", "b@dezon.example"):
        await services.registration.register(registration_form(email=email), anyone())
    async with other.transaction():
        await other.execute("SELECT event_id FROM outbox FOR UPDATE SKIP LOCKED")
        running = asyncio.create_task(reseal())
        await passed_over.wait()
        await other.execute("DELETE FROM outbox")

    outcomes = await running

    assert outcomes["outbox"].resealed == 0
    assert told(outcomes).startswith(DONE)


async def test_the_relay_is_woken_for_what_it_passed_over(services, sql, reseal, other):
    await services.registration.register(registration_form(), anyone())
    woken = asyncio.Event()
    await other.add_listener("outbox", lambda *_: woken.set())

    await reseal()

    async with asyncio.timeout(10):
        await woken.wait()


async def test_rows_that_others_hold_are_not_waited_for_and_done_in_the_end(sql, reseal, other):
    secrets, seen = await fill(sql), asyncio.Event()

    async with other.transaction():
        await other.execute("SELECT 1 FROM totp_enrolments LIMIT 1 FOR UPDATE")
        running = asyncio.create_task(reseal(lambda progress: seen.set()))
        await until_only(sql, "totp_enrolments", held=1)
        assert seen.is_set()
        assert not running.done()
        await other.execute("UPDATE totp_enrolments SET last_step = last_step + 1")
    outcomes = await running

    assert await opened(sql, NEW) == secrets
    assert told(outcomes).startswith(DONE)
    assert await sql.fetchval("SELECT min(last_step) FROM totp_enrolments") == 8


async def until_only(sql, table, held):
    """Until no more than those are still sealed by the old key."""
    async with asyncio.timeout(10):
        while await old_rows(sql, table) > held:
            # Progress is made in another connection; nothing tells of it here.
            await asyncio.sleep(0.01)


async def old_rows(sql, table):
    return await sql.fetchval(
        f"SELECT count(*) FROM {table} WHERE key_fingerprint = $1",  # noqa: S608 - our own name.
        key_fingerprint(OLD),
    )


async def test_rows_that_stay_held_are_told_of_in_the_end(sql, reseal, other, monkeypatch):
    monkeypatch.setattr(resealing_module, "PATIENCE", 2)
    await fill(sql, rows=2)

    async with other.transaction():
        await other.execute("SELECT 1 FROM totp_enrolments LIMIT 1 FOR UPDATE")
        outcomes = await reseal()

    assert await old_rows(sql, "totp_enrolments") == 1
    with pytest.raises(SealsLeft, match="1 of totp_enrolments are in others' hands; run this again"):
        told(outcomes)


async def test_it_ends_while_others_write_and_loses_nothing_of_theirs(sql, reseal, database_url):
    people = [await enrol(sql, OLD) for _ in range(40)]
    began, stop = asyncio.Event(), asyncio.Event()
    offered = []

    async def work(connection, keys):
        """Log in, enrol and offer, one after another, as replicas with these keys would."""
        for step in range(10_000):
            person = people[step % len(people)]
            await connection.execute(
                "UPDATE totp_enrolments SET last_step = last_step + 1 WHERE account_id = $1",
                person.account_id,
            )
            newcomer = await enrol(connection, *keys)
            offered.append((newcomer, await offer(connection, newcomer, step, *keys)))
            began.set()
            if stop.is_set():
                return step + 1

    others = [await asyncpg.connect(database_url) for _ in range(2)]
    working = [
        asyncio.create_task(work(one, keys)) for one, keys in zip(others, ((NEW, OLD), (NEW,)), strict=True)
    ]
    await began.wait()
    outcomes = await reseal()
    stop.set()
    steps = await asyncio.gather(*working)

    assert told(outcomes).startswith(DONE)
    secrets = [secret for one in people for secret in (one.secret, one.recovery_key)]
    secrets += [secret for one, shown in offered for secret in (one.secret, one.recovery_key, shown)]
    assert await opened(sql, NEW) == sorted(secrets)
    taken = await sql.fetchval("SELECT sum(last_step - 7) FROM totp_enrolments")
    assert taken == sum(steps)
    for one in others:
        await one.close()


async def test_it_ends_while_somebody_seals_with_the_old_key_and_says_so(
    sql, reseal, database_url, monkeypatch
):
    monkeypatch.setattr(resealing_module, "PATIENCE", 3)
    # As if all this had begun earlier: what is sealed below is sealed meanwhile.
    began = utc_now() - timedelta(minutes=1)
    people, stop = [await enrol(sql, OLD)], asyncio.Event()

    async def go_on():
        other = await asyncpg.connect(database_url)
        while not stop.is_set():
            people.append(await enrol(other, OLD, NEW))
            # Faster than any crowd enrols, and slower than resealing on any machine: a pass ends.
            await asyncio.sleep(0.002)
        await other.close()

    working = asyncio.create_task(go_on())
    outcomes = await reseal(clock=lambda: began)
    stop.set()
    await working

    with pytest.raises(SealsLeft, match="of totp_enrolments were sealed by an old key meanwhile"):
        told(outcomes)
    secrets = sorted(secret for one in people for secret in (one.secret, one.recovery_key))
    assert await opened(sql, NEW, OLD) == secrets
    assert told(await reseal()).startswith(DONE)
    assert await opened(sql, NEW) == secrets


async def test_what_nobody_can_open_is_told_and_everything_else_is_done(sql, services, reseal):
    secrets = await fill(sql)
    lost, torn = await enrol(sql, LOST), await enrol(sql, OLD)
    await sql.execute(
        "UPDATE totp_enrolments SET sealed_recovery_key = 'torn' WHERE account_id = $1", torn.account_id
    )
    await services.registration.register(registration_form(), anyone())
    await sql.execute(
        "UPDATE outbox SET event = jsonb_set(event, '{data,sealedCode}', to_jsonb($1::text))",
        MessageSeal([LOST]).seal(lost.account_id, "code"),
    )
    untouched = await everything(sql)

    outcomes = await reseal()

    with pytest.raises(SealsLeft) as left:
        told(outcomes)
    assert f"1 of totp_enrolments can't be opened, sealed by {key_fingerprint(LOST)}, which" in str(
        left.value
    )
    assert f"1 of totp_enrolments can't be opened, sealed by {key_fingerprint(OLD)}, an old" in str(
        left.value
    )
    assert "1 of outbox can't be opened, sealed by a key that MESSAGE_SEALING_KEYS lacks" in str(left.value)
    refused = {lost.account_id, torn.account_id}
    now = await everything(sql)
    assert now["outbox"] == untouched["outbox"]
    assert {row for row in now["totp_enrolments"] if any(str(one) in row for one in refused)} <= {
        *untouched["totp_enrolments"]
    }
    await sql.execute("DELETE FROM totp_enrolments WHERE account_id = ANY($1)", list(refused))
    assert await opened(sql, NEW) == secrets


async def test_a_dry_run_counts_and_changes_nothing(sql, services, settings_of, other):
    await fill(sql, rows=2)
    await enrol(sql, LOST)
    await services.registration.register(registration_form(), anyone())
    before = await everything(sql)

    async with other.transaction(), resealing(settings_of()) as work:
        await other.execute("LOCK totp_enrolments, outbox IN ROW EXCLUSIVE MODE")
        await other.execute("SELECT 1 FROM totp_enrolments, outbox FOR UPDATE")
        lines = list(kept_lines(await work.look()))

    assert lines == [
        f"totp_enrolments: 2 sealed by {key_fingerprint(OLD)}, an old one of SEALING_KEYS",
        f"totp_enrolments: 1 sealed by {key_fingerprint(LOST)}, which SEALING_KEYS lacks",
        f"totp_offers: 4 sealed by {key_fingerprint(OLD)}, an old one of SEALING_KEYS",
        f"shown_recovery_codes: 2 sealed by {key_fingerprint(OLD)}, an old one of SEALING_KEYS",
        f"kept_forms: 2 sealed by {key_fingerprint(OLD)}, an old one of SEALING_KEYS",
        f"outbox: 1 sealed by {key_fingerprint(MESSAGE_KEY)}, an old one of MESSAGE_SEALING_KEYS",
    ]
    assert await everything(sql) == before
