"""Inviting and looking, as the tests of people do it."""

from auth_service.accounts.account import Role
from tests.integration.auth.scene import OTHER_PASSWORD, anyone, count_rows

NEW = "nieuw@elders.example"
REASON = "Werkt hier niet meer."


async def changes_counted(sql):
    """Rows by table, without the lines that tell of an act that was refused."""
    rows = await count_rows(sql)
    refused = await sql.fetchval("SELECT count(*) FROM audit_trail WHERE act = 'act_refused'")
    return {**rows, "audit_trail": rows["audit_trail"] - refused}


async def account_id(person):
    return (await person.session()).account.id


async def invite(person, email=NEW, role=Role.GEBRUIKER):
    await person.services.people.invitations.invite_to_company(await person.session(), email, role, anyone())


async def invite_staff(person, email=NEW, gemeente="GM9901"):
    await person.services.people.invitations.invite_staff(await person.session(), gemeente, email, anyone())


async def send_again(person, invitation_id):
    await person.services.people.invitations.send_again(await person.session(), invitation_id, anyone())


async def accept(person, code, password=OTHER_PASSWORD):
    return await person.services.people.acceptance.accept(code, password, anyone())


async def block(person, other, reason=REASON, **where):
    blocking = person.services.people.blocking
    return await blocking.block(await person.session(), await account_id(other), reason, **where)


async def unblock(person, other_id, reason="Toch wel."):
    return await person.services.people.blocking.unblock(await person.session(), other_id, reason)
