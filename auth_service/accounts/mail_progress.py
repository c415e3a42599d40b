"""What becomes of a mail, as far as the person who waits for it may know."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from auth_service.accounts.mail_hitches import MailHitch, hitch_in


class MailState(StrEnum):
    """Equal to the SQL type `mail_state`, in the order of rank."""

    QUEUED = "queued"
    DEFERRED = "deferred"
    DELIVERED = "delivered"
    REFUSED = "refused"
    EXPIRED = "expired"
    BOUNCED = "bounced"


UNDER_WAY = frozenset({MailState.QUEUED, MailState.DEFERRED})
# Also what was delivered can still come back, mostly within minutes.
FINAL = frozenset({MailState.REFUSED, MailState.EXPIRED, MailState.BOUNCED})
WITH_HITCH = frozenset({MailState.DEFERRED, MailState.REFUSED, MailState.BOUNCED})


@dataclass(frozen=True)
class MailProgress:
    """`at` is when the state began; a state without trouble has no `hitch`."""

    state: MailState
    at: datetime
    hitch: MailHitch | None = None
    next_try_at: datetime | None = None

    @property
    def is_settled(self) -> bool:
        return self.state in FINAL


@dataclass(frozen=True)
class TrailedState:
    """What the trail holds about one mail; `reply` is the raw one, which only staff may see."""

    state: MailState
    reply: str | None
    created_at: datetime
    expires_at: datetime
    reported_at: datetime | None
    next_try_at: datetime | None

    def progress(self, now: datetime) -> MailProgress:
        if self.state in UNDER_WAY and now >= self.expires_at:
            # What has expired is never mailed, also where the report of that is still to come.
            return MailProgress(MailState.EXPIRED, self.expires_at)
        is_to_come = self.next_try_at is not None and now < self.next_try_at
        return MailProgress(
            self.state,
            self.reported_at or self.created_at,
            hitch_in(self.reply) if self.state in WITH_HITCH else None,
            self.next_try_at if is_to_come else None,
        )
