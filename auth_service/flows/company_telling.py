"""The story of a company or a registration, for who helps the entrepreneur."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from auth_service.accounts.account import Account, Role
from auth_service.accounts.authority import serves
from auth_service.accounts.company_story import CODE_KIND, TAKEN_KIND, CompanyStory, StoryMail, Waiting
from auth_service.accounts.mail_addresses import read_mail_address
from auth_service.accounts.pending_registration import PendingRegistration
from auth_service.accounts.places import Gemeente
from auth_service.accounts.refusals import NoSuchAccount, NoSuchCompany
from auth_service.flows.sessions import LoggedIn
from auth_service.storage.database import Database, Transaction
from shared.clock import Clock

# More than anybody reads; the newest are what matters.
MOST_EVENTS = 100


class CompanyTelling:
    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def story(self, logged_in: LoggedIn, gemeente: Gemeente, company_id: UUID | None) -> CompanyStory:
        """For staff of the gemeente, which is theirs. Raises NoSuchCompany, also for another gemeente's."""
        now = self._clock()
        if company_id is None:
            raise NoSuchCompany
        async with self._database.transaction() as tx:
            pending = await tx.registrations.with_id(company_id)
            if pending is not None and pending.gemeente_code == gemeente.code and now < pending.kept_until:
                return await self._of_registration(tx, logged_in, gemeente, pending, now)
            return await self._of_company(tx, gemeente, company_id, now)

    async def person(self, logged_in: LoggedIn, gemeente: Gemeente, account_id: UUID | None) -> Account:
        """Whom he helps: not himself. Raises NoSuchAccount, also for one that he may not know of."""
        async with self._database.transaction() as tx:
            account = await tx.accounts.with_id(account_id) if account_id else None
        if account is None or account.gemeente_code != gemeente.code or account.id == logged_in.account.id:
            raise NoSuchAccount
        if not knows(logged_in, account):
            raise NoSuchAccount
        return account

    async def _of_registration(
        self,
        tx: Transaction,
        logged_in: LoggedIn,
        gemeente: Gemeente,
        pending: PendingRegistration,
        now: datetime,
    ) -> CompanyStory:
        account = await tx.accounts.with_address(pending.email.key)
        mails = await tx.stories.mails(pending.id, (), now, most=MOST_EVENTS)
        same = await tx.stories.registrations_of(pending.email.key, gemeente.code, now)
        waiting = waiting_of(pending, account, logged_in, [each for each in same if each != pending.id])
        if suppression := await tx.suppressions.of_address(pending.email.key, now):
            # That it was mailed before, for whomever, is nobody's to know.
            since = max(suppression.since, pending.registered_at)
            waiting = replace(waiting, suppression=replace(suppression, since=since))
        return CompanyStory(
            id=pending.id,
            gemeente=gemeente,
            details=pending.details,
            registered_at=pending.registered_at,
            state=None,
            decided_at=None,
            waiting=waiting,
            people=(),
            mails=[told(mail, waiting) for mail in mails],
            acts=await tx.stories.acts(pending.id, (), most=MOST_EVENTS),
            seen_at=now,
        )

    async def _of_company(
        self, tx: Transaction, gemeente: Gemeente, company_id: UUID, now: datetime
    ) -> CompanyStory:
        head = await tx.stories.head(company_id)
        if head is None or head.gemeente_code != gemeente.code:
            raise NoSuchCompany
        people = await tx.stories.people(company_id, now)
        mails = await tx.stories.mails(company_id, [person.id for person in people], now, most=MOST_EVENTS)
        ids = [person.id for person in people]
        return CompanyStory(
            id=company_id,
            gemeente=gemeente,
            details=await tx.companies.details(company_id),
            registered_at=head.registered_at,
            state=head.state,
            decided_at=head.decided_at,
            waiting=None,
            people=people,
            mails=[told(mail) for mail in mails],
            acts=await tx.stories.acts(company_id, ids, most=MOST_EVENTS),
            seen_at=now,
        )


def waiting_of(
    pending: PendingRegistration, account: Account | None, logged_in: LoggedIn, others: Sequence[UUID]
) -> Waiting:
    is_own = account is not None and account.gemeente_code == pending.gemeente_code
    return Waiting(
        email=pending.email.text,
        kept_until=pending.kept_until,
        others=others,
        is_taken=knows(logged_in, account),
        taken_by=account.company_id if account and is_own else None,
    )


def knows(logged_in: LoggedIn, account: Account | None) -> bool:
    """Whether he may know of an account: of a gemeente that he works for, and not the platform's own."""
    if account is None or not serves(logged_in.account, account.gemeente_code):
        return False
    return account.role is not Role.BEHEERDER or logged_in.account.role is Role.BEHEERDER


def told(mail: StoryMail, waiting: Waiting | None = None) -> StoryMail:
    """As if its address had no account, except where that of a registration that waits is known to have one.

    Nor does it show how the owner of that account spells his address.
    """
    if mail.kind == TAKEN_KIND:
        is_same = waiting is not None and same_address(mail.recipient, waiting.email)
        # The release before this one kept the owner's spelling.
        recipient = waiting.email if waiting and is_same else mail.recipient
        kind = TAKEN_KIND if waiting and is_same and waiting.is_taken else CODE_KIND
        mail = replace(mail, kind=kind, recipient=recipient)
    return replace(mail, reply=spelled_as(mail.recipient, mail.reply) if mail.reply else None)


def same_address(one: str, other: str) -> bool:
    both = (read_mail_address(one), read_mail_address(other))
    return len({each.key if each else None for each in both}) == 1


def spelled_as(address: str, reply: str) -> str:
    """What a server said, which may repeat an address as its owner spells it."""
    local, _, _ = address.rpartition("@")
    return re.sub(rf"(?<![\w.+-]){re.escape(local)}(?![\w.+-])", lambda _: local, reply, flags=re.IGNORECASE)
