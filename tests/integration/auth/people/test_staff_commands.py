"""`dnr-auth staff` as an operator runs it."""

import asyncio
import os
import sys
from asyncio.subprocess import PIPE

import pytest

from tests.integration.auth.people.scene import NEW
from tests.integration.auth.scene import MESSAGE_KEY, OTHER_PASSWORD, anyone


@pytest.fixture
def run_command(database_url):
    """Run `dnr-auth staff` to its end; its status, what it said, and of what it complained."""

    async def run(*arguments):
        settings = {
            "DATABASE_URL": database_url,
            "MESSAGE_SEALING_KEYS": MESSAGE_KEY,
            "INVITATION_LIFETIME": "2d",
            "PATH": os.environ["PATH"],
        }
        command = (sys.executable, "-m", "auth_service", "staff", *arguments)
        process = await asyncio.create_subprocess_exec(*command, env=settings, stdout=PIPE, stderr=PIPE)
        async with asyncio.timeout(60):
            said, complained = await process.communicate()
        return process.returncode, said.decode(), complained.decode()

    return run


async def test_the_first_beheerder_comes_into_being(run_command, services, clock, outbox, sql):
    status, said, _ = await run_command("invite", NEW, "--gemeente", "gm9901", "--beheerder")

    assert status == 0
    assert f"{NEW} gets a mail with a code" in said
    assert await sql.fetchval("SELECT actor_role IS NULL FROM audit_trail WHERE act = 'invited'")
    mail = await outbox.newest()
    assert mail.data["invitedAs"] == "beheerder"
    assert "invitedBy" not in mail.data
    clock.now = await sql.fetchval("SELECT invited_at FROM invitations")
    lifetime = await sql.fetchval("SELECT expires_at - invited_at FROM invitations")
    assert lifetime.days == 2
    await services.people.acceptance.accept(mail.code, OTHER_PASSWORD, anyone())
    opened = await services.login.log_in(NEW, OTHER_PASSWORD, visitor=anyone())
    # Staff always set it up.
    assert opened.state.value == "awaiting_totp_setup"

    status, listed, _ = await run_command("list")
    assert status == 0
    assert listed.startswith(f"{NEW}\tbeheerder\tGM9901\tactive\tno 2FA\tlast login 2")


async def test_the_first_staff_of_a_gemeente(run_command, sql):
    status, _, _ = await run_command("invite", NEW, "--gemeente", "GM9902")

    assert status == 0
    invitation = await sql.fetchrow("SELECT * FROM invitations")
    assert (invitation["role"], invitation["gemeente_code"]) == ("gemeentemedewerker", "GM9902")


@pytest.mark.parametrize(
    ("address", "gemeente", "sentence"),
    [
        (NEW, "GM0000", "There is no gemeente GM0000."),
        ("niets", "GM9901", "niets is no mail address."),
        (NEW, "GM9903", "Gemeente GM9903 has no mail address yet"),
        (NEW, "GM9902", "Gemeente GM9902 is dissolved"),
    ],
)
async def test_what_cannot_be_is_said_in_a_sentence(run_command, sql, address, gemeente, sentence):
    await sql.execute("UPDATE gemeenten SET email = NULL WHERE code = 'GM9903'")
    await sql.execute("UPDATE gemeenten SET dissolved_in = 2026 WHERE code = 'GM9902'")

    status, _, complained = await run_command("invite", address, "--gemeente", gemeente)

    assert status == 2
    assert sentence in complained
    assert await sql.fetchval("SELECT count(*) FROM invitations") == 0
