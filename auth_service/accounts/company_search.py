"""Looking for a company or a registration among those of a gemeente, as a helpdesk does."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from auth_service.accounts.account import CompanyState
from auth_service.accounts.mail_hitches import MailHitch
from auth_service.accounts.mail_progress import MailProgress, MailState
from auth_service.accounts.places import place_key

PAGE_SIZE = 25
LONGEST_SEARCH = 200
MOST_WORDS = 10
# People write `1234 AB` and `1234 5678` for what is one word here.
SPLIT_WORD = re.compile(r"\b(\d{4})\s+([a-z]{2}|\d{4})\b", re.IGNORECASE)


class CompanyFilter(StrEnum):
    """What a helpdesk picks out."""

    UNCONFIRMED = "unconfirmed"
    MAIL_REFUSED = "mail_refused"
    WITHOUT_TOTP = "without_totp"
    BLOCKED = "blocked"
    AWAITING_APPROVAL = "awaiting_approval"


@dataclass(frozen=True)
class Sought:
    """`words` are folded, and each must occur; None where nothing was asked that could be found."""

    words: tuple[str, ...] | None = ()
    filter: CompanyFilter | None = None
    page: int = 1


def read_sought(typed: str, chosen: CompanyFilter | None = None, page: int = 1) -> Sought:
    return Sought(words_of(typed), chosen, page)


def words_of(typed: str) -> tuple[str, ...] | None:
    """None where something was typed, but no letter or digit."""
    joined = SPLIT_WORD.sub(r"\1\2", typed[:LONGEST_SEARCH])
    words = tuple(word for word in map(place_key, joined.split()) if word)[:MOST_WORDS]
    return words if words or not typed.strip() else None


class CompanyStanding(StrEnum):
    """Where an entrepreneur is on his way, or stuck; the first that holds."""

    FROZEN = "frozen"
    BLOCKED = "blocked"
    REJECTED = "rejected"
    AWAITING_APPROVAL = "awaiting_approval"
    MAIL_REFUSED = "mail_refused"
    UNCONFIRMED = "unconfirmed"
    CLOSED = "closed"
    WITHOUT_TOTP = "without_totp"
    PARTLY_WITHOUT_TOTP = "partly_without_totp"
    ACTIVE = "active"


@dataclass(frozen=True)
class PeopleCount:
    """How many people of a company there are in each state; `frozen` and `enrolled` of the active ones."""

    active: int = 0
    blocked: int = 0
    frozen: int = 0
    enrolled: int = 0


@dataclass(frozen=True)
class FoundCompany:
    """A company, or a registration that waits for its code, which has no `state`.

    `earlier`: how many registrations of the address came before. `email` is that of its first manager.
    """

    id: UUID
    name: str
    place: str
    email: str | None
    registered_at: datetime
    state: CompanyState | None
    people: PeopleCount
    last_mail: MailProgress | None
    earlier: int = 0

    @property
    def hitch(self) -> MailHitch | None:
        return self.last_mail.hitch if self.last_mail and is_lost(self.last_mail) else None

    @property
    def standing(self) -> CompanyStanding:
        if self.state is None:
            return CompanyStanding.UNCONFIRMED if self.hitch is None else CompanyStanding.MAIL_REFUSED
        if self.people.frozen:
            return CompanyStanding.FROZEN
        if self.people.blocked:
            return CompanyStanding.BLOCKED
        if self.state is CompanyState.REJECTED:
            return CompanyStanding.REJECTED
        if self.state is CompanyState.AWAITING_APPROVAL:
            return CompanyStanding.AWAITING_APPROVAL
        return self._standing_of_people()

    def _standing_of_people(self) -> CompanyStanding:
        if not self.people.active:
            return CompanyStanding.CLOSED
        if self.hitch is not None:
            return CompanyStanding.MAIL_REFUSED
        if self.people.enrolled == self.people.active:
            return CompanyStanding.ACTIVE
        return CompanyStanding.PARTLY_WITHOUT_TOTP if self.people.enrolled else CompanyStanding.WITHOUT_TOTP


def is_lost(mail: MailProgress) -> bool:
    """The receiving server would not have it."""
    return mail.state in (MailState.REFUSED, MailState.BOUNCED)


@dataclass(frozen=True)
class FoundPage:
    """One page of what was found; `counts` by filter, of all that has the words."""

    companies: Sequence[FoundCompany]
    page: int
    pages: int
    count: int
    total: int
    counts: Mapping[CompanyFilter, int]


def pages_for(count: int) -> int:
    """At least one, which can be empty."""
    return max(1, -(-count // PAGE_SIZE))
