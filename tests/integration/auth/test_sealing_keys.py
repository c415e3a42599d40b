"""A key that somebody needs to log in is missed before anybody is turned away."""

import asyncio

import pytest
from structlog.testing import capture_logs

from auth_service.accounts.sealing import AccountSeal, key_fingerprint
from auth_service.flows import sealing_keys
from auth_service.flows.sealing_keys import SealingKeyWatch, refuse_missing_keys
from auth_service.wiring import web_application
from shared.metrics import REGISTRY
from shared.readiness import Readiness
from shared.settings import SettingsWrong
from tests.integration.auth.sealed_rows import LOST, NEW, OLD, add_account, enrol, offer, show_codes


async def test_a_start_without_a_needed_key_names_it_and_who_needs_it(sql, database):
    for keys in ([OLD], [OLD], [LOST], [NEW]):
        await enrol(sql, *keys)

    with pytest.raises(SettingsWrong) as refused:
        await refuse_missing_keys(database, AccountSeal([NEW]))

    missing = " and ".join(sorted([key_fingerprint(OLD), key_fingerprint(LOST)]))
    assert str(refused.value) == (
        f"SEALING_KEYS lacks 2 key(s), with fingerprint {missing}, without which 3 account(s) can't log in."
    )


async def test_what_is_sealed_for_a_while_only_stops_no_start(sql, database):
    person = await enrol(sql, NEW)
    await offer(sql, person, 1, LOST)
    await show_codes(sql, person, LOST)

    await refuse_missing_keys(database, AccountSeal([NEW]))


async def test_an_account_without_enrolment_needs_no_key(sql, database):
    await add_account(sql)

    await refuse_missing_keys(database, AccountSeal([NEW]))


def without_key():
    return REGISTRY.get_sample_value("dnr_accounts_without_key")


@pytest.fixture
def look(database):
    """Look once; returns what was logged."""
    watch = SealingKeyWatch(database, AccountSeal([NEW]))

    async def look_once():
        with capture_logs() as logs:
            await watch.look()
        return [(entry["event"], entry["fingerprints"], entry["accounts"]) for entry in logs]

    return look_once


async def test_a_key_that_others_seal_with_meanwhile_is_told_of_once(sql, look):
    await enrol(sql, NEW)
    assert await look() == []

    for _ in range(2):
        await enrol(sql, LOST)

    assert await look() == [("sealing_keys_missing", [key_fingerprint(LOST)], 2)]
    assert without_key() == 2
    assert await look() == []
    await enrol(sql, OLD)
    assert await look() == [("sealing_keys_missing", sorted(map(key_fingerprint, (LOST, OLD))), 3)]


async def test_once_its_rows_are_gone_nobody_lacks_it(sql, look):
    await enrol(sql, LOST)
    await look()
    await sql.execute("DELETE FROM totp_enrolments")

    assert await look() == []
    assert without_key() == 0
    await enrol(sql, LOST)
    assert len(await look()) == 1


async def test_auth_web_looks_while_it_runs_and_stays_ready(sql, settings, monkeypatch):
    monkeypatch.setattr(sealing_keys, "LOOK_AGAIN_SECONDS", 0.01)
    sealing_keys.WITHOUT_KEY.set(0)
    readiness = Readiness()
    async with web_application(settings, readiness):
        readiness.started()
        await enrol(sql, LOST)

        async with asyncio.timeout(10):
            # A gauge tells nobody that it changed.
            while not without_key():
                await asyncio.sleep(0.01)
        assert await readiness.missing() == {}


async def test_it_looks_again_after_a_look_that_tripped_a_bug(sql, database, monkeypatch):
    monkeypatch.setattr(sealing_keys, "LOOK_AGAIN_SECONDS", 0.01)
    missing_keys = sealing_keys.missing_keys
    looks, looked_thrice = 0, asyncio.Event()

    async def trip_first(*arguments):
        nonlocal looks
        looks += 1
        if looks == 1:
            raise ValueError("a bug")
        if looks == 3:
            looked_thrice.set()
        return await missing_keys(*arguments)

    monkeypatch.setattr(sealing_keys, "missing_keys", trip_first)
    await enrol(sql, LOST)

    with capture_logs() as logs:
        watching = asyncio.create_task(SealingKeyWatch(database, AccountSeal([NEW])).run())
        async with asyncio.timeout(10):
            await looked_thrice.wait()
        watching.cancel()

    assert [entry["event"] for entry in logs] == ["sealing_keys_not_looked_at", "sealing_keys_missing"]
