"""Inviting people: who may, to what, and that nobody learns whether an address is known."""

import asyncio
from datetime import timedelta

import pytest

from auth_service.accounts.account import Role
from auth_service.accounts.refusals import (
    CodeRejected,
    InputRefused,
    NoSuchGemeente,
    NoSuchInvitation,
    NotAllowed,
    ProofNeeded,
    TooOften,
)
from auth_service.flows.sessions import EnrolmentOwed
from tests.integration.auth.people.scene import (
    NEW,
    REASON,
    accept,
    account_id,
    block,
    changes_counted,
    invite,
    invite_staff,
    send_again,
    unblock,
)
from tests.integration.auth.scene import anyone, until_waiting


async def newest_invitation(sql):
    return await sql.fetchrow("SELECT * FROM invitations ORDER BY invited_at DESC LIMIT 1")


async def test_a_manager_invites_to_his_company(manager, user, outbox, sql):
    await invite(manager)

    mail = await outbox.newest()
    assert (mail.kind, mail.to) == ("invitation_issued", NEW)
    assert mail.data["invitedAs"] == "gebruiker"
    assert mail.data["invitedBy"] == manager.email
    assert mail.data["companyName"] == "Pension De Zon"
    invitation = await newest_invitation(sql)
    assert invitation["company_id"] == (await manager.session()).account.company_id
    assert await sql.fetchval("SELECT invitation_id FROM mail_trail WHERE kind = 'invitation_issued'")
    line = await sql.fetchrow("SELECT * FROM audit_trail WHERE act = 'invited'")
    assert (line["actor_id"], line["invitation_id"]) == (await account_id(manager), invitation["id"])


async def test_staff_invite_a_colleague_and_the_platform_anybody(staff, operator, outbox):
    await invite_staff(staff)
    assert (await outbox.newest()).data["invitedAs"] == "gemeentemedewerker"

    await invite_staff(operator, "eerste@bergen.example", "GM9902")
    assert (await outbox.newest()).data["gemeente"]["name"] == "Bergen"

    await operator.services.people.invitations.invite_to_platform(await operator.session(), NEW, anyone())
    assert (await outbox.newest()).data["invitedAs"] == "beheerder"


async def test_an_address_with_an_account_makes_no_difference_but_in_the_mail(
    manager, make_person, outbox, sql
):
    await make_person("ander@demaan.example")
    await sql.execute("DELETE FROM outbox")
    before = await changes_counted(sql)
    await invite(manager, "onbekend@demaan.example")
    unknown = {table: rows - before[table] for table, rows in (await changes_counted(sql)).items()}
    assert (await outbox.newest()).code
    before = await changes_counted(sql)

    await invite(manager, "Ander@demaan.example")

    assert {table: rows - before[table] for table, rows in (await changes_counted(sql)).items()} == unknown
    mail = await outbox.newest()
    assert (mail.kind, mail.to, mail.code) == ("invitation_issued", "ander@demaan.example", None)
    roster = await manager.services.people.rosters.of_company(await manager.session())
    assert {each.invitation.email.text for each in roster.invited} == {
        "onbekend@demaan.example",
        "Ander@demaan.example",
    }


async def test_inviting_again_renews_and_earlier_codes_stay_good(manager, outbox, sql):
    await invite(manager)
    first = await outbox.code()
    manager.clock.advance(timedelta(minutes=1))
    await invite(manager, role=Role.ONDERNEMER)
    await outbox.newest()

    assert await sql.fetchval("SELECT count(*) FROM invitations") == 1
    await accept(manager, first)
    assert await sql.fetchval("SELECT role FROM accounts WHERE email = $1", NEW) == "ondernemer"


async def test_an_expired_one_is_sent_again(manager, outbox, sql):
    await invite(manager)
    expired = await outbox.code()
    manager.clock.advance(timedelta(days=7))
    manager = await manager.log_in()
    await sql.execute("DELETE FROM outbox")
    with pytest.raises(CodeRejected):
        await accept(manager, expired)
    invitation = await newest_invitation(sql)

    await manager.services.people.invitations.send_again(await manager.session(), invitation["id"], anyone())

    await accept(manager, await outbox.code())


async def test_a_withdrawn_one_is_worth_nothing(manager, outbox, sql):
    await invite(manager)
    code, invitation = await outbox.code(), await newest_invitation(sql)

    await manager.services.people.invitations.withdraw(await manager.session(), invitation["id"])

    with pytest.raises(CodeRejected):
        await accept(manager, code)
    assert await sql.fetchval("SELECT count(*) FROM invitations") == 0
    line = await sql.fetchrow("SELECT * FROM audit_trail WHERE act = 'invitation_withdrawn'")
    assert line["invitation_id"] == invitation["id"]


