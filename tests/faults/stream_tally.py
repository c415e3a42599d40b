"""What came of a stream of facts, each with an ending that is known beforehand, counted when all is over."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from tests.faults.facts import ENDINGS, Facts
from tests.faults.mail_copies import MailCopies
from tests.faults.smtp_journal import Journal


@dataclass(frozen=True)
class StreamTally:
    """`endings`: how many events came to each.

    lost: events owed a mail of which the mail server took none. doubles: mails whose Message-ID came before.
    strangers: Message-IDs of no event that was to be mailed. windows: mails taken whose 250 was never said.
    republished: copies of an event beyond its first. undecided: events without a final report, with several
    different ones, or with another than was due. said twice: final reports beyond the first of an event.
    misparked: parked without cause, or not although there was one. left: messages that wait somewhere still.
    """

    events: int
    mails: int
    distinct: int
    doubles: int
    lost: int
    strangers: int
    windows: int
    republished: int
    endings: Mapping[str, int]
    undecided: int
    said_twice: int
    parked: int
    misparked: int
    left: int
    deferred: int
    seconds: float

    def row(self) -> dict[str, object]:
        """The columns that every table has."""
        return {
            "events in": self.events,
            "mails": self.mails,
            "distinct": self.distinct,
            "doubles": self.doubles,
            "windows": self.windows,
            "lost": self.lost,
            **{ending.split(".")[1]: self.endings.get(ending, 0) for ending in ENDINGS},
            "deferred": self.deferred,
            "said twice": self.said_twice,
            "undecided": self.undecided,
            "parked": self.parked,
            "seconds": self.seconds,
            "mails/s": self.distinct / self.seconds,
        }

    @property
    def is_sound(self) -> bool:
        """Every event came to the one end that was due, and nothing else happened."""
        return not (self.lost or self.strangers or self.undecided or self.misparked or self.left)


def count(facts: Facts, journal: Journal, copies: MailCopies, *, left: int, seconds: float) -> StreamTally:
    journal.read()
    mailed = {message_id.partition("@")[0] for message_id in journal.taken}
    reported = Counter(ending for endings in copies.endings.values() for ending in endings)
    said = sum(endings.total() for endings in copies.endings.values())
    return StreamTally(
        events=len(facts.endings),
        mails=journal.taken.total(),
        distinct=len(journal.taken),
        doubles=journal.taken.total() - len(journal.taken),
        lost=len(facts.to_be_mailed - mailed),
        strangers=len(mailed - facts.to_be_mailed),
        windows=journal.windows,
        republished=copies.published.total() - len(copies.published),
        endings=reported,
        undecided=sum(
            list(copies.endings.get(event_id, ())) != [due] for event_id, due in facts.endings.items()
        ),
        said_twice=said - len(copies.endings),
        parked=copies.parked.total(),
        misparked=len(facts.to_be_parked ^ set(copies.parked)),
        left=left,
        deferred=copies.deferred,
        seconds=seconds,
    )
