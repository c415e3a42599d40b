"""The fact that somebody is invited, which causes a mail."""

from datetime import datetime

from auth_service.accounts.account import Account
from auth_service.accounts.invitation import Invitation
from auth_service.accounts.one_time_codes import CodePurpose, Owner
from auth_service.accounts.places import Gemeente
from auth_service.flows.fact_writer import FactWriter, Reader, facts_about
from auth_service.storage.database import Transaction
from shared.mail_facts import InvitationIssued, InvitedAs


class InvitationFacts:
    def __init__(self, writer: FactWriter) -> None:
        self._writer = writer

    async def invited(
        self,
        tx: Transaction,
        invitation: Invitation,
        gemeente: Gemeente,
        now: datetime,
        *,
        inviter: Account | None,
        known: Account | None,
    ) -> None:
        """With a code for whoever is invited; without one to the owner of the account that has the address.

        Same work in both cases: the code is drawn, kept and sealed either way, and thrown away where the
        address is known. `inviter` None where a command invites.
        """
        owner = Owner(invitation_id=invitation.id)
        code = await self._writer.issue_code(tx, CodePurpose.INVITATION, owner, invitation.email, now)
        company_id = invitation.place.company_id
        company = await tx.companies.details(company_id) if company_id else None
        reader = Reader(
            known.email if known else invitation.email, gemeente, company.name if company else None
        )
        fact = InvitationIssued(
            **facts_about(reader, now, code.expires_at),
            sealed_code=None if known else code.sealed,
            invited_as=InvitedAs(invitation.place.role.value),
            invited_by=inviter.email.text if inviter else None,
        )
        await self._writer.state(tx, code.event_id, fact, owner, told_as=invitation.email)
