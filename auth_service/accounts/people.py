"""Who belongs to a company, a gemeente or the platform, as those see it who look after them."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from auth_service.accounts.account import AccountState, Role
from auth_service.accounts.invitation import Invitation
from auth_service.accounts.mail_progress import MailState, TrailedState
from auth_service.accounts.suppression import Suppression, says_no_address
from auth_service.accounts.two_factor import ResetBy

# BIO2 5.18.02: rights are looked at once a year.
REVIEWED_EVERY = timedelta(days=365)
NOT_TAKEN = frozenset({MailState.REFUSED, MailState.BOUNCED})


@dataclass(frozen=True)
class Person:
    """An account that isn't closed; `blocked_by` is set where it is blocked. Times are aware.

    `suppression` is set while its address isn't mailed.
    """

    id: UUID
    email: str
    role: Role
    state: AccountState
    blocked_by: ResetBy | None
    gemeente_code: str
    since: datetime
    last_login_at: datetime | None
    enrolled_at: datetime | None
    suppression: Suppression | None = None

    @property
    def is_blocked(self) -> bool:
        return self.state is AccountState.BLOCKED


@dataclass(frozen=True)
class Invited:
    """`mail` is what became of the newest mail, None once that is forgotten.

    `stands` is False where whoever invited could do so no longer: its code is refused. `is_suppressed`: its
    address isn't mailed, and `mail_showed_it` where that began with `mail`.
    """

    invitation: Invitation
    mail: TrailedState | None
    stands: bool = True
    is_suppressed: bool = False
    mail_showed_it: bool = False

    @property
    def awaits_word(self) -> bool:
        """Whether no mail leaves for it until somebody says that the address is right.

        Told only once its own mail came to nothing because of the address, whatever it failed on else: that
        the address was mailed for others, before or since, is nobody's to know.
        """
        if self.mail is None or not (self.is_suppressed and self.is_refused):
            return False
        return self.mail_showed_it or says_no_address(self.mail.reply)

    @property
    def is_refused(self) -> bool:
        """Whether its newest mail was refused, or came back."""
        return self.mail is not None and self.mail.state in NOT_TAKEN


@dataclass(frozen=True)
class RightsReview:
    """`reviewer` is his address, None where that is nobody's to know, or gone; `role` as he had it then."""

    at: datetime
    reviewer: str | None
    role: Role

    def is_overdue(self, now: datetime) -> bool:
        return now >= self.at + REVIEWED_EVERY


@dataclass(frozen=True)
class Roster:
    """As it is at `seen_at`."""

    people: tuple[Person, ...]
    invited: tuple[Invited, ...]
    seen_at: datetime
    review: RightsReview | None = None
