"""The facts about a change of address that cause a mail; each takes the account as it was before."""

from dataclasses import replace
from datetime import datetime

from auth_service.accounts.account import Account
from auth_service.accounts.mail_addresses import MailAddress
from auth_service.accounts.one_time_codes import CodePurpose, Owner
from auth_service.accounts.places import Gemeente
from auth_service.flows.fact_writer import FactWriter, Reader, facts_about, notice_to
from auth_service.storage.database import Transaction
from shared.address_masking import masked_address
from shared.mail_facts import (
    EmailChangeCodeIssued,
    EmailChanged,
    EmailChangeStage,
    RegistrationForExistingAccount,
)


class AddressChangeFacts:
    def __init__(self, writer: FactWriter) -> None:
        self._writer = writer

    async def email_change_code_issued(
        self, tx: Transaction, account: Account, new_email: MailAddress, gemeente: Gemeente, now: datetime
    ) -> None:
        owner = Owner(account_id=account.id)
        code = await self._writer.issue_code(tx, CodePurpose.EMAIL_CHANGE, owner, new_email, now)
        # Without the company's name: until the code comes back, the new address may be anybody's.
        basics = facts_about(Reader(new_email, gemeente), now, code.expires_at)
        fact = EmailChangeCodeIssued(**basics, sealed_code=code.sealed)
        await self._writer.state(tx, code.event_id, fact, owner)

    async def wanted_address_has_account(
        self, tx: Transaction, account: Account, known: Account, gemeente: Gemeente, now: datetime
    ) -> None:
        """To the owner of the address instead of a code, at the same cost: the code is thrown away.

        `gemeente` is his, and the mail is in his trail: what the other one sees doesn't tell that he exists.
        """
        owner = Owner(account_id=account.id)
        code = await self._writer.issue_code(tx, CodePurpose.EMAIL_CHANGE, owner, known.email, now)
        basics = facts_about(Reader(known.email, gemeente), now, code.expires_at)
        fact = RegistrationForExistingAccount(**basics)
        await self._writer.state(tx, code.event_id, fact, Owner(account_id=known.id))

    async def email_change_asked(
        self, tx: Transaction, account: Account, new_email: MailAddress, gemeente: Gemeente, now: datetime
    ) -> None:
        """A warning to the address that the account has."""
        await self._tell(tx, account, new_email, gemeente, now, EmailChangeStage.ASKED)

    async def email_changed(
        self, tx: Transaction, account: Account, new_email: MailAddress, gemeente: Gemeente, now: datetime
    ) -> None:
        """To the old address and to the new one."""
        for reader in (account, replace(account, email=new_email)):
            await self._tell(tx, reader, new_email, gemeente, now, EmailChangeStage.DONE)

    async def _tell(
        self,
        tx: Transaction,
        reader: Account,
        new_email: MailAddress,
        gemeente: Gemeente,
        now: datetime,
        stage: EmailChangeStage,
    ) -> None:
        fact = EmailChanged(
            **notice_to(reader, gemeente, now), stage=stage, new_address_masked=masked_address(new_email.text)
        )
        await self._writer.notify(tx, reader, fact)
