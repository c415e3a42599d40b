"""Sharing and handing over the management of a company; somebody always manages it."""

import asyncio
from datetime import timedelta

import pytest

from auth_service.accounts.account import Role
from auth_service.accounts.refusals import (
    InputRefused,
    LastManager,
    NoSuchAccount,
    NotAllowed,
    OnlyManager,
    ProofNeeded,
)
from tests.integration.auth.people.scene import account_id, block, changes_counted


async def give(actor, subject, role):
    roles = actor.services.people.roles
    return await roles.give(await actor.session(), await account_id(subject), role)


async def test_a_user_becomes_a_manager_and_logs_in_anew(manager, user, sql):
    user_id = await account_id(user)

    assert await give(manager, user, Role.ONDERNEMER)

    assert await user.services.sessions.logged_in(user.token) is None
    assert (await (await user.log_in()).session()).account.role is Role.ONDERNEMER
    line = await sql.fetchrow("SELECT * FROM audit_trail WHERE act = 'made_manager'")
    assert (line["account_id"], line["actor_id"]) == (user_id, await account_id(manager))


async def test_a_manager_hands_over_and_stops(manager, user, sql):
    await give(manager, user, Role.ONDERNEMER)

    assert await give(manager, manager, Role.GEBRUIKER)

    assert await manager.services.sessions.logged_in(manager.token) is None
    assert await sql.fetchval("SELECT role FROM accounts WHERE email_key = $1", manager.email) == "gebruiker"


async def test_what_he_has_already_changes_nothing(manager, user, sql):
    before = await changes_counted(sql)

    assert not await give(manager, user, Role.GEBRUIKER)

    assert await changes_counted(sql) == before


async def test_the_only_manager_cannot_stop_not_even_alone(manager, sql):
    with pytest.raises(OnlyManager):
        await give(manager, manager, Role.GEBRUIKER)

    assert await sql.fetchval("SELECT role FROM accounts") == "ondernemer"


async def test_a_blocked_manager_counts_for_none(manager, user, staff):
    await give(manager, user, Role.ONDERNEMER)
    await block(staff, await user.log_in())

    with pytest.raises(OnlyManager):
        await give(manager, manager, Role.GEBRUIKER)
    with pytest.raises(LastManager):
        await manager.services.account_closing.close(await manager.session())


async def test_of_two_managers_who_stop_at_once_one_is_refused(manager, user, sql):
    await sql.execute("UPDATE accounts SET role = 'ondernemer'")

    outcomes = await asyncio.gather(
        give(manager, manager, Role.GEBRUIKER), give(user, user, Role.GEBRUIKER), return_exceptions=True
    )

    assert sorted(map(type, outcomes), key=repr) == sorted([bool, OnlyManager], key=repr)
    assert await sql.fetchval("SELECT count(*) FROM accounts WHERE role = 'ondernemer'") == 1


async def test_nobody_else_changes_roles(manager, user, staff, operator, make_person, sql):
    rival = await make_person("rivaal@demaan.example")
    before = await changes_counted(sql)

    for actor in (user, staff, operator):
        with pytest.raises(NotAllowed):
            await give(actor, manager, Role.GEBRUIKER)
    for subject in (rival, staff):
        with pytest.raises(NoSuchAccount):
            await give(manager, subject, Role.GEBRUIKER)
    for role in (Role.BEHEERDER, Role.GEMEENTEMEDEWERKER, None):
        with pytest.raises(InputRefused):
            await give(manager, user, role)

    assert await changes_counted(sql) == before


async def test_the_proof_must_be_fresh(manager, user):
    manager.clock.advance(timedelta(minutes=6))

    with pytest.raises(ProofNeeded):
        await give(manager, user, Role.ONDERNEMER)
