"""What mailers were handed and what became of it, and which faults came meanwhile: kept while it happens.

Auth's worker is handed reports, which have ids of their own, so that they are in nobody's way here.
"""

import time
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import Enum

from shared.broker_topology import COMMANDS, RETRY


class End(Enum):
    ACKED = "acked"
    HANDED_BACK = "handed back"
    INTERRUPTED = "interrupted"


@dataclass(eq=False)
class Delivery:
    """One message in the hands of one mailer, which is known by where it reaches the mail server.

    Moments are monotonic, in ns. `again`: the broker had handed it out before. `passed_on`: a copy of it was
    published, to be tried later.
    """

    event_id: str
    mailer: str
    again: bool
    began_at: int
    end: End | None = None
    ended_at: int | None = None
    passed_on: bool = False


@dataclass
class Fault:
    """`mailers`: whose deliveries it may interrupt, and whose acks it may catch under way."""

    mailers: Collection[str]
    began_at: int
    ended_at: int | None = None

    def reaches(self, mailer: str, moment: int) -> bool:
        return mailer in self.mailers and self.began_at <= moment and not self.was_over(moment)

    def was_over(self, moment: int) -> bool:
        return self.ended_at is not None and self.ended_at < moment


@dataclass
class Ledger:
    """`published`: by event id, as often as somebody sent the fact to the broker over a wire."""

    deliveries: defaultdict[str, list[Delivery]] = field(default_factory=lambda: defaultdict(list))
    published: Counter[str] = field(default_factory=Counter)
    faults: list[Fault] = field(default_factory=list)

    def note_delivery(self, event_id: str, mailer: str, *, again: bool) -> Delivery:
        delivery = Delivery(event_id, mailer, again, time.monotonic_ns())
        self.deliveries[event_id].append(delivery)
        return delivery

    def note_end(self, delivery: Delivery, end: End) -> None:
        delivery.end, delivery.ended_at = end, time.monotonic_ns()

    def note_publishing(self, event_id: str, publisher: str, exchange: str) -> None:
        if exchange == COMMANDS:
            self.published[event_id] += 1
        if exchange == RETRY:
            for delivery in self.deliveries[event_id]:
                delivery.passed_on |= delivery.mailer == publisher and delivery.end is None

    @contextmanager
    def fault(self, *mailers: str) -> Iterator[None]:
        """As long as this lasts, what these mailers have in their hands may be interrupted."""
        self.faults.append(fault := Fault(mailers, time.monotonic_ns()))
        yield
        fault.ended_at = time.monotonic_ns()

    def unexplained(self) -> list[Delivery]:
        """Interrupted, and by no fault."""
        return [
            delivery
            for of_one in self.deliveries.values()
            for delivery in of_one
            if delivery.end is End.INTERRUPTED
            and not any(fault.reaches(delivery.mailer, delivery.ended_at or 0) for fault in self.faults)
        ]
