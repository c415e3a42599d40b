"""Which mails could come twice, one by one, by what the ledger and the mail server's journal say.

A mail is in its ambiguous window from when the mail server takes it until its sender knows that, and the
broker that its message is settled. A fault in there leaves the window open, and the mail may come again.
"""

from collections import Counter, defaultdict
from collections.abc import Sequence
from functools import cached_property

from tests.faults.ledger import Delivery, End, Ledger
from tests.faults.smtp_journal import Take

# Of an ack, until the broker has it safe: milliseconds, where the machine isn't busy with other things.
LONGEST_WAY_NS = 5_000_000_000


class Windows:
    """Counted when all is over.

    `untold`: mails taken of which that wasn't said. `unacked`: mails of whose message a fault took the ack.
    `copies`: messages of one event beyond its first, which nobody who sends the other can know of.
    """

    def __init__(self, ledger: Ledger, takes: Sequence[Take]) -> None:
        self._ledger = ledger
        self._takes: defaultdict[str, list[Take]] = defaultdict(list)
        for take in takes:
            self._takes[take.event_id].append(take)
        told = [take for take in takes if take.is_told]
        self.untold = Counter(take.event_id for take in takes if not take.is_told)
        self.unacked = Counter(take.event_id for take in told if not self._is_settled(self._holding(take)))
        self.copies = Counter({event_id: self._further_copies(event_id) for event_id in self._takes})

    @property
    def doubles(self) -> Counter[str]:
        return Counter({event_id: len(of_one) - 1 for event_id, of_one in self._takes.items()})

    @property
    def beyond(self) -> Counter[str]:
        """Doubles of an event for which there was no window; empty where all is well."""
        return self.doubles - (self.untold + self.unacked + self.copies)

    def stories(self) -> list[object]:
        """Of those, all that is known."""
        return [(self._ledger.deliveries[event_id], self._takes[event_id]) for event_id in self.beyond]

    def row(self) -> dict[str, object]:
        return {
            "doubles": self.doubles.total(),
            "250 unsaid": self.untold.total(),
            "ack cut off": self.unacked.total(),
            "ack lost": len(self._lost),
            "second copies": self.copies.total(),
            "beyond": self.beyond.total(),
        }

    @cached_property
    def _lost(self) -> set[Delivery]:
        """Acked, and handed out again all the same, after a fault that caught the ack under way.

        A broker that is killed may have got it and not kept it, and one that sees a connection end may not
        take in all that was said on it.
        """
        lost: set[Delivery] = set()
        for of_one in self._ledger.deliveries.values():
            came_back = [delivery for delivery in of_one if delivery.end is not End.ACKED]
            for again in [delivery for delivery in of_one if delivery.again]:
                if came_back and came_back[0].began_at < again.began_at:
                    came_back.pop(0)
                else:
                    lost |= {one for one in of_one if self._may_be_lost(one, again)}
        return lost

    def _may_be_lost(self, delivery: Delivery, again: Delivery) -> bool:
        acked_at = delivery.ended_at or 0
        return delivery.end is End.ACKED and any(
            delivery.mailer in fault.mailers
            and fault.began_at < again.began_at
            and acked_at > fault.began_at - LONGEST_WAY_NS
            and not fault.was_over(acked_at)
            for fault in self._ledger.faults
        )

    def _is_settled(self, delivery: Delivery) -> bool:
        return delivery.end is End.ACKED and delivery not in self._lost

    def _holding(self, take: Take) -> Delivery:
        """The delivery that this mail came of."""
        of_one = self._ledger.deliveries[take.event_id]
        return [one for one in of_one if one.mailer == take.host and one.began_at <= take.at][-1]

    def _further_copies(self, event_id: str) -> int:
        """But for those that took the place of another."""
        of_one = self._ledger.deliveries[event_id]
        passed_on = sum(one.passed_on and self._is_settled(one) for one in of_one)
        # A broker that is killed may take the sight of a delivery with it.
        return max(0, sum(not one.again for one in of_one) - passed_on - 1)
