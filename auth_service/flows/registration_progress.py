"""What becomes of the mails that a registration caused, for the browser that holds its receipt.

Nothing in it depends on whether the address has an account: not the address, which is as it was typed here;
not the gemeente, which was chosen here; not the kind of mail.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from auth_service.accounts.mail_progress import MailProgress
from auth_service.accounts.places import Gemeente
from auth_service.accounts.tokens import token_digest
from auth_service.storage.database import Database
from shared.clock import Clock

MOST_MAILS = 5


@dataclass(frozen=True)
class Progress:
    """`mails` are the newest first; `seen_at` is when this was so."""

    email: str
    gemeente: Gemeente
    mails: Sequence[MailProgress]
    seen_at: datetime

    @property
    def is_settled(self) -> bool:
        return all(mail.is_settled for mail in self.mails)


class RegistrationProgress:
    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def newest(self, receipt: str) -> Progress | None:
        """Of the newest registration made in the browser that has this receipt; None once it is confirmed.

        A page asks this over and over, so it takes no more than three look-ups of single rows.
        """
        now = self._clock()
        async with self._database.transaction() as tx:
            pending = await tx.registrations.of_receipt(token_digest(receipt), now)
            if pending is None:
                return None
            gemeente = await tx.gemeenten.existing(pending.gemeente_code)
            trail = await tx.mail_trail.asked_here(pending.id, pending.typed_at, most=MOST_MAILS)
        return Progress(pending.email.text, gemeente, [mail.progress(now) for mail in trail], now)
