"""Those who run the platform are told to staff of a gemeente by their role, and named to nobody there."""

import pytest

from auth_service.accounts.audit import AuditedAct
from auth_service.accounts.trail import TrailFilter
from tests.integration.auth.people.scene import NEW, account_id, block

TRAIL = "/gemeente/GM9901/logboek"
# As lines were kept before, with the gemeente that a beheerder has for his mails.
LINES = (
    "INSERT INTO audit_trail (id, happened_at, act, account_id, actor_id, actor_role, gemeente_code,"
    " invitation_id) VALUES (gen_random_uuid(), $1, 'password_changed', $2, $2, 'beheerder', 'GM9901', null),"
    " (gen_random_uuid(), $1, 'invited', null, $2, 'beheerder', 'GM9901', $3)"
)


@pytest.fixture
async def invitation_id(operator, sql):
    invitations = operator.services.people.invitations
    await invitations.invite_to_platform(await operator.session(), NEW, operator.visitor)
    return await sql.fetchval("SELECT id FROM invitations")


async def test_what_they_do_to_themselves_is_told_to_no_gemeente(operator, make_staff, sql):
    other = await make_staff("tweede@platform.example", role="beheerder")
    whose = await account_id(operator)
    people = operator.services.people
    await people.invitations.invite_to_platform(await operator.session(), NEW, operator.visitor)
    await block(operator, other)
    await operator.services.two_factor.reset.reset_own(await operator.session())

    lines = await sql.fetch("SELECT act, gemeente_code FROM audit_trail WHERE actor_id = $1", whose)

    assert {line["act"] for line in lines} >= {"invited", "account_blocked", "totp_reset"}
    assert {line["gemeente_code"] for line in lines if line["act"] != "account_opened"} == {None}


async def test_lines_that_were_kept_for_a_gemeente_do_not_name_them(
    staff, operator, invitation_id, visit, api, sql, clock
):
    await sql.execute(LINES, clock(), await account_id(operator), invitation_id)

    told = [
        await (await (await visit(staff)).get(TRAIL)).text(),
        str((await staff.services.gemeente_trail.page("GM9901", TrailFilter())).lines),
    ]

    for each in told:
        assert "Het wachtwoord is gewijzigd" in each or AuditedAct.PASSWORD_CHANGED in each
        assert operator.email not in each
        assert NEW not in each


async def test_their_address_can_not_be_guessed_in_a_trail(staff, operator, sql, clock):
    await sql.execute(LINES, clock(), await account_id(operator), None)

    found = await staff.services.gemeente_trail.page("GM9901", TrailFilter(email_key=operator.email))

    assert found.lines == ()


async def test_nor_by_registering_with_it(staff, operator, make_pending, services, visit, sql):
    await make_pending(email=operator.email)
    registration = await sql.fetchval("SELECT id FROM pending_registrations")

    page = await (await visit(staff)).get(f"/gemeente/GM9901/bedrijven/{registration}")

    assert "heeft al een account" not in await page.text()


async def test_the_story_of_a_company_tells_their_role(staff, operator, user, visit):
    company = (await user.session()).account.company_id
    await block(operator, user)

    page = await (await (await visit(staff)).get(f"/gemeente/GM9901/bedrijven/{company}")).text()

    assert "beheerder van het systeem" in page
    assert operator.email not in page
