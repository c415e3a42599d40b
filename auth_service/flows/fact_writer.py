"""Writes facts that cause a mail, in the transaction in which they become true."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypedDict
from uuid import UUID, uuid4

from auth_service.accounts.account import Account
from auth_service.accounts.mail_addresses import MailAddress, read_mail_address
from auth_service.accounts.one_time_codes import CodeLifetimes, CodePurpose, Owner, draw_code
from auth_service.accounts.places import Gemeente
from auth_service.storage.database import Transaction
from auth_service.storage.mail_trail_table import TrailedMail
from shared.correlation import current_origin
from shared.mail_contract import encode, fact_event
from shared.mail_facts import Fact, GemeenteContact
from shared.sealing import MessageSeal

# A notice without a code is worth reading for a week.
NOTICE_LIFETIME = timedelta(days=7)


@dataclass(frozen=True)
class Reader:
    """Who gets the mail, and which gemeente can be asked about it."""

    email: MailAddress
    gemeente: Gemeente
    company_name: str | None = None


@dataclass(frozen=True)
class SealedCode:
    """A code that is kept, as the event that mails it may carry it."""

    event_id: UUID
    sealed: str
    expires_at: datetime


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


def reader_of(account: Account, gemeente: Gemeente) -> Reader:
    return Reader(account.email, gemeente, account.company_name)


def notice_to(account: Account, gemeente: Gemeente, now: datetime) -> FactBasics:
    return facts_about(reader_of(account, gemeente), now, now + NOTICE_LIFETIME)


class FactWriter:
    def __init__(self, lifetimes: CodeLifetimes, seal: MessageSeal) -> None:
        self._lifetimes = lifetimes
        self._seal = seal

    async def issue_code(
        self, tx: Transaction, purpose: CodePurpose, owner: Owner, email: MailAddress, now: datetime
    ) -> SealedCode:
        """A fresh code that goes to `email`, kept and sealed for an event that is still to be stated."""
        code = draw_code(purpose, self._lifetimes, now)
        await tx.codes.add(code, owner, mailed_to_key=email.key)
        event_id = uuid4()
        return SealedCode(event_id, self._seal.seal(event_id, code.text), code.expires_at)

    async def notify(self, tx: Transaction, account: Account, fact: Fact) -> None:
        """State a fact without a code."""
        await self.state(tx, uuid4(), fact, Owner(account_id=account.id))

    async def state(
        self,
        tx: Transaction,
        event_id: UUID,
        fact: Fact,
        owner: Owner,
        *,
        told_as: MailAddress | None = None,
        asked_here: bool = False,
    ) -> None:
        """`told_as`: the address as it was typed, where whoever sees what becomes of the mail knows no other.

        `asked_here`: by the browser that registered, which sees it too.
        """
        event = json.loads(encode(fact_event(event_id, fact, current_origin())))
        recipient = read_mail_address(fact.to)
        await tx.outbox.add(
            event_id, event, fact.occurred_at, recipient_key=recipient.key if recipient else None
        )
        await tx.mail_trail.add(
            TrailedMail(
                event_id,
                fact.kind,
                told_as.text if told_as else fact.to,
                owner,
                created_at=fact.occurred_at,
                expires_at=fact.expires_at,
                asked_here=asked_here,
            )
        )
