"""What came of the events that went in, counted when all is over."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass

from shared.broker_topology import PARKING_QUEUE, QUEUES
from tests.faults.look import BrokerLook, DatabaseLook
from tests.faults.smtp_sink import SunkMail


@dataclass(frozen=True)
class Tally:
    """Counted where each event is one registration of one address.

    lost: addresses that were promised a mail and got none. doubles: mails whose Message-ID came before.
    other_ids: mails to an address under a further Message-ID, which nobody could recognise as doubles.
    unpromised: mails to addresses whose registration got no answer, or another one.
    unheard: mails that were not reported as delivered. left: messages that still wait somewhere.
    """

    promised: int
    mails: int
    distinct: int
    doubles: int
    lost: int
    other_ids: int
    unpromised: int
    unheard: int
    parked: int
    left: int
    max_attempt: int

    def row(self) -> dict[str, object]:
        """The columns that every table has."""
        return {
            "events in": self.promised,
            "mails": self.mails,
            "distinct": self.distinct,
            "doubles": self.doubles,
            "lost": self.lost,
            "parked": self.parked,
            "max attempt": self.max_attempt,
        }

    @property
    def is_sound(self) -> bool:
        """Whatever else happened: nothing lost, forgotten, parked, or doubled beyond recognition."""
        return not (self.lost or self.other_ids or self.unheard or self.parked or self.left)


def tally(
    promised: Collection[str], mails: Collection[SunkMail], database: DatabaseLook, broker: BrokerLook
) -> Tally:
    mailed = Counter(mail.message_id for mail in mails)
    mailed_to = {mail.message_id: mail.recipient for mail in mails}
    recipients = set(mailed_to.values())
    trail = database.rows("SELECT state::text, attempts FROM mail_trail")
    waiting = {queue.name: broker.ready(queue.name) for queue in QUEUES}
    return Tally(
        promised=len(promised),
        mails=len(mails),
        distinct=len(mailed),
        doubles=len(mails) - len(mailed),
        lost=len(set(promised) - recipients),
        other_ids=len(mailed) - len(recipients),
        unpromised=len(recipients - set(promised)),
        unheard=sum(state != "delivered" for state, _ in trail),
        parked=waiting.pop(PARKING_QUEUE),
        left=database.value("SELECT count(*) FROM outbox") + sum(waiting.values()),
        max_attempt=max((attempts for _, attempts in trail), default=0),
    )