async def test_whoever_was_reset_by_others_withdraws_none_before_he_set_it_up_anew(manager, sql):
    await invite(manager)
    invitation = await newest_invitation(sql)
    await sql.execute("UPDATE accounts SET totp_reset_by = 'gemeente', totp_reset_at = now()")

    with pytest.raises(EnrolmentOwed):
        await manager.services.people.invitations.withdraw(await manager.session(), invitation["id"])

    assert await sql.fetchval("SELECT count(*) FROM invitations") == 1


@pytest.mark.parametrize("role", [Role.GEMEENTEMEDEWERKER, Role.BEHEERDER, None])
async def test_a_manager_gives_no_more_than_his_company(manager, sql, role):
    before = await changes_counted(sql)

    with pytest.raises(InputRefused):
        await invite(manager, role=role)

    assert await changes_counted(sql) == before


async def test_nobody_invites_where_he_has_no_say(user, staff, manager, sql):
    before = await changes_counted(sql)
    platform = staff.services.people.invitations.invite_to_platform

    with pytest.raises(NotAllowed):
        await invite(user)
    with pytest.raises(NotAllowed):
        await invite(staff)
    with pytest.raises(NoSuchGemeente):
        await invite_staff(manager)
    with pytest.raises(NoSuchGemeente):
        await invite_staff(staff, gemeente="GM9902")
    with pytest.raises(NotAllowed):
        await platform(await staff.session(), NEW, anyone())

    assert await changes_counted(sql) == before


async def test_another_companys_or_gemeentes_invitation_is_nobodys(
    manager, make_person, staff, stranger, sql
):
    rival = await make_person("rivaal@demaan.example")
    await invite(manager)
    of_company = (await newest_invitation(sql))["id"]
    manager.clock.advance(timedelta(seconds=1))
    await invite_staff(staff, "collega@zeedorp.example")
    of_gemeente = (await newest_invitation(sql))["id"]
    before = await changes_counted(sql)

    for person, invitation_id in (
        (rival, of_company),
        (staff, of_company),
        (stranger, of_gemeente),
        (manager, of_gemeente),
        (manager, None),
    ):
        invitations = person.services.people.invitations
        with pytest.raises(NoSuchInvitation):
            await invitations.withdraw(await person.session(), invitation_id)
        with pytest.raises(NoSuchInvitation):
            await invitations.send_again(await person.session(), invitation_id, anyone())

    assert await changes_counted(sql) == before


async def test_inviting_wants_a_fresh_proof(manager):
    manager.clock.advance(timedelta(minutes=6))

    with pytest.raises(ProofNeeded):
        await invite(manager)


async def test_a_gemeente_without_an_address_is_told_of_first(operator, sql):
    await sql.execute("UPDATE gemeenten SET email = NULL, participating = false WHERE code = 'GM9903'")

    with pytest.raises(InputRefused):
        await invite_staff(operator, gemeente="GM9903")


async def test_a_dissolved_gemeente_gets_no_staff(staff, outbox, sql):
    await invite_staff(staff)
    code, invitation = await outbox.code(), await newest_invitation(sql)
    await sql.execute("UPDATE gemeenten SET dissolved_in = 2026 WHERE code = 'GM9901'")

    with pytest.raises(CodeRejected):
        await accept(staff, code)
    with pytest.raises(InputRefused):
        await invite_staff(staff, "collega@zeedorp.example")
    with pytest.raises(InputRefused):
        await send_again(staff, invitation["id"])


async def test_the_platform_and_companies_outlive_a_dissolved_gemeente(operator, manager, outbox, sql):
    await sql.execute("UPDATE gemeenten SET dissolved_in = 2026 WHERE code = 'GM9901'")

    await invite(manager)
    await accept(manager, await outbox.code())
    await operator.services.people.invitations.invite_to_platform(
        await operator.session(), "tweede@platform.example", anyone()
    )

    assert (await outbox.newest()).data["invitedAs"] == "beheerder"


async def lose_proof(person):
    person.clock.advance(timedelta(minutes=6))
    return person


async def test_what_a_blocked_colleague_invited_to_is_taken_back(staff, make_staff, outbox, sql):
    colleague = await make_staff("collega@zeedorp.example")
    await invite_staff(staff)
    code, invitation = await outbox.code(), await newest_invitation(sql)

    await block(colleague, staff)

    with pytest.raises(NoSuchInvitation):
        await send_again(colleague, invitation["id"])
    await unblock(colleague, invitation["invited_by"])
    with pytest.raises(CodeRejected):
        await accept(colleague, code)
    line = await sql.fetchrow("SELECT * FROM audit_trail WHERE act = 'invitation_withdrawn'")
    assert (line["actor_id"], line["invitation_id"]) == (await account_id(colleague), invitation["id"])


