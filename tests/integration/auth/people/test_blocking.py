"""Blocking: who may, what it ends, and who can take it back."""

import asyncio
from datetime import timedelta

import pytest

from auth_service.accounts.refusals import (
    AccountBlocked,
    InputRefused,
    NoSuchAccount,
    NotAllowed,
    ProofNeeded,
)
from auth_service.flows.sessions import SessionGone
from tests.integration.auth.people.scene import REASON, account_id, block, changes_counted, unblock


async def test_a_blocked_user_is_logged_out_and_told_whom_to_ask(manager, user, sql):
    user_id = await account_id(user)

    assert await block(manager, user, f"  {REASON}\n")

    assert await user.services.sessions.logged_in(user.token) is None
    with pytest.raises(AccountBlocked):
        await user.log_in()
    line = await sql.fetchrow("SELECT * FROM audit_trail WHERE act = 'account_blocked'")
    assert (line["account_id"], line["company_id"], line["reason"]) == (user_id, None, REASON)
    assert line["gemeente_code"] == "GM9901"


async def test_let_in_again_he_has_his_password_and_second_factor(manager, user, sql):
    user_id = await account_id(user)
    await user.enrol()
    await block(manager, user)

    assert await unblock(manager, user_id)

    again = await user.log_in()
    await again.prove()
    assert (await again.session()).account.two_factor.is_enrolled
    assert await sql.fetchval("SELECT reason FROM audit_trail WHERE act = 'account_unblocked'") == "Toch wel."


async def test_what_changes_nothing_leaves_no_line(manager, user, staff, sql):
    user_id = await account_id(user)
    assert not await unblock(manager, user_id)
    await block(manager, user)
    before = await changes_counted(sql)

    blocking = manager.services.people.blocking
    assert not await blocking.block(await manager.session(), user_id, REASON)

    assert await changes_counted(sql) == before


async def test_only_the_same_or_a_higher_standing_unblocks(manager, user, staff, operator, sql):
    user_id = await account_id(user)
    await block(staff, user)
    with pytest.raises(NotAllowed):
        await unblock(manager, user_id)
    assert await sql.fetchval("SELECT state FROM accounts WHERE id = $1", user_id) == "blocked"

    # A gemeente that finds him blocked by his company takes that over.
    assert await unblock(staff, user_id)
    blocking = manager.services.people.blocking
    await blocking.block(await manager.session(), user_id, REASON)
    assert await blocking.block(await staff.session(), user_id, REASON)
    with pytest.raises(NotAllowed):
        await unblock(manager, user_id)
    assert await unblock(operator, user_id)


async def test_whoever_reaches_above_him_to_let_somebody_in_is_noted(manager, user, staff, sql):
    user_id = await account_id(user)
    await block(staff, user)

    with pytest.raises(NotAllowed):
        await unblock(manager, user_id)

    line = await sql.fetchrow("SELECT * FROM audit_trail WHERE act = 'act_refused'")
    assert (line["actor_id"], line["account_id"]) == (await account_id(manager), user_id)


async def test_nobody_blocks_himself_or_above_him_or_elsewhere(
    manager, user, staff, stranger, operator, make_person, sql
):
    rival = await make_person("rivaal@demaan.example")
    before = await changes_counted(sql)

    for actor, subject in (
        (manager, manager),
        (staff, staff),
        (manager, staff),
        (staff, operator),
        (manager, rival),
        (stranger, manager),
        (stranger, staff),
    ):
        with pytest.raises(NoSuchAccount):
            await block(actor, subject)
    with pytest.raises(NotAllowed):
        await block(user, manager)
    with pytest.raises(NoSuchAccount):
        await block(operator, manager, gemeente_code="GM9902")

    assert await changes_counted(sql) == before
    assert await sql.fetchval("SELECT count(*) FROM accounts WHERE state = 'blocked'") == 0


@pytest.mark.parametrize("reason", ["", "  ", "x" * 501])
async def test_a_reason_is_asked_for(manager, user, reason):
    with pytest.raises(InputRefused):
        await block(manager, user, reason)


async def test_the_proof_must_be_fresh(manager, user):
    manager.clock.advance(timedelta(minutes=6))

    with pytest.raises(ProofNeeded):
        await block(manager, user)


async def test_of_two_managers_who_block_each_other_one_is_left(manager, user, sql):
    await sql.execute("UPDATE accounts SET role = 'ondernemer'")

    sessions = [(each, await each.session()) for each in (manager, user)]
    (one, of_one), (other, of_other) = sessions

    outcomes = await asyncio.gather(
        one.services.people.blocking.block(of_one, of_other.account.id, REASON),
        other.services.people.blocking.block(of_other, of_one.account.id, REASON),
        return_exceptions=True,
    )

    assert sorted(map(type, outcomes), key=repr) == sorted([bool, SessionGone], key=repr)
    assert await sql.fetchval("SELECT count(*) FROM accounts WHERE state = 'active'") == 1
