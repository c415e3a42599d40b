"""The command as an operator runs it: what it says, how it ends, and that killing it loses nothing."""

import asyncio
import os
import sys
from asyncio.subprocess import PIPE

import asyncpg
import pytest
from cryptography.fernet import Fernet

from auth_service.accounts.sealing import key_fingerprint
from deploy.local.ports import draw_port
from tests.faults.secrets_search import traces
from tests.integration.auth.scene import MESSAGE_KEY, anyone, registration_form
from tests.integration.auth.sealed_rows import LOST, NEW, OLD, enrol, everything, opened

NEW_MESSAGE_KEY = Fernet.generate_key().decode()
# Above one portion.
MANY = 600


@pytest.fixture
def run_command(database_url):
    """Start `dnr-auth` with these arguments and settings."""

    async def run(*arguments, **changes):
        settings = {
            "DATABASE_URL": database_url,
            "SEALING_KEYS": f"{NEW},{OLD}",
            "MESSAGE_SEALING_KEYS": f"{NEW_MESSAGE_KEY},{MESSAGE_KEY}",
            "LOG_LEVEL": "DEBUG",
            "PATH": os.environ["PATH"],
            **changes,
        }
        command = (sys.executable, "-m", "auth_service", *arguments)
        return await asyncio.create_subprocess_exec(*command, env=settings, stdout=PIPE, stderr=PIPE)

    return run


@pytest.fixture
def run_to_its_end(run_command):
    async def run(*arguments, **changes):
        process = await run_command(*arguments, **changes)
        async with asyncio.timeout(60):
            said, complained = await process.communicate()
        return process.returncode, said.decode(), complained.decode()

    return run


async def enrol_many(sql, count):
    """All by the old key; returns their secrets."""
    people = [await enrol(sql, OLD) for _ in range(count)]
    return sorted(secret for one in people for secret in (one.secret, one.recovery_key))


async def test_it_tells_its_progress_and_which_keys_can_go(sql, run_to_its_end):
    secrets = await enrol_many(sql, 3)

    status, said, complained = await run_to_its_end("reseal")

    assert (status, complained) == (0, "")
    lines = said.splitlines()
    assert "totp_enrolments: 3 of 3 resealed" in lines
    assert lines[-1].startswith("Everything is sealed by the first keys: now remove ")
    assert f"{key_fingerprint(OLD)} from SEALING_KEYS" in lines[-1]
    assert f"{key_fingerprint(MESSAGE_KEY)} from MESSAGE_SEALING_KEYS (at the mailer not before " in lines[-1]
    assert await opened(sql, NEW) == secrets


async def test_killed_in_the_middle_and_started_again_it_goes_on(
    sql, database_url, run_command, run_to_its_end
):
    secrets = await enrol_many(sql, MANY)
    other = await asyncpg.connect(database_url)
    async with other.transaction():
        # The last one, so that it can't have ended before it is killed.
        await other.execute("SELECT 1 FROM totp_enrolments ORDER BY account_id DESC LIMIT 1 FOR UPDATE")
        process = await run_command("reseal")
        assert await process.stdout.readline() == f"totp_enrolments: 500 of {MANY} resealed\n".encode()
        process.kill()
        await process.communicate()
    await other.close()
    done = await sql.fetchval(
        "SELECT count(*) FROM totp_enrolments WHERE key_fingerprint = $1", key_fingerprint(NEW)
    )
    assert 500 <= done < MANY
    assert await opened(sql, NEW, OLD) == secrets

    status, said, _ = await run_to_its_end("reseal")

    assert status == 0
    assert f"totp_enrolments: {MANY - done} of {MANY - done} resealed" in said
    assert await opened(sql, NEW) == secrets


async def test_a_key_that_is_missing_is_named_and_the_rest_is_done(sql, run_to_its_end):
    await enrol(sql, LOST)
    await enrol(sql, OLD)

    status, _, complained = await run_to_its_end("reseal")

    assert status == 1
    assert complained == (
        f"Keep the old keys: 1 of totp_enrolments can't be opened, sealed by {key_fingerprint(LOST)},"
        " which SEALING_KEYS lacks.\n"
    )
    left = await sql.fetch("SELECT key_fingerprint FROM totp_enrolments ORDER BY 1")
    assert {row[0] for row in left} == {key_fingerprint(NEW), key_fingerprint(LOST)}


async def test_a_dry_run_tells_of_keys_and_changes_nothing(sql, run_to_its_end):
    await enrol(sql, OLD)
    before = await everything(sql)

    status, said, complained = await run_to_its_end("reseal", "--dry-run")

    assert (status, complained) == (0, "")
    expected = f"totp_enrolments: 1 sealed by {key_fingerprint(OLD)}, an old one of SEALING_KEYS"
    assert said.splitlines()[0] == expected
    assert await everything(sql) == before


async def test_no_key_and_no_secret_is_told(sql, services, run_to_its_end):
    person, lost = await enrol(sql, OLD), await enrol(sql, LOST)
    await services.registration.register(registration_form(), anyone())

    said = [await run_to_its_end(*words) for words in (["reseal", "--dry-run"], ["reseal"])]
    said.append(await run_to_its_end("web", **web_settings()))

    kept = {f"run {number}": f"{out}{err}".encode() for number, (_, out, err) in enumerate(said)}
    secrets = [OLD, NEW, LOST, MESSAGE_KEY, NEW_MESSAGE_KEY, person.secret, person.recovery_key, lost.secret]
    assert [status for status, *_ in said] == [0, 1, 2]
    assert traces(secrets, kept) == []


async def test_web_refuses_to_start_without_a_key_that_somebody_needs(sql, run_to_its_end):
    await enrol(sql, OLD)
    await enrol(sql, NEW)

    status, _, complained = await run_to_its_end("web", **web_settings(), SEALING_KEYS=NEW)

    assert status == 2
    assert complained.splitlines()[-1] == (
        f"dnr-auth can't start: SEALING_KEYS lacks 1 key(s), with fingerprint {key_fingerprint(OLD)},"
        " without which 1 account(s) can't log in."
    )


async def test_web_needs_no_old_key_after_the_rotation(sql, run_command, run_to_its_end):
    await enrol(sql, OLD)
    assert (await run_to_its_end("reseal"))[0] == 0

    process = await run_command("web", **web_settings(), SEALING_KEYS=NEW)
    async with asyncio.timeout(60):
        while b"web_started" not in (line := await process.stderr.readline()):
            assert line, "it ended while starting"
    # It stops as asked, however soon that is.
    process.terminate()
    async with asyncio.timeout(60):
        await process.communicate()
    assert process.returncode == 0


def web_settings():
    return {
        "PUBLIC_URL": "http://localhost:8080",
        "MAIL_FROM": "noreply@nachregister.example",
        "HTTP_PORT": str(draw_port()),
        "OPS_PORT": str(draw_port()),
        "STOP_DELAY": "0s",
    }
