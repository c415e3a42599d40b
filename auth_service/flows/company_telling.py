"""The story of a company or a registration, for who helps the entrepreneur."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from auth_service.accounts.account import Account, Role
from auth_service.accounts.authority import serves
from auth_service.accounts.company_story import CODE_KIND, TAKEN_KIND, CompanyStory, StoryMail, Waiting
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

    async def company_of(self, gemeente: Gemeente, account_id: UUID | None) -> UUID:
        """Whose user the account is; raises NoSuchAccount, also for another gemeente's and for staff."""
        async with self._database.transaction() as tx:
            account = await tx.accounts.with_id(account_id) if account_id else None
        if account is None or account.gemeente_code != gemeente.code or account.company_id is None:
            raise NoSuchAccount
        return account.company_id

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
        return CompanyStory(
            id=pending.id,
            gemeente=gemeente,
            details=pending.details,
            registered_at=pending.registered_at,
            state=None,
            decided_at=None,
            waiting=waiting_of(pending, account, logged_in, [each for each in same if each != pending.id]),
            people=(),
            mails=mails if knows(logged_in, account) else [disguised(mail) for mail in mails],
            acts=await tx.stories.acts(pending.id, (), most=MOST_EVENTS),
            seen_at=now,
        )

    async def _of_company(
        self, tx: Transaction, gemeente: Gemeente, company_id: UUID, now: datetime
    ) -> CompanyStory:
        head = await tx.stories.head(company_id)
        if head is None or head.gemeente_code != gemeente.code:
            raise NoSuchCompany
        people = await tx.stories.people(company_id)
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
            mails=await tx.stories.mails(company_id, ids, now, most=MOST_EVENTS),
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
    """Whether an account is of a gemeente that he works for: of others, and of the platform, he knows none."""
    if account is None or not serves(logged_in.account, account.gemeente_code):
        return False
    return account.role is not Role.BEHEERDER or logged_in.account.role is Role.BEHEERDER


def disguised(mail: StoryMail) -> StoryMail:
    """As if the address had no account."""
    return replace(mail, kind=CODE_KIND) if mail.kind == TAKEN_KIND else mail