async def test_a_manager_who_stops_takes_his_invitations_with_him(manager, user, outbox, sql):
    await manager.services.people.roles.give(await manager.session(), await account_id(user), Role.ONDERNEMER)
    await invite(manager)
    code = await outbox.code()

    await manager.services.people.roles.give(
        await manager.session(), await account_id(manager), Role.GEBRUIKER
    )

    assert await sql.fetchval("SELECT count(*) FROM invitations") == 0
    with pytest.raises(CodeRejected):
        await accept(manager, code)


async def test_a_manager_who_closes_his_account_takes_his_invitations_with_him(manager, outbox, sql):
    await invite(manager)
    code = await outbox.code()

    await manager.services.account_closing.close(await manager.session())

    assert await sql.fetchval("SELECT count(*) FROM invitations") == 0
    with pytest.raises(CodeRejected):
        await accept(manager, code)


async def distrust(sql, person):
    """As a former release left it: blocked, and what he invited to still listed."""
    await sql.execute("UPDATE accounts SET state = 'blocked' WHERE email_key = $1", person.email)


async def test_inviting_anew_in_the_place_of_who_no_longer_may_wants_a_fresh_proof(
    staff, make_staff, outbox, sql
):
    colleague = await make_staff("collega@zeedorp.example")
    await invite_staff(staff)
    old, invitation = await outbox.code(), await newest_invitation(sql)
    await distrust(sql, staff)
    before = await changes_counted(sql)

    with pytest.raises(ProofNeeded):
        await send_again(await lose_proof(colleague), invitation["id"])

    assert await changes_counted(sql) == before
    with pytest.raises(CodeRejected):
        await accept(colleague, old)


async def test_no_code_of_a_former_inviter_is_worth_the_word_of_the_next(staff, make_staff, outbox, sql):
    colleague = await make_staff("collega@zeedorp.example")
    await invite_staff(staff)
    old, invitation = await outbox.code(), await newest_invitation(sql)
    await distrust(sql, staff)

    await send_again(colleague, invitation["id"])

    with pytest.raises(CodeRejected):
        await accept(colleague, old)
    await accept(colleague, await outbox.code())


async def test_an_expired_one_is_not_sent_again_without_a_fresh_proof(manager, sql):
    await invite(manager)
    await sql.execute("UPDATE invitations SET expires_at = $1", manager.clock())

    with pytest.raises(ProofNeeded):
        await send_again(await lose_proof(manager), (await newest_invitation(sql))["id"])


async def test_a_colleague_who_sends_one_again_does_not_answer_for_it(staff, make_staff, outbox, sql):
    colleague = await make_staff("collega@zeedorp.example")
    await invite_staff(staff)
    codes = [await outbox.code()]
    invitation = await newest_invitation(sql)
    inviter_id = invitation["invited_by"]

    await send_again(await lose_proof(colleague), invitation["id"])

    codes.append(await outbox.code())
    assert (await newest_invitation(sql))["invited_by"] == inviter_id
    colleague = await colleague.log_in()
    await sql.execute("UPDATE sessions SET totp_proven_at = password_proven_at")
    await colleague.services.people.blocking.block(await colleague.session(), inviter_id, REASON)
    for code in codes:
        with pytest.raises(CodeRejected):
            await accept(colleague, code)


async def test_whoever_reaches_for_what_is_not_his_is_noted(manager, staff, stranger, sql):
    await invite_staff(staff)

    with pytest.raises(NoSuchInvitation):
        await stranger.services.people.invitations.withdraw(
            await stranger.session(), (await newest_invitation(sql))["id"]
        )

    line = await sql.fetchrow("SELECT * FROM audit_trail WHERE act = 'act_refused'")
    assert (line["actor_id"], line["gemeente_code"]) == (await account_id(stranger), "GM9902")
    # Of what isn't his, the staff of his gemeente learn nothing.
    assert (line["invitation_id"], line["company_id"]) == (None, None)


async def test_whoever_invited_is_blocked_while_the_invited_accepts(manager, user, staff, outbox, sql):
    await invite(manager)
    code = await outbox.code()

    async with sql.transaction():
        await sql.execute("SELECT FROM invitations FOR UPDATE")
        accepting = asyncio.create_task(accept(manager, code))
        await until_waiting(sql)
        blocking = asyncio.create_task(block(staff, manager))
        await until_waiting(sql, many=2)

    await accepting
    assert await blocking
    assert await sql.fetchval("SELECT state FROM accounts WHERE email = $1", NEW) == "active"


async def test_whoever_invites_stranger_after_stranger_is_slowed_down(manager):
    for number in range(20):
        await invite(manager, f"vreemd{number}@elders.example")

    with pytest.raises(TooOften):
        await invite(manager, "vreemd20@elders.example")


async def test_one_address_is_not_mailed_over_and_over(manager):
    for _ in range(8):
        await invite(manager)

    with pytest.raises(TooOften):
        await invite(manager)
