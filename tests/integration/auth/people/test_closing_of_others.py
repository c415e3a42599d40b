"""Closing the account of somebody who left: who may, what goes with it, and who stays."""

import asyncio
from datetime import timedelta

import pytest

from auth_service.accounts.account import Role
from auth_service.accounts.refusals import (
    AccountClosed,
    CodeRejected,
    InputRefused,
    NoOtherManager,
    NoSuchAccount,
    NotAllowed,
    ProofNeeded,
)
from auth_service.flows.anonymising import anonymise_closed
from tests.integration.auth.people.scene import (
    REASON,
    accept,
    account_id,
    block,
    changes_counted,
    invite_staff,
)
from tests.integration.auth.scene import OTHER_PASSWORD, anyone


async def close(person, other_id, reason=REASON, **where):
    await person.services.people.closing.close(await person.session(), other_id, reason, **where)


async def state_of(sql, subject_id):
    return await sql.fetchval("SELECT state FROM accounts WHERE id = $1", subject_id)


async def test_staff_close_the_account_of_a_colleague_who_left(staff, make_staff, outbox, sql):
    colleague = await make_staff("collega@zeedorp.example")
    gone = await account_id(colleague)

    await close(staff, gone, f"  {REASON}\n")

    mail = await outbox.newest()
    assert (mail.kind, mail.to) == ("account_closed", "collega@zeedorp.example")
    line = await sql.fetchrow("SELECT * FROM audit_trail WHERE act = 'account_closed'")
    assert (line["account_id"], line["actor_id"]) == (gone, await account_id(staff))
    assert (line["gemeente_code"], line["reason"]) == ("GM9901", REASON)
    for table in ("sessions", "totp_enrolments", "known_browsers"):
        left = f"SELECT count(*) FROM {table} WHERE account_id = $1"  # noqa: S608 - one of these.
        assert await sql.fetchval(left, gone) == 0, table
    with pytest.raises(AccountClosed):
        await colleague.log_in()


async def test_his_codes_and_invitations_go_with_him(staff, make_staff, outbox, sql):
    colleague = await make_staff("collega@zeedorp.example")
    await invite_staff(colleague)
    invited = await outbox.code()
    await staff.services.mail_requests.ask_password_reset("collega@zeedorp.example", anyone())
    await staff.services.mail_requests.answer_next()
    reset = await outbox.code()

    await close(staff, await account_id(colleague))

    with pytest.raises(CodeRejected):
        await accept(staff, invited)
    with pytest.raises(CodeRejected):
        await staff.services.password_reset.set_password(reset, OTHER_PASSWORD, anyone())
    assert await sql.fetchval("SELECT count(*) FROM invitations") == 0


async def test_who_was_blocked_and_is_closed_is_made_anonymous_in_time(
    staff, make_staff, database, clock, sql
):
    colleague = await make_staff("collega@zeedorp.example")
    gone = await account_id(colleague)
    await block(staff, colleague)

    await close(staff, gone)

    clock.advance(timedelta(days=366))
    assert await anonymise_closed(database, clock())
    assert await sql.fetchval("SELECT email LIKE 'removed-%' FROM accounts WHERE id = $1", gone)


async def test_a_manager_closes_the_account_of_a_user_and_the_platform_that_of_an_operator(
    manager, user, operator, make_staff, sql
):
    other = await make_staff("tweede@platform.example", role="beheerder")
    of_user, of_other = await account_id(user), await account_id(other)

    await close(manager, of_user)
    await close(operator, of_other)

    assert [await state_of(sql, each) for each in (of_user, of_other)] == ["closed", "closed"]


async def test_the_last_of_a_company_can_be_closed_though_he_is_blocked(manager, staff, sql):
    gone = await account_id(manager)
    await block(staff, manager)

    await close(staff, gone)

    assert await state_of(sql, gone) == "closed"


async def test_the_only_manager_stays_while_there_are_users(manager, user, staff, sql):
    of_manager, of_user = await account_id(manager), await account_id(user)
    await block(staff, manager)
    before = await changes_counted(sql)

    with pytest.raises(NoOtherManager):
        await close(staff, of_manager)

    assert await changes_counted(sql) == before
    await close(staff, of_user)
    await close(staff, of_manager)
    assert await state_of(sql, of_manager) == "closed"


async def test_a_user_leaves_though_his_manager_is_blocked(manager, user, staff, sql):
    gone = await account_id(user)
    await block(staff, manager)

    await user.services.account_closing.close(await user.session())

    assert await state_of(sql, gone) == "closed"


async def test_whom_the_gemeente_blocked_his_company_does_not_close(manager, user, staff, sql):
    of_user = await account_id(user)
    await block(staff, user)

    with pytest.raises(NotAllowed):
        await close(manager, of_user)

    assert await state_of(sql, of_user) == "blocked"
    line = await sql.fetchrow("SELECT * FROM audit_trail WHERE act = 'act_refused'")
    assert (line["actor_id"], line["account_id"]) == (await account_id(manager), of_user)


async def test_nobody_closes_himself_or_above_him_or_elsewhere(
    manager, user, staff, stranger, operator, make_person, sql
):
    rival = await make_person("rivaal@demaan.example")
    before = await changes_counted(sql)

    for actor, subject in (
        (manager, manager),
        (staff, staff),
        (operator, operator),
        (manager, staff),
        (staff, operator),
        (manager, rival),
        (stranger, manager),
        (stranger, staff),
    ):
        with pytest.raises(NoSuchAccount):
            await close(actor, await account_id(subject))
    with pytest.raises(NotAllowed):
        await close(user, await account_id(manager))
    with pytest.raises(NoSuchAccount):
        await close(operator, await account_id(manager), gemeente_code="GM9902")
    with pytest.raises(NoSuchAccount):
        await close(manager, None)

    assert await changes_counted(sql) == before
    assert await sql.fetchval("SELECT count(*) FROM accounts WHERE state = 'closed'") == 0


@pytest.mark.parametrize("reason", ["", "  ", "x" * 501])
async def test_a_reason_is_asked_for(manager, user, reason):
    with pytest.raises(InputRefused):
        await close(manager, await account_id(user), reason)


async def test_the_proof_must_be_fresh(manager, user):
    of_user = await account_id(user)
    manager.clock.advance(timedelta(minutes=6))

    with pytest.raises(ProofNeeded):
        await close(manager, of_user)


async def test_of_two_managers_who_close_each_other_one_is_left(manager, user, sql):
    await manager.services.people.roles.give(await manager.session(), await account_id(user), Role.ONDERNEMER)
    user = await user.log_in()
    ids = [await account_id(person) for person in (manager, user)]

    outcomes = await asyncio.gather(close(manager, ids[1]), close(user, ids[0]), return_exceptions=True)

    assert sum(outcome is None for outcome in outcomes) == 1
    assert sorted([await state_of(sql, each) for each in ids]) == ["active", "closed"]
