"""Staff, and whom they help."""

from auth_service.accounts.identification import IdentifiedBy, TypedIdentification

STAFF_ADDRESS = "piet@zeedorp.example"
REASON = "Telefoon gestolen."
BY_PHONE = TypedIdentification(IdentifiedBy.CALLED_BACK)


async def account_id(person):
    return (await person.session()).account.id


async def reset(actor, account, reason=REASON, identified=BY_PHONE):
    """Of the account of that id."""
    return await actor.services.two_factor.reset.reset_for(await actor.session(), account, reason, identified)


async def mailed(outbox, kind):
    """The newest mail of a kind."""
    return [mail for mail in await outbox.mails() if mail.kind == kind][-1]


async def acts(sql, account):
    """What was done to an account by others or about resets, oldest first."""
    rows = await sql.fetch(
        "SELECT act, actor_role, reason, identified_by FROM audit_trail WHERE account_id = $1"
        " AND act <> 'totp_enabled' ORDER BY happened_at",
        account,
    )
    return [tuple(row) for row in rows]
