"""The facts about registrations and passwords that cause a mail."""

from datetime import datetime

from auth_service.accounts.account import Account
from auth_service.accounts.one_time_codes import CodePurpose, Owner
from auth_service.accounts.pending_registration import PendingRegistration
from auth_service.accounts.places import Gemeente
from auth_service.flows.fact_writer import FactWriter, Reader, facts_about, notice_to, reader_of
from auth_service.storage.database import Transaction
from shared.mail_facts import (
    ActivationCodeIssued,
    Fact,
    LoggedOut,
    PasswordChanged,
    PasswordResetCodeIssued,
    RegistrationForExistingAccount,
)


class MailFacts:
    def __init__(self, writer: FactWriter) -> None:
        self._writer = writer

    async def registered(
        self,
        tx: Transaction,
        pending: PendingRegistration,
        gemeente: Gemeente,
        known: Account | None,
        now: datetime,
        *,
        asked_here: bool,
    ) -> None:
        """A code for whoever registered; where the address has an account, a notice to its owner instead.

        Same work in both cases (rule: known and unknown addresses can't be told apart by time): the code is
        drawn, kept and sealed either way, and thrown away where the address is known. `asked_here`: by the
        browser that registered, which sees what becomes of the mail.
        """
        owner = Owner(registration_id=pending.id)
        code = await self._writer.issue_code(tx, CodePurpose.ACTIVATION, owner, pending.email, now)
        reader = Reader(pending.email, gemeente, pending.details.name)
        if known is None:
            fact: Fact = ActivationCodeIssued(
                **facts_about(reader, now, code.expires_at),
                sealed_code=code.sealed,
                kept_until=pending.kept_until,
            )
        else:
            # Not the company's name: a stranger may have typed it. And it expires when the code would, since
            # whoever waits sees that.
            stranger = Reader(known.email, gemeente)
            fact = RegistrationForExistingAccount(**facts_about(stranger, now, code.expires_at))
        await self._writer.state(tx, code.event_id, fact, owner, told_as=pending.email, asked_here=asked_here)

    async def password_reset_requested(
        self, tx: Transaction, account: Account, gemeente: Gemeente, now: datetime
    ) -> None:
        owner = Owner(account_id=account.id)
        code = await self._writer.issue_code(tx, CodePurpose.PASSWORD_RESET, owner, account.email, now)
        basics = facts_about(reader_of(account, gemeente), now, code.expires_at)
        fact = PasswordResetCodeIssued(**basics, sealed_code=code.sealed)
        await self._writer.state(tx, code.event_id, fact, owner)

    async def password_changed(
        self, tx: Transaction, account: Account, gemeente: Gemeente, now: datetime, *, logged_out: LoggedOut
    ) -> None:
        fact = PasswordChanged(**notice_to(account, gemeente, now), logged_out=logged_out)
        await self._writer.notify(tx, account, fact)
