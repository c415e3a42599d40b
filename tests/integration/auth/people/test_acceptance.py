"""Accepting an invitation: once, by whoever reads that mail, and only while it stands."""

import asyncio

import pytest

from auth_service.accounts.account import Role
from auth_service.accounts.refusals import CodeRejected, InputRefused, TooOften
from tests.integration.auth.people.scene import NEW, accept, account_id, block, invite, invite_staff
from tests.integration.auth.scene import OTHER_PASSWORD, anyone, registration_form


@pytest.fixture
async def code(manager, user, outbox):
    await invite(manager)
    return await outbox.code()


async def test_the_account_comes_into_being_with_role_company_and_password(manager, code, sql):
    await accept(manager, f" {code.upper()} ")

    opened = await manager.services.login.log_in(NEW, OTHER_PASSWORD, visitor=anyone())
    account = (await manager.services.sessions.logged_in(opened.token)).account
    assert (account.role, account.company_id) == (
        Role.GEBRUIKER,
        (await manager.session()).account.company_id,
    )
    assert await sql.fetchval("SELECT count(*) FROM invitations") == 0
    assert (
        await sql.fetchval("SELECT account_id FROM mail_trail WHERE kind = 'invitation_issued'") == account.id
    )
    line = await sql.fetchrow("SELECT * FROM audit_trail WHERE act = 'invitation_accepted'")
    assert (line["actor_id"], line["account_id"]) == (account.id, account.id)


async def test_staff_come_into_being_without_a_company(staff, outbox, sql):
    await invite_staff(staff)

    await accept(staff, await outbox.code())

    account = await sql.fetchrow("SELECT * FROM accounts WHERE email = $1", NEW)
    assert (account["role"], account["company_id"], account["gemeente_code"]) == (
        "gemeentemedewerker",
        None,
        "GM9901",
    )


async def test_of_many_at_once_one_wins(manager, code, sql):
    outcomes = await asyncio.gather(*(accept(manager, code) for _ in range(5)), return_exceptions=True)

    assert sum(isinstance(outcome, CodeRejected) for outcome in outcomes) == 4
    assert await sql.fetchval("SELECT count(*) FROM accounts WHERE email = $1", NEW) == 1


async def test_a_code_that_was_used_is_over(manager, code):
    await accept(manager, code)

    with pytest.raises(CodeRejected):
        await accept(manager, code)


@pytest.mark.parametrize(
    "password", ["kort", "nieuw@elders.example", "Pension De Zon", "wachtwoordwachtwoord"]
)
async def test_a_weak_password_leaves_the_code_unused(manager, code, password):
    with pytest.raises(InputRefused):
        await accept(manager, code, password)

    await accept(manager, code)


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE companies SET state = 'rejected'",
        "UPDATE companies SET gemeente_code = 'GM9902'",
        "UPDATE accounts SET state = 'blocked' WHERE email_key = 'baas@dezon.example'",
        "UPDATE accounts SET state = 'closed' WHERE email_key = 'baas@dezon.example'",
        "UPDATE accounts SET role = 'gebruiker' WHERE email_key = 'baas@dezon.example'",
        "UPDATE accounts SET totp_reset_by = 'gemeente', totp_reset_at = now()",
        "UPDATE accounts SET enrolment_frozen_at = now()",
        "UPDATE invitations SET email_key = 'ander@elders.example'",
    ],
)
async def test_what_no_longer_stands_is_refused_and_nothing_used(manager, code, sql, change):
    await sql.execute(change)

    with pytest.raises(CodeRejected):
        await accept(manager, code)

    assert await sql.fetchval("SELECT count(*) FROM accounts WHERE email = $1", NEW) == 0
    assert (
        await sql.fetchval("SELECT count(*) FROM codes WHERE used_at IS NOT NULL AND purpose = 'invitation'")
        == 0
    )


@pytest.mark.parametrize(
    "change",
    [
        "DELETE FROM totp_enrolments",
        "UPDATE accounts SET totp_reset_by = 'platform', totp_reset_at = now()",
        "UPDATE accounts SET enrolment_frozen_at = now()",
    ],
)
async def test_staff_whose_own_account_is_in_doubt_let_nobody_in(staff, outbox, sql, change):
    await invite_staff(staff)
    await sql.execute(change)

    with pytest.raises(CodeRejected):
        await accept(staff, await outbox.code())

    assert await sql.fetchval("SELECT count(*) FROM accounts WHERE email = $1", NEW) == 0


async def test_an_address_that_got_an_account_in_between_keeps_that_one(manager, code, make_account, sql):
    await make_account(email=NEW)

    with pytest.raises(CodeRejected):
        await accept(manager, code)

    assert await sql.fetchval("SELECT role FROM accounts WHERE email = $1", NEW) == "ondernemer"


async def test_registrations_of_others_stay_and_open_nothing(manager, code, services, sql):
    await services.registration.register(registration_form(email=NEW), anyone())

    await accept(manager, code)

    assert await sql.fetchval("SELECT count(*) FROM pending_registrations") == 1


async def test_a_block_comes_before_what_was_offered(manager, code, staff):
    await block(staff, manager)

    with pytest.raises(CodeRejected):
        await accept(staff, code)


async def test_wrong_codes_and_passwords_are_counted(manager, code):
    visitor = anyone()
    acceptance = manager.services.people.acceptance
    for _ in range(60):
        with pytest.raises(CodeRejected):
            await acceptance.accept("0" * 48, OTHER_PASSWORD, visitor)
    with pytest.raises(TooOften):
        await acceptance.accept("0" * 48, OTHER_PASSWORD, visitor)
    # The code that was mailed is not kept from its reader by that.
    for _ in range(20):
        with pytest.raises(InputRefused):
            await acceptance.accept(code, "kort", visitor)
    with pytest.raises(TooOften):
        await acceptance.accept(code, OTHER_PASSWORD, visitor)


async def test_a_manager_who_was_invited_may_what_a_manager_may(manager, outbox):
    await invite(manager, role=Role.ONDERNEMER)
    await accept(manager, await outbox.code())
    opened = await manager.services.login.log_in(NEW, OTHER_PASSWORD, visitor=anyone())
    invited = await manager.services.sessions.logged_in(opened.token)

    roster = await manager.services.people.rosters.of_company(invited)

    assert await account_id(manager) in {person.id for person in roster.people}
