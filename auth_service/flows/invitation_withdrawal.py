"""Taking back an invitation: its codes are void, and nobody can send it again."""

from datetime import datetime

import structlog

from auth_service.accounts.account import Account, Role
from auth_service.accounts.audit import NOBODY, Actor, AuditedAct, AuditLine
from auth_service.accounts.invitation import Invitation
from auth_service.accounts.one_time_codes import Owner
from auth_service.storage.database import Transaction

log = structlog.get_logger()


async def withdraw_those_of(tx: Transaction, inviter: Account, actor: Account | None, now: datetime) -> None:
    """Of somebody who may no longer invite: let back in, he would vouch again for whom he invited before.

    Comes before his account is written, see Transaction.lock_address.
    """
    for invitation in await tx.invitations.lock_those_of(inviter.id):
        await withdraw_one(tx, invitation, actor, now)


async def withdraw_one(tx: Transaction, invitation: Invitation, actor: Account | None, now: datetime) -> None:
    """It must be locked."""
    await tx.codes.void_all(Owner(invitation_id=invitation.id), now)
    await tx.invitations.forget(invitation.id)
    await tx.audit.add(line_about(AuditedAct.INVITATION_WITHDRAWN, invitation, actor, now))
    log.info("invitation_withdrawn", invitation=str(invitation.id), actor=str(actor.id) if actor else None)


def line_about(act: AuditedAct, invitation: Invitation, actor: Account | None, now: datetime) -> AuditLine:
    place = invitation.place
    return AuditLine(
        act,
        now,
        Actor(actor.id, actor.role) if actor else NOBODY,
        company_id=place.company_id,
        gemeente_code=None if place.role is Role.BEHEERDER else place.gemeente_code,
        invitation_id=invitation.id,
    )
