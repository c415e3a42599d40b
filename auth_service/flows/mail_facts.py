"""States facts that cause a mail, in the transaction in which they become true."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypedDict
from uuid import UUID, uuid4

from auth_service.accounts.account import Account
from auth_service.accounts.mail_addresses import MailAddress
from auth_service.accounts.one_time_codes import CodeLifetimes, CodePurpose, IssuedCode, Owner, draw_code
from auth_service.accounts.pending_registration import PendingRegistration
from auth_service.accounts.places import Gemeente
from auth_service.storage.database import Transaction
from auth_service.storage.mail_trail_table import TrailedMail
from shared.correlation import current_origin
from shared.mail_contract import (
    ActivationCodeIssued,
    Fact,
    GemeenteContact,
    PasswordChanged,
    PasswordResetCodeIssued,
    RegistrationForExistingAccount,
    encode,
    fact_event,
)
from shared.sealing import MessageSeal

# A notice without a code is worth reading for a week.
NOTICE_LIFETIME = timedelta(days=7)


@dataclass(frozen=True)
class Reader:
    """Who gets the mail, and which gemeente can be asked about it."""

    email: MailAddress
    gemeente: Gemeente
    owner: Owner
    company_name: str | None = None


class FactBasics(TypedDict):
    to: str
    gemeente: GemeenteContact
    company_name: str | None
    occurred_at: datetime
    expires_at: datetime


def facts_about(reader: Reader, now: datetime, expires_at: datetime) -> FactBasics:
    gemeente = reader.gemeente
    return FactBasics(
        to=reader.email.text,
        gemeente=GemeenteContact(
            name=gemeente.name, email=gemeente.email, phone=gemeente.phone, host=gemeente.host
        ),
        company_name=reader.company_name,
        occurred_at=now,
        expires_at=expires_at,
    )


class MailFacts:
    def __init__(self, lifetimes: CodeLifetimes, seal: MessageSeal) -> None:
        self._lifetimes = lifetimes
        self._seal = seal

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
        event_id, code, sealed = await self._issue(tx, CodePurpose.ACTIVATION, owner, pending.email, now)
        reader = Reader(pending.email, gemeente, owner, pending.details.name)
        if known is None:
            fact: Fact = ActivationCodeIssued(
                **facts_about(reader, now, code.expires_at), sealed_code=sealed, kept_until=pending.kept_until
            )
        else:
            # Not the company's name: a stranger may have typed it. And it expires when the code would, since
            # whoever waits sees that.
            stranger = Reader(known.email, gemeente, owner)
            fact = RegistrationForExistingAccount(**facts_about(stranger, now, code.expires_at))
        await self._state(tx, event_id, fact, owner, asked_here=asked_here)

    async def password_reset_requested(
        self, tx: Transaction, account: Account, gemeente: Gemeente, now: datetime
    ) -> None:
        owner = Owner(account_id=account.id)
        event_id, code, sealed = await self._issue(tx, CodePurpose.PASSWORD_RESET, owner, account.email, now)
        reader = Reader(account.email, gemeente, owner, account.company_name)
        fact = PasswordResetCodeIssued(**facts_about(reader, now, code.expires_at), sealed_code=sealed)
        await self._state(tx, event_id, fact, owner)

    async def password_changed(
        self, tx: Transaction, account: Account, gemeente: Gemeente, now: datetime
    ) -> None:
        owner = Owner(account_id=account.id)
        reader = Reader(account.email, gemeente, owner, account.company_name)
        await self._state(
            tx, uuid4(), PasswordChanged(**facts_about(reader, now, now + NOTICE_LIFETIME)), owner
        )

    async def _issue(
        self, tx: Transaction, purpose: CodePurpose, owner: Owner, email: MailAddress, now: datetime
    ) -> tuple[UUID, IssuedCode, str]:
        code = draw_code(purpose, self._lifetimes, now)
        await tx.codes.add(code, owner, mailed_to_key=email.key)
        event_id = uuid4()
        return event_id, code, self._seal.seal(event_id, code.text)

    async def _state(
        self, tx: Transaction, event_id: UUID, fact: Fact, owner: Owner, *, asked_here: bool = False
    ) -> None:
        event = json.loads(encode(fact_event(event_id, fact, current_origin())))
        await tx.outbox.add(event_id, event, fact.occurred_at)
        await tx.mail_trail.add(
            TrailedMail(
                event_id,
                fact.kind,
                fact.to,
                owner,
                created_at=fact.occurred_at,
                expires_at=fact.expires_at,
                asked_here=asked_here,
            )
        )
